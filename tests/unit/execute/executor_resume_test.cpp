// SPDX-License-Identifier: MIT
// Orders and fills of an earlier process: followed to their end, and never sent.
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {
namespace {

class ResumeTest : public ExecutorTest {
 protected:
    void resume() { executor->resume(entry_intent(), signature, BlockHeight{kLastValidHeight}); }
    const Signature signature = Signature::from(Bytes(64, 9));
};

TEST_F(ResumeTest, ReportsTheFillOfAnOrderThatLandedMeanwhile) {
    resume();
    EXPECT_EQ(executor->in_flight(), 1U);
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{1});
    EXPECT_EQ(only().outcome, Outcome::Landed);
    EXPECT_EQ(only().signature, signature);
    EXPECT_EQ(only().mint, kToken);
    EXPECT_EQ(only().sent_at, MonoTime{}) << "nobody knows: it was in another process";
    EXPECT_EQ(only().decided_at, MonoTime{});
    EXPECT_GT(only().settled_at, MonoTime{});
    EXPECT_EQ(executor->fills_provisional(), 1U);
    EXPECT_EQ(executor->statistics().submitted, 0U);
    EXPECT_EQ(executor->statistics().landed, 0U) << "it is no order of this run";
    EXPECT_EQ(executor->statistics().carried.orders, 1U);
    EXPECT_EQ(executor->statistics().carried.landed, 1U);
}

TEST_F(ResumeTest, NeverSendsWhatItDoesNotHave) {
    resume();
    run(seconds{30});
    EXPECT_TRUE(sends().empty());
    EXPECT_TRUE(events.signatures.empty());
    EXPECT_EQ(executor->in_flight(), 1U);
}

TEST_F(ResumeTest, ExpiresItOnlyOnceTheFinalizedHeightHasPassedItsLastValidOne) {
    resume();
    let_floor_pass();
    height = kLastValidHeight;
    run(seconds{10});
    EXPECT_TRUE(events.reports.empty());
    height = kLastValidHeight + 1;
    run(seconds{5});
    EXPECT_EQ(only().outcome, Outcome::Expired);
    EXPECT_EQ(executor->statistics().expired, 0U);
    EXPECT_EQ(executor->statistics().carried.expired, 1U);
}

TEST_F(ResumeTest, FinalizesAFillThatAnEarlierProcessReported) {
    ExecutionReport fill;
    fill.intent_id = IntentId{3};
    fill.outcome = Outcome::Landed;
    fill.signature = signature;
    fill.slot = Slot{77};
    executor->resume(fill, BlockHeight{kLastValidHeight});
    EXPECT_EQ(executor->fills_provisional(), 1U);
    statuses = kFinalized;
    run(seconds{5});
    ASSERT_EQ(events.finalized.size(), 1U);
    EXPECT_EQ(events.finalized[0].intent_id, IntentId{3});
    EXPECT_EQ(executor->fills_provisional(), 0U);
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(executor->statistics().landed, 0U);
    EXPECT_EQ(executor->statistics().carried.landed, 1U);
}

TEST_F(ResumeTest, WhenAFillOfAnEarlierProcessWasSentIsNotKnownWhenItIsDroppedEither) {
    ExecutionReport fill;
    fill.intent_id = IntentId{3};
    fill.outcome = Outcome::Landed;
    fill.signature = signature;
    fill.slot = Slot{77};
    fill.decided_at = fill.sent_at = fill.settled_at = reactor.now();
    events.reports_of[3] = 1;  // By that process.
    executor->resume(fill, BlockHeight{kLastValidHeight});
    let_floor_pass();
    statuses = transaction = "null";
    slot_finalized = 300;  // Long behind it.
    height = kLastValidHeight + 1;
    run(seconds{10});
    ASSERT_EQ(events.reversed.size(), 1U);
    EXPECT_EQ(only().outcome, Outcome::Expired);
    EXPECT_EQ(only().sent_at, MonoTime{});
    EXPECT_GT(only().settled_at, fill.settled_at);
}

}  // namespace
}  // namespace sniperforge::execute::test
