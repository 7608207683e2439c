// SPDX-License-Identifier: MIT
// The seven forms of upkeep, and every attack on one that we know of: refused with the instruction
// and the reason.
#include "sniperforge/signer/upkeep.hpp"

#include <functional>

#include "sniperforge/solana/lookup_table_program.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

constexpr Slot kRecentSlot{300'000'123};
constexpr Lamports kNonceRent{1'447'680};
constexpr SigningTime kUpkeepNow{MonoTime{1}, WallTime{1}};
// 50,000 units at 20,000 micro-lamports, and the signature.
constexpr Lamports kUpkeepFee{6'000};
const std::string kSeed = "sniperforge-nonce-0";

struct UpkeepAttack {
    const char* what;
    UpkeepKind kind;
    std::function<void(Instructions&)> change;
    const char* reason;  // Begins with it.
};

class UpkeepTest : public SigningTest {
 protected:
    UpkeepTest() : SigningTest{sniperforge::test::kNoSigningLimits} {}

    static constexpr std::array kKinds{UpkeepKind::TableCreate,     UpkeepKind::TableExtend,
                                       UpkeepKind::TableDeactivate, UpkeepKind::TableClose,
                                       UpkeepKind::NonceCreate,     UpkeepKind::NonceAdvance,
                                       UpkeepKind::NonceClose};

    [[nodiscard]] Pubkey table() const {
        return solana::find_lookup_table_address(wallet(), kRecentSlot).address;
    }
    [[nodiscard]] Pubkey nonce() const {
        return solana::system_seed_address(wallet(), kSeed, solana::kSystemProgram);
    }
    [[nodiscard]] UpkeepPolicy policy(UpkeepKind kind) const {
        const bool is_table = kind <= UpkeepKind::TableClose;
        UpkeepPolicy made{.kind = kind, .account = is_table ? table() : nonce()};
        made.recent_slot = kRecentSlot;
        made.addresses = {key_of(50), key_of(51)};
        made.seed = kSeed;
        made.lamports = kNonceRent;
        made.cost_max = kUpkeepFee;
        if (kind == UpkeepKind::TableCreate) {
            made.cost_max += Lamports{(128 + 56) * 6'960};
        } else if (kind == UpkeepKind::TableExtend) {
            made.cost_max += Lamports{2 * 32 * 6'960};
        } else if (kind == UpkeepKind::NonceCreate) {
            made.cost_max += kNonceRent;
        }
        return made;
    }
    // Positions: 0 limit, 1 price, 2 what is asked for, 3 the nonce's initialisation.
    [[nodiscard]] Instructions honest(UpkeepKind kind) const {
        Instructions all{solana::set_compute_unit_limit(ComputeUnits{50'000}),
                         solana::set_compute_unit_price(ComputeUnitPrice{20'000})};
        const std::array addresses{key_of(50), key_of(51)};
        switch (kind) {
            case UpkeepKind::TableCreate:
                all.push_back(solana::lookup_table_create({wallet(), wallet(), kRecentSlot}));
                break;
            case UpkeepKind::TableExtend:
                all.push_back(
                    solana::lookup_table_extend({table(), wallet(), wallet()}, addresses));
                break;
            case UpkeepKind::TableDeactivate:
                all.push_back(solana::lookup_table_deactivate({table(), wallet()}));
                break;
            case UpkeepKind::TableClose:
                all.push_back(solana::lookup_table_close({table(), wallet(), wallet()}));
                break;
            case UpkeepKind::NonceCreate:
                all.push_back(solana::system_create_account_with_seed(
                    {wallet(), kSeed, kNonceRent, 80, solana::kSystemProgram}));
                all.push_back(solana::system_initialize_nonce({nonce(), wallet()}));
                break;
            case UpkeepKind::NonceAdvance:
                all.push_back(solana::system_advance_nonce({nonce(), wallet()}));
                break;
            case UpkeepKind::NonceClose:
                all.push_back(
                    solana::system_withdraw_nonce({nonce(), wallet(), wallet(), kNonceRent}));
                break;
        }
        return all;
    }
};

TEST_F(UpkeepTest, SignsEachOfItsForms) {
    for (const UpkeepKind kind : kKinds) {
        EXPECT_EQ(refusal(honest(kind), policy(kind)), "") << to_string(kind);
        Bytes transaction;
        const Bytes message = compile(honest(kind));
        const auto signature = signer.sign(transaction, message, policy(kind), kUpkeepNow);
        ASSERT_TRUE(signature) << signature.error().text();
        EXPECT_TRUE(solana::verify(wallet(), message, *signature));
    }
}

TEST_F(UpkeepTest, SignsNoFormWhereAnotherWasAskedFor) {
    for (const UpkeepKind asked : kKinds) {
        for (const UpkeepKind built : kKinds) {
            EXPECT_EQ(refusal(honest(built), policy(asked)).empty(), asked == built)
                << to_string(built) << " for " << to_string(asked);
        }
    }
}

TEST_F(UpkeepTest, CostsExactlyWhatIsAllowedAndNotOneLamportMore) {
    for (const UpkeepKind kind : kKinds) {
        UpkeepPolicy less = policy(kind);
        less.cost_max = less.cost_max - Lamports{1};
        EXPECT_NE(refusal(honest(kind), less).find(", allowed are "), std::string::npos)
            << to_string(kind);
    }
    UpkeepPolicy extended = policy(UpkeepKind::TableExtend);
    extended.cost_max = extended.cost_max - Lamports{1};
    EXPECT_EQ(refusal(honest(UpkeepKind::TableExtend), extended),
              "a table extension for 451440 lamports (priority fee 1000, base fee 5000, rent "
              "445440), allowed are 451439");
}

// A caller who has been taken over cannot lock up more than the signer's own limits let leave.
TEST_F(UpkeepTest, CountsWhatItCostsInTheBudgetOfTheSigner) {
    const Lamports cost = policy(UpkeepKind::NonceCreate).cost_max;
    PolicySigner limited{keypair_of(1), {cost, cost + cost, Lamports::max()}};
    const Bytes message = compile(honest(UpkeepKind::NonceCreate));
    Bytes transaction;
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(
            limited.sign(transaction, message, policy(UpkeepKind::NonceCreate), kUpkeepNow));
    }
    const auto third =
        limited.sign(transaction, message, policy(UpkeepKind::NonceCreate), kUpkeepNow);
    ASSERT_FALSE(third);
    EXPECT_NE(third.error().reason.find("signer.hourly_outflow_max_sol"), std::string::npos);
}

TEST_F(UpkeepTest, AdvancesNoncesWithTheExitsWhateverTheOthersHaveUsed) {
    PolicySigner limited{keypair_of(1), {kUpkeepFee, kUpkeepFee + kUpkeepFee, Lamports::max()}};
    Bytes transaction;
    const auto is_signed = [&](UpkeepKind kind) {
        const Bytes message = compile(honest(kind));
        return limited.sign(transaction, message, policy(kind), kUpkeepNow).has_value();
    };
    for (const UpkeepKind kind : {UpkeepKind::TableDeactivate, UpkeepKind::NonceAdvance}) {
        EXPECT_TRUE(is_signed(kind)) << to_string(kind);
        EXPECT_TRUE(is_signed(kind)) << to_string(kind);
        EXPECT_FALSE(is_signed(kind)) << to_string(kind);
    }
}

TEST_F(UpkeepTest, RefusesEveryAttack) {
    const UpkeepAttack attacks[] = {
        {"a table of somebody else's authority", UpkeepKind::TableCreate,
         [&](auto& all) {
             all[2] = solana::lookup_table_create({kStranger, wallet(), kRecentSlot});
         },
         "instruction 2: creates the table of slot 300000123 and bump "},
        {"a table of another slot", UpkeepKind::TableCreate,
         [&](auto& all) {
             all[2] = solana::lookup_table_create({wallet(), wallet(), kRecentSlot.plus(1)});
         },
         "instruction 2: creates the table of slot 300000124"},
        {"another authority beside our own address", UpkeepKind::TableCreate,
         [&](auto& all) { all[2].accounts[1].pubkey = kStranger; },
         "instruction 2: its authority is "},
        {"another account in the table's place", UpkeepKind::TableCreate,
         [&](auto& all) { all[2].accounts[0].pubkey = key_of(9); }, "instruction 2: its table is "},
        {"other addresses", UpkeepKind::TableExtend,
         [&](auto& all) {
             const std::array other{key_of(50), kStranger};
             all[2] = solana::lookup_table_extend({table(), wallet(), wallet()}, other);
         },
         "instruction 2: extends a table by other addresses"},
        {"more addresses", UpkeepKind::TableExtend,
         [&](auto& all) {
             const std::array more{key_of(50), key_of(51), kStranger};
             all[2] = solana::lookup_table_extend({table(), wallet(), wallet()}, more);
         },
         "instruction 2: extends a table by other addresses"},
        {"no address", UpkeepKind::TableExtend,
         [&](auto& all) {
             all[2] = solana::lookup_table_extend({table(), wallet(), wallet()}, {});
         },
         "instruction 2: extends a table by 0 addresses"},
        {"another table of ours", UpkeepKind::TableExtend,
         [&](auto& all) { all[2].accounts[0].pubkey = key_of(9); }, "instruction 2: its table is "},
        {"the rent to a stranger", UpkeepKind::TableClose,
         [&](auto& all) { all[2] = solana::lookup_table_close({table(), wallet(), kStranger}); },
         "instruction 2: its recipient is "},
        {"another table closed", UpkeepKind::TableClose,
         [&](auto& all) { all[2].accounts[0].pubkey = key_of(9); }, "instruction 2: its table is "},
        {"freezing it for ever", UpkeepKind::TableDeactivate,
         [&](auto& all) { all[2].data = {1, 0, 0, 0}; },
         "instruction 2: a lookup table instruction other than"},
        {"a byte more", UpkeepKind::TableDeactivate, [&](auto& all) { all[2].data.push_back(0); },
         "instruction 2: a lookup table instruction other than"},
        {"an account more", UpkeepKind::TableClose,
         [&](auto& all) { all[2].accounts.push_back(solana::writable(kStranger)); },
         "instruction 2: a table closing with 4 accounts, expected 3"},
        {"a nonce of somebody else's authority", UpkeepKind::NonceCreate,
         [&](auto& all) { all[3] = solana::system_initialize_nonce({nonce(), kStranger}); },
         "instruction 3: makes "},
        {"a nonce that nobody initialises", UpkeepKind::NonceCreate,
         [&](auto& all) { all.pop_back(); }, "a nonce creation that does nothing, or half of it"},
        {"another account initialised", UpkeepKind::NonceCreate,
         [&](auto& all) { all[3] = solana::system_initialize_nonce({key_of(9), wallet()}); },
         "instruction 3: its nonce account is "},
        {"an account of another program", UpkeepKind::NonceCreate,
         [&](auto& all) {
             all[2] = solana::system_create_account_with_seed(
                 {wallet(), kSeed, kNonceRent, 80, kStranger});
         },
         "instruction 2: creates an account of base "},
        {"another seed", UpkeepKind::NonceCreate,
         [&](auto& all) {
             all[2] = solana::system_create_account_with_seed(
                 {wallet(), "other", kNonceRent, 80, solana::kSystemProgram});
         },
         "instruction 2: creates an account of base "},
        {"more lamports", UpkeepKind::NonceCreate,
         [&](auto& all) {
             all[2] = solana::system_create_account_with_seed(
                 {wallet(), kSeed, kNonceRent + Lamports{1}, 80, solana::kSystemProgram});
         },
         "instruction 2: puts 1447681 lamports into a nonce account"},
        {"another account advanced", UpkeepKind::NonceAdvance,
         [&](auto& all) { all[2] = solana::system_advance_nonce({key_of(9), wallet()}); },
         "instruction 2: its nonce account is "},
        {"the nonce given to a stranger", UpkeepKind::NonceAdvance,
         [&](auto& all) {
             all[2] = solana::system_authorize_nonce({nonce(), wallet(), kStranger});
         },
         "instruction 2: a System instruction other than advance-nonce"},
        {"its lamports to a stranger", UpkeepKind::NonceClose,
         [&](auto& all) {
             all[2] = solana::system_withdraw_nonce({nonce(), kStranger, wallet(), kNonceRent});
         },
         "instruction 2: its recipient is "},
        {"a part of its lamports", UpkeepKind::NonceClose,
         [&](auto& all) {
             all[2] = solana::system_withdraw_nonce(
                 {nonce(), wallet(), wallet(), kNonceRent - Lamports{1}});
         },
         "instruction 2: withdraws 1447679 lamports"},
        {"lamports of the wallet", UpkeepKind::NonceClose,
         [&](auto& all) { all[2] = solana::system_transfer({wallet(), kStranger, kNonceRent}); },
         "instruction 2: a System instruction other than withdraw-nonce"},
    };
    for (const UpkeepAttack& attack : attacks) {
        Instructions all = honest(attack.kind);
        attack.change(all);
        const std::string reason = refusal(all, policy(attack.kind));
        EXPECT_TRUE(reason.starts_with(attack.reason)) << attack.what << ": " << reason;
    }
}

TEST_F(UpkeepTest, RefusesWhateverElseIsInTheTransaction) {
    for (const UpkeepKind kind : kKinds) {
        Instructions behind = honest(kind);
        const std::size_t end = behind.size();
        behind.push_back(solana::system_transfer({wallet(), kStranger, Lamports{1}}));
        EXPECT_EQ(refusal(behind, policy(kind)),
                  "instruction " + std::to_string(end) + ": something behind what was asked for");
        Instructions twice = honest(kind);
        twice.push_back(twice[2]);
        EXPECT_EQ(refusal(twice, policy(kind)),
                  "instruction " + std::to_string(end) + ": something behind what was asked for");
        Instructions before = honest(kind);
        before.insert(before.begin() + 2,
                      solana::system_transfer({wallet(), kStranger, Lamports{1}}));
        EXPECT_TRUE(refusal(before, policy(kind)).starts_with("instruction 2: "));
        Instructions unknown = honest(kind);
        unknown.insert(unknown.begin(), Instruction{kStranger, {}, {1}});
        EXPECT_TRUE(refusal(unknown, policy(kind)).starts_with("instruction 0: program "));
    }
}

TEST_F(UpkeepTest, RefusesAPayerATableAndASignatureThatAreNotOurs) {
    const auto honest_close = honest(UpkeepKind::TableClose);
    const auto asked = policy(UpkeepKind::TableClose);
    const auto of_stranger = solana::compile_message(kStranger, honest_close, kBlockhash);
    ASSERT_TRUE(of_stranger);
    EXPECT_TRUE(signer.check(*of_stranger, asked).error().reason.starts_with("the fee payer is "));
    Instructions two = honest_close;
    two[2].accounts.push_back(solana::signer(kStranger));
    EXPECT_TRUE(refusal(two, asked).starts_with("2 signatures are required"));
    const std::vector<solana::AddressLookupTable> tables{{key_of(200), {table()}}};
    const auto hidden = solana::compile_message(wallet(), honest_close, kBlockhash, tables);
    ASSERT_TRUE(hidden);
    EXPECT_EQ(signer.check(*hidden, asked).error().reason,
              "upkeep of version 1, or with lookup tables: it needs neither");
    UpkeepPolicy itself = asked;
    itself.account = wallet();
    EXPECT_EQ(refusal(honest_close, itself), "upkeep of the wallet itself");
}

}  // namespace
}  // namespace sniperforge::signer
