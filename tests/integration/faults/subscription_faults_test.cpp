// SPDX-License-Identifier: MIT
// Subscriptions that are refused, not answered or not ended, and a backfill whose reads fail.
#include <gtest/gtest.h>

#include "rig.hpp"
#include "table.hpp"

namespace sniperforge::faults {
namespace {

using sim::FaultKind;

constexpr std::size_t kRefusingNode = 0;
// A second time round: the pauses between tries, and what an answer may take.
constexpr Duration kElsewhere = seconds{5};

class Subscribing : public ::testing::Test {
 protected:
    // The node goes down for a second, so that all of its subscriptions are asked for once more,
    // and then has `faults` for 20 s. How long it took until everything was seen.
    [[nodiscard]] std::optional<Duration> lose_and_return_with(const sim::NodeFaults& faults) {
        rig.run(seconds{10});
        rig.set_faults(kRefusingNode, {.is_down = true});
        EXPECT_TRUE(rig.run_until([&] { return rig.is_anything_blind(); }, seconds{1}));
        rig.run(milliseconds{100});
        rig.set_faults(kRefusingNode, faults);
        const auto sighted = rig.run_until([&] { return !rig.is_anything_blind(); }, seconds{30});
        rig.run(seconds{20});
        EXPECT_FALSE(rig.is_anything_blind()) << "while the fault lasts";
        return sighted;
    }
    void expect_nothing_lost_or_doubled() {
        rig.set_faults(kRefusingNode, {});
        rig.run(seconds{20});
        EXPECT_FALSE(rig.is_anything_blind());
        rig.stop_writing();
        rig.run(seconds{3});
        EXPECT_EQ(rig.differing(), 0U);
        EXPECT_EQ(rig.findings().duplicates, 0U);
        EXPECT_EQ(rig.findings().stale_while_sighted + rig.findings().stale_single, 0U);
    }
    Rig rig;
};

TEST_F(Subscribing, IsAskedElsewhereWhenItIsRefused) {
    const auto sighted = lose_and_return_with({.subscribe_refusal_probability = 1});
    EXPECT_GT(rig.count(kRefusingNode, FaultKind::SubscribeRefusal), 0U);
    EXPECT_LT(rig.count(kRefusingNode, FaultKind::SubscribeRefusal), 500U) << "asked with a pause";
    expect_nothing_lost_or_doubled();
    conclude("subscriptions refused after a reconnect", "all is seen elsewhere; none lost, doubled",
             {{"seen elsewhere", sighted, kElsewhere}});
}

TEST_F(Subscribing, IsAskedElsewhereWhenItIsNotAnswered) {
    const auto sighted = lose_and_return_with({.subscribe_silence_probability = 1});
    EXPECT_GT(rig.count(kRefusingNode, FaultKind::SubscribeSilence), 0U);
    expect_nothing_lost_or_doubled();
    conclude("subscriptions never answered", "all is seen elsewhere; none lost, doubled",
             {{"seen elsewhere", sighted, kElsewhere}});
}

TEST_F(Subscribing, WhatGoesOnAfterItsEndIsNotHandedOn) {
    rig.run(seconds{10});
    rig.set_faults_everywhere({.is_unsubscribe_ignored = true});
    const std::size_t kept = 40;
    const auto dropped = std::span{rig.accounts()}.subspan(kept);
    rig.feed().unwatch(dropped);
    rig.run(milliseconds{50});
    std::vector<Slot> held;
    for (std::size_t i = kept; i < rig.accounts().size(); ++i) {
        held.push_back(rig.slot_held(i));
    }
    rig.run(seconds{20});
    for (std::size_t i = kept; i < rig.accounts().size(); ++i) {
        EXPECT_EQ(rig.slot_held(i), held[i - kept]) << i;
    }
    std::uint64_t ignored = 0;
    for (std::size_t node = 0; node < 3; ++node) {
        ignored += rig.count(node, FaultKind::IgnoredUnsubscribe);
    }
    EXPECT_GE(ignored, dropped.size());
    // Wanted again, they are whole again, whatever the old subscriptions tell besides.
    rig.feed().watch(dropped, feed::Priority::Armed);
    rig.run(seconds{20});
    EXPECT_FALSE(rig.is_anything_blind());
    rig.stop_writing();
    rig.run(seconds{3});
    EXPECT_EQ(rig.differing(), 0U);
    EXPECT_EQ(rig.findings().duplicates, 0U);
    conclude("unsubscribing ignored", "nothing of the unwatched; watched again none lost, doubled",
             {});
}

TEST_F(Subscribing, BackfillGoesOnWhileTheReadsFailOnTwoOfThree) {
    rig.run(seconds{10});
    // Every node falls silent and comes back; meanwhile one fails account reads, another limits.
    rig.set_faults_everywhere({.is_silent = true});
    rig.run(seconds{5});
    EXPECT_TRUE(rig.is_blind());
    rig.set_faults(0, {.methods = {"getMultipleAccounts"}, .rpc_error_probability = 1});
    rig.set_faults(1, {.too_many_requests_probability = 1});
    rig.set_faults(2, {});
    const auto sighted = rig.run_until([&] { return !rig.is_anything_blind(); }, seconds{10});
    rig.stop_writing();
    rig.run(seconds{3});
    EXPECT_EQ(rig.differing(), 0U);
    EXPECT_EQ(rig.findings().stale_while_sighted + rig.findings().stale_single, 0U);
    conclude("all silent, then reads fail on two of three", "all is seen; none lost, doubled",
             {{"seen", sighted, seconds{2}}});
}

}  // namespace
}  // namespace sniperforge::faults
