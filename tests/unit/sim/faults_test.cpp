// SPDX-License-Identifier: MIT
// What a timeline of faults may say, and what it may not.
#include "sniperforge/sim/faults.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "sim/fault_fields.hpp"

namespace sniperforge::sim {
namespace {

std::string problem_of(std::vector<ScenarioPair> pairs, std::size_t nodes = 3) {
    const auto timeline = fault_timeline(pairs, nodes);
    return timeline ? std::string{} : timeline.error().text;
}

TEST(Faults, EveryKindHasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kFaultKinds; ++i) {
        names.insert(fault_name(static_cast<FaultKind>(i)));
    }
    EXPECT_EQ(names.size(), kFaultKinds);
    EXPECT_FALSE(names.contains(""));
}

TEST(Faults, AHealthyNodePassesTheCheckAndValuesBeyondTheirRangeDoNot) {
    EXPECT_TRUE(check(NodeFaults{}));
    NodeFaults faults;
    faults.slots_behind = kSlotsBehindMax;
    faults.hang_probability = 1;
    faults.latency = std::chrono::seconds{60};
    EXPECT_TRUE(check(faults));
    faults.slots_behind = kSlotsBehindMax + 1;
    faults.hang_probability = 1.001;
    faults.latency += std::chrono::milliseconds{1};
    const auto checked = check(faults);
    ASSERT_FALSE(checked);
    for (const std::string_view key :
         {"slots_behind 301", "hang_probability 1.001", "latency_ms"}) {
        EXPECT_NE(checked.error().text.find(key), std::string::npos) << checked.error().text;
    }
}

TEST(Faults, ATimelineIsSortedAndEachEntryIsAllThatItsNodeHas) {
    const std::vector<ScenarioPair> pairs{
        {"30.node1.healthy", "true", 1},
        {"10.node1.latency_ms", "150", 2},
        {"10.node1.methods", "getAccountInfo getMultipleAccounts", 3},
        {"10.node1.rpc_error_probability", "1", 4},
        {"10.node1.rpc_error_code", "-32603", 5},
        {"20.all.notification_kinds", "account, slot", 6},
        {"20.all.miss_probability", "0.25", 7},
        {"15.fork.slots", "5", 8},
        {"15.fork.is_requeued", "false", 9},
        {"12.node2.retry_after_s", "3", 10},
    };
    const auto timeline = fault_timeline(pairs, 3);
    ASSERT_TRUE(timeline.has_value()) << timeline.error().text;
    ASSERT_EQ(timeline->size(), 5U);
    const FaultEvent& first = timeline->front();
    EXPECT_EQ(first.at, std::chrono::seconds{10});
    EXPECT_EQ(first.node, 1U);
    EXPECT_EQ(first.faults->latency, std::chrono::milliseconds{150});
    EXPECT_EQ(first.faults->methods.size(), 2U);
    EXPECT_EQ(first.faults->rpc_error_code, -32'603);
    EXPECT_EQ((*timeline)[1].faults->retry_after_s, 3U);
    EXPECT_EQ((*timeline)[2].fork, (ForkOptions{5, false, true}));
    EXPECT_FALSE((*timeline)[3].node);
    EXPECT_EQ((*timeline)[3].faults->notification_kinds,
              (std::vector{NotificationKind::Account, NotificationKind::Slot}));
    EXPECT_EQ((*timeline)[4].faults, NodeFaults{});
}

TEST(Faults, JupiterHasATimelineOfItsOwn) {
    const std::vector<ScenarioPair> pairs{
        {"20.jupiter.healthy", "true", 1},
        {"10.jupiter.attack_probability", "0.5", 2},
        {"10.jupiter.attacks", "approve, low_minimum", 3},
    };
    const auto timeline = fault_timeline(pairs, 1);
    ASSERT_TRUE(timeline.has_value()) << timeline.error().text;
    ASSERT_EQ(timeline->size(), 2U);
    EXPECT_EQ(timeline->front().jupiter,
              (JupiterFaults{.attack_probability = 0.5,
                             .attacks = {JupiterAttack::Approve, JupiterAttack::LowMinimum}}));
    EXPECT_FALSE(timeline->front().faults);
    EXPECT_EQ(timeline->back().jupiter, JupiterFaults{});
    JupiterFaults beyond;
    beyond.skew_bps = kSkewBpsMax;
    EXPECT_TRUE(check(beyond));
    beyond.skew_bps = kSkewBpsMax + 1;
    EXPECT_FALSE(check(beyond));
}

// One line for each field, and what it makes of the faults.
template <typename Faults>
void expect_every_field_readable(std::string_view subject,
                                 std::optional<Faults> FaultEvent::* member) {
    for (const FieldOf<Faults>& field : fields_of<Faults>()) {
        const std::string key{field.key};
        const bool is_flag = key.starts_with("is_");
        const std::string value = key == "methods"              ? "getSlot"
                                  : key == "notification_kinds" ? "root"
                                  : key == "attacks"            ? "low_minimum"
                                  : is_flag                     ? "true"
                                                                : fmt::format("{}", field.max);
        const auto timeline = fault_timeline(
            std::vector<ScenarioPair>{{fmt::format("1.{}.{}", subject, key), value, 1}}, 1);
        ASSERT_TRUE(timeline.has_value()) << timeline.error().text;
        EXPECT_NE(timeline->front().*member, Faults{}) << key;
    }
}

TEST(Faults, EveryFieldCanBeWrittenInATimeline) {
    expect_every_field_readable("node0", &FaultEvent::faults);
    expect_every_field_readable("jupiter", &FaultEvent::jupiter);
    expect_every_field_readable("clock", &FaultEvent::clock);
    expect_every_field_readable("market", &FaultEvent::market);
    expect_every_field_readable("rug", &FaultEvent::rug);
    expect_every_field_readable("shape", &FaultEvent::shape);
}

TEST(Faults, ProblemsOfATimelineAreAllToldWithTheirLines) {
    const std::string text = problem_of({
        {"10.node3.latency_ms", "1", 4},
        {"10.node1.latency", "1", 5},
        {"10.node1.hang_probability", "2", 6},
        {"10.node1.slots_behind", "1.5", 7},
        {"x.node1.is_down", "true", 8},
        {"10.node1", "true", 9},
        {"10.nodes.is_down", "true", 10},
        {"10.node1.is_down", "yes", 11},
        {"10.fork.slots", "29", 12},
        {"10.fork.depth", "2", 13},
        {"10.node1.notification_kinds", "block", 14},
        {"10.node1.healthy", "false", 15},
        {"10.jupiter.attacks", "approve theft", 16},
        {"10.jupiter.skew_bps", "100001", 17},
        {"10.jupiter.latency_ms", "1", 18},
        {"10.clock.jump_s", "-31536001", 19},
        {"10.market.sandwich_bps", "5001", 20},
        {"10.rug.part_bps", "10000", 21},
    });
    for (const std::string_view part :
         {"4: 10.node3.latency_ms: there is no node3: the nodes are node0 to node2",
          "5: 10.node1.latency: unknown fault; they are healthy, is_down",
          "6: 10.node1.hang_probability: '2' is not a number from 0 to 1",
          "7: 10.node1.slots_behind: '1.5' is not a whole number from 0 to 300",
          "8: x.node1.is_down: write SECONDS", "9: 10.node1: write SECONDS",
          "10: 10.nodes.is_down: 'nodes' is neither all, fork, jupiter, clock, market, rug, shape "
          "nor "
          "nodeN",
          "11: 10.node1.is_down: 'yes' is neither true nor false",
          "12: 10.fork.slots: '29' is not a whole number from 1 to 28",
          "13: 10.fork.depth: unknown option", "14: 10.node1.notification_kinds: 'block'",
          "15: 10.node1.healthy: write true",
          "16: 10.jupiter.attacks: 'theft' is not an attack of Jupiter's; they are system_transfer",
          "17: 10.jupiter.skew_bps: '100001' is not a whole number from 0 to 100000",
          "18: 10.jupiter.latency_ms: unknown fault; they are healthy, attack_probability",
          "19: 10.clock.jump_s: '-31536001' is not a whole number from -31536000 to 31536000",
          "20: 10.market.sandwich_bps: '5001' is not a whole number from 1 to 5000",
          "21: 10.rug.part_bps: '10000' is not a whole number from 1 to 9999"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\nnot in\n" << text;
    }
}

TEST(Faults, AnEmptyTimelineHasNoEvents) { EXPECT_EQ(fault_timeline({}, 1).value().size(), 0U); }

}  // namespace
}  // namespace sniperforge::sim
