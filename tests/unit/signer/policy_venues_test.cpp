// SPDX-License-Identifier: MIT
// The policy over swaps of every venue. Positions and bytes are written from the protocol here too,
// so that a wrong row in the signer's table shows.
#include <functional>
#include <optional>

#include "signer/swap_instruction.hpp"
#include "sniperforge/core/hex.hpp"
#include "support/data.hpp"
#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;
using sniperforge::test::number;

constexpr Pubkey kSysvar =
    solana::detail::key_literal("Sysvar1nstructions1111111111111111111111111");

// An honest swap of `first` and `second`, with strangers' keys wherever the form does not care.
struct VenueSwap {
    const char* name = "";
    Pubkey program;
    std::uint64_t discriminator = 0;  // As the bytes read from left to right.
    std::size_t accounts = 0;
    std::size_t authority = 0, source = 0, destination = 0;
    bool is_out_first = false;
    Bytes tail;
    std::optional<std::size_t> none_at;      // Holds the program's own id: nobody is paid.
    std::optional<std::size_t> sol_mint_at;  // Against SOL: lamports of the wallet.
    bool is_lengthened = false;              // More accounts may follow.
    std::size_t rents = 0;                   // That it may cost.
};

[[nodiscard]] Bytes tick_tail(std::initializer_list<std::uint8_t> flags) {
    Bytes tail(16, 0);
    append(tail, Bytes{flags});
    return tail;
}

[[nodiscard]] std::vector<VenueSwap> every_form() {
    const Pubkey& clmm = solana::kRaydiumClmmProgram;
    const Pubkey& orca = solana::kOrcaWhirlpoolProgram;
    const Pubkey& curve = solana::kPumpCurveProgram;
    const Pubkey& pump = solana::kPumpSwapProgram;
    const Pubkey& dlmm = solana::kMeteoraDlmmProgram;
    const Pubkey& damm = solana::kMeteoraDammV2Program;
    constexpr std::uint64_t kSwapV2 = 0x2b04ed0b1ac91e62;
    constexpr std::uint64_t kSwap2 = 0x414b3f4ceb5b5b88;
    const auto clmm_swap = [&](const char* name, std::uint8_t is_input) {
        return VenueSwap{.name = name,
                         .program = clmm,
                         .discriminator = kSwapV2,
                         .accounts = 13,
                         .authority = 0,
                         .source = 3,
                         .destination = 4,
                         .is_out_first = is_input == 0,
                         .tail = tick_tail({is_input}),
                         .none_at = {},
                         .sol_mint_at = {},
                         .is_lengthened = true};
    };
    const auto orca_swap = [&](const char* name, std::uint8_t is_input, std::uint8_t is_a_to_b) {
        return VenueSwap{.name = name,
                         .program = orca,
                         .discriminator = kSwapV2,
                         .accounts = 15,
                         .authority = 3,
                         .source = is_a_to_b == 1 ? 7U : 9U,
                         .destination = is_a_to_b == 1 ? 9U : 7U,
                         .is_out_first = is_input == 0,
                         .tail = tick_tail({is_input, is_a_to_b, 0}),
                         .none_at = {},
                         .sol_mint_at = {}};
    };
    const auto curve_swap = [&](const char* name, std::uint64_t discriminator, bool is_out_first) {
        return VenueSwap{.name = name,
                         .program = curve,
                         .discriminator = discriminator,
                         .accounts = 27,
                         .authority = 13,
                         .source = 15,
                         .destination = 14,
                         .is_out_first = is_out_first,
                         .tail = {},
                         .none_at = {},
                         .sol_mint_at = 2,
                         .is_lengthened = false,
                         .rents = 2};
    };
    const auto pump_swap = [&](const char* name, std::uint64_t discriminator, bool is_out_first) {
        return VenueSwap{.name = name,
                         .program = pump,
                         .discriminator = discriminator,
                         .accounts = 25,
                         .authority = 1,
                         .source = 6,
                         .destination = 5,
                         .is_out_first = is_out_first,
                         .tail = {1},
                         .none_at = {},
                         .sol_mint_at = {},
                         .is_lengthened = true,
                         .rents = 1};
    };
    const auto dlmm_swap = [&](const char* name, std::uint64_t discriminator) {
        return VenueSwap{.name = name,
                         .program = dlmm,
                         .discriminator = discriminator,
                         .accounts = 16,
                         .authority = 10,
                         .source = 4,
                         .destination = 5,
                         .is_out_first = false,
                         .tail = {0, 0, 0, 0},
                         .none_at = 9,
                         .sol_mint_at = {},
                         .is_lengthened = true};
    };
    const auto damm_swap = [&](const char* name, std::uint8_t mode) {
        return VenueSwap{.name = name,
                         .program = damm,
                         .discriminator = kSwap2,
                         .accounts = 14,
                         .authority = 8,
                         .source = 2,
                         .destination = 3,
                         .is_out_first = mode == 2,
                         .tail = {mode},
                         .none_at = 11,
                         .sol_mint_at = {}};
    };
    return {clmm_swap("CLMM exact in", 1), clmm_swap("CLMM exact out", 0),
            orca_swap("Whirlpool A in", 1, 1), orca_swap("Whirlpool B in", 1, 0),
            orca_swap("Whirlpool A out", 0, 0), orca_swap("Whirlpool B out", 0, 1),
            curve_swap("curve buy", 0xb817ee6167c5d33d, true),
            curve_swap("curve buy exact in", 0xc2ab1c46684d5b2f, false),
            pump_swap("PumpSwap buy", 0x66063d1201daebea, true),
            pump_swap("PumpSwap buy exact in", 0xc62e1552b4d9e870, false),
            // A sell of the base token, which is SOL here.
            VenueSwap{.name = "PumpSwap sell",
                      .program = pump,
                      .discriminator = 0x33e685a4017f83ad,
                      .accounts = 23,
                      .authority = 1,
                      .source = 5,
                      .destination = 6,
                      .is_out_first = false,
                      .tail = {},
                      .none_at = {},
                      .sol_mint_at = {},
                      .is_lengthened = true},
            dlmm_swap("DLMM swap2", kSwap2), dlmm_swap("DLMM swap_exact_out2", 0x2bd7f784893cf351),
            damm_swap("DAMM exact in", 0), damm_swap("DAMM exact out", 2)};
}

struct Amounts {
    std::uint64_t in = kAmount;
    std::uint64_t out = kTokensMin;
};

class VenuePolicyTest : public PolicyTest {
 protected:
    // With the strangers' accounts in a table: with 27 of them a transaction would be too long.
    [[nodiscard]] std::string judge(const Instructions& instructions, const SigningPolicy& policy) {
        solana::AddressLookupTable table{key_of(299), {}};
        for (std::uint64_t i = 0; i < 40; ++i) {
            table.addresses.push_back(key_of(300 + i));
        }
        for (std::uint64_t i = 80; i < 95; ++i) {
            table.addresses.push_back(key_of(i));  // Of PoolSwap.
        }
        const solana::AddressLookupTable tables[] = {table};
        const auto message = solana::compile_message(wallet(), instructions, kBlockhash, tables);
        EXPECT_TRUE(message) << message.error().text;
        return message ? refusal(*message, policy, tables) : "not compiled";
    }
    [[nodiscard]] Instruction made(const VenueSwap& form, const Amounts& amounts) {
        Instruction swap{form.program, {}, {}};
        for (std::size_t i = 0; i < form.accounts; ++i) {
            swap.accounts.push_back(solana::writable(key_of(300 + i)));
        }
        swap.accounts[form.authority] = solana::writable_signer(wallet());
        swap.accounts[form.source] = solana::writable(own(kSol));
        swap.accounts[form.destination] = solana::writable(own(kToken));
        if (form.none_at) {
            swap.accounts[*form.none_at] = solana::readonly(form.program);
        }
        if (form.sol_mint_at) {
            swap.accounts[*form.sol_mint_at] = solana::readonly(kSol);
        }
        for (int shift = 56; shift >= 0; shift -= 8) {
            swap.data.push_back(static_cast<std::uint8_t>(form.discriminator >> shift));
        }
        append_le(swap.data, form.is_out_first ? amounts.out : amounts.in);
        append_le(swap.data, form.is_out_first ? amounts.in : amounts.out);
        append(swap.data, form.tail);
        return swap;
    }
    [[nodiscard]] Instructions with(const VenueSwap& form, const Instruction& swap) {
        Instructions instructions = entry();
        instructions[6] = swap;
        if (form.sol_mint_at) {
            instructions.erase(instructions.begin() + 3, instructions.begin() + 5);  // No wrap.
        }
        return instructions;
    }
    [[nodiscard]] SigningPolicy policy_for(const VenueSwap& form) const {
        SigningPolicy policy = entry_policy();
        for (std::size_t i = 0; i < form.rents; ++i) {
            policy.lamports_max += kRent;
        }
        return policy;
    }
    [[nodiscard]] std::string refused(const VenueSwap& form,
                                      const std::function<void(Instruction&)>& change,
                                      const Amounts& amounts = {}) {
        Instruction swap = made(form, amounts);
        change(swap);
        return judge(with(form, swap), policy_for(form));
    }
};

#define SF_EXPECT_HOLDS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(VenuePolicyTest, SignsWhatTheOrderAllowsAtEveryVenueAndNothingMore) {
    for (const VenueSwap& form : every_form()) {
        SCOPED_TRACE(form.name);
        const auto nothing = [](Instruction&) {};
        EXPECT_EQ(refused(form, nothing), "");
        SF_EXPECT_HOLDS(refused(form, nothing, {.in = kAmount + 1}), "may spend 100000001");
        SF_EXPECT_HOLDS(refused(form, nothing, {.out = kTokensMin - 1}), "guarantees 9499");
        // To the lamport, native SOL and accounts that the program creates included.
        SigningPolicy policy = policy_for(form);
        policy.lamports_max = policy.lamports_max - Lamports{1};
        SF_EXPECT_HOLDS(judge(with(form, made(form, {})), policy), "the order allows");
    }
}

TEST_F(VenuePolicyTest, RefusesSwapsThroughOthersAccountsAtEveryVenue) {
    for (const VenueSwap& form : every_form()) {
        SCOPED_TRACE(form.name);
        const auto put = [&](std::size_t at, const Pubkey& key) {
            return refused(form, [&](Instruction& s) { s.accounts[at] = solana::writable(key); });
        };
        SF_EXPECT_HOLDS(put(form.source, key_of(5)), "spends from");
        SF_EXPECT_HOLDS(put(form.source, own(kToken)), "spends from");
        SF_EXPECT_HOLDS(put(form.destination, key_of(5)), "pays out to");
        SF_EXPECT_HOLDS(put(form.destination, own(kSol)), "pays out to");
        SF_EXPECT_HOLDS(put(form.authority, kStranger), "swaps with the authority of");
    }
}

TEST_F(VenuePolicyTest, RefusesFormsThatItCannotReadToTheirEnd) {
    for (const VenueSwap& form : every_form()) {
        SCOPED_TRACE(form.name);
        constexpr const char* kReason = "not a swap in";
        SF_EXPECT_HOLDS(refused(form, [](Instruction& s) { s.data.push_back(0); }), kReason);
        SF_EXPECT_HOLDS(refused(form, [](Instruction& s) { s.data.pop_back(); }), kReason);
        SF_EXPECT_HOLDS(refused(form, [](Instruction& s) { s.data.clear(); }), kReason);
        SF_EXPECT_HOLDS(refused(form, [](Instruction& s) { s.data[0] ^= 0x40; }), kReason);
        SF_EXPECT_HOLDS(refused(form, [](Instruction& s) { s.accounts.pop_back(); }), kReason);
        SF_EXPECT_HOLDS(
            refused(form,
                    [](Instruction& s) { s.accounts.resize(40, solana::readonly(key_of(6))); }),
            kReason);
    }
}

// Nothing of ours stands behind the accounts that a form always has.
TEST_F(VenuePolicyTest, RefusesOurAccountsAmongThoseThatMayFollow) {
    for (const VenueSwap& form : every_form()) {
        if (!form.is_lengthened) {
            continue;
        }
        SCOPED_TRACE(form.name);
        const auto followed_by = [&](const Pubkey& key) {
            return refused(form,
                           [&](Instruction& s) { s.accounts.push_back(solana::writable(key)); });
        };
        EXPECT_EQ(followed_by(key_of(7)), "");
        for (const Pubkey& ours : {wallet(), own(kSol), own(kToken)}) {
            SF_EXPECT_HOLDS(followed_by(ours), "among its further accounts");
        }
    }
}

TEST_F(VenuePolicyTest, RefusesASecondSwapAtEveryVenue) {
    for (const VenueSwap& form : every_form()) {
        SCOPED_TRACE(form.name);
        Instructions twice = with(form, made(form, {}));
        twice.push_back(made(form, {}));
        SF_EXPECT_HOLDS(judge(twice, policy_for(form)), "a second swap");
    }
}

// What only some programs can do with a swap.
TEST_F(VenuePolicyTest, RefusesHalfSwapsAndFeesForThirdParties) {
    for (const VenueSwap& form : every_form()) {
        SCOPED_TRACE(form.name);
        const auto byte = [&](std::size_t at, std::uint8_t value) {
            return refused(form, [&](Instruction& s) { s.data[at] = value; });
        };
        if (form.program == solana::kRaydiumClmmProgram ||
            form.program == solana::kOrcaWhirlpoolProgram) {
            SF_EXPECT_HOLDS(byte(24, 1), "price limit");
            SF_EXPECT_HOLDS(byte(39, 1), "price limit");
            SF_EXPECT_HOLDS(byte(40, 2), "amount is of kind 2");
            // The other meaning of the same amounts.
            const Amounts cheap{.in = kTokensMin - 1, .out = kAmount};
            const auto as_kind = [&](bool is_input) {
                return refused(form, [&](Instruction& i) { i.data[40] = is_input ? 1 : 0; }, cheap);
            };
            EXPECT_EQ(as_kind(!form.is_out_first), "");
            SF_EXPECT_HOLDS(as_kind(form.is_out_first), "guarantees 9499");
        }
        if (form.program == solana::kOrcaWhirlpoolProgram) {
            SF_EXPECT_HOLDS(byte(41, form.source == 7 ? 0 : 1), "spends from");
            SF_EXPECT_HOLDS(byte(41, 2), "of direction 2");
            SF_EXPECT_HOLDS(byte(42, 1), "accounts of kind 1");
        }
        if (form.program == solana::kMeteoraDlmmProgram) {
            SF_EXPECT_HOLDS(byte(24, 1), "1 groups of accounts");
        }
        if (form.program == solana::kMeteoraDammV2Program) {
            SF_EXPECT_HOLDS(byte(24, 1), "in mode 1");
            SF_EXPECT_HOLDS(byte(24, 3), "in mode 3");
            const auto followed_by = [&](const Pubkey& key) {
                return refused(
                    form, [&](Instruction& s) { s.accounts.push_back(solana::readonly(key)); });
            };
            EXPECT_EQ(followed_by(kSysvar), "");
            SF_EXPECT_HOLDS(followed_by(key_of(8)), "behind it");
        }
        if (form.none_at) {
            SF_EXPECT_HOLDS(refused(form,
                                    [&](Instruction& s) {
                                        s.accounts[*form.none_at] = solana::writable(kStranger);
                                    }),
                            "that pays a");
        }
    }
}

// The program takes lamports of the wallet when it is told the mint of SOL, and would leave the
// token account that the policy looks at alone.
TEST_F(VenuePolicyTest, RefusesLamportsInTheNameOfAToken) {
    const Pubkey usdc = solana::kUsdcMint;
    for (const VenueSwap& form : every_form()) {
        if (!form.sol_mint_at) {
            continue;
        }
        SCOPED_TRACE(form.name);
        // Only a leg of a cycle may spend a token for another one.
        SigningPolicy policy = cycle_policy();
        policy.leg_count = 3;
        policy.between = {Handover{usdc, TokenAmount{kAmount}},
                          Handover{kToken, TokenAmount{kTokensMin}}};
        Instructions instructions = cycle();
        instructions[6] = PoolSwap{wallet(), own(kSol), own(usdc), kAmount, kAmount, true}.amm_v4();
        instructions[7] = made(form, {});
        instructions[7].accounts[form.source] = solana::writable(own(usdc));
        instructions.insert(
            instructions.begin() + 8,
            PoolSwap{wallet(), own(kToken), own(kSol), kTokensMin, kAmount + 50'000, false}.cpmm());
        SF_EXPECT_HOLDS(judge(instructions, policy), "spends lamports of the wallet");
        instructions[7].accounts[*form.sol_mint_at] = solana::readonly(usdc);
        // Two accounts of ours, the program's two rents, and one of the token for three others.
        policy.lamports_max = Lamports{kAmount} + kPriority + solana::base_fee(1);
        for (int rents = 2 + 2 + 3; rents > 0; --rents) {
            SF_EXPECT_HOLDS(judge(instructions, policy), "7 accounts), the order allows");
            policy.lamports_max += kRent;
        }
        EXPECT_EQ(judge(instructions, policy), "");
        // Nor is SOL wrapped and paid as well.
        Instructions both = entry();
        both[6] = made(form, {});
        SF_EXPECT_HOLDS(judge(both, policy_for(form)), "wrap 100000000, swap 100000000");
    }
}

// A sell pays lamports to the wallet: the floor is the program's own.
TEST_F(VenuePolicyTest, SignsSellsOnTheCurveForLamports) {
    VenueSwap form{.name = "curve sell",
                   .program = solana::kPumpCurveProgram,
                   .discriminator = 0x5df6823ce7e940b2,
                   .accounts = 26,
                   .authority = 13,
                   .source = 14,
                   .destination = 15,
                   .is_out_first = false,
                   .tail = {},
                   .none_at = {},
                   .sol_mint_at = 2};
    Instruction swap = made(form, {.in = 10'000, .out = 90'000'000});
    swap.accounts[14] = solana::writable(own(kToken));
    swap.accounts[15] = solana::writable(own(kSol));
    Instructions instructions = exit();
    instructions[3] = swap;
    // Our account of wSOL, and what the program may ask for.
    SigningPolicy policy = exit_policy();
    policy.lamports_max = kPriority + solana::base_fee(1) + kRent + kRent + kRent;
    EXPECT_EQ(judge(instructions, policy), "");
    SigningPolicy less = policy;
    less.lamports_max = less.lamports_max - Lamports{1};
    SF_EXPECT_HOLDS(judge(instructions, less), "3 accounts), the order allows");
    SigningPolicy more = policy;
    more.receive_min += TokenAmount{1};
    SF_EXPECT_HOLDS(judge(instructions, more), "guarantees 90000000 < 90000001");
    // In a cycle, whose legs may yield something else.
    Instructions through = cycle();
    through[6] = leg_1().amm_v4();
    through[7] = made(form, {.in = 10'000, .out = 90'000'000});
    through[7].accounts[14] = solana::writable(own(kToken));
    through[7].accounts[15] = solana::writable(own(solana::kUsdcMint));
    SigningPolicy other = cycle_policy();
    other.leg_count = 3;
    other.between = {Handover{kToken, TokenAmount{10'000}},
                     Handover{solana::kUsdcMint, TokenAmount{90'000'000}}};
    SF_EXPECT_HOLDS(judge(through, other), "pays lamports where the order receives");
}

TEST_F(VenuePolicyTest, LengthensAPoolOnceForASwapAtOurOwnExpense) {
    const Instruction extend{solana::kPumpSwapProgram,
                             {solana::writable(key_of(1)), solana::writable_signer(wallet()),
                              solana::readonly(solana::kSystemProgram), solana::readonly(key_of(2)),
                              solana::readonly(solana::kPumpSwapProgram)},
                             {0xea, 0x66, 0xc2, 0xcb, 0x96, 0x48, 0x3e, 0xe5}};
    Instructions instructions = entry();
    instructions.insert(instructions.begin() + 6, extend);
    SigningPolicy policy = entry_policy();
    policy.lamports_max += kRent;
    EXPECT_EQ(judge(instructions, policy), "");
    SF_EXPECT_HOLDS(judge(instructions, entry_policy()), "3 accounts");
    Instructions twice = instructions;
    twice.insert(twice.begin() + 6, extend);
    policy.lamports_max += kRent;
    SF_EXPECT_HOLDS(judge(twice, policy), "lengthens a pool 2 times for 1 swaps");
    instructions[6].accounts[1] = solana::writable(kStranger);
    SF_EXPECT_HOLDS(judge(instructions, policy), "at the expense of");
    instructions[6].accounts.pop_back();
    SF_EXPECT_HOLDS(judge(instructions, policy), "not a swap in a form we know");
}

// Instructions that the vendors' own tools built.
TEST(SwapInstruction, ReadsTheVendorsInstructions) {
    SF_REQUIRE_DATA(data);
    const sniperforge::test::JsonFile file{data / "vectors" / "swap_instructions.json"};
    std::size_t read = 0, refused = 0;
    for (const auto test_case : file.root()["cases"].get_array()) {
        const std::string_view name = test_case["name"];
        SCOPED_TRACE(name);
        std::vector<Pubkey> keys;
        for (const auto account : test_case["accounts"].get_array()) {
            keys.push_back(*Pubkey::parse(std::string_view{account["pubkey"]}));
        }
        const Pubkey program = *Pubkey::parse(std::string_view{test_case["program_id"]});
        const auto bytes = hex_decode(std::string_view{test_case["data_hex"]});
        ASSERT_TRUE(bytes);
        const auto swap = decode_swap(program, keys, *bytes);
        if (name == "pump getBuyInstructionRaw" || name == "pump getSellInstructionRaw") {
            // The old forms, which we do not build.
            EXPECT_FALSE(swap);
            ++refused;
            continue;
        }
        ASSERT_TRUE(swap) << swap.error().text;
        ++read;
        const simdjson::dom::element args = test_case["args"];
        if (name == "raydium_cpmm swap_base_input") {
            EXPECT_EQ(swap->authority, keys[0]);
            EXPECT_EQ(swap->amount_in_max.raw(), number(args, "amount_in"));
            EXPECT_EQ(swap->amount_out_min.raw(), number(args, "minimum_amount_out"));
            continue;
        }
        const bool is_buy = name == "pump getBuyV2InstructionRaw";
        ASSERT_TRUE(is_buy || name == "pump getSellV2InstructionRaw");
        const Pubkey user = *Pubkey::parse(std::string_view{args["user"]});
        const Pubkey token = solana::associated_token_address(
            user, *Pubkey::parse(std::string_view{args["mint"]}),
            *Pubkey::parse(std::string_view{args["base_token_program"]}));
        const Pubkey sol =
            solana::associated_token_address(user, solana::kWrappedSolMint, solana::kTokenProgram);
        EXPECT_EQ(swap->authority, user);
        EXPECT_EQ(swap->source, is_buy ? sol : token);
        EXPECT_EQ(swap->destination, is_buy ? token : sol);
        EXPECT_EQ((is_buy ? swap->amount_out_min : swap->amount_in_max).raw(),
                  number(args, "amount"));
        EXPECT_EQ((is_buy ? swap->amount_in_max : swap->amount_out_min).raw(),
                  number(args, "quote_amount"));
        EXPECT_EQ(swap->is_native_in, is_buy);
        EXPECT_EQ(swap->is_native_out, !is_buy);
    }
    EXPECT_EQ(read, 3U);
    EXPECT_EQ(refused, 2U);
}

}  // namespace
}  // namespace sniperforge::signer
