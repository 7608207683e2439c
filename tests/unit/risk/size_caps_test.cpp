// SPDX-License-Identifier: MIT
// How large an entry may be by what is known of its token and its strategy: each cap on both sides
// of its boundary, and what the gate says to an entry that was not cut.
#include "sniperforge/risk/size_caps.hpp"

#include "unit/risk/risk_gate_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace test;

// 0.4 SOL, of which one typical move may take 0.05: an eighth.
constexpr std::uint32_t kAnEighth = 125'000;

TEST(VolatilityCap, IsTheSizeOfWhichOneTypicalMoveTakesTheLimit) {
    Question setup = entry();
    setup.exposure.volatility = kAnEighth;
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), Lamports{400'000'000});
    setup.exposure.volatility = 300'000;
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), Lamports{166'666'666});  // Down.
    setup.exposure.volatility = 0;
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), Lamports::max());
}

TEST(VolatilityCap, IsNoneWithoutHistoryAndWhereNobodyAsked) {
    Question setup = entry();
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), std::nullopt);
    setup.exposure.volatility = kMillionthsOne;
    EXPECT_TRUE(volatility_cap(setup.limits, setup.exposure));
    setup.limits.volatility_loss_max = {};
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), std::nullopt);
}

TEST(VolatilityCap, LetsExactlyTheSizePassAndNotOneLamportMore) {
    Question setup = entry();
    setup.exposure.volatility = kAnEighth;
    EXPECT_EQ(setup.denial(), std::nullopt);
    const OrderIntent exact = setup.intent;
    setup.intent.amount_in = TokenAmount{400'000'001};
    setup.intent.spend_max = Lamports{404'000'001};
    EXPECT_EQ(setup.denial(), DenialReason::VolatilityTooHigh);
    setup.intent = exact;
    ++setup.exposure.volatility.value();
    EXPECT_EQ(setup.denial(), DenialReason::VolatilityTooHigh);
    for (const char* number :
         {"125001 millionths", "300 slots", "400000000", "399996800", "80000000"}) {
        EXPECT_NE(setup.detail().find(number), std::string::npos) << setup.detail();
    }
    setup.exposure.volatility.reset();  // Minutes old: the other limits stand.
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(VolatilityCap, DoesNotConcernCycles) {
    Question setup = cycle();
    setup.exposure.volatility = kMillionthsOne;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

// ---- The capital that is free ----

// Each bound in turn is the lowest. A SOL is worth kPrice; all in SOL of it.
TEST(FreeCapital, IsWhatTheTightestOfTheLimitsLeaves) {
    Question setup = cycle();
    const auto usd_of = [&](std::uint64_t sol) { return MicroUsd{sol * kPrice.raw()}; };
    const auto free = [&] {
        return free_capital(setup.limits, StrategyId::Arbitrage, setup.exposure).raw();
    };
    constexpr std::uint64_t kSol = kLamportsPerSol;
    setup.limits.capital_max = usd_of(40);
    setup.limits.strategy_capital_max = usd_of(35);
    setup.limits.venue_capital_max = usd_of(30);
    setup.limits.arbitrage_capital_percent = 100;
    setup.limits.exit_reserve = Lamports{kSol / 2};
    EXPECT_EQ(free(), 30 * kSol);
    setup.exposure.venue_stake = Lamports{10 * kSol};
    EXPECT_EQ(free(), 20 * kSol);
    setup.exposure.strategy_stake = Lamports{16 * kSol};
    EXPECT_EQ(free(), 19 * kSol);
    setup.limits.arbitrage_capital_percent = 50;  // 20 less what it has.
    EXPECT_EQ(free(), 4 * kSol);
    setup.exposure.strategy_stake = {};
    setup.exposure.open_cost = Lamports{20 * kSol};
    setup.exposure.in_flight_spend = Lamports{3 * kSol};
    EXPECT_EQ(free(), 17 * kSol);
    setup.exposure.capital_earned = usd_of(24);  // Its ladder's rung.
    EXPECT_EQ(free(), kSol);
    setup.exposure.open_cost = Lamports{22 * kSol};
    EXPECT_EQ(free(), 0U);
    setup.exposure.open_cost = {};
    setup.exposure.wallet = Lamports{2 * kSol};
    EXPECT_EQ(free(), 2 * kSol - kSol / 2);
}

TEST(FreeCapital, IsWhatTheGateLetsPassAndNotOneLamportMore) {
    Question setup = cycle();
    setup.exposure.open_cost = Lamports{3 * kLamportsPerSol};
    setup.limits.capital_max = MicroUsd{kPrice.raw() * 34 / 10};
    setup.intent.spend_max = free_capital(setup.limits, StrategyId::Arbitrage, setup.exposure);
    EXPECT_EQ(setup.intent.spend_max, Lamports{400'000'000});
    EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
    setup.intent.spend_max += Lamports{1};
    EXPECT_EQ(setup.denial(), DenialReason::CapitalExceeded);
}

// ---- The limit of a trade ----

// 1 SOL, of which 0.004 are fees and rents.
TEST(TradeCap, LeavesRoomForWhatTheOrderCostsBesides) {
    Question setup = entry();
    EXPECT_EQ(trade_cap(setup.limits, setup.intent, setup.exposure), Lamports{996'000'000});
    setup.intent.amount_in = TokenAmount{996'000'000};
    setup.intent.spend_max = kSol;
    EXPECT_EQ(setup.denial(), std::nullopt);
    EXPECT_EQ(size_to_cut_to(setup.limits, setup.intent, setup.exposure), std::nullopt);
    setup.intent.amount_in = TokenAmount{996'000'001};
    setup.intent.spend_max = kSol + Lamports{1};
    EXPECT_EQ(setup.denial(), DenialReason::SpendAboveTradeLimit);
    EXPECT_EQ(size_to_cut_to(setup.limits, setup.intent, setup.exposure), Lamports{996'000'000});
}

TEST(TradeCap, CountsWhatWasSpentOnThePositionAndIsNothingWithoutAPrice) {
    Question setup = entry();
    setup.exposure.staged_spend = Lamports{700'000'000};
    EXPECT_EQ(trade_cap(setup.limits, setup.intent, setup.exposure), Lamports{296'000'000});
    setup.exposure.staged_spend = kSol;
    EXPECT_EQ(trade_cap(setup.limits, setup.intent, setup.exposure), Lamports{});
    setup.exposure.staged_spend.reset();
    setup.exposure.sol_price = {};
    EXPECT_EQ(trade_cap(setup.limits, setup.intent, setup.exposure), Lamports{});
    EXPECT_EQ(size_to_cut_to(setup.limits, setup.intent, setup.exposure), std::nullopt);
}

// ---- Kelly ----

// Nine of ten are won, as much as is lost else: at least 0.8256 are by 100, an edge of 0.6512. Of
// 50 SOL (capital_max) a quarter of it are 8.14 SOL.
[[nodiscard]] Question proven() {
    Question setup = entry();
    setup.exposure.equity = Lamports{80 * kLamportsPerSol};
    setup.exposure.results = {.losses = 10, .wins = 90, .lost = 10 * 200'000, .won = 90 * 200'000};
    return setup;
}

TEST(KellyCap, IsAPartOfWhatTheResultsAllowOfWhatWeHave) {
    Question setup = proven();
    const auto cap = [&] { return kelly_cap(setup.limits, setup.exposure).value().raw(); };
    EXPECT_NEAR(static_cast<double>(cap()), 8.14e9, 0.01e9);
    setup.exposure.equity = Lamports{25 * kLamportsPerSol};  // Less than capital_max.
    EXPECT_NEAR(static_cast<double>(cap()), 4.07e9, 0.01e9);
    setup.limits.kelly_fraction_percent = 100;
    EXPECT_NEAR(static_cast<double>(cap()), 16.28e9, 0.01e9);
}

TEST(KellyCap, IsAskedFromTheStatedNumberOfResultsOn) {
    Question setup = entry();
    setup.exposure.results = {.losses = 99, .wins = 0, .lost = 99 * 200'000, .won = 0};
    EXPECT_EQ(kelly_cap(setup.limits, setup.exposure), std::nullopt);
    EXPECT_EQ(setup.denial(), std::nullopt);  // Nobody's first trades are blocked by it.
    ++setup.exposure.results.losses;
    EXPECT_EQ(kelly_cap(setup.limits, setup.exposure), Lamports{});
    EXPECT_EQ(setup.denial(), DenialReason::KellyNoEdge);
    setup.limits.kelly_trades_min = 101;
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.limits.kelly_trades_min = 0;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(KellyCap, WithoutAnEdgeNothingIsEnteredAndTheNumbersAreTold) {
    Question setup = entry();
    setup.exposure.equity = Lamports{80 * kLamportsPerSol};
    setup.exposure.results = {.losses = 60, .wins = 50, .lost = 60 * 100'000, .won = 50 * 110'000};
    EXPECT_EQ(setup.denial(), DenialReason::KellyNoEdge);
    for (const char* number : {"50 of 110 positions of sniper", "110000 millionths",
                               "others lost 100000", "above 110"}) {
        EXPECT_NE(setup.detail().find(number), std::string::npos) << setup.detail();
    }
}

TEST(KellyCap, LetsExactlyTheStakePassAndNotOneLamportMore) {
    Question setup = proven();
    setup.exposure.equity = Lamports{3 * kLamportsPerSol};
    const Lamports cap = kelly_cap(setup.limits, setup.exposure).value();
    setup.intent.amount_in = TokenAmount{cap.raw()};
    setup.intent.spend_max = cap + Lamports{4'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.amount_in = TokenAmount{cap.raw() + 1};
    setup.intent.spend_max = cap + Lamports{4'000'001};
    EXPECT_EQ(setup.denial(), DenialReason::KellyStakeTooSmall);
    EXPECT_NE(setup.detail().find("100 results of sniper"), std::string::npos) << setup.detail();
}

// Kelly's fraction is of all that is staked at once: each entry by itself within it, and eight of
// them at the same time, would be eight times as much.
TEST(KellyCap, IsWhatTheStrategyHasNotAtStakeAlready) {
    Question setup = proven();
    const auto cap = [&] { return kelly_cap(setup.limits, setup.exposure).value(); };
    const Lamports whole = cap();
    setup.exposure.strategy_stake = kSol;
    EXPECT_EQ(cap(), whole - kSol);
    setup.exposure.strategy_stake = whole - Lamports{1};
    EXPECT_EQ(cap(), Lamports{1});
    setup.exposure.strategy_stake = whole;
    EXPECT_EQ(cap(), Lamports{});
    setup.exposure.strategy_stake = whole + Lamports{1};
    EXPECT_EQ(cap(), Lamports{});
}

TEST(KellyCap, LetsAnEntryPassBesideWhatIsAtStakeAndNotBesideOneLamportMore) {
    Question setup = proven();
    const Lamports whole = kelly_cap(setup.limits, setup.exposure).value();
    setup.exposure.strategy_stake = whole - Lamports{setup.intent.amount_in.raw()};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.strategy_stake += Lamports{1};
    EXPECT_EQ(setup.denial(), DenialReason::KellyStakeTooSmall);
    const std::string staked = std::to_string(setup.exposure.strategy_stake.raw()) + " of it are";
    EXPECT_NE(setup.detail().find(staked), std::string::npos) << setup.detail();
    EXPECT_NE(setup.detail().find("399999999 < 400000000"), std::string::npos) << setup.detail();
}

TEST(KellyCap, DoesNotConcernCycles) {
    Question setup = cycle();
    setup.exposure.results.losses = 1'000;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

// ---- The cut ----

TEST(SizeToCutTo, CutsToTheCapAndLeavesAloneWhatFits) {
    Question setup = entry();
    const auto size = [&] { return size_to_cut_to(setup.limits, setup.intent, setup.exposure); };
    setup.exposure.volatility = kAnEighth;
    EXPECT_EQ(size(), std::nullopt);
    setup.exposure.volatility = 2 * kAnEighth;
    EXPECT_EQ(size(), Lamports{200'000'000});
    setup.exposure.volatility.reset();
    EXPECT_EQ(size(), std::nullopt);
}

TEST(SizeToCutTo, CutsToTheLowestOfTheCaps) {
    Question setup = proven();
    const auto size = [&] { return size_to_cut_to(setup.limits, setup.intent, setup.exposure); };
    EXPECT_EQ(size(), std::nullopt);
    setup.exposure.equity = kSol;  // 0.16 SOL may be staked.
    const auto kelly = kelly_cap(setup.limits, setup.exposure);
    EXPECT_EQ(size(), kelly);
    setup.exposure.volatility = 2 * kAnEighth;
    EXPECT_EQ(size(), kelly);
    setup.exposure.volatility = 4 * kAnEighth;
    EXPECT_EQ(size(), Lamports{100'000'000});
}

// 4,000,000 lamports of costs are 500 bps of 80,000,000.
TEST(SizeToCutTo, CutsNothingBelowWhatItsFeesNeed) {
    Question setup = entry();
    const auto size = [&] { return size_to_cut_to(setup.limits, setup.intent, setup.exposure); };
    EXPECT_EQ(cost_floor_of(setup.limits, setup.intent), Lamports{80'000'000});
    setup.exposure.volatility = 625'000;
    EXPECT_EQ(size(), Lamports{80'000'000});
    setup.exposure.volatility = 625'001;
    EXPECT_EQ(size(), std::nullopt);
    EXPECT_EQ(setup.denial(), DenialReason::VolatilityTooHigh);
}

TEST(SizeToCutTo, AnEntryWithoutCostsHasNoFloorAndOneThatMayCostNothingHasNoSize) {
    Question setup = entry();
    setup.limits.entry_cost_max = {};
    EXPECT_EQ(cost_floor_of(setup.limits, setup.intent), Lamports::max());
    setup.intent.cost_expected = {};
    EXPECT_EQ(cost_floor_of(setup.limits, setup.intent), Lamports{});
}

TEST(SizeToCutTo, NeverCutsExitsAndCycles) {
    for (Question setup : {exit(), cycle()}) {
        setup.intent.amount_in = TokenAmount{400'000'000};
        setup.exposure.volatility = kMillionthsOne;
        EXPECT_EQ(size_to_cut_to(setup.limits, setup.intent, setup.exposure), std::nullopt);
    }
}

}  // namespace
}  // namespace sniperforge::risk
