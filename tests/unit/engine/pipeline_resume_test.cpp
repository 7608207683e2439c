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
