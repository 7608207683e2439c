// SPDX-License-Identifier: MIT
// The limits on money, positions and markets, and their conversions between dollars and lamports.
#include "unit/risk/risk_gate_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace test;

// ---- Capital ----

// The limit itself is allowed; one lamport more is not. Off by one here costs money.
TEST(RiskGate, AllowsExactlyTheTradeLimitAndNotOneLamportMore) {
    for (Question setup : {entry(), cycle()}) {
        setup.limits.entry_cost_max = BasisPoints{kBasisPointsOne * 10};
        setup.intent.spend_max = kSol;  // 100 USD.
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.intent.spend_max = Lamports{kLamportsPerSol + 1};
        EXPECT_EQ(setup.denial(), DenialReason::SpendAboveTradeLimit);
    }
}

TEST(RiskGate, RoundsTheTradeLimitDownWhenThePriceDoesNotDivideIt) {
    Question setup = entry();
    setup.limits.entry_cost_max = BasisPoints{kBasisPointsOne * 10};
    setup.exposure.sol_price = MicroUsd{150'000'001};  // 100 USD are 0.666666662 SOL and a bit.
    const auto limit = 100'000'000ULL * kLamportsPerSol / 150'000'001ULL;
    setup.intent.spend_max = Lamports{limit};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.spend_max = Lamports{limit + 1};
    EXPECT_EQ(setup.denial(), DenialReason::SpendAboveTradeLimit);
}

TEST(RiskGate, CountsOpenCostAndOrdersInFlightAgainstCapital) {
    for (Question setup : {entry(), cycle()}) {
        // Of 50 SOL, 49.596 are at stake: this order's 0.404 fit exactly.
        setup.exposure.open_cost = Lamports{40'000'000'000};
        setup.exposure.in_flight_spend = Lamports{9'596'000'000};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.open_cost = Lamports{40'000'000'001};
        EXPECT_EQ(setup.denial(), DenialReason::CapitalExceeded);
        setup.exposure.open_cost = Lamports{40'000'000'000};
        setup.exposure.in_flight_spend = Lamports{9'596'000'001};
        EXPECT_EQ(setup.denial(), DenialReason::CapitalExceeded);
        setup.exposure.in_flight_spend = Lamports::max();  // Saturates, does not wrap.
        EXPECT_EQ(setup.denial(), DenialReason::CapitalExceeded);
    }
}

// The ladder's capital holds beside the settings', and a day cannot lose more than all of it.
TEST(RiskGate, KeepsWithinTheRungOfTheCapitalLadder) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.capital_earned = MicroUsd{1'000 * kMicroUsdPerUsd};  // 10 SOL.
        setup.exposure.open_cost = Lamports{9'596'000'000};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.open_cost = Lamports{9'596'000'001};
        EXPECT_EQ(setup.denial(), DenialReason::CapitalExceeded);
        EXPECT_NE(setup.detail().find("ladder"), std::string::npos);
        setup.exposure.capital_earned = MicroUsd{100 * kMicroUsdPerUsd};  // 1 SOL.
        setup.exposure.open_cost = {};
        setup.exposure.pnl_today = LamportsDelta{-999'999'999};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.pnl_today = LamportsDelta{-1'000'000'000};
        EXPECT_EQ(setup.denial(), DenialReason::DailyLossReached);
        setup.exposure.pnl_today = {};
        setup.exposure.capital_earned = {};  // Stopped.
        EXPECT_EQ(setup.denial(), DenialReason::CapitalExceeded);
    }
}

TEST(RiskGate, GivesOneStrategyExactlyItsShareOfTheCapital) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.strategy_stake = Lamports{25 * kLamportsPerSol - 404'000'000};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.strategy_stake = Lamports{25 * kLamportsPerSol - 403'999'999};
        EXPECT_EQ(setup.denial(), DenialReason::StrategyCapitalExceeded);
        EXPECT_EQ(setup.detail().find(to_string(setup.intent.strategy)), 0U);
        setup.exposure.strategy_stake = Lamports::max();
        EXPECT_EQ(setup.denial(), DenialReason::StrategyCapitalExceeded);
    }
}

TEST(RiskGate, LeavesAtOneVenueExactlyItsShareOfTheCapital) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.venue_staked = VenueId::PumpSwap;
        setup.exposure.venue_stake = Lamports{35 * kLamportsPerSol - 404'000'000};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.venue_stake = Lamports{35 * kLamportsPerSol - 403'999'999};
        EXPECT_EQ(setup.denial(), DenialReason::VenueCapitalExceeded);
        EXPECT_EQ(setup.detail().find("pumpswap has "), 0U);
        setup.exposure.venue_stake = Lamports::max();
        EXPECT_EQ(setup.denial(), DenialReason::VenueCapitalExceeded);
    }
}

TEST(RiskGate, StopsAtTheDailyLossItselfBecauseThenItIsReached) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.pnl_today = LamportsDelta{-4'999'999'999};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.pnl_today = LamportsDelta{-5'000'000'000};
        EXPECT_EQ(setup.denial(), DenialReason::DailyLossReached);
    }
}

TEST(RiskGate, DoesNotTakeAGainOfThatSizeForALoss) {
    Question setup = entry();
    setup.exposure.pnl_today = LamportsDelta{6'000'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(RiskGate, StopsAtTheDrawdownItselfBecauseThenItIsReached) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.drawdown = Lamports{7'499'999'999};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.drawdown = Lamports{7'500'000'000};
        EXPECT_EQ(setup.denial(), DenialReason::DrawdownReached);
        EXPECT_NE(setup.detail().find("raise it and restart"), std::string::npos);
    }
}

// Nothing could be said then: every loss would be as large as a limit of zero lamports.
TEST(RiskGate, CallsNoDrawdownReachedWhileThePriceOfSolIsUnknown) {
    EXPECT_FALSE(is_drawdown_reached(limits(), Lamports::max(), MicroUsd{}));
    EXPECT_TRUE(is_drawdown_reached(limits(), Lamports::max(), kPrice));
}

TEST(RiskGate, PausesEntriesAfterExactlyTheLosingStreak) {
    Question setup = entry();
    setup.exposure.losses_in_row = 3;
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.losses_in_row = 4;
    EXPECT_EQ(setup.denial(), DenialReason::LosingStreak);
}

TEST(RiskGate, EntersAgainWhenTheCooldownIsOverAndNotANanosecondSooner) {
    Question setup = entry();
    setup.exposure.losses_in_row = 4;
    setup.exposure.since_loss = std::chrono::seconds{900};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.since_loss = std::chrono::seconds{900} - Duration{1};
    EXPECT_EQ(setup.denial(), DenialReason::LosingStreak);
    setup.exposure.since_loss = Duration{-1};  // The clock was set back: no reason to hurry.
    EXPECT_EQ(setup.denial(), DenialReason::LosingStreak);
    setup.exposure.since_loss = {};
    setup.limits.losing_streak_cooldown = {};  // Switched off.
    EXPECT_EQ(setup.denial(), std::nullopt);
}

// It cannot lose more than its fees, and those have a budget of their own.
TEST(RiskGate, LetsCyclesGoOnAfterALosingStreak) {
    Question setup = cycle();
    setup.exposure.losses_in_row = 4;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(RiskGate, AllowsExactlyTheDailyVolumeAndNotOneLamportMore) {
    Question setup = entry();
    setup.exposure.volume_today = Lamports{500 * kLamportsPerSol - 404'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.volume_today = Lamports{500 * kLamportsPerSol - 403'999'999};
    EXPECT_EQ(setup.denial(), DenialReason::DailyVolumeReached);
}

// Every swap of a cycle counts, so it has to fit as often.
TEST(RiskGate, CountsEachSwapOfACycleAgainstTheDailyVolume) {
    for (const std::uint8_t legs : {std::uint8_t{2}, std::uint8_t{3}}) {
        Question setup = cycle();
        setup.intent.leg_count = legs;
        setup.exposure.volume_today = Lamports{500 * kLamportsPerSol - legs * 404'000'000ULL};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.volume_today = Lamports{500 * kLamportsPerSol - legs * 404'000'000ULL + 1};
        EXPECT_EQ(setup.denial(), DenialReason::DailyVolumeReached);
    }
}

// Otherwise a burst of orders passes the limit together that none of them passes alone.
TEST(RiskGate, CountsOrdersInFlightAgainstTheDailyVolume) {
    Question setup = entry();
    setup.exposure.in_flight_spend = kSol;
    setup.exposure.volume_today = Lamports{499 * kLamportsPerSol - 404'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.volume_today = Lamports{499 * kLamportsPerSol - 403'999'999};
    EXPECT_EQ(setup.denial(), DenialReason::DailyVolumeReached);
}

// ---- Positions ----

TEST(RiskGate, OpensTheLastPositionAndNotOneMore) {
    Question setup = entry();  // At most three.
    setup.exposure.positions_open = 1;
    setup.exposure.entries_in_flight = 1;
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.entries_in_flight = 2;
    EXPECT_EQ(setup.denial(), DenialReason::PositionsAtLimit);
    setup.exposure.positions_open = 3;
    setup.exposure.entries_in_flight = 0;
    EXPECT_EQ(setup.denial(), DenialReason::PositionsAtLimit);
}

TEST(RiskGate, EntersAMintOnlyOnce) {
    Question setup = entry();
    setup.exposure.is_mint_held = true;
    EXPECT_EQ(setup.denial(), DenialReason::MintAlreadyHeld);
    setup.exposure.is_mint_held = false;
    setup.exposure.is_mint_in_flight = true;
    EXPECT_EQ(setup.denial(), DenialReason::MintInFlight);
}

TEST(RiskGate, OpensTheLastPositionOfACreatorAndNotOneMore) {
    Question setup = entry();
    setup.exposure.creators[0] = key_of(9);
    setup.exposure.creator_positions = 1;
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.creator_positions = 2;
    EXPECT_EQ(setup.denial(), DenialReason::CreatorAtLimit);
    EXPECT_NE(setup.detail().find(key_of(9).to_string()), std::string::npos);
}

TEST(RiskGate, OpensTheLastOfThoseThatCallThemselvesTheSameAndNotOneMore) {
    Question setup = entry();
    setup.exposure.launch_alike = key_of(9);
    setup.exposure.launch_positions = 1;
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.launch_positions = 2;
    EXPECT_EQ(setup.denial(), DenialReason::LaunchClusterAtLimit);
    EXPECT_NE(setup.detail().find("2 positions whose token has the name of"), std::string::npos);
    EXPECT_NE(setup.detail().find(key_of(9).to_string()), std::string::npos);
    setup.exposure.is_launch_uri_shared = true;
    EXPECT_NE(setup.detail().find("has the metadata URI of"), std::string::npos);
}

TEST(RiskGate, WaitsForANameOnlyWhereItIsToldToWaitForFunders) {
    Question setup = entry();
    setup.exposure.is_launch_name_pending = true;
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.limits.is_funder_awaited = true;
    EXPECT_EQ(setup.denial(), DenialReason::LaunchNameUnknown);
    setup.exposure.is_launch_name_pending = false;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(RiskGate, OpensTheLastOfOneFundersCreatorsAndNotOneMore) {
    Question setup = entry();
    setup.exposure.funder_standing = FunderStanding::Known;
    setup.exposure.funder = key_of(9);
    setup.exposure.funder_positions = 1;
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.funder_positions = 2;
    EXPECT_EQ(setup.denial(), DenialReason::FunderAtLimit);
    EXPECT_NE(setup.detail().find("2 positions of creators that " + key_of(9).to_string()),
              std::string::npos);
}

TEST(RiskGate, WaitsForAFunderOnlyWhereItIsToldToAndAnAnswerWillCome) {
    Question setup = entry();
    setup.exposure.funder_standing = FunderStanding::Pending;
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.limits.is_funder_awaited = true;
    EXPECT_EQ(setup.denial(), DenialReason::FunderUnknown);
    for (const auto standing : {FunderStanding::Unasked, FunderStanding::Known,
                                FunderStanding::Hidden, FunderStanding::Exchange}) {
        setup.exposure.funder_standing = standing;
        EXPECT_EQ(setup.denial(), std::nullopt) << to_string(standing);
    }
}

TEST(RiskGate, OpensTheLastOfThoseThatMoveTogetherAndNotOneMore) {
    Question setup = entry();
    setup.exposure.correlated_positions = 1;
    setup.exposure.correlation_percent = 93;
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.correlated_positions = 2;
    EXPECT_EQ(setup.denial(), DenialReason::CorrelatedAtLimit);
    EXPECT_NE(setup.detail().find("up to 93 percent, counted from 80"), std::string::npos);
}

TEST(RiskGate, DoesNotCountACycleAsAPosition) {
    Question setup = cycle();
    setup.exposure.correlated_positions = 9;
    setup.exposure.creator_positions = 9;
    setup.exposure.launch_positions = 9;
    setup.exposure.positions_open = 3;
    setup.exposure.is_mint_held = true;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

// ---- The market ----

TEST(RiskGate, EntersAPoolOfExactlyTheLeastLiquidityAndNotOneLamportLess) {
    Question setup = entry();
    setup.limits.liquidity_per_trade = 1;
    setup.intent.pool_liquidity = Lamports{20 * kLamportsPerSol};  // 2,000 USD.
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.pool_liquidity = Lamports{20 * kLamportsPerSol - 1};
    EXPECT_EQ(setup.denial(), DenialReason::LiquidityTooLow);
}

TEST(RiskGate, RoundsTheLeastLiquidityUp) {
    Question setup = entry();
    setup.limits.liquidity_per_trade = 1;
    setup.exposure.sol_price = MicroUsd{99'999'999};
    const auto floor = 2'000'000'000ULL * kLamportsPerSol / 99'999'999ULL;  // And a remainder.
    setup.intent.pool_liquidity = Lamports{floor + 1};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.pool_liquidity = Lamports{floor};
    EXPECT_EQ(setup.denial(), DenialReason::LiquidityTooLow);
}

TEST(RiskGate, WantsMoreLiquidityForALargerTrade) {
    Question setup = entry();
    setup.limits.liquidity_per_trade = 100;
    setup.intent.pool_liquidity = Lamports{40'400'000'000};  // 100 × 0.404 SOL.
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.pool_liquidity = Lamports{40'399'999'999};
    EXPECT_EQ(setup.denial(), DenialReason::LiquidityTooLow);
}

TEST(RiskGate, AllowsExactlyThePriceImpactLimit) {
    Question setup = entry();
    setup.intent.price_impact = BasisPoints{200};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.price_impact = BasisPoints{201};
    EXPECT_EQ(setup.denial(), DenialReason::PriceImpactTooHigh);
}

TEST(RiskGate, AllowsExactlyTheSlippageOfTheOrdersKind) {
    Question in = entry();
    in.intent.slippage_max = BasisPoints{300};
    EXPECT_EQ(in.denial(), std::nullopt);
    in.intent.slippage_max = BasisPoints{301};
    EXPECT_EQ(in.denial(), DenialReason::SlippageTooHigh);
    Question out = exit();
    out.intent.slippage_max = BasisPoints{2'000};
    EXPECT_EQ(out.denial(), std::nullopt);
    out.intent.slippage_max = BasisPoints{2'001};
    EXPECT_EQ(out.denial(), DenialReason::SlippageTooHigh);
}

TEST(RiskGate, AllowsCostsOfExactlyTheLimitAndNotOneLamportMore) {
    Question setup = entry();
    setup.intent.spend_max = Lamports{430'000'000};     // With room for rents of the venue.
    setup.intent.cost_expected = Lamports{20'000'000};  // 5 % on top of 0.4 SOL.
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.cost_expected = Lamports{20'000'001};
    EXPECT_EQ(setup.denial(), DenialReason::CostFloorNotMet);
}

TEST(RiskGate, DeniesAnEntryWhoseCeilingIsBelowWhatItExpectsToPay) {
    Question setup = entry();
    setup.intent.spend_max = Lamports{404'000'000};
    setup.intent.cost_expected = Lamports{4'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.cost_expected = Lamports{4'000'001};
    EXPECT_EQ(setup.denial(), DenialReason::IntentMalformed);
}

// ---- The wallet ----

TEST(RiskGate, SpendsDownToTheExitReserveAndNotOneLamportFurther) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.wallet = Lamports{404'000'000 + 50'000'000};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.wallet = Lamports{404'000'000 + 50'000'000 - 1};
        EXPECT_EQ(setup.denial(), DenialReason::ReserveForExits);
        setup.exposure.wallet = Lamports{404'000'000};
        EXPECT_EQ(setup.denial(), DenialReason::ReserveForExits);
        setup.exposure.wallet = Lamports{404'000'000 - 1};
        EXPECT_EQ(setup.denial(), DenialReason::BalanceTooLow);
    }
}

// ---- Conversions ----

TEST(RiskGate, RoundsDollarsToLamportsDownAndLamportsToDollarsUp) {
    const MicroUsd price{150'000'000};
    EXPECT_EQ(usd_to_lamports(MicroUsd{150'000'000}, price), kSol);
    // A micro-dollar at 150 USD is 6.67 lamports.
    EXPECT_EQ(usd_to_lamports(MicroUsd{1}, price), Lamports{6});
    EXPECT_EQ(lamports_to_usd(kSol, price), MicroUsd{150'000'000});
    EXPECT_EQ(lamports_to_usd(Lamports{1}, price), MicroUsd{1});  // 0.15 of it.
    EXPECT_EQ(lamports_to_usd(Lamports{6}, price), MicroUsd{1});
    EXPECT_EQ(lamports_to_usd(Lamports{7}, price), MicroUsd{2});
    EXPECT_EQ(lamports_to_usd(Lamports{}, price), MicroUsd{});
}

TEST(RiskGate, BuysNothingAtAnUnknownPrice) {
    EXPECT_EQ(usd_to_lamports(MicroUsd::max(), MicroUsd{}), Lamports{});
}

TEST(RiskGate, ClampsConversionsThatDoNotFit) {
    EXPECT_EQ(usd_to_lamports(MicroUsd::max(), MicroUsd{1}), Lamports::max());
    EXPECT_EQ(lamports_to_usd(Lamports::max(), MicroUsd::max()), MicroUsd::max());
}

}  // namespace
}  // namespace sniperforge::risk
