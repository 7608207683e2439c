// SPDX-License-Identifier: MIT
// The two forms of a withdrawal, and every attack on one that we know of: refused with the
// instruction and the reason.
#include "sniperforge/signer/withdrawal.hpp"

#include <functional>

#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

const Pubkey kColdAddress = keypair_of(2).public_key();
constexpr std::uint64_t kWithdrawn = 1'000;
constexpr std::uint8_t kWithdrawnDecimals = 6;
constexpr Lamports kLamportsMoved{5'000'000'000};
// 100,000 units at 20,000 micro-lamports.
constexpr Lamports kWithdrawalFee{7'000};

class WithdrawalTest : public SigningTest {
 protected:
    WithdrawalTest()
        : SigningTest{{Lamports::max(), Lamports::max(), Lamports::max(), kColdAddress}} {}

    [[nodiscard]] Pubkey own(const Pubkey& program = solana::kTokenProgram) const {
        return solana::associated_token_address(wallet(), kToken, program);
    }
    [[nodiscard]] static Pubkey cold_account(const Pubkey& program = solana::kTokenProgram) {
        return solana::associated_token_address(kColdAddress, kToken, program);
    }

    [[nodiscard]] WithdrawalPolicy tokens_policy(
        const Pubkey& program = solana::kTokenProgram) const {
        return {.account = WithdrawnAccount{kToken, program, own(program), TokenAmount{kWithdrawn},
                                            kWithdrawnDecimals},
                .lamports = {},
                .cost_max = kWithdrawalFee + kRent,
                .token_account_rent = kRent};
    }
    [[nodiscard]] static WithdrawalPolicy lamports_policy() {
        return {.account = {},
                .lamports = kLamportsMoved,
                .cost_max = kWithdrawalFee,
                .token_account_rent = kRent};
    }
    [[nodiscard]] static Instructions budget() {
        return {solana::set_compute_unit_limit(ComputeUnits{100'000}),
                solana::set_compute_unit_price(ComputeUnitPrice{20'000})};
    }
    [[nodiscard]] solana::TokenTransferChecked honest_transfer(
        const Pubkey& program = solana::kTokenProgram) const {
        return {
            own(program),       kToken, cold_account(program), wallet(), TokenAmount{kWithdrawn},
            kWithdrawnDecimals, program};
    }
    // Positions: 0 limit, 1 price, 2 create, 3 transfer, 4 close.
    [[nodiscard]] Instructions tokens(const Pubkey& program = solana::kTokenProgram) const {
        Instructions all = budget();
        all.push_back(
            solana::associated_token_create_idempotent({wallet(), kColdAddress, kToken, program}));
        all.push_back(solana::token_transfer_checked(honest_transfer(program)));
        all.push_back(solana::token_close_account({own(program), wallet(), wallet(), program}));
        return all;
    }
    // Positions: 0 limit, 1 price, 2 transfer.
    [[nodiscard]] Instructions lamports() const {
        Instructions all = budget();
        all.push_back(solana::system_transfer({wallet(), kColdAddress, kLamportsMoved}));
        return all;
    }
    [[nodiscard]] Instruction transfer_with(
        const std::function<void(solana::TokenTransferChecked&)>& change) const {
        solana::TokenTransferChecked transfer = honest_transfer();
        change(transfer);
        return solana::token_transfer_checked(transfer);
    }
};

struct WithdrawalAttack {
    const char* what;
    std::function<void(Instructions&)> change;
    const char* reason;  // Begins with it.
};

TEST_F(WithdrawalTest, SignsATokenAccountUnderEitherProgramAndLamports) {
    EXPECT_EQ(refusal(tokens(), tokens_policy()), "");
    EXPECT_EQ(refusal(tokens(solana::kToken2022Program), tokens_policy(solana::kToken2022Program)),
              "");
    EXPECT_EQ(refusal(lamports(), lamports_policy()), "");
    Bytes transaction;
    const Bytes message = compile(lamports());
    const auto signature = signer.sign(transaction, message, lamports_policy(), {});
    ASSERT_TRUE(signature) << signature.error().text();
    EXPECT_TRUE(solana::verify(wallet(), message, *signature));
}

// What the caller allows it to cost is no bound: a caller who was taken over would burn what he
// likes on fees. But a rescue does not wait for the next hour, nor for the next day.
TEST_F(WithdrawalTest, IsRefusedByTheHourAndTheDayOnlyWhereItCostsMuchAndIsAlwaysCounted) {
    WithdrawalPolicy generous = lamports_policy();
    generous.cost_max = Lamports::max();
    Bytes transaction;
    const auto sign = [&](PolicySigner& by, Lamports cost) {
        Instructions priced = lamports();
        // Of 100,000 units, in micro-lamports: ten make a lamport.
        priced[1] = solana::set_compute_unit_price(
            ComputeUnitPrice{(cost - solana::base_fee(1)).raw() * 10});
        const auto signature = by.sign(transaction, compile(priced), generous, SigningTime{});
        return signature ? std::string{} : signature.error().text();
    };
    constexpr Lamports kSmall = kWithdrawalCostSmall;
    constexpr Lamports kMuch = kSmall + Lamports{1};
    const Lamports most = Lamports::max();
    PolicySigner hourly{keypair_of(1), {kMuch, kMuch, most, kColdAddress}};
    EXPECT_EQ(sign(hourly, kMuch), "");
    EXPECT_EQ(sign(hourly, kSmall), "");
    EXPECT_EQ(sign(hourly, kSmall), "");
    EXPECT_NE(sign(hourly, kMuch).find("20000002 in an hour > 5000001"), std::string::npos)
        << sign(hourly, kMuch);
    PolicySigner daily{keypair_of(1), {kMuch, most, kMuch, kColdAddress}};
    EXPECT_EQ(sign(daily, kSmall), "");
    EXPECT_EQ(sign(daily, kSmall), "");
    EXPECT_NE(sign(daily, kMuch).find("15000001 in the UTC day > 5000001"), std::string::npos)
        << sign(daily, kMuch);
    for (int i = 2; i < 100; ++i) {
        ASSERT_EQ(sign(daily, kSmall), "");
    }
    EXPECT_NE(sign(daily, kSmall).find("505000000 in an hour > 500000000"), std::string::npos)
        << sign(daily, kSmall);
    PolicySigner poorer{keypair_of(1), {kSmall - Lamports{1}, most, most, kColdAddress}};
    EXPECT_NE(sign(poorer, kSmall).find("in one transaction > 4999999"), std::string::npos);
    EXPECT_EQ(sign(poorer, kSmall - Lamports{1}), "");
}

// Nor sold: losing sales that had to be signed have used up what is for them.
TEST_F(WithdrawalTest, IsSignedWhenNothingMayBeBoughtOrSoldAnyMore) {
    const auto cost = signer.check(compile(lamports()), lamports_policy());
    ASSERT_TRUE(cost);
    for (const OrderKind kind : {OrderKind::Entry, OrderKind::Exit}) {
        PolicySigner limited{keypair_of(1), {*cost, *cost, *cost, kColdAddress}};
        limited.restore(std::vector<SignedBefore>{{kind, *cost, {}}}, {});
        Bytes transaction;
        EXPECT_TRUE(
            limited.sign(transaction, compile(lamports()), lamports_policy(), SigningTime{}));
    }
}

TEST_F(WithdrawalTest, MayLeaveTheAccountOpenAndMayOnlyCloseIt) {
    Instructions open = tokens();
    open.pop_back();
    EXPECT_EQ(refusal(open, tokens_policy()), "");
    Instructions closing = tokens();
    closing.erase(closing.begin() + 2, closing.begin() + 4);
    EXPECT_EQ(refusal(closing, tokens_policy()), "");
    closing.pop_back();
    EXPECT_EQ(refusal(closing, tokens_policy()), "a withdrawal that withdraws nothing");
    Instructions to_cold = tokens();
    to_cold[4] = solana::token_close_account({own(), kColdAddress, wallet()});
    EXPECT_EQ(refusal(to_cold, tokens_policy()), "");
}

TEST_F(WithdrawalTest, NothingIsWithdrawnWithoutAColdAddress) {
    PolicySigner without{keypair_of(1), sniperforge::test::kNoSigningLimits};
    const auto checked = without.check(compile(lamports()), lamports_policy());
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().reason,
              "there is no cold address to withdraw to: set wallet.cold_address");
}

TEST_F(WithdrawalTest, MovesNoMoreThanWasAskedForToTheUnit) {
    WithdrawalPolicy policy = lamports_policy();
    for (const Lamports more : {Lamports{0}, Lamports{1}}) {
        policy.lamports = kLamportsMoved + more;
        EXPECT_EQ(refusal(lamports(), policy), "");
    }
    policy.lamports = kLamportsMoved - Lamports{1};
    EXPECT_EQ(refusal(lamports(), policy),
              "instruction 2: transfers 5000000000 > 4999999999 lamports");
    policy = tokens_policy();
    for (const std::uint64_t more : {0U, 1U}) {
        policy.account->amount = TokenAmount{kWithdrawn + more};
        EXPECT_EQ(refusal(tokens(), policy), "");
    }
    policy.account->amount = TokenAmount{kWithdrawn - 1};
    EXPECT_EQ(refusal(tokens(), policy), "instruction 3: transfers 1000 > 999 base units");
}

TEST_F(WithdrawalTest, CostsExactlyWhatIsAllowedAndNotOneLamportMore) {
    WithdrawalPolicy policy = tokens_policy();
    policy.cost_max = policy.cost_max - Lamports{1};
    EXPECT_EQ(refusal(tokens(), policy),
              "a withdrawal for 2046280 lamports (priority fee 2000, base fee 5000, rent 2039280), "
              "allowed are 2046279");
    Instructions unlimited = lamports();
    unlimited.erase(unlimited.begin());
    EXPECT_NE(refusal(unlimited, lamports_policy()).find("priority fee 28000"), std::string::npos);
}

TEST_F(WithdrawalTest, RefusesEveryAttackOnATokenAccount) {
    const Pubkey other = key_of(71);
    const WithdrawalAttack attacks[] = {
        {"another destination",
         [&](auto& all) { all[3] = transfer_with([](auto& t) { t.destination = kStranger; }); },
         "instruction 3: transfers to "},
        {"the account of another owner",
         [&](auto& all) {
             all[3] = transfer_with([](auto& t) {
                 t.destination =
                     solana::associated_token_address(kStranger, kToken, solana::kTokenProgram);
             });
         },
         "instruction 3: transfers to "},
        {"the cold address itself, where only its account can take tokens",
         [&](auto& all) { all[3] = transfer_with([](auto& t) { t.destination = kColdAddress; }); },
         "instruction 3: transfers to "},
        {"another mint",
         [&](auto& all) { all[3] = transfer_with([&](auto& t) { t.mint = other; }); },
         "instruction 3: transfers mint "},
        {"other decimals",
         [&](auto& all) {
             all[3] = transfer_with([](auto& t) { t.decimals = kWithdrawnDecimals - 1; });
         },
         "instruction 3: transfers with 5 decimals, the mint has 6"},
        {"another account of ours",
         [&](auto& all) { all[3] = transfer_with([&](auto& t) { t.source = other; }); },
         "instruction 3: transfers from "},
        {"the authority of somebody else",
         [&](auto& all) {
             Instruction made = transfer_with([](auto& t) { t.authority = kStranger; });
             made.accounts[3].is_signer = false;
             all[3] = made;
         },
         "instruction 3: transfers with the authority of "},
        {"accounts for a hook",
         [&](auto& all) { all[3].accounts.push_back(solana::readonly(kStranger)); },
         "instruction 3: a transfer with 5 accounts, expected 4"},
        {"a second transfer", [&](auto& all) { all.insert(all.begin() + 4, all[3]); },
         "instruction 4: a second transfer"},
        {"a second transfer, to somebody else",
         [&](auto& all) {
             all.insert(all.begin() + 4, transfer_with([](auto& t) { t.destination = kStranger; }));
         },
         "instruction 4: a second transfer"},
        {"an unchecked transfer",
         [&](auto& all) {
             all[3] =
                 solana::token_transfer({own(), cold_account(), wallet(), TokenAmount{kWithdrawn}});
         },
         "instruction 3: a token instruction other than"},
        {"a delegate",
         [&](auto& all) {
             all[3] = solana::token_approve({own(), kStranger, wallet(), TokenAmount{kWithdrawn}});
         },
         "instruction 3: a token instruction other than"},
        {"a delegate before it",
         [&](auto& all) {
             all.insert(all.begin() + 3,
                        solana::token_approve({own(), kStranger, wallet(), TokenAmount{1}}));
         },
         "instruction 3: a token instruction other than"},
        {"another owner of the account",
         [&](auto& all) {
             Instruction made{solana::kTokenProgram,
                              {solana::writable(own()), solana::signer(wallet())},
                              {6, 2, 1}};
             append(made.data, kStranger.bytes);
             all.insert(all.begin() + 3, made);
         },
         "instruction 3: a token instruction other than"},
        {"a burn",
         [&](auto& all) {
             all[3] = solana::token_burn({own(), kToken, wallet(), TokenAmount{kWithdrawn}});
         },
         "instruction 3: a token instruction other than"},
        {"a closing to a stranger",
         [&](auto& all) { all[4] = solana::token_close_account({own(), kStranger, wallet()}); },
         "instruction 4: closes a token account to "},
        {"the closing of another account",
         [&](auto& all) { all[4] = solana::token_close_account({other, wallet(), wallet()}); },
         "instruction 4: closes "},
        {"something behind the closing", [&](auto& all) { all.push_back(all[3]); },
         "instruction 5: something behind"},
        {"lamports beside the tokens",
         [&](auto& all) {
             all.insert(all.begin() + 3,
                        solana::system_transfer({wallet(), kColdAddress, Lamports{1}}));
         },
         "instruction 3: transfers 1 > 0 lamports"},
        {"an account created for a stranger",
         [&](auto& all) {
             all[2] = solana::associated_token_create_idempotent({wallet(), kStranger, kToken});
         },
         "instruction 2: creates a token account for "},
        {"an account created of another mint",
         [&](auto& all) {
             all[2] = solana::associated_token_create_idempotent({wallet(), kColdAddress, other});
         },
         "instruction 2: creates a token account of mint "},
        {"an account created under the other program",
         [&](auto& all) {
             all[2] = solana::associated_token_create_idempotent(
                 {wallet(), kColdAddress, kToken, solana::kToken2022Program});
         },
         "instruction 2: creates a token account with "},
        {"another account where ours is to be created",
         [&](auto& all) {
             all[2] = solana::associated_token_create_idempotent({wallet(), kColdAddress, kToken},
                                                                 other);
         },
         "instruction 2: the account to create is not"},
        {"a creation that does not look at what is there",
         [&](auto& all) {
             all[2] = solana::associated_token_create({wallet(), kColdAddress, kToken});
         },
         "instruction 2: an associated token instruction other than create-idempotent"},
        {"two creations", [&](auto& all) { all.insert(all.begin() + 3, all[2]); },
         "instruction 3: a token account is created where none is needed"},
        {"nobody looks whose the destination is", [&](auto& all) { all.erase(all.begin() + 2); },
         "instruction 2: transfers to an account that was not created"},
        {"the other token program",
         [&](auto& all) { all[3].program_id = solana::kToken2022Program; },
         "instruction 3: program "},
        {"an unknown program",
         [&](auto& all) { all.insert(all.begin() + 2, Instruction{kStranger, {}, {1}}); },
         "instruction 2: program "},
        {"a second price", [&](auto& all) { all.insert(all.begin() + 2, all[1]); },
         "instruction 2: a second compute budget instruction"},
    };
    for (const WithdrawalAttack& attack : attacks) {
        Instructions all = tokens();
        ASSERT_EQ(refusal(all, tokens_policy()), "");
        attack.change(all);
        EXPECT_TRUE(refusal(all, tokens_policy()).starts_with(attack.reason))
            << attack.what << ": " << refusal(all, tokens_policy());
    }
}

TEST_F(WithdrawalTest, RefusesEveryAttackOnLamports) {
    const WithdrawalAttack attacks[] = {
        {"another destination",
         [&](auto& all) {
             all[2] = solana::system_transfer({wallet(), kStranger, kLamportsMoved});
         },
         "instruction 2: 5000000000 lamports go to "},
        {"two transfers, the second to a stranger",
         [&](auto& all) {
             all.push_back(solana::system_transfer({wallet(), kStranger, Lamports{1}}));
         },
         "instruction 3: something behind"},
        {"the same transfer twice", [&](auto& all) { all.push_back(all[2]); },
         "instruction 3: something behind"},
        {"somebody else's lamports",
         [&](auto& all) { all[2].accounts[0] = solana::writable(kStranger); },
         "instruction 2: a System transfer from "},
        {"a durable nonce that keeps it good for ever",
         [&](auto& all) {
             all.insert(all.begin(), solana::system_advance_nonce({key_of(5), wallet()}));
         },
         "instruction 0: a System instruction other than a transfer"},
        {"the lamports of a nonce account",
         [&](auto& all) {
             all[2] =
                 solana::system_withdraw_nonce({key_of(5), kStranger, wallet(), kLamportsMoved});
         },
         "instruction 2: a System instruction other than a transfer"},
        {"the wallet given to a program",
         [&](auto& all) {
             Instruction assign{
                 solana::kSystemProgram, {solana::writable_signer(wallet())}, {1, 0, 0, 0}};
             append(assign.data, kStranger.bytes);
             all[2] = assign;
         },
         "instruction 2: a System instruction other than a transfer"},
        {"a token account created on the way",
         [&](auto& all) {
             all.insert(all.begin() + 2, solana::associated_token_create_idempotent(
                                             {wallet(), kColdAddress, kToken}));
         },
         "instruction 2: a token account is created where none is needed"},
        {"tokens on the way",
         [&](auto& all) {
             all.insert(all.begin() + 2, solana::token_transfer_checked(honest_transfer()));
         },
         "instruction 2: program "},
    };
    for (const WithdrawalAttack& attack : attacks) {
        Instructions all = lamports();
        ASSERT_EQ(refusal(all, lamports_policy()), "");
        attack.change(all);
        EXPECT_TRUE(refusal(all, lamports_policy()).starts_with(attack.reason))
            << attack.what << ": " << refusal(all, lamports_policy());
    }
}

TEST_F(WithdrawalTest, RefusesWhatAsWholeIsNoWithdrawal) {
    const auto told = [&](const Result<Bytes>& message, const WithdrawalPolicy& policy) {
        const auto checked = signer.check(*message, policy);
        return checked ? std::string{} : checked.error().text();
    };
    EXPECT_TRUE(told(solana::compile_message(kStranger, lamports(), kBlockhash), lamports_policy())
                    .starts_with("the fee payer is "));
    Instructions two = lamports();
    two[2].accounts.push_back(solana::signer(kStranger));
    EXPECT_TRUE(refusal(two, lamports_policy()).starts_with("2 signatures are required"));
    const std::vector<solana::AddressLookupTable> tables{{key_of(200), {kColdAddress}}};
    EXPECT_TRUE(
        told(solana::compile_message(wallet(), lamports(), kBlockhash, tables), lamports_policy())
            .starts_with("a withdrawal with lookup tables"));
    const Instructions bare{lamports()[2]};
    EXPECT_TRUE(told(solana::compile_message_v1(wallet(), bare, kBlockhash,
                                                {.priority_fee = Lamports{1},
                                                 .compute_unit_limit = ComputeUnits{1'000},
                                                 .loaded_accounts_data_size_limit = 1'000'000}),
                     lamports_policy())
                    .starts_with("a withdrawal of version 1"));
    WithdrawalPolicy both = tokens_policy();
    both.lamports = Lamports{1};
    EXPECT_TRUE(refusal(tokens(), both).starts_with("a withdrawal of an account and of lamports"));
    EXPECT_TRUE(signer.check(Bytes{1, 2, 3}, lamports_policy())
                    .error()
                    .text()
                    .starts_with("the message does not decode"));
}

TEST(ColdAddress, IsAKeyThatSomebodyCanSignForAndNotTheWallet) {
    const Pubkey wallet = keypair_of(1).public_key();
    EXPECT_TRUE(check_cold_address(kColdAddress, wallet));
    EXPECT_NE(check_cold_address(wallet, wallet).error().text.find("is the trading wallet itself"),
              std::string::npos);
    for (const Pubkey& program : {solana::kSystemProgram, solana::kTokenProgram,
                                  solana::kRentSysvar, solana::kWrappedSolMint}) {
        EXPECT_NE(check_cold_address(program).error().text.find("is a program, a sysvar or a mint"),
                  std::string::npos)
            << program.to_string();
    }
    const Pubkey account =
        solana::associated_token_address(kColdAddress, kToken, solana::kTokenProgram);
    EXPECT_NE(check_cold_address(account).error().text.find("is not on the curve"),
              std::string::npos);
}

}  // namespace
}  // namespace sniperforge::signer
