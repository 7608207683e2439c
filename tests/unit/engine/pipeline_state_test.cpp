// SPDX-License-Identifier: MIT
// What the engine makes of what it hears and loses: the state that its gate goes by.
#include <gtest/gtest.h>

#include <string_view>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

class PipelineStateTest : public test::PipelineTest {
 protected:
    PipelineStateTest() : PipelineTest{test::with_drawdown_of(10)} { tell_sol_price(); }
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
