// SPDX-License-Identifier: MIT
// What the engine makes of what it hears and loses: the state that its gate goes by.
#include <gtest/gtest.h>

#include <string_view>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

[[nodiscard]] config::Settings settings_with_drawdown_of(std::uint64_t usd) {
    config::Settings settings;
    settings.risk.drawdown_max = MicroUsd{usd * kMicroUsdPerUsd};
    return settings;
}

class PipelineStateTest : public test::PipelineTest {
 protected:
    PipelineStateTest() : PipelineTest{settings_with_drawdown_of(10)} { tell_sol_price(); }
    // A transaction that failed at this price.
    void lose(std::uint64_t id, std::int64_t lamports) {
        ExecutionReport report;
        report.intent_id = IntentId{id};
        report.kind = OrderKind::Entry;
        report.outcome = Outcome::Reverted;
        report.slot = Slot{5};
        report.fill.wallet = LamportsDelta{-lamports};
        pipeline->on_report(report);
    }
    // Why nothing is entered; "" while it is not for our state.
    [[nodiscard]] std::string_view refusal() {
        const auto denial = pipeline->recheck(OrderIntent{});
        return denial ? to_string(denial->reason) : "";
    }
    // As of the next decision.
    [[nodiscard]] TradingState state() {
        (void)pipeline->recheck(OrderIntent{});
        return pipeline->state();
    }
};

TEST_F(PipelineStateTest, IsBlindUntilTheFeedIsHeardAndWheneverItIsLost) {
    EXPECT_EQ(state(), TradingState::Blind);
    tell(FeedRestored{"a"});
    EXPECT_EQ(state(), TradingState::Active);
    tell(FeedLost{"a", "silent"});
    EXPECT_EQ(pipeline->state(), TradingState::Blind);
}

TEST_F(PipelineStateTest, ReducesAtTheDrawdownItselfAndStaysWhateverComesBack) {
    tell(FeedRestored{"a"});
    lose(1, 99'999'999);  // 10 USD are 0.1 SOL.
    EXPECT_EQ(state(), TradingState::Active);
    lose(2, 1);
    EXPECT_EQ(state(), TradingState::Reducing);
    EXPECT_EQ(refusal(), "DRAWDOWN_REACHED");
    OrderIntent exit;
    exit.kind = OrderKind::Exit;
    EXPECT_FALSE(pipeline->recheck(exit));
    // The loss never happened. Who has to look at it has to look all the same.
    pipeline->on_reversed({IntentId{2}, {}, Slot{5}});
    EXPECT_EQ(state(), TradingState::Halted);
    pipeline->reconciled();
    tell(FeedLost{"a", "silent"});
    EXPECT_EQ(state(), TradingState::Blind);
    tell(FeedRestored{"a"});
    EXPECT_EQ(state(), TradingState::Reducing);
}

TEST_F(PipelineStateTest, DrainsToTheEndOnceItIsHalted) {
    tell(FeedRestored{"a"});
    pipeline->halt();
    EXPECT_EQ(state(), TradingState::Draining);
    EXPECT_EQ(refusal(), "ENGINE_HALTED");
    tell(FeedLost{"a", "silent"});
    tell(FeedRestored{"a"});
    EXPECT_EQ(state(), TradingState::Draining);
}

}  // namespace
}  // namespace sniperforge::engine
