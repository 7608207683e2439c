// SPDX-License-Identifier: MIT
// Entries that add to a position: what counts positions lets them pass, what counts money does not.
#include <gtest/gtest.h>

#include "sniperforge/risk/size_caps.hpp"
#include "unit/risk/risk_gate_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace test;

// 0.404 SOL more into position 5, which 0.5 SOL were spent on.
Question stage() {
    Question setup = entry();
    setup.intent.position_id = PositionId{5};
    setup.exposure.is_mint_held = true;
    setup.exposure.holding = TokenAmount{1'000};
    setup.exposure.staged_spend = Lamports{500'000'000};
    return setup;
}

TEST(RiskGateStages, AddsToAPositionOfItsStrategyAndToNoOther) {
    Question setup = stage();
    EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
    setup.exposure.staged_spend.reset();
    EXPECT_EQ(setup.denial(), DenialReason::PositionUnknown);
    EXPECT_EQ(setup.detail(), "an entry adds to position 5, and sniper has no such position of " +
                                  kToken.to_string() + " open");
}

TEST(RiskGateStages, StillDeniesAHeldMintToAnEntryThatNamesNoPosition) {
    Question setup = stage();
    setup.intent.position_id = {};
    setup.exposure.staged_spend.reset();
    EXPECT_EQ(setup.denial(), DenialReason::MintAlreadyHeld);
}

TEST(RiskGateStages, AddsNothingToAPositionThatIsBeingSoldOrBoughtInto) {
    Question setup = stage();
    setup.exposure.is_exit_in_flight = true;
    EXPECT_EQ(setup.denial(), DenialReason::ExitInFlight);
    setup.exposure.is_mint_in_flight = true;
    EXPECT_EQ(setup.denial(), DenialReason::MintInFlight);
}

// The trade is 1 SOL at most, whatever it is cut into.
TEST(RiskGateStages, HoldsTheTradeLimitAgainstAllThatWasSpentOnThePosition) {
    Question setup = stage();
    setup.exposure.staged_spend = Lamports{kSol.raw() - 404'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.staged_spend = Lamports{kSol.raw() - 404'000'000 + 1};
    EXPECT_EQ(setup.denial(), DenialReason::SpendAboveTradeLimit);
    EXPECT_EQ(setup.detail(),
              "spent on position 5 596000001 + spend_max 404000000 lamports > trade_max "
              "1000000000 lamports ($100)");
}

TEST(RiskGateStages, WantsLiquidityForAllThatWillHaveToBeSold) {
    Question setup = stage();
    setup.limits.liquidity_per_trade = 100;  // 90.4 SOL for 0.904.
    setup.intent.pool_liquidity = Lamports{90'400'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.pool_liquidity = Lamports{90'399'999'999};
    EXPECT_EQ(setup.denial(), DenialReason::LiquidityTooLow);
}

// 5 USD are 0.05 SOL: at 5 % a move, 1 SOL may be in it.
TEST(RiskGateStages, CutsToWhatATypicalMoveMayLoseOfTheWholePosition) {
    Question setup = stage();
    setup.exposure.volatility = 50'000;
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), Lamports{500'000'000});
    setup.exposure.staged_spend = Lamports{600'000'000};
    setup.intent.spend_max = Lamports{400'000'000};
    setup.intent.amount_in = TokenAmount{396'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
    setup.exposure.volatility = 50'600;  // 0.988 SOL.
    EXPECT_EQ(setup.denial(), DenialReason::VolatilityTooHigh);
    setup.exposure.staged_spend.reset();
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), Lamports{988'142'292});
}

TEST(RiskGateStages, CountsAsNoPositionMore) {
    const auto full = [](Question setup) {
        setup.exposure.positions_open = setup.limits.positions_max;
        setup.exposure.creator_positions = setup.limits.creator_positions_max;
        setup.exposure.launch_positions = setup.limits.launch_positions_max;
        setup.exposure.funder_positions = setup.limits.funder_positions_max;
        setup.exposure.correlated_positions = setup.limits.correlated_positions_max;
        return setup;
    };
    EXPECT_EQ(full(stage()).denial(), std::nullopt);
    EXPECT_EQ(full(entry()).denial(), DenialReason::PositionsAtLimit);
}

TEST(RiskGateStages, HoldsEveryLimitOnMoneyAgainstAStage) {
    Question setup = stage();
    setup.exposure.open_cost = Lamports{50 * kLamportsPerSol};
    EXPECT_EQ(setup.denial(), DenialReason::CapitalExceeded);
    setup = stage();
    setup.exposure.pnl_today = LamportsDelta{-5 * static_cast<std::int64_t>(kLamportsPerSol)};
    EXPECT_EQ(setup.denial(), DenialReason::DailyLossReached);
    setup = stage();
    setup.exposure.state = TradingState::Reducing;
    EXPECT_NE(setup.denial(), std::nullopt);
}

}  // namespace
}  // namespace sniperforge::risk
