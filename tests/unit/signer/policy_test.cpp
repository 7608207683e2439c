// SPDX-License-Identifier: MIT
#include "sniperforge/signer/policy.hpp"

#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

// ---- What is signed ----

TEST_F(PolicyTest, SignsHonestOrdersOfEveryKind) {
    EXPECT_EQ(refusal(entry(), entry_policy()), "");
    EXPECT_EQ(refusal(exit(), exit_policy()), "");
    EXPECT_EQ(refusal(cycle(), cycle_policy()), "");
}

TEST_F(PolicyTest, SignsEveryFormOfAPoolSwapAsALeg) {
    for (const bool is_first_cpmm : {true, false}) {
        for (const bool is_second_exact_out : {true, false}) {
            Instructions instructions = cycle();
            PoolSwap second = leg_2();
            second.is_exact_out = is_second_exact_out;
            instructions[6] = is_first_cpmm ? leg_1().cpmm() : leg_1().amm_v4();
            instructions[7] = is_first_cpmm ? second.amm_v4() : second.cpmm();
            EXPECT_EQ(refusal(instructions, cycle_policy()), "");
        }
    }
}

TEST_F(PolicyTest, ReadsEveryRouteStepItKnows) {
    Instructions instructions = entry();
    Route route = entry_route();
    // AMM v4, Whirlpool with its field, DLMM, CPMM, DAMM v2.
    route.steps = {7, 50, 0, 1, 17, 1, 50, 0, 1, 38, 100, 1, 2, 46, 100, 2, 3, 77, 100, 3, 4};
    route.step_count = 5;
    route.venues = {solana::kRaydiumAmmV4Program, solana::kOrcaWhirlpoolProgram,
                    solana::kMeteoraDlmmProgram, solana::kRaydiumCpmmProgram,
                    solana::kMeteoraDammV2Program};
    instructions[6] = route.instruction();
    EXPECT_EQ(refusal(instructions, entry_policy()), "");
}

// Alone: what it takes from the wallet is then what the route says. See the hostile transactions.
// It may make the account of our volume and fill up others of the program: two rents.
TEST_F(PolicyTest, ReadsARouteOfOneStepOnTheCurveWithTheRentThatItMayCost) {
    Route route = entry_route();
    route.venues = {solana::kPumpCurveProgram};
    route.steps[0] = 112;
    Instructions instructions = entry();
    instructions[6] = route.instruction();
    SigningPolicy policy = entry_policy();
    policy.lamports_max += kRent + kRent;
    EXPECT_EQ(refusal(instructions, policy), "");
    policy.lamports_max -= Lamports{1};
    EXPECT_NE(refusal(instructions, policy).find("4 accounts"), std::string::npos);

    route = exit_route();
    route.venues = {solana::kPumpCurveProgram};
    route.steps[0] = 113;
    instructions = exit();
    instructions[3] = route.instruction();
    policy = exit_policy();
    policy.lamports_max += kRent;
    EXPECT_EQ(refusal(instructions, policy), "");
    policy.lamports_max -= Lamports{1};
    EXPECT_NE(refusal(instructions, policy).find("3 accounts"), std::string::npos);
}

// What is wrapped covers it; what is not is lamports of the wallet.
TEST_F(PolicyTest, CountsWhatAStepOnTheCurveTakesWhereLessWasWrapped) {
    Route route = entry_route();
    route.venues = {solana::kPumpCurveProgram};
    route.steps[0] = 112;
    Instructions instructions = entry();
    instructions[3] = solana::system_transfer({wallet(), own(kSol), Lamports{1}});
    instructions[6] = route.instruction();
    SigningPolicy policy = entry_policy();
    policy.lamports_max += kRent + kRent;
    EXPECT_EQ(refusal(instructions, policy), "");
    policy.lamports_max -= Lamports{1};
    EXPECT_NE(refusal(instructions, policy).find("wrap 100000000"), std::string::npos);
}

TEST_F(PolicyTest, AcceptsOurAccountOfTheNewTokenProgram) {
    const Pubkey account = signer.own_accounts().account(kToken, solana::kToken2022Program);
    Instructions instructions = entry();
    Route route = entry_route();
    route.destination = account;
    instructions[5] = solana::associated_token_create_idempotent(
        {wallet(), wallet(), kToken, solana::kToken2022Program});
    instructions[6] = route.instruction();
    SigningPolicy policy = entry_policy();
    policy.transfer_fee_out = TransferFeeMax{};
    EXPECT_EQ(refusal(instructions, policy), "");
    policy.transfer_fee_out.reset();
    EXPECT_NE(refusal(instructions, policy).find("nobody has read"), std::string::npos);
}

// 9,540 guaranteed: 1 % of it would be 96, the mint's ceiling is 40.
TEST_F(PolicyTest, HoldsTheFloorAgainstWhatArrivesOfAMintThatTakesAFee) {
    Route route = entry_route();
    route.destination = signer.own_accounts().account(kToken, solana::kToken2022Program);
    SigningPolicy policy = entry_policy();
    const auto with = [&](std::uint64_t quoted_out, TransferFeeMax fee) {
        route.quoted_out = quoted_out;
        policy.transfer_fee_out = fee;
        Instructions instructions = entry();
        instructions[6] = route.instruction();
        return refusal(instructions, policy);
    };
    const TransferFeeMax fee{BasisPoints{100}, TokenAmount{40}};
    EXPECT_EQ(with(10'043, fee), "");
    EXPECT_EQ(with(10'042, fee), "instruction 6: guarantees 9499 < 9500 base units");
    // 9,596 less 96, rounded up.
    EXPECT_EQ(with(10'102, {BasisPoints{100}, TokenAmount::max()}), "");
    EXPECT_EQ(with(10'101, {BasisPoints{100}, TokenAmount::max()}),
              "instruction 6: guarantees 9499 < 9500 base units");
    EXPECT_EQ(with(10'101, {BasisPoints{0}, TokenAmount::max()}), "");
    EXPECT_EQ(with(kU64Max, {BasisPoints{10'000}, TokenAmount::max()}),
              "instruction 6: guarantees 0 < 9500 base units");
}

// ---- Boundaries ----

TEST_F(PolicyTest, AllowsExactlyTheAmountAndNotOneUnitMore) {
    Instructions instructions = entry();
    Route route = entry_route();
    route.amount_in = kAmount + 1;
    instructions[6] = route.instruction();
    EXPECT_EQ(refusal(instructions, entry_policy()),
              "instruction 6: may spend 100000001 > 100000000 base units");
}

// 10,000 less 5 % is the floor of 9,500.
TEST_F(PolicyTest, AllowsExactlyTheFloorAndNotOneUnitLess) {
    Instructions instructions = entry();
    Route route = entry_route();
    route.quoted_out = 9'999;  // 9,499.05: the chain would let 9,499 pass.
    instructions[6] = route.instruction();
    EXPECT_EQ(refusal(instructions, entry_policy()),
              "instruction 6: guarantees 9499 < 9500 base units");
    route.quoted_out = 10'000;
    route.slippage_bps = 501;
    instructions[6] = route.instruction();
    EXPECT_EQ(refusal(instructions, entry_policy()),
              "instruction 6: guarantees 9499 < 9500 base units");
}

TEST_F(PolicyTest, AllowsExactlyTheLamportsOfTheOrderAndNotOneLess) {
    SigningPolicy policy = entry_policy();
    policy.lamports_max = policy.lamports_max - Lamports{1};
    EXPECT_EQ(refusal(entry(), policy),
              "104087560 lamports may leave the wallet (wrap 100000000, swap 0, priority fee 4000, "
              "tip 0, base fee 5000, 2 accounts), the order allows 104087559");
}

TEST_F(PolicyTest, CountsEveryWrapAndEveryCreatedAccount) {
    Instructions twice = entry();
    twice.push_back(solana::system_transfer({wallet(), own(kSol), Lamports{1}}));
    EXPECT_NE(refusal(twice, entry_policy()).find("wrap 100000001"), std::string::npos);
    Instructions accounts = entry();
    accounts.push_back(create(kToken));
    EXPECT_NE(refusal(accounts, entry_policy()).find("3 accounts"), std::string::npos);
}

TEST_F(PolicyTest, DoesNotWrapAroundWhenTheSumOverflows) {
    Instructions instructions = entry();
    instructions[3] = solana::system_transfer({wallet(), own(kSol), Lamports::max()});
    instructions.push_back(solana::system_transfer({wallet(), own(kSol), Lamports::max()}));
    EXPECT_NE(refusal(instructions, entry_policy()).find("the order allows"), std::string::npos);
}

TEST_F(PolicyTest, TakesTheHighestComputeLimitWhenNoneIsSet) {
    Instructions instructions = entry();
    instructions.erase(instructions.begin());
    // 1,400,000 units at 20,000 micro-lamports.
    EXPECT_NE(refusal(instructions, entry_policy()).find("priority fee 28000"), std::string::npos);
}

// ---- Refusals ----

TEST(Refusal, NamesTheInstructionWhenThereIsOne) {
    EXPECT_EQ((Refusal{3, "why"}.text()), "instruction 3: why");
    EXPECT_EQ((Refusal{{}, "why"}.text()), "why");
}

}  // namespace
}  // namespace sniperforge::signer
