// SPDX-License-Identifier: MIT
// What the engine makes of outcomes that open breakers.
#include <gtest/gtest.h>

#include <string_view>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

class PipelineBreakersTest : public test::PipelineTest {
 protected:
    PipelineBreakersTest() {
        tell_sol_price();
        tell(FeedRestored{"a"});
    }
    void report(FailureClass failure, Outcome outcome = Outcome::Rejected) {
        ExecutionReport report;
        report.intent_id = IntentId{++last_id};
        report.outcome = outcome;
        report.failure = failure;
        pipeline->on_report(report);
    }
    [[nodiscard]] std::string_view refusal(OrderKind kind = OrderKind::Entry) {
        OrderIntent intent;
        intent.intent_id = IntentId{++last_id};
        intent.kind = kind;
        const auto denial = pipeline->recheck(intent);
        return denial ? to_string(denial->reason) : "";
    }

    std::uint64_t last_id = 0;
};

TEST_F(PipelineBreakersTest, LetsNothingBeSignedButExitsOnceABreakerHasOpened) {
    for (std::uint32_t i = 1; i < settings.risk.breaker_failures_max; ++i) {
        report(FailureClass::Expiry, Outcome::Expired);
    }
    EXPECT_EQ(refusal(), "");
    report(FailureClass::Expiry, Outcome::Expired);
    EXPECT_EQ(refusal(), "BREAKER_OPEN");
    EXPECT_EQ(refusal(OrderKind::Cycle), "BREAKER_OPEN");
    EXPECT_EQ(refusal(OrderKind::Exit), "");
    EXPECT_EQ(pipeline->state(), TradingState::Active) << "a breaker is no state";
    ASSERT_EQ(pipeline->breakers_not_closed().size(), 1U);
    EXPECT_EQ(pipeline->breaker_trips()[static_cast<std::size_t>(FailureClass::Expiry)], 1U);
    reactor.run_until(reactor.now() + settings.risk.breaker_open);
    EXPECT_EQ(refusal(), "");
}

TEST_F(PipelineBreakersTest, BuysNothingAfterAnOverspentOrderUntilTheBooksEqualTheChain) {
    report(FailureClass::BalanceMismatch, Outcome::Landed);
    EXPECT_EQ(refusal(), "ENGINE_HALTED");
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    pipeline->books_differ({});
    EXPECT_EQ(refusal(), "ENGINE_HALTED");
    EXPECT_EQ(pipeline->breakers_not_closed().size(), 1U);
    pipeline->reconciled();
    EXPECT_EQ(refusal(), "");
    EXPECT_TRUE(pipeline->breakers_not_closed().empty());
}

TEST_F(PipelineBreakersTest, DoubtsBooksThatTurnOutToDiffer) {
    pipeline->books_differ({});
    EXPECT_EQ(refusal(), "ENGINE_HALTED");
    ASSERT_EQ(pipeline->breakers_not_closed().size(), 1U);
    EXPECT_EQ(pipeline->breakers_not_closed()[0].hold.failure, FailureClass::BalanceMismatch);
}

// The chain says that there is less SOL than the books have.
TEST_F(PipelineBreakersTest, BuysNothingWhereTheWalletLacksSolUntilTheBooksEqualTheChain) {
    ExecutionReport refused;
    refused.kind = OrderKind::Exit;
    refused.outcome = Outcome::Rejected;
    refused.program_error = "runtime InsufficientFundsForFee";
    refused.action = FailureAction::Requote;
    pipeline->on_report(refused);
    EXPECT_EQ(refusal(), "");
    refused.action = FailureAction::StopEntries;
    pipeline->on_report(refused);
    EXPECT_EQ(refusal(), "ENGINE_HALTED");
    EXPECT_EQ(refusal(OrderKind::Exit), "");
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    EXPECT_TRUE(pipeline->breakers_not_closed().empty());
    EXPECT_EQ(
        pipeline->standing().back().figures,
        "wallet: the books have 10000000000 lamports, and intent 0 was refused for too little "
        "SOL by runtime InsufficientFundsForFee");
    pipeline->reconciled();
    EXPECT_EQ(refusal(), "");
}

// What was expected, what was read, of which account; and of one reading alone who says it.
TEST_F(PipelineBreakersTest, EveryDoubtTellsItsFigures) {
    const auto figures = [&] {
        (void)refusal();
        return pipeline->standing().back().figures;
    };
    const portfolio::BalanceMismatch differing[] = {{"wallet", 10, 7}, {"mint", 2, 1}};
    pipeline->books_differ(differing);
    EXPECT_EQ(figures(), "wallet: the books have 10, the chain has 7, and 1 more differ");
    pipeline->books_differ({}, "wallet: 7 by endpoint b alone");
    EXPECT_EQ(figures(), "wallet: 7 by endpoint b alone");
    pipeline->books_differ({});
    EXPECT_EQ(figures(),
              "all that was missing is there again; the books wait to be held against the chain");
}

// The tokens may not be there any more; a price says nothing about that.
TEST_F(PipelineBreakersTest,
       WantsTheBooksReadAfterAnExitThatTheChainRefusedForAnotherReasonThanThePrice) {
    ExecutionReport refused;
    refused.kind = OrderKind::Exit;
    refused.outcome = Outcome::Rejected;
    refused.failure = FailureClass::ProgramError;
    pipeline->on_report(refused);
    EXPECT_FALSE(pipeline->is_check_wanted()) << "it was never signed";
    refused.signature = Signature::from(Bytes(64, 1));
    refused.failure = FailureClass::Slippage;
    pipeline->on_report(refused);
    EXPECT_FALSE(pipeline->is_check_wanted());
    refused.failure = FailureClass::ProgramError;
    pipeline->on_report(refused);
    EXPECT_TRUE(pipeline->is_check_wanted());
    pipeline->begin_check({Lamports{10 * kLamportsPerSol}, {}});
    EXPECT_FALSE(pipeline->is_check_wanted());
}

}  // namespace
}  // namespace sniperforge::engine
