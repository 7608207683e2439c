// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/backtest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "backtest/decisions.hpp"
#include "backtest/nothing_to_watch.hpp"
#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/recorded_market.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/paper_desk.hpp"
#include "unit/backtest/tapes.hpp"

namespace sniperforge::backtest {
namespace {

using test::eager;
using test::kTapeBegin;
using test::up_and_down;

struct StandingClock final : Clock {
    [[nodiscard]] MonoTime now() const override { return MonoTime{kTapeBegin.ns}; }
    [[nodiscard]] WallTime wall_now() const override { return kTapeBegin; }
};

TEST(Backtest, BuysARisingTokenSellsItWhenItFallsAndSaysWhatThatMade) {
    const Tape tape = up_and_down(200, 90, 200'000'000);
    const auto result = run_backtest(tape, eager(), {});
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(result->unplayed, 0U);
    ASSERT_FALSE(result->trades.empty());
    const analytics::TradeResult& trade = result->trades.front();
    EXPECT_EQ(trade.strategy, StrategyId::Momentum);
    EXPECT_EQ(trade.stake, Lamports{150'000'000});
    EXPECT_NE(trade.exit_reason, ExitReason::None);
    EXPECT_EQ(trade.venue, VenueId::PumpSwap);
    EXPECT_EQ(trade.costs.base_fee, Lamports{10'000}) << "two transactions";
    EXPECT_TRUE(trade.excursion.has_value());
    // The largest cost of them all: 125 bps of both ways.
    ASSERT_TRUE(trade.costs.venue_fees);
    EXPECT_GT(trade.costs.venue_fees->amm, Lamports{150'000'000 * 2 / 100});
    EXPECT_LT(trade.costs.venue_fees->amm, Lamports{150'000'000 * 3 / 100});
    EXPECT_TRUE(trade.costs.venue_fees->transfer.is_zero());
}

[[nodiscard]] config::Settings laned(std::uint64_t tip_floor) {
    config::Settings settings = eager();
    config::LaneSettings lane;
    lane.name = "jito";
    lane.tip_floor = Lamports{tip_floor};
    settings.execution.lanes = {lane};
    return settings;
}

// As the executor's transactions have them: the tip is in the one that lands.
TEST(Backtest, WhatLandsPaysTheTipOfTheFirstLaneAndWithoutALaneNobodyIsTipped) {
    const Tape tape = up_and_down(200, 90, 200'000'000);
    for (const std::uint64_t tip : {0U, 10'000U}) {
        const auto result = run_backtest(tape, tip > 0 ? laned(tip) : eager(), {});
        ASSERT_TRUE(result) << result.error().text;
        ASSERT_FALSE(result->trades.empty());
        for (const analytics::TradeResult& trade : result->trades) {
            const std::uint64_t landed = trade.costs.base_fee.raw() / 5'000;
            EXPECT_EQ(trade.costs.tip, Lamports{landed * tip});
            EXPECT_EQ(trade.costs.priority_fee, Lamports{landed * 4'000});
        }
    }
}

// Of what reverts it is a part that never happened.
TEST(Backtest, WhatRevertsPaysNoTip) {
    config::Settings settings = laned(10'000);
    settings.momentum.slippage = BasisPoints{1};
    settings.exits.slippage_first = BasisPoints{1};
    const auto result = run_backtest(up_and_down(200, 90, 400'000'000), settings, {});
    ASSERT_TRUE(result);
    ASSERT_GT(result->orders.reverted, 0U);
    std::uint64_t tips = 0;
    Lamports reverts;
    for (const analytics::TradeResult& trade : result->trades) {
        tips += trade.costs.tip.raw();
        reverts += trade.costs.reverts;
    }
    EXPECT_EQ(tips, result->orders.landed * 10'000);
    // Of entries that never came to a trade it is in none.
    EXPECT_EQ(reverts.raw() + (-result->unassigned.raw()), result->orders.reverted * 9'000);
}

TEST(Backtest, AnOrderIsTippedWithinItsCapAndTheDaysCapEndsEntries) {
    config::Settings settings = laned(10'000);
    settings.execution.trade_fee_max = Lamports{13'999};
    const Tape tape = up_and_down(200, 90, 200'000'000);
    auto result = run_backtest(tape, settings, {});
    ASSERT_TRUE(result);
    ASSERT_GT(result->orders.landed, 0U);
    for (const analytics::TradeResult& trade : result->trades) {
        EXPECT_EQ(trade.costs.tip, Lamports{}) << "4,000 and the tip are above it";
    }
    // The day has no room for a tip, and below the least price for no order at all.
    settings.execution.trade_fee_max = Lamports{14'000};
    for (const std::uint64_t day : {13'999U, 4'000U, 3'999U}) {
        settings.execution.daily_fee_max = Lamports{day};
        result = run_backtest(tape, settings, {});
        ASSERT_TRUE(result);
        EXPECT_EQ(result->trades.empty(), day < 4'000);
        EXPECT_TRUE(day >= 4'000 || result->orders.rejected > 0);
        for (const analytics::TradeResult& trade : result->trades) {
            EXPECT_EQ(trade.costs.tip, Lamports{});
        }
    }
}

// One seed is no coin that all tapes share: what lands on one of them says nothing of the others.
TEST(Backtest, TapesOfOneSeedDrawTheirLandingsApart) {
    config::Settings settings = eager();
    settings.paper.landed_after_1_percent = 50;
    Tape tape = up_and_down(200, 90, 200'000'000);
    const auto expired_as = [&](std::string name, std::uint64_t seed) {
        tape.name = std::move(name);
        const auto result = run_backtest(tape, settings, {.seed = seed});
        EXPECT_TRUE(result);
        return std::pair{result->decision_sha256, result->orders.expired};
    };
    std::set<std::string> decisions;
    std::uint64_t expired = 0;
    for (const std::string name : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
        const auto [sha256, count] = expired_as(name, 1);
        EXPECT_EQ(expired_as(name, 1).first, sha256);
        decisions.insert(sha256);
        expired += count;
    }
    EXPECT_GT(expired, 0U);
    EXPECT_GE(decisions.size(), 2U);
    EXPECT_NE(expired_as("a", 2).first, expired_as("a", 1).first);
}

// What the trades say is what the wallet has: no lamport is in neither.
TEST(Backtest, ItsTradesAddUpToWhatTheBooksHaveWon) {
    config::Settings settings = eager();
    settings.paper.landed_after_1_percent = 40;  // Some expire, so that sales are tried again.
    settings.paper.landed_after_2_percent = 30;
    const auto result = run_backtest(up_and_down(200, 90, 300'000'000), settings, {.seed = 5});
    ASSERT_TRUE(result);
    LamportsDelta sum;
    std::size_t closed = 0;
    for (const analytics::TradeResult& trade : result->trades) {
        if (trade.basis == analytics::FillBasis::PoolState) {
            sum += *analytics::net_of(trade);
            ++closed;
        }
    }
    ASSERT_GT(closed, 0U);
    EXPECT_EQ(sum + result->unassigned, result->pnl_realized);
}

TEST(Backtest, TheSameTapeSettingsAndSeedGiveTheSameDecisions) {
    const Tape tape = up_and_down(200, 90, 300'000'000);
    config::Settings settings = eager();
    settings.paper = {};
    const auto one = run_backtest(tape, settings, {.seed = 1});
    const auto again = run_backtest(tape, settings, {.seed = 1});
    ASSERT_TRUE(one && again);
    EXPECT_EQ(one->decision_sha256, again->decision_sha256);
    std::size_t others = 0;
    for (std::uint64_t seed = 2; seed < 8; ++seed) {
        others +=
            run_backtest(tape, settings, {.seed = seed})->decision_sha256 != one->decision_sha256
                ? 1
                : 0;
    }
    EXPECT_GT(others, 0U) << "landings are drawn by the seed";
}

// A swap of ours before it: the same swap puts in what it put in, and gets out less.
TEST(Backtest, OurPurchaseMovesThePriceOfTheSwapsRecordedAfterIt) {
    Tape tape = up_and_down(2, 2, 500'000'000);
    const auto first_swap = std::ranges::find_if(tape.events, [](const TapeEvent& event) {
        return event.pool == 0 && event.kind == TapeEventKind::Swap;
    });
    ASSERT_NE(first_swap, tape.events.end());
    std::array<std::uint64_t, 2> paid{};
    for (const bool is_ours_before : {false, true}) {
        StandingClock clock;
        Decisions decisions;
        NothingToWatch watcher;
        const config::Settings settings = eager();
        RecordedMarket market{tape};
        engine::Pipeline pipeline{clock, settings, decisions};
        execute::PaperDesk desk{
            {clock, market, pipeline, Lamports{}}, settings.execution, settings.paper, 1};
        market.connect(pipeline);
        pipeline.connect(watcher, desk);
        pipeline.start({Lamports{kLamportsPerSol}, {}}, Hash{});
        for (const TapeEvent& event : tape.events) {
            if (event.pool == 0 && event.kind == TapeEventKind::Appear) {
                market.play(event);
            }
        }
        const PoolIndex pool = market.index_of(0).value();
        if (is_ours_before) {
            const auto ours = dex::quote_exact_in(market.as_met(pool), Direction::BToA,
                                                  TokenAmount{8'000'000'000}, {});
            ASSERT_TRUE(ours);
            market.swapped(pool, Direction::BToA, *ours, OrderKind::Entry);
        }
        const PriceReserves before = price_reserves(market.as_met(pool));
        market.play(*first_swap);
        const PriceReserves after = price_reserves(market.as_met(pool));
        EXPECT_EQ(after.b - before.b, first_swap->in);
        paid[is_ours_before ? 1 : 0] = before.a - after.a;
    }
    EXPECT_EQ(paid[0], first_swap->out);
    // 80 SOL and ours of some 8: a tenth more on the one side, a tenth less on the other.
    EXPECT_LT(paid[1], first_swap->out * 84 / 100);
    EXPECT_GT(paid[1], first_swap->out * 80 / 100);
}

// Each of them finds the pool as the one before it left it, with ours in it.
TEST(Backtest, EverySwapBehindOurPurchaseMeetsThePoolAsItIs) {
    const Tape tape = up_and_down(40, 20, 500'000'000);
    StandingClock clock;
    Decisions decisions;
    NothingToWatch watcher;
    const config::Settings settings = eager();
    RecordedMarket market{tape};
    engine::Pipeline pipeline{clock, settings, decisions};
    execute::PaperDesk desk{
        {clock, market, pipeline, Lamports{}}, settings.execution, settings.paper, 1};
    market.connect(pipeline);
    pipeline.connect(watcher, desk);
    pipeline.start({Lamports{kLamportsPerSol}, {}}, Hash{});
    PriceReserves recorded = price_reserves(tape.pools[0]);
    std::size_t swaps = 0;
    for (const TapeEvent& event : tape.events) {
        if (event.pool != 0) {
            continue;
        }
        if (event.kind != TapeEventKind::Swap) {
            market.play(event);
            continue;
        }
        const PoolIndex pool = market.index_of(0).value();
        if (swaps++ % 10 == 5) {
            const auto ours = dex::quote_exact_in(market.as_met(pool), Direction::BToA,
                                                  TokenAmount{1'000'000'000}, {});
            ASSERT_TRUE(ours);
            market.swapped(pool, Direction::BToA, *ours, OrderKind::Entry);
        }
        const bool is_a = event.direction == Direction::AToB;
        const auto out_of = [&](const PriceReserves& reserves) {
            const std::uint64_t in = is_a ? reserves.a : reserves.b;
            return mul_div_floor(is_a ? reserves.b : reserves.a, event.in, in + event.in).value();
        };
        const PriceReserves met = price_reserves(market.as_met(pool));
        const std::uint64_t paid =
            swaps <= 5 ? event.out
                       : mul_div_floor(out_of(met), event.out, out_of(recorded)).value();
        market.play(event);
        const PriceReserves now = price_reserves(market.as_met(pool));
        EXPECT_EQ(is_a ? met.b - now.b : met.a - now.a, paid) << swaps;
        EXPECT_EQ(is_a ? now.a - met.a : now.b - met.b, event.in) << swaps;
        recorded = is_a ? PriceReserves{recorded.a + event.in, recorded.b - event.out}
                        : PriceReserves{recorded.a - event.out, recorded.b + event.in};
    }
    EXPECT_EQ(swaps, 40U);
}

// Whatever is under way at the end: strategies and benchmarks are compared over the same time.
TEST(Backtest, EveryRunOfATapeIsOfTheSameTime) {
    const Tape tape = up_and_down(60, 60, 100'000'000);
    config::Settings expiring = eager();
    expiring.paper.landed_after_1_percent = 0;
    const auto one = run_backtest(tape, eager(), {});
    const auto other = run_backtest(tape, expiring, {});
    ASSERT_TRUE(one && other);
    ASSERT_GT(other->orders.expired, 0U);
    EXPECT_EQ(one->period.from, other->period.from);
    EXPECT_EQ(one->period.to, other->period.to);
}

// Nothing happens for a day: the position is sold when its time is over, not at the next event.
TEST(Backtest, APositionsTimeEndsAlsoWhereNothingIsRecorded) {
    Tape tape = up_and_down(60, 60, 200'000'000);
    TapeEvent late = tape.events.back();
    late.at = late.at + std::chrono::hours{24};
    late.slot = late.slot.plus(216'000);
    tape.events.push_back(late);
    config::Settings settings = eager();
    settings.exits.take_profit = settings.exits.trailing_arm = BasisPoints{1'000'000};
    settings.exits.time_limit = std::chrono::seconds{300};
    const auto result = run_backtest(tape, settings, {});
    ASSERT_TRUE(result);
    ASSERT_FALSE(result->trades.empty());
    const analytics::TradeResult& trade = result->trades.front();
    EXPECT_EQ(trade.exit_reason, ExitReason::TimeLimit);
    const auto held = Duration{trade.closed_at.ns - trade.opened_at.ns};
    EXPECT_GE(held, std::chrono::seconds{300});
    EXPECT_LT(held, std::chrono::seconds{303}) << "decided in the slot after, landed one later";
}

TEST(Backtest, WithoutASolPriceNothingIsBought) {
    Tape tape = up_and_down(60, 30, 500'000'000);
    const auto is_price = [&](const TapeEvent& event) { return event.pool == 1; };
    std::erase_if(tape.events, is_price);
    const auto result = run_backtest(tape, eager(), {});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->trades.empty());
    EXPECT_GT(result->denials[static_cast<std::size_t>(DenialReason::SolPriceUnknown)], 0U);
}

TEST(Backtest, RefusesATapeThatIsEmptyOrOutOfOrder) {
    Tape tape;
    tape.name = "nothing";
    const auto empty = run_backtest(tape, eager(), {});
    ASSERT_FALSE(empty);
    EXPECT_NE(empty.error().text.find("nothing"), std::string::npos);
    tape = up_and_down(10, 5, 500'000'000);
    std::swap(tape.events.front(), tape.events.back());
    EXPECT_FALSE(run_backtest(tape, eager(), {}));
}

// Wherever it is: the last event, and the one before it.
TEST(Backtest, RefusesAnEventThatCannotBeTheNextAndSaysWhy) {
    const Tape good = up_and_down(10, 5, 500'000'000);
    const auto error_of = [&](auto&& spoil) {
        Tape tape = good;
        spoil(tape.events);
        const auto result = run_backtest(tape, eager(), {});
        return result ? std::string{} : result.error().text;
    };
    EXPECT_EQ(error_of([](auto&) {}), "");
    EXPECT_EQ(error_of([](auto& events) { events.back().slot = events.end()[-2].slot; }), "");
    EXPECT_NE(error_of([](auto& events) {
                  events.back().slot = events.front().slot;
              }).find("not in the order of their slots"),
              std::string::npos);
    EXPECT_NE(error_of([](auto& events) { events.back().at = WallTime{-1}; }).find("cannot be"),
              std::string::npos);
    EXPECT_NE(error_of([](auto& events) {
                  events.end()[-2].slot = events.back().slot = Slot{1'000'000'000'001};
              }).find("cannot be"),
              std::string::npos);
}

TEST(Backtest, BlindAndHoldEnterEveryPoolOnceAndRandomWhereverItIsDrawn) {
    const Tape tape = up_and_down(200, 90, 300'000'000);
    const auto hold = run_backtest(tape, eager(), {.benchmark = analytics::Benchmark::Hold});
    ASSERT_TRUE(hold);
    ASSERT_EQ(hold->trades.size(), 1U);
    EXPECT_EQ(hold->trades[0].basis, analytics::FillBasis::Quote);
    const auto blind = run_backtest(tape, eager(), {.benchmark = analytics::Benchmark::Blind});
    ASSERT_TRUE(blind);
    ASSERT_EQ(blind->trades.size(), 1U);
    EXPECT_EQ(blind->trades[0].opened_at, hold->trades[0].opened_at);
    EXPECT_LT(blind->trades[0].closed_at, hold->trades[0].closed_at);
    const auto random =
        run_backtest(tape, eager(), {.benchmark = analytics::Benchmark::RandomEntry});
    ASSERT_TRUE(random);
    EXPECT_GT(random->trades.size(), 1U) << "wherever the draw says, while nothing is held";
}

// An order that no block takes is no decision of the rule: it goes in with the next one.
TEST(Backtest, BlindAndHoldTryAgainUntilOneOrderLands) {
    const Tape tape = up_and_down(2'000, 1'000, 20'000'000);
    config::Settings settings = eager();
    settings.paper.landed_after_1_percent = 50;
    std::uint64_t expired = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        for (const auto benchmark : {analytics::Benchmark::Blind, analytics::Benchmark::Hold}) {
            const auto result =
                run_backtest(tape, settings, {.seed = seed, .benchmark = benchmark});
            ASSERT_TRUE(result);
            EXPECT_EQ(result->trades.size(), 1U) << "seed " << seed;
            expired += result->orders.expired;
        }
    }
    EXPECT_GT(expired, 0U);
    // For an hour, and not for ever: of a hundred orders none lands.
    settings.paper.landed_after_1_percent = 0;
    Tape late = up_and_down(2, 2, 20'000'000);
    const auto tried_after = [&](Duration pause) {
        Tape longer = late;
        TapeEvent& event = longer.events.emplace_back(longer.events.back());
        event.at = kTapeBegin + pause;
        event.slot = event.slot.plus(static_cast<std::uint64_t>(pause / kSlotNominal));
        const auto result =
            run_backtest(longer, settings, {.seed = 1, .benchmark = analytics::Benchmark::Hold});
        EXPECT_TRUE(result);
        return result->orders.submitted;
    };
    EXPECT_EQ(tried_after(std::chrono::hours{1}), 2U);
    EXPECT_EQ(tried_after(std::chrono::hours{1} + Duration{1}), 1U);
}

// Whatever would choose among a rule's entries is off for it; what a trade may cost is not.
TEST(Backtest, NoLimitButThatOfATradeChoosesAmongTheEntriesOfABenchmark) {
    const Tape tape = up_and_down(200, 90, 300'000'000);
    config::Settings settings = eager();
    settings.risk.liquidity_min = MicroUsd{1'000'000 * kMicroUsdPerUsd};
    settings.risk.losing_streak_max = 1;
    settings.risk.positions_max = settings.risk.correlated_positions_max = 1;
    settings.risk.capital_max = MicroUsd{kMicroUsdPerUsd};
    settings.risk.price_impact_max = BasisPoints{1};
    settings.paper.balance = Lamports{1'000'000};
    const auto momentum = run_backtest(tape, settings, {});
    ASSERT_TRUE(momentum);
    EXPECT_TRUE(momentum->trades.empty());
    const auto blind = run_backtest(tape, settings, {.benchmark = analytics::Benchmark::Blind});
    ASSERT_TRUE(blind);
    EXPECT_EQ(blind->trades.size(), 1U);
    const auto random =
        run_backtest(tape, settings, {.benchmark = analytics::Benchmark::RandomEntry});
    ASSERT_TRUE(random);
    EXPECT_GT(random->trades.size(), 1U);
    settings.risk.trade_max = MicroUsd{kMicroUsdPerUsd};
    const auto dear = run_backtest(tape, settings, {.benchmark = analytics::Benchmark::Blind});
    ASSERT_TRUE(dear);
    EXPECT_TRUE(dear->trades.empty());
    EXPECT_GT(dear->denials[static_cast<std::size_t>(DenialReason::SpendAboveTradeLimit)], 0U);
}

}  // namespace
}  // namespace sniperforge::backtest
