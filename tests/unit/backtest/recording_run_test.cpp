// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/recording_run.hpp"

#include <algorithm>
#include <set>

#include "unit/backtest/tapes.hpp"
#include "unit/recording/scripted_run.hpp"

namespace sniperforge::backtest {
namespace {

// A run that never bought by itself, of a token that others buy in every slot and then sell.
class RecordingRunTest : public recording::test::ScriptedRun {
 protected:
    RecordingRunTest() {
        played = test::eager();
        played.safety.entries_judged = {};
        played.execution.sweep_interval = {};
    }
    void record(unsigned rises, unsigned falls) {
        pipeline->start({Lamports{1}, {}}, Hash{});
        open_market();
        tell(token.account().at(slot));
        move(0);
        for (unsigned i = 0; i < rises + falls; ++i) {
            tell(SlotUpdate{Slot{++slot}, Slot{slot - 1}, Slot{1}});
            move(i < rises ? 1 : -1);
            pipeline->on_tick(reactor.now());
        }
        close();
    }
    // Somebody buys, or sells, for 2 of the 1,000 SOL.
    void move(int direction) {
        constexpr std::uint64_t kSwap = 2 * kLamportsPerSol;
        const std::uint64_t before = sol;
        sol = direction > 0 ? sol + kSwap : direction < 0 ? sol - kSwap : sol;
        tokens = mul_div_floor(tokens, before, sol).value();
        tell(token.account_a(sol).at(slot));
        if (!is_half_heard) {
            tell(token.account_b(tokens).at(slot));
        }
    }
    [[nodiscard]] RecordingResult play(std::uint64_t seed = 1) const {
        const auto survey = recording::survey_market(path);
        SF_ASSERT(survey.has_value());
        auto result = run_recording(path, *survey, played, {.seed = seed});
        SF_ASSERT(result.has_value());
        return std::move(*result);
    }

    [[nodiscard]] RecordingResult play_rule(analytics::Benchmark rule,
                                            const RecordingResult& found) const {
        const auto survey = recording::survey_market(path);
        SF_ASSERT(survey.has_value());
        auto result = run_recording(
            path, *survey, played, {.benchmark = rule, .pools = found.pools, .moves = found.moves});
        SF_ASSERT(result.has_value());
        return std::move(*result);
    }

    dex::test::TestPool token{.number = 2};
    config::Settings played;
    std::uint64_t slot = 6, sol = 1'000 * kLamportsPerSol, tokens = 1'000'000'000'000;
    bool is_half_heard = false;
};

TEST_F(RecordingRunTest, BuysWhatRoseAndSellsItThoughTheRecordedRunDidNeither) {
    record(40, 40);
    const RecordingResult result = play();
    EXPECT_EQ((std::pair{result.pools, result.pools_incomplete}), (std::pair{2UL, 0UL}));
    ASSERT_FALSE(result.books.trades.empty());
    const analytics::TradeResult& trade = result.books.trades.front();
    EXPECT_EQ(trade.strategy, StrategyId::Momentum);
    EXPECT_NE(trade.exit_reason, ExitReason::None);
    EXPECT_EQ(trade.costs.base_fee, Lamports{10'000}) << "two transactions";
    ASSERT_TRUE(trade.costs.venue_fees);
    EXPECT_GT(trade.costs.venue_fees->amm, Lamports{});
    EXPECT_GE(result.books.orders.landed, 2U);
    LamportsDelta sum = result.books.unassigned;
    for (const auto& each : result.books.trades) {
        if (each.basis == analytics::FillBasis::PoolState) {  // Closed.
            sum += analytics::net_of(each).value_or(LamportsDelta{});
        }
    }
    EXPECT_EQ(sum, result.books.pnl_realized);
}

TEST_F(RecordingRunTest, TheSameSeedDecidesTheSameToTheByteAndAnotherDrawsOtherLandings) {
    played.paper.landed_after_1_percent = 50;
    record(40, 40);
    std::set<std::string> decisions;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const std::string once = play(seed).books.decision_sha256;
        EXPECT_EQ(play(seed).books.decision_sha256, once);
        decisions.insert(once);
    }
    EXPECT_GE(decisions.size(), 2U);
}

TEST_F(RecordingRunTest, WhatIsOpenAtTheEndCountsAsSoldForWhatItIsWorthThen) {
    record(40, 0);
    const RecordingResult result = play();
    ASSERT_EQ(result.books.trades.size(), 1U);
    EXPECT_EQ(result.books.orders.landed, 1U);
    EXPECT_EQ(result.books.period.to, reactor.wall_now() + Duration{1});
    EXPECT_EQ(result.books.trades[0].closed_at, reactor.wall_now());
    EXPECT_EQ(result.books.trades[0].basis, analytics::FillBasis::Quote);
    EXPECT_GT(result.books.trades[0].gross, LamportsDelta{}) << "it rose";
}

TEST_F(RecordingRunTest, OrdersOnTheirWayWhenItEndsHaveExpired) {
    played.paper.landed_after_1_percent = 0;  // None lands, and 150 slots are not in it.
    record(40, 0);
    const RecordingResult result = play();
    EXPECT_GT(result.orders_cut, 0U);
    EXPECT_EQ(result.books.orders.expired, result.orders_cut);
    EXPECT_EQ(result.books.orders.expired, result.books.orders.submitted);
    EXPECT_TRUE(result.books.trades.empty());
}

// As the rules on tapes: each token once, at its first move that can be bought, whatever it does.
TEST_F(RecordingRunTest, RulesWithoutSkillEnterTheSameMarket) {
    record(0, 40);
    const RecordingResult idle = play();
    EXPECT_EQ(idle.books.orders.submitted, 0U) << "momentum buys nothing that falls";
    EXPECT_EQ(idle.moves, 41U)
        << "as it is whole, and one for each swap, though that writes two vaults";
    const RecordingResult blind = play_rule(analytics::Benchmark::Blind, idle);
    ASSERT_EQ(blind.books.trades.size(), 1U) << "one entry for its pool";
    EXPECT_LT(analytics::net_of(blind.books.trades[0]), LamportsDelta{});
    EXPECT_NE(blind.books.trades[0].exit_reason, ExitReason::None) << "the settings' exits sell";
    const RecordingResult hold = play_rule(analytics::Benchmark::Hold, idle);
    ASSERT_EQ(hold.books.trades.size(), 1U);
    EXPECT_EQ(hold.books.trades[0].closed_at, reactor.wall_now()) << "at the end";
    EXPECT_LT(analytics::net_of(hold.books.trades[0]), analytics::net_of(blind.books.trades[0]));
    // 300 entries are wanted, and there are fewer moves: it enters whenever it holds nothing.
    const RecordingResult random = play_rule(analytics::Benchmark::RandomEntry, idle);
    EXPECT_GE(random.books.trades.size(), 1U);
    EXPECT_EQ(play_rule(analytics::Benchmark::RandomEntry, idle).books.decision_sha256,
              random.books.decision_sha256);
    EXPECT_EQ(blind.moves, idle.moves) << "the market is the same";
}

TEST_F(RecordingRunTest, CountsPoolsOfWhichTheRecordedRunHeardAPartOnly) {
    is_half_heard = true;
    record(40, 0);
    const RecordingResult result = play();
    EXPECT_EQ((std::pair{result.pools, result.pools_incomplete}), (std::pair{2UL, 1UL}));
    EXPECT_GT(result.accounts_unread, 0U) << "the other vault, and the mint";
    EXPECT_EQ(result.books.orders.submitted, 0U);
}

}  // namespace
}  // namespace sniperforge::backtest
