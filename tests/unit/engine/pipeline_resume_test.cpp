// SPDX-License-Identifier: MIT
// Going on with the orders of a process that was killed.
#include <gtest/gtest.h>

#include "pipeline_support.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"

namespace sniperforge::engine {
namespace {

[[nodiscard]] SignedOrder exit_signed(std::uint64_t id, std::uint8_t signature) {
    SignedOrder order;
    order.intent.intent_id = IntentId{id};
    order.intent.strategy = StrategyId::Sniper;
    order.intent.kind = OrderKind::Exit;
    order.intent.mint_in = sniperforge::test::key_of(7);
    order.intent.mint_out = solana::kWrappedSolMint;
    order.signed_as.intent_id = order.intent.intent_id;
    order.signed_as.signature.bytes.fill(signature);
    order.signed_as.last_valid_height = BlockHeight{500};
    return order;
}

class PipelineResumeTest : public test::PipelineTest {
 protected:
    // Resumes with these orders open; the portfolio has them in flight.
    void resume_with(std::vector<SignedOrder> orders) {
        History history;
        history.portfolio.start({Lamports{10 * kLamportsPerSol}, {}}, reactor.wall_now());
        for (const SignedOrder& order : orders) {
            history.portfolio.order_submitted(order.intent);
        }
        history.intent_last = orders.back().intent.intent_id;
        history.orders_open = std::move(orders);
        pipeline->resume(std::move(history), Hash{});
    }
    [[nodiscard]] bool is_followed(std::uint64_t id) const {
        return pipeline->portfolio().orders_in_flight().contains(id);
    }
};

// One set of bytes has one outcome. It belongs to the order that it was signed for last: before
// that a node had refused it, and whoever waited for the first would wait for ever.
TEST_F(PipelineResumeTest, FollowsBytesThatWereSignedAgainForTheLastOrderAlone) {
    resume_with({exit_signed(23, 1), exit_signed(25, 2), exit_signed(26, 1), exit_signed(28, 1)});
    EXPECT_FALSE(is_followed(23));
    EXPECT_TRUE(is_followed(25)) << "other bytes";
    EXPECT_FALSE(is_followed(26));
    EXPECT_TRUE(is_followed(28));
    EXPECT_EQ(executor->in_flight(), 2U);
}

// Books of a moment ago and those of long ago wait for the same, and people want to know which.
TEST_F(PipelineResumeTest, SaysOfWhichRecordTheBooksOfEarlierRunsAreAndHowOldItIs) {
    for (const Slot slot : {Slot{77}, Slot{}}) {
        History history;
        history.portfolio.start({Lamports{10 * kLamportsPerSol}, {}}, reactor.wall_now());
        EXPECT_FALSE(history.past());
        history.written_last = WallTime{1'767'225'600'000'000'000};
        history.slot_last = slot;
        reactor.run_until(reactor.now() + std::chrono::seconds{1});
        const auto age = reactor.wall_now().seconds() - history.written_last->seconds();
        const auto past = history.past();
        ASSERT_TRUE(past);
        pipeline->note_past(*past);
        pipeline->resume(std::move(history), Hash{});
        (void)pipeline->recheck(exit_signed(1, 1).intent);
        const auto standing = pipeline->standing();
        const auto books =
            std::ranges::find(standing, StateCause::BooksDoubted, &StandingCause::cause);
        ASSERT_NE(books, standing.end());
        EXPECT_EQ(books->figures,
                  fmt::format("they are of earlier runs, with {}; the last record is of "
                              "2026-01-01T00:00:00Z, {} s before this start",
                              slot == Slot{} ? "no fill" : "the newest fill in slot 77", age));
        EXPECT_NE(books->ending.find("`sniperforge doctor`"), std::string::npos);
    }
}

// What is assumed of its odds is that everything reverts: without what earlier runs have seen land
// no profit is enough.
class PipelineOddsTest : public test::PipelineTest {
 protected:
    PipelineOddsTest() : test::PipelineTest{settings_without_hope()} {}
    [[nodiscard]] static config::Settings settings_without_hope() {
        config::Settings settings;
        settings.arbitrage.revert_percent_assumed = 100;
        settings.arbitrage.revert_budget = Lamports{20'000};
        settings.arbitrage.amount_max = Lamports{5 * kLamportsPerSol};
        return settings;
    }
    // Whether a gap between two pools is tried.
    [[nodiscard]] bool tries(History history) {
        history.portfolio.start({Lamports{10 * kLamportsPerSol}, {}}, reactor.wall_now());
        history.intent_last = IntentId{1};
        connect_to(*recorder);
        heard.intents.clear();
        tell_sol_price();
        tell(FeedRestored{"a"});
        pipeline->watch_orders(heard);
        pipeline->resume(std::move(history), Hash{});
        pipeline->go_live();
        tell_pool({.number = 2}, 1'000 * kLamportsPerSol, 1'000'000'000'000);
        tell_pool({.number = 3}, 1'200 * kLamportsPerSol, 1'000'000'000'000);
        return std::ranges::any_of(heard.intents, [](const OrderIntent& intent) {
            return intent.kind == OrderKind::Cycle;
        });
    }
    test::OrdersHeard heard;
    // On the day before this one, or on this one.
    [[nodiscard]] History::Settled reverted(std::uint64_t paid, bool is_today) {
        ExecutionReport report;
        report.kind = OrderKind::Cycle;
        report.outcome = Outcome::Reverted;
        report.fill.base_fee = Lamports{paid};
        const WallTime now = reactor.wall_now();
        return {report,
                is_today ? now : WallTime{now.ns - Duration{std::chrono::hours{24}}.count()}};
    }
};

TEST_F(PipelineOddsTest, ArbitrageGoesOnWithTheOddsThatEarlierRunsHaveSeen) {
    EXPECT_FALSE(tries({}));
    History reverts, landed;
    reverts.cycles_ended = {{Outcome::Reverted}};
    landed.cycles_ended = {{Outcome::Reverted}, {Outcome::Landed}};
    EXPECT_FALSE(tries(std::move(reverts)));
    EXPECT_TRUE(tries(std::move(landed)));
}

TEST_F(PipelineOddsTest, ArbitrageGoesOnWithWhatTheDaysRevertsHavePaid) {
    for (const bool is_today : {false, true}) {
        for (const std::uint64_t paid : {19'999U, 20'000U}) {
            History history;
            history.cycles_ended = {{Outcome::Landed}};
            history.reverted = {reverted(paid, is_today)};
            EXPECT_EQ(tries(std::move(history)), !is_today || paid < 20'000) << paid;
        }
    }
}

TEST_F(PipelineResumeTest, GoesOnWithWhatTheDayHasPaidForLandings) {
    History history;
    history.portfolio.start({Lamports{10 * kLamportsPerSol}, {}}, reactor.wall_now());
    history.fees.count(settings.execution.daily_fee_max, reactor.wall_now());
    history.intent_last = IntentId{1};
    pipeline->resume(std::move(history), Hash{});
    EXPECT_EQ(executor->fees_used_today(), settings.execution.daily_fee_max);
}

}  // namespace
}  // namespace sniperforge::engine
