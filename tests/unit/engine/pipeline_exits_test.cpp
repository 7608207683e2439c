// SPDX-License-Identifier: MIT
// What the sale that follows one that failed is told of it.
#include <gtest/gtest.h>

#include <vector>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

const dex::test::TestPool kSoldIn{.number = 4, .mint_b = dex::test::key_of(9)};

class PipelineExitsTest : public test::PipelineTest {
 protected:
    PipelineExitsTest() {
        tell_pool(kSoldIn, 100 * kLamportsPerSol, 1'000'000'000'000);
        pipeline->go_live();
        ExecutionReport bought;
        bought.intent_id = IntentId{1};
        bought.strategy = StrategyId::Sniper;
        bought.kind = OrderKind::Entry;
        bought.mint = kSoldIn.mint_b;
        bought.outcome = Outcome::Landed;
        bought.slot = Slot{5};
        bought.fill.wallet = LamportsDelta{-100'005'000};
        bought.fill.base_fee = Lamports{5'000};
        bought.fill.tokens = {{kSoldIn.mint_b, TokenDelta{1'000'000'000}}};
        pipeline->on_report(bought);
        pipeline->watch_orders(heard);
    }
    // A sale that was rejected before anything was signed, two slots ago. What is decided next.
    [[nodiscard]] std::vector<OrderIntent> after(ExitReason reason, FailureClass failure) {
        heard.intents.clear();
        ExecutionReport report;
        report.intent_id = IntentId{2};
        report.kind = OrderKind::Exit;
        report.exit_reason = reason;
        report.position_id = pipeline->portfolio().positions()[0].position_id;
        report.mint = kSoldIn.mint_b;
        report.outcome = Outcome::Rejected;
        report.failure = failure;
        pipeline->on_report(report);
        slot += 2;
        tell(SlotUpdate{Slot{slot}, Slot{slot - 1}, Slot{1}});
        return heard.intents;
    }

    test::OrdersHeard heard;
    std::uint64_t slot = 10;
};

// As of an order that an earlier process left: why it sold is in the report alone.
TEST_F(PipelineExitsTest, GoOnSellingOutOfAPulledPoolAndKeepWhatWasSoldForNothingThatLasts) {
    EXPECT_TRUE(after(ExitReason::StopLoss, FailureClass::Rpc).empty());
    const auto intents = after(ExitReason::LiquidityPull, FailureClass::Rpc);
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].exit_reason, ExitReason::LiquidityPull);
}

// Nothing was signed: what Jupiter guaranteed was below the floor. That is the market's word, and
// that nobody answered is not.
TEST_F(PipelineExitsTest, AcceptTwiceTheSlippageOnceAPriceWasRefusedAndNotAfterATroubleOfOurs) {
    const BasisPoints first = settings.exits.slippage_first;
    for (const FailureClass ours : {FailureClass::Rpc, FailureClass::QuoteService}) {
        const auto intents = after(ExitReason::LiquidityPull, ours);
        ASSERT_EQ(intents.size(), 1U);
        EXPECT_EQ(intents[0].slippage_max, first);
    }
    const auto intents = after(ExitReason::LiquidityPull, FailureClass::Slippage);
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].slippage_max, first + first);
    EXPECT_FALSE(pipeline->is_reconciliation_due()) << "it says nothing about the books";
}

}  // namespace
}  // namespace sniperforge::engine
