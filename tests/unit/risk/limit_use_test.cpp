// SPDX-License-Identifier: MIT
// What is told to be left of a limit, the gate lets through, and not one lamport more.
#include "sniperforge/risk/limit_use.hpp"

#include <algorithm>

#include "unit/risk/risk_gate_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace test;

[[nodiscard]] Stakes stakes_of(const Question& question) {
    Stakes stakes;
    stakes.strategies[static_cast<std::size_t>(question.intent.strategy)] =
        question.exposure.strategy_stake;
    stakes.venue = question.exposure.venue_stake;
    stakes.venue_staked = question.exposure.venue_staked;
    return stakes;
}

[[nodiscard]] LimitUse use_of(const Question& question, DenialReason denial,
                              std::string_view of = "") {
    const auto uses = limits_in_use(question.limits, question.exposure, stakes_of(question));
    const auto found = std::ranges::find_if(uses, [&](const LimitUse& use) {
        return use.denial == denial && (of.empty() || use.of == of);
    });
    EXPECT_NE(found, uses.end()) << to_string(denial);
    return found == uses.end() ? LimitUse{} : *found;
}

// Large enough to spend what is left; of a pool that holds any of it.
[[nodiscard]] Question spending(Question question, std::uint64_t lamports) {
    question.intent.spend_max = Lamports{lamports};
    question.intent.amount_in = TokenAmount{lamports};
    question.intent.cost_expected = {};
    question.intent.pool_liquidity = Lamports{kU64Max};
    question.limits.liquidity_per_trade = 1;
    question.limits.volatility_loss_max = {};
    return question;
}

struct SpendCase {
    const char* what;
    DenialReason denial;
    void (*set_up)(Question&);
};

TEST(LimitUseTest, ExactlyWhatIsLeftMayBeSpentAndNotOneLamportMore) {
    const SpendCase cases[] = {
        {"capital", DenialReason::CapitalExceeded,
         [](Question& q) {
             q.exposure.open_cost = Lamports{49 * kLamportsPerSol};
             q.exposure.in_flight_spend = Lamports{100'000'007};
         }},
        {"the ladder's capital", DenialReason::CapitalExceeded,
         [](Question& q) {
             q.exposure.capital_earned = MicroUsd{1'000 * kMicroUsdPerUsd};
             q.exposure.open_cost = Lamports{9'300'000'001};
         }},
        {"a strategy's capital", DenialReason::StrategyCapitalExceeded,
         [](Question& q) { q.exposure.strategy_stake = Lamports{24'600'000'003}; }},
        {"a strategy's share", DenialReason::StrategyCapitalExceeded,
         [](Question& q) {
             q.limits.sniper_capital_percent = 10;
             q.exposure.strategy_stake = Lamports{4'600'000'003};
         }},
        {"a venue's capital", DenialReason::VenueCapitalExceeded,
         [](Question& q) {
             q.exposure.venue_staked = VenueId::PumpCurve;
             q.exposure.venue_stake = Lamports{34'500'000'009};
         }},
        {"the day's volume", DenialReason::DailyVolumeReached,
         [](Question& q) {
             q.exposure.volume_today = Lamports{499 * kLamportsPerSol};
             q.exposure.in_flight_spend = Lamports{300'000'001};
         }},
        {"the reserve for exits", DenialReason::ReserveForExits,
         [](Question& q) { q.exposure.wallet = Lamports{550'000'011}; }},
    };
    for (const SpendCase& each : cases) {
        SCOPED_TRACE(each.what);
        Question question = entry();
        each.set_up(question);
        const std::string_view of =
            each.denial == DenialReason::StrategyCapitalExceeded ? "sniper" : "";
        const LimitUse use = use_of(question, each.denial, of);
        ASSERT_TRUE(use.left().has_value());
        ASSERT_GT(*use.left(), 0U);
        EXPECT_FALSE(use.is_reached());
        EXPECT_EQ(spending(question, *use.left()).denial(), std::nullopt);
        EXPECT_EQ(spending(question, *use.left() + 1).denial(), each.denial);
    }
}

TEST(LimitUseTest, APriceThatIsNoRoundNumberLeavesWhatTheGateLeaves) {
    for (const std::uint64_t price : {1'000'003U, 33'333'333U, 148'276'541U, 999'999'999U}) {
        SCOPED_TRACE(price);
        Question question = entry();
        question.limits.trade_max = MicroUsd{5'000 * kMicroUsdPerUsd};
        question.limits.liquidity_min = {};
        question.exposure.sol_price = MicroUsd{price};
        question.exposure.wallet = Lamports{kU64Max};
        for (const auto denial :
             {DenialReason::DailyVolumeReached, DenialReason::CapitalExceeded}) {
            Question one = question;
            const bool is_volume = denial == DenialReason::DailyVolumeReached;
            const LimitUse limit = use_of(one, denial);
            const Lamports used{*limit.limit - std::min(*limit.limit, std::uint64_t{500'000})};
            (is_volume ? one.exposure.volume_today : one.exposure.open_cost) = used;
            const std::uint64_t left = *use_of(one, denial).left();
            EXPECT_EQ(spending(one, left).denial(), std::nullopt);
            EXPECT_EQ(spending(one, left + 1).denial(), denial);
        }
    }
}

struct StandCase {
    const char* what;
    DenialReason denial;
    void (*set)(Question&, std::uint64_t);
};

// These deny whatever is spent: what is left is the way to the limit, and nothing left is denied.
TEST(LimitUseTest, IsReachedExactlyWhereTheGateDenies) {
    const StandCase cases[] = {
        {"loss of the day", DenialReason::DailyLossReached,
         [](Question& q, std::uint64_t lost) {
             q.exposure.pnl_today = LamportsDelta{-static_cast<std::int64_t>(lost)};
         }},
        {"drawdown", DenialReason::DrawdownReached,
         [](Question& q, std::uint64_t fall) { q.exposure.drawdown = Lamports{fall}; }},
        {"losing streak", DenialReason::LosingStreak,
         [](Question& q, std::uint64_t losses) {
             q.exposure.losses_in_row = static_cast<std::uint32_t>(losses);
         }},
        {"positions", DenialReason::PositionsAtLimit,
         [](Question& q, std::uint64_t open) {
             q.exposure.positions_open = static_cast<std::uint32_t>(open) / 2;
             q.exposure.entries_in_flight =
                 static_cast<std::uint32_t>(open) - q.exposure.positions_open;
         }},
    };
    for (const StandCase& each : cases) {
        SCOPED_TRACE(each.what);
        Question question = entry();
        const std::uint64_t limit = *use_of(question, each.denial).limit;
        each.set(question, limit - 1);
        EXPECT_EQ(use_of(question, each.denial).left(), 1U);
        EXPECT_FALSE(use_of(question, each.denial).is_reached());
        EXPECT_EQ(question.denial(), std::nullopt);
        each.set(question, limit);
        EXPECT_EQ(use_of(question, each.denial).left(), 0U);
        EXPECT_TRUE(use_of(question, each.denial).is_reached());
        EXPECT_EQ(question.denial(), each.denial);
        each.set(question, limit + 1);
        EXPECT_EQ(use_of(question, each.denial).left(), 0U);
    }
}

TEST(LimitUseTest, AStreakWhosePauseIsOverIsNotReached) {
    Question question = entry();
    question.exposure.losses_in_row = 4;
    question.exposure.since_loss = std::chrono::seconds{900} - Duration{1};
    EXPECT_TRUE(use_of(question, DenialReason::LosingStreak).is_reached());
    question.exposure.since_loss = std::chrono::seconds{900};
    EXPECT_FALSE(use_of(question, DenialReason::LosingStreak).is_reached());
    EXPECT_EQ(question.denial(), std::nullopt);
}

TEST(LimitUseTest, AGainOfTheDayUsesNothingOfItsLoss) {
    Question question = entry();
    question.exposure.pnl_today = LamportsDelta{5'000'000'000};
    EXPECT_EQ(use_of(question, DenialReason::DailyLossReached).value, 0U);
}

TEST(LimitUseTest, WithoutAPriceNoLimitInDollarsIsKnownAndNoneIsCalledReached) {
    Question question = entry();
    question.exposure.sol_price = {};
    for (const LimitUse& use :
         limits_in_use(question.limits, question.exposure, stakes_of(question))) {
        const bool is_usd = use.name.ends_with("_usd") || use.name.ends_with("_percent");
        EXPECT_EQ(use.limit.has_value(), !is_usd) << use.name;
        EXPECT_FALSE(use.is_reached()) << use.name;
    }
}

TEST(LimitUseTest, WhatIsAskedOfEachOrderHasALimitAndNoValue) {
    const Question question = entry();
    const LimitUse trade = use_of(question, DenialReason::SpendAboveTradeLimit);
    EXPECT_EQ(trade.limit, kLamportsPerSol);
    EXPECT_EQ(trade.value, std::nullopt);
    EXPECT_EQ(trade.left(), std::nullopt);
    EXPECT_FALSE(trade.is_reached());
}

}  // namespace
}  // namespace sniperforge::risk
