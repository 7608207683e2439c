// SPDX-License-Identifier: MIT
// The one form of a sweep, and everything that looks like one.
#include "unit/signer/policy_hostile.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

constexpr std::uint64_t kDust = 7;
// 20,000 units at 20,000 micro-lamports.
constexpr Lamports kSweepPriority{400};

class SweepPolicyTest : public PolicyTest {
 protected:
    [[nodiscard]] SigningPolicy sweep_policy() const {
        SigningPolicy policy;
        policy.kind = OrderKind::Sweep;
        policy.mint_in = kToken;
        policy.mint_out = kSol;
        policy.amount_in_max = TokenAmount{kDust};
        policy.lamports_max = solana::base_fee(1) + kSweepPriority;
        policy.token_account_rent = kRent;
        return policy;
    }
    [[nodiscard]] solana::TokenBurn honest_burn(const Pubkey& program = solana::kTokenProgram) {
        return {signer.own_accounts().account(kToken, program), kToken, wallet(),
                TokenAmount{kDust}, program};
    }
    [[nodiscard]] solana::TokenCloseAccount honest_close(
        const Pubkey& program = solana::kTokenProgram) {
        return {signer.own_accounts().account(kToken, program), wallet(), wallet(), program};
    }
    // Positions: 0 limit, 1 price, 2 burn, 3 close.
    [[nodiscard]] Instructions sweep(const Pubkey& program = solana::kTokenProgram) {
        return {solana::set_compute_unit_limit(ComputeUnits{20'000}),
                solana::set_compute_unit_price(ComputeUnitPrice{20'000}),
                solana::token_burn(honest_burn(program)),
                solana::token_close_account(honest_close(program))};
    }
    [[nodiscard]] Instruction burn_with(const std::function<void(solana::TokenBurn&)>& change) {
        solana::TokenBurn burn = honest_burn();
        change(burn);
        return solana::token_burn(burn);
    }
    [[nodiscard]] Instruction close_with(
        const std::function<void(solana::TokenCloseAccount&)>& change) {
        solana::TokenCloseAccount close = honest_close();
        change(close);
        return solana::token_close_account(close);
    }
};

TEST_F(SweepPolicyTest, SignsABurnAndTheClosingOfTheSameAccountUnderEitherProgram) {
    EXPECT_EQ(refusal(sweep(), sweep_policy()), "");
    EXPECT_EQ(refusal(sweep(solana::kToken2022Program), sweep_policy()), "");
}

TEST_F(SweepPolicyTest, SignsTheClosingOfAnEmptyAccountAlone) {
    SigningPolicy policy = sweep_policy();
    policy.amount_in_max = TokenAmount{};
    Instructions instructions = sweep();
    instructions.erase(instructions.begin() + 2);
    EXPECT_EQ(refusal(instructions, policy), "");
    EXPECT_EQ(refusal(sweep(), policy), "instruction 2: burns 7 > 0 base units");
}

TEST_F(SweepPolicyTest, BurnsExactlyTheResidueAndNotOneUnitMore) {
    Instructions instructions = sweep();
    instructions[2] = burn_with([](auto& burn) { burn.amount = TokenAmount{kDust + 1}; });
    EXPECT_EQ(refusal(instructions, sweep_policy()), "instruction 2: burns 8 > 7 base units");
}

TEST_F(SweepPolicyTest, PaysExactlyTheFeeOfTheOrderAndNotOneLamportMore) {
    SigningPolicy policy = sweep_policy();
    policy.lamports_max = policy.lamports_max - Lamports{1};
    EXPECT_EQ(refusal(sweep(), policy),
              "a sweep for 5400 lamports (priority fee 400, base fee 5000), the order allows 5399");
    Instructions unlimited = sweep();
    unlimited.erase(unlimited.begin());
    EXPECT_NE(refusal(unlimited, sweep_policy()).find("priority fee 28000"), std::string::npos);
}

TEST_F(SweepPolicyTest, RefusesWhatBurnsOrClosesAnythingElse) {
    const Pubkey other = key_of(71);
    const std::vector<Hostile> cases{
        {"another mint",
         [&](Instructions& all) {
             all[2] = burn_with([&](auto& burn) {
                 burn.mint = other;
                 burn.source = own(other);
             });
         },
         "instruction 2: burns mint"},
        {"our mint out of another account of ours",
         [&](Instructions& all) {
             all[2] = burn_with([&](auto& burn) { burn.source = own(other); });
         },
         "instruction 2: burns from"},
        {"a stranger's account",
         [&](Instructions& all) {
             all[2] = burn_with([&](auto& burn) { burn.source = kStranger; });
         },
         "instruction 2: burns from"},
        {"the account of the other token program",
         [&](Instructions& all) {
             all[2] = burn_with([&](auto& burn) {
                 burn.source = signer.own_accounts().account(kToken, solana::kToken2022Program);
             });
         },
         "instruction 2: burns from"},
        {"Token-2022 called for an account of SPL Token",
         [&](Instructions& all) {
             all[2] =
                 burn_with([&](auto& burn) { burn.token_program = solana::kToken2022Program; });
         },
         "instruction 2: burns from"},
        {"Token-2022 called to close an account of SPL Token",
         [&](Instructions& all) {
             all[3] =
                 close_with([&](auto& close) { close.token_program = solana::kToken2022Program; });
         },
         "instruction 3: closes"},
        {"a burn under one program, a closing under the other",
         [&](Instructions& all) {
             all[3] = solana::token_close_account(honest_close(solana::kToken2022Program));
         },
         "instruction 3: closes another account"},
        {"two burns", [&](Instructions& all) { all.insert(all.begin() + 2, all[2]); },
         "instruction 3: a second burn"},
        {"a closing to a stranger",
         [&](Instructions& all) {
             all[3] = close_with([&](auto& close) { close.destination = kStranger; });
         },
         "instruction 3: closes a token account to an address that is not our wallet"},
        {"a closing of another account of ours",
         [&](Instructions& all) {
             all[3] = close_with([&](auto& close) { close.account = own(other); });
         },
         "instruction 3: closes"},
        {"the wrapped SOL account",
         [&](Instructions& all) {
             all.push_back(solana::token_close_account({own(kSol), wallet(), wallet()}));
         },
         "instruction 4: something after"},
        {"the wrapped SOL account instead",
         [&](Instructions& all) {
             all[3] = close_with([&](auto& close) { close.account = own(kSol); });
         },
         "instruction 3: closes"},
        {"closing twice", [&](Instructions& all) { all.push_back(all[3]); },
         "instruction 4: something after"},
        {"no closing", [&](Instructions& all) { all.pop_back(); },
         "a sweep that closes no account"},
    };
    SF_EXPECT_ALL_REFUSED(cases, sweep(), sweep_policy());
}

TEST_F(SweepPolicyTest, RefusesEveryOtherInstruction) {
    const Pubkey look_alike = key_of(4'022);
    const std::vector<Hostile> cases{
        {"a program with the bytes of a token program",
         [&](Instructions& all) {
             all[2] = burn_with([&](auto& burn) { burn.token_program = look_alike; });
         },
         "instruction 2: program"},
        {"a transfer of lamports",
         [&](Instructions& all) {
             all.push_back(solana::system_transfer({wallet(), kStranger, Lamports{1}}));
         },
         "instruction 4: program"},
        {"a token account", [&](Instructions& all) { all.push_back(create(kToken)); },
         "instruction 4: program"},
        {"a swap", [&](Instructions& all) { all.push_back(exit_route().instruction()); },
         "instruction 4: program"},
        {"a transfer of the token",
         [&](Instructions& all) {
             all[2] = solana::token_transfer({own(kToken), kStranger, wallet(), TokenAmount{1}});
         },
         "instruction 2: a token instruction other than burn"},
        {"an approval",
         [&](Instructions& all) {
             all[2] = solana::token_approve({own(kToken), kStranger, wallet(), TokenAmount{1}});
         },
         "instruction 2: a token instruction other than burn"},
        {"a burn with a byte too many", [&](Instructions& all) { all[2].data.push_back(0); },
         "instruction 2: a token instruction other than burn"},
        {"a burn that names a multisig's signers",
         [&](Instructions& all) { all[2].accounts.push_back(solana::readonly(kStranger)); },
         "instruction 2: a burn with 4 accounts"},
        {"a closing with one account too many",
         [&](Instructions& all) { all[3].accounts.push_back(solana::readonly(kStranger)); },
         "instruction 3: a closing with 4 accounts"},
        {"a second price",
         [&](Instructions& all) {
             all.push_back(solana::set_compute_unit_price(ComputeUnitPrice{1}));
         },
         "instruction 4: a compute budget instruction other than"},
        {"a heap frame", [&](Instructions& all) { all.push_back(solana::request_heap_frame(1)); },
         "instruction 4: a compute budget instruction other than"},
    };
    SF_EXPECT_ALL_REFUSED(cases, sweep(), sweep_policy());
}

TEST_F(SweepPolicyTest, RefusesAnotherAuthorityOrFeePayerBeforeItLooksFurther) {
    Instructions instructions = sweep();
    instructions[2] = burn_with([&](auto& burn) { burn.owner = kStranger; });
    EXPECT_NE(refusal(instructions, sweep_policy()).find("2 signatures are required"),
              std::string::npos);
    const auto foreign = solana::compile_message(kStranger, sweep(), kBlockhash);
    ASSERT_TRUE(foreign);
    EXPECT_NE(refusal(*foreign, sweep_policy()).find("the fee payer is"), std::string::npos);
}

// Neither is a residue, whatever the order says.
TEST_F(SweepPolicyTest, NeverSweepsSolOrUsdc) {
    for (const Pubkey& mint : {kSol, solana::kUsdcMint, solana::kUsdtMint}) {
        SigningPolicy policy = sweep_policy();
        policy.mint_in = mint;
        const Instructions instructions{
            solana::token_burn({own(mint), mint, wallet(), TokenAmount{1}}),
            solana::token_close_account({own(mint), wallet(), wallet()})};
        EXPECT_NE(refusal(instructions, policy).find("which is money"), std::string::npos);
    }
}

TEST_F(SweepPolicyTest, NeedsNoVersion1) {
    const Instructions instructions{sweep()[2], sweep()[3]};
    const auto message = solana::compile_message_v1(wallet(), instructions, kBlockhash,
                                                    {.priority_fee = Lamports{400},
                                                     .compute_unit_limit = ComputeUnits{20'000},
                                                     .loaded_accounts_data_size_limit = 1'000'000});
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_NE(refusal(*message, sweep_policy()).find("a sweep of version 1"), std::string::npos);
}

// What a sweep may do, no other order may.
TEST_F(SweepPolicyTest, LetsNoOtherOrderBurn) {
    Instructions instructions = exit();
    instructions.insert(instructions.end() - 1, solana::token_burn(honest_burn()));
    EXPECT_EQ(refusal(instructions, exit_policy()),
              "instruction 5: a token instruction other than sync-native and close-account");
}

}  // namespace
}  // namespace sniperforge::signer
