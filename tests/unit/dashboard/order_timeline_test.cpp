// SPDX-License-Identifier: MIT
#include "sniperforge/dashboard/order_timeline.hpp"

#include <gtest/gtest.h>

#include "sniperforge/net/virtual_reactor.hpp"
#include "support/keys.hpp"

namespace sniperforge::dashboard {
namespace {

using std::chrono::microseconds;
using test::key_of;

[[nodiscard]] OrderIntent intent_of(std::uint64_t id) {
    OrderIntent intent;
    intent.intent_id = IntentId{id};
    intent.strategy = StrategyId::Sniper;
    intent.kind = OrderKind::Entry;
    intent.mint_out = key_of(5);
    return intent;
}

// A microsecond from each moment to the next, but two for the gate and ten for building.
[[nodiscard]] Trace trace_of(std::int64_t from_us) {
    const auto at = [&](int us) { return MonoTime{(from_us + us) * 1'000}; };
    return {.received = at(0),
            .decoded = at(1),
            .detected = at(2),
            .decided = at(3),
            .approved = at(5),
            .journalled = at(17),
            .built = at(15),
            .signed_at = at(16),
            .sent = at(18)};
}

[[nodiscard]] ExecutionReport report_of(std::uint64_t id, Outcome outcome) {
    ExecutionReport report = report_on(intent_of(id));
    report.outcome = outcome;
    report.slot = Slot{77};
    report.fill.wallet = LamportsDelta{-5'000};
    report.decided_at = MonoTime{9'000};
    report.settled_at = MonoTime{2'000'000};
    return report;
}

class OrderTimelineTest : public ::testing::Test {
 protected:
    void send(std::uint64_t id) {
        Signature signature;
        signature.bytes[0] = static_cast<std::uint8_t>(id);
        timeline.on_sending(intent_of(id), signature, {});
        timeline.on_sent(intent_of(id), trace_of(100));
    }
    [[nodiscard]] StageSummary stage(Stage stage) const {
        return timeline.stages()[static_cast<std::size_t>(stage)];
    }

    net::VirtualReactor reactor;
    OrderTimeline timeline{reactor};
};

TEST_F(OrderTimelineTest, FollowsAnOrderFromItsSendToItsFinality) {
    send(1);
    OrderLine line = timeline.newest().at(0);
    EXPECT_EQ(line.intent, IntentId{1});
    EXPECT_EQ(line.mint, key_of(5));
    EXPECT_EQ(line.signature.bytes[0], 1);
    EXPECT_FALSE(line.outcome.has_value());

    timeline.on_report(report_of(1, Outcome::Landed));
    line = timeline.newest().at(0);
    EXPECT_EQ(line.outcome, Outcome::Landed);
    EXPECT_EQ(line.wallet, LamportsDelta{-5'000});
    EXPECT_EQ(line.finalized_at, MonoTime{});

    reactor.run_until(reactor.now() + std::chrono::seconds{13});
    timeline.on_finalized({IntentId{1}, line.signature, Slot{78}});
    line = timeline.newest().at(0);
    EXPECT_EQ(line.finalized_at, reactor.now());
    EXPECT_EQ(line.slot, Slot{78});
    EXPECT_EQ(timeline.newest().size(), 1U);
}

TEST_F(OrderTimelineTest, MeasuresEachStageWhereItEnds) {
    send(1);
    EXPECT_EQ(stage(Stage::Gate).p50, microseconds{2});
    EXPECT_EQ(stage(Stage::Build).max, microseconds{10});
    EXPECT_EQ(stage(Stage::Sign).max, microseconds{1});
    EXPECT_EQ(stage(Stage::Journal).max, microseconds{1});
    EXPECT_EQ(stage(Stage::Send).max, microseconds{1});
    EXPECT_EQ(stage(Stage::Total).max, microseconds{18});
    EXPECT_EQ(stage(Stage::Settle).count, 0U);
    timeline.on_report(report_of(1, Outcome::Unknown));
    EXPECT_EQ(stage(Stage::Settle).count, 0U);
}

TEST_F(OrderTimelineTest, AnOrderThatNoFrameDecidedHasNoTotal) {
    OrderIntent sweep = intent_of(1);
    sweep.kind = OrderKind::Sweep;
    Trace trace = trace_of(100);
    trace.decoded = trace.detected = {};
    timeline.on_sent(sweep, trace);
    EXPECT_EQ(stage(Stage::Total).count, 0U);
    EXPECT_EQ(stage(Stage::Decode).count, 0U);
    EXPECT_EQ(stage(Stage::Send).count, 1U);
}

TEST_F(OrderTimelineTest, KnowsOrdersThatWereNeverSent) {
    ExecutionReport report = report_of(3, Outcome::Rejected);
    report.error = std::string(kErrorBytesMax + 5, 'x');
    timeline.on_report(report);
    const OrderLine line = timeline.newest().at(0);
    EXPECT_EQ(line.outcome, Outcome::Rejected);
    EXPECT_TRUE(line.signature.is_zero());
    EXPECT_EQ(line.trace.decided, MonoTime{9'000});
    EXPECT_EQ(line.error.size(), kErrorBytesMax);
}

TEST_F(OrderTimelineTest, AReversedFillHasMovedNothingUntilItsNextReport) {
    send(1);
    timeline.on_report(report_of(1, Outcome::Landed));
    timeline.on_reversed({IntentId{1}, {}, Slot{77}});
    EXPECT_TRUE(timeline.newest().at(0).is_reversed);
    EXPECT_EQ(timeline.newest().at(0).wallet, LamportsDelta{});
    timeline.on_report(report_of(1, Outcome::Expired));
    EXPECT_FALSE(timeline.newest().at(0).is_reversed);
    EXPECT_EQ(timeline.newest().at(0).outcome, Outcome::Expired);
}

TEST_F(OrderTimelineTest, KeepsTheNewestTheNewestFirstAndNoMore) {
    for (std::uint64_t id = 1; id <= kOrdersKept + 3; ++id) {
        send(id);
        EXPECT_EQ(timeline.newest().size(), std::min<std::size_t>(id, kOrdersKept));
    }
    const auto lines = timeline.newest();
    EXPECT_EQ(lines.front().intent, IntentId{kOrdersKept + 3});
    EXPECT_EQ(lines.back().intent, IntentId{4});
    timeline.on_finalized({IntentId{1}, {}, Slot{78}});  // Long gone: nothing happens.
    EXPECT_EQ(timeline.newest().size(), kOrdersKept);
}

TEST_F(OrderTimelineTest, TellsTheNextWatcherAllOfIt) {
    struct Counting final : engine::OrderWatcher {
        void on_intent(const OrderIntent&) override { ++told; }
        void on_denied(const OrderIntent&, const Denial&) override { ++told; }
        void on_sending(const OrderIntent&, const Signature&, BytesView) override { ++told; }
        void on_sent(const OrderIntent&, const Trace&) override { ++told; }
        void on_report(const ExecutionReport&) override { ++told; }
        void on_finalized(const OrderFinalized&) override { ++told; }
        void on_reversed(const OrderReversed&) override { ++told; }
        int told = 0;
    } next;
    OrderTimeline passing{reactor, &next};
    passing.on_intent(intent_of(1));
    passing.on_denied(intent_of(1), {});
    passing.on_sending(intent_of(1), {}, {});
    passing.on_sent(intent_of(1), {});
    passing.on_report(report_of(1, Outcome::Landed));
    passing.on_finalized({});
    passing.on_reversed({});
    EXPECT_EQ(next.told, 7);
}

}  // namespace
}  // namespace sniperforge::dashboard
