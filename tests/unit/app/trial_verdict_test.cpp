// SPDX-License-Identifier: MIT
#include "app/trial_verdict.hpp"

#include <gtest/gtest.h>

namespace sniperforge::app {
namespace {

constexpr ComputeUnits kUnits{200'000};

[[nodiscard]] SwapTrial trial_of(std::uint64_t simulated, bool is_pool_settled = true) {
    SwapTrial trial;
    trial.amount_in = TokenAmount{10'000};
    trial.quoted = TokenAmount{1'000'000};
    trial.simulated = TokenAmount{simulated};
    trial.is_pool_settled = is_pool_settled;
    return trial;
}
[[nodiscard]] Finding verdict_of(const SwapTrial& trial) {
    Finding finding;
    judge_trial(trial, kUnits, finding);
    return finding;
}

// 0.1 % of it is what a fee that goes by the clock may do; one unit more is our mistake.
TEST(TrialVerdict, AQuoteOfAStandingPoolMayBeTenBasisPointsOffAndNotOneUnitMore) {
    EXPECT_EQ(verdict_of(trial_of(1'000'000)).verdict, Verdict::Ok);
    for (const std::uint64_t near : {999'999U, 1'000'001U, 999'000U, 1'001'000U}) {
        EXPECT_EQ(verdict_of(trial_of(near)).verdict, Verdict::Warn) << near;
    }
    for (const std::uint64_t far : {998'999U, 1'001'001U, 0U}) {
        EXPECT_EQ(verdict_of(trial_of(far)).verdict, Verdict::Fail) << far;
    }
}

// Where no fee goes by the clock nothing explains a single unit.
TEST(TrialVerdict, OneUnitIsAFailureWhereNoFeeGoesByTheClock) {
    for (const std::uint64_t simulated : {999'999U, 1'000'000U, 1'000'001U}) {
        SwapTrial trial = trial_of(simulated);
        trial.is_fee_timed = false;
        const bool is_equal = simulated == 1'000'000;
        EXPECT_EQ(verdict_of(trial).verdict, is_equal ? Verdict::Ok : Verdict::Fail) << simulated;
        trial.is_pool_settled = false;
        EXPECT_EQ(verdict_of(trial).verdict, is_equal ? Verdict::Ok : Verdict::Warn) << simulated;
    }
    for (const VenueId venue :
         {VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm, VenueId::PumpCurve, VenueId::PumpSwap}) {
        EXPECT_FALSE(is_fee_timed(venue)) << to_string(venue);
    }
    for (const VenueId venue : {VenueId::RaydiumClmm, VenueId::OrcaWhirlpool, VenueId::MeteoraDlmm,
                                VenueId::MeteoraDammV2}) {
        EXPECT_TRUE(is_fee_timed(venue)) << to_string(venue);
    }
}

TEST(TrialVerdict, AFloorThatTheProgramDoesNotKeepIsAFailureThoughTheQuoteIsRight) {
    SwapTrial trial = trial_of(1'000'000);
    trial.floor = TrialFloor::Holds;
    EXPECT_EQ(verdict_of(trial).verdict, Verdict::Ok);
    EXPECT_NE(verdict_of(trial).found.find("a floor of one unit more is refused"),
              std::string::npos);
    trial.floor = TrialFloor::Broken;
    const Finding broken = verdict_of(trial);
    EXPECT_EQ(broken.verdict, Verdict::Fail);
    EXPECT_NE(broken.found.find("a floor of one unit more is not refused"), std::string::npos);
    EXPECT_FALSE(broken.advice.empty());
}

TEST(TrialVerdict, WhileThePoolMovesADifferenceProvesNothing) {
    EXPECT_EQ(verdict_of(trial_of(1'000'000, false)).verdict, Verdict::Ok);
    const Finding near = verdict_of(trial_of(990'000, false));
    EXPECT_EQ(near.verdict, Verdict::Warn);
    EXPECT_NE(near.found.find("the pool moved meanwhile, allowed 100 bps"), std::string::npos);
    const Finding far = verdict_of(trial_of(989'999, false));
    EXPECT_EQ(far.verdict, Verdict::Warn);
    EXPECT_NE(near.advice, far.advice);
}

TEST(TrialVerdict, RentsThatTheFirstSalePaysAreNoMistakeOfTheQuote) {
    SwapTrial trial = trial_of(500'000);
    trial.rents_max = TokenAmount{500'000};
    EXPECT_EQ(verdict_of(trial).verdict, Verdict::Warn);
    trial.rents_max = TokenAmount{499'999};
    EXPECT_EQ(verdict_of(trial).verdict, Verdict::Fail);
    // Rents are paid, they do not bring anything.
    trial = trial_of(1'500'000);
    trial.rents_max = TokenAmount{500'000};
    EXPECT_EQ(verdict_of(trial).verdict, Verdict::Fail);
}

TEST(TrialVerdict, ASimulationThatFailsIsAFailureWithItsReason) {
    SwapTrial trial = trial_of(1'000'000);
    trial.error = "instruction 4, program raydium_cpmm, code 6005 (0x1775), ExceededSlippage";
    const Finding finding = verdict_of(trial);
    EXPECT_EQ(finding.verdict, Verdict::Fail);
    EXPECT_NE(finding.found.find(trial.error), std::string::npos);
    EXPECT_FALSE(finding.advice.empty());
}

}  // namespace
}  // namespace sniperforge::app
