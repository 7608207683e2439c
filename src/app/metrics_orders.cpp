// SPDX-License-Identifier: MIT
// What is decided, what the gate lets through, and what becomes of it on its way.
#include <algorithm>
#include <array>

#include "app/metrics_parts.hpp"
#include "sniperforge/model/failure.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::app {
namespace {

void add_breakers(ops::Exposition& out, const engine::RunReport& report) {
    out.counter("sniperforge_risk_breaker_opened_total",
                "Times that a circuit breaker opened, by the kind of failure.");
    for (std::size_t i = 1; i < kFailureClassCount; ++i) {
        out.sample(report.breaker_trips[i], {{"class", to_string(static_cast<FailureClass>(i))}});
    }
    out.gauge("sniperforge_risk_breakers_holding",
              "Circuit breakers that are open or half open now.");
    for (std::size_t i = 1; i < kFailureClassCount; ++i) {
        const auto kind = static_cast<FailureClass>(i);
        const auto count = std::ranges::count_if(
            report.breakers,
            [kind](const risk::BreakerView& view) { return view.hold.failure == kind; });
        out.sample(static_cast<std::uint64_t>(count), {{"class", to_string(kind)}});
    }
}

template <typename Value>
void per_lane(ops::Exposition& out, const Replica& replica, const Value& value) {
    for (const execute::LaneStatistics& lane : replica.lanes) {
        out.sample(value(lane), {{"lane", lane.name}});
    }
}

}  // namespace

void add_decisions(ops::Exposition& out, const Replica& replica) {
    out.counter("sniperforge_strategy_intent_decided_total",
                "Orders that strategies wanted, denied ones included.");
    for (std::size_t i = 0; i < replica.intents.size(); ++i) {
        out.sample(replica.intents[i], {{"strategy", to_string(static_cast<StrategyId>(i))}});
    }
    out.counter("sniperforge_risk_intent_denied_total",
                "Of those, such as the risk gate refused, by its reason.");
    for (std::size_t i = 0; i < kDenialReasonCount; ++i) {
        out.sample(replica.report.denials[i],
                   {{"reason", to_string(static_cast<DenialReason>(i))}});
    }
    add_breakers(out, replica.report);
}

void add_orders(ops::Exposition& out, const Replica& replica) {
    const execute::ExecutorStatistics& orders = replica.report.orders;
    counter(out, "sniperforge_execute_order_submitted_total",
            "Orders that the gate let through and execution took on.", orders.submitted);
    counter(out, "sniperforge_execute_order_sent_total", "Of those, such as were signed and sent.",
            orders.sent);
    counter(out, "sniperforge_execute_order_rebroadcast_total", "Times that one was sent again.",
            orders.rebroadcast);
    counter(out, "sniperforge_execute_order_policy_refused_total",
            "Orders that the signer did not sign.", orders.policy_refused);
    counter(out, "sniperforge_execute_fill_reversed_total",
            "Fills of confirmed blocks that did not become final.", orders.reversed);
    out.gauge("sniperforge_execute_orders_ended",
              "Orders of this run by their outcome; one whose fill is reversed leaves it again.");
    out.sample(orders.landed, {{"outcome", "landed"}});
    out.sample(orders.reverted, {{"outcome", "reverted"}});
    out.sample(orders.rejected, {{"outcome", "rejected"}});
    out.sample(orders.expired, {{"outcome", "expired"}});
    gauge(out, "sniperforge_execute_orders_in_flight", "Orders without an outcome.",
          std::uint64_t{replica.report.orders_in_flight});
    gauge(out, "sniperforge_execute_orders_unknown",
          "Orders that no node tells the end of, still asked about.", orders.unknown);
    out.gauge("sniperforge_execute_nonces", "Nonce accounts that orders may lease, by standing.");
    out.sample(std::uint64_t{replica.nonces.free}, {{"standing", "free"}});
    out.sample(std::uint64_t{replica.nonces.leased}, {{"standing", "leased"}});
    out.sample(std::uint64_t{replica.nonces.renewing}, {{"standing", "renewing"}});
    out.sample(std::uint64_t{replica.nonces.overdue}, {{"standing", "overdue"}});
}

void add_lanes(ops::Exposition& out, const Replica& replica) {
    using Lane = execute::LaneStatistics;
    out.counter("sniperforge_execute_lane_sent_total", "Transactions handed to a lane.");
    per_lane(out, replica, [](const Lane& lane) { return lane.sent; });
    out.counter("sniperforge_execute_lane_accepted_total", "Of those, such as it took.");
    per_lane(out, replica, [](const Lane& lane) { return lane.accepted; });
    out.counter("sniperforge_execute_lane_refused_total", "Such as it answered that it does not.");
    per_lane(out, replica, [](const Lane& lane) { return lane.refused; });
    out.counter("sniperforge_execute_lane_rate_limited_total",
                "Answers that we ask too often, or that it has no room.");
    per_lane(out, replica, [](const Lane& lane) { return lane.limited; });
    out.counter("sniperforge_execute_lane_failed_total", "No answer that says anything.");
    per_lane(out, replica, [](const Lane& lane) { return lane.failed; });
    out.counter("sniperforge_execute_lane_held_back_total", "Not sent: its rate, or it rests.");
    per_lane(out, replica, [](const Lane& lane) { return lane.held_back; });
    out.gauge("sniperforge_execute_lane_tip_lamports", "The tip that it would be offered now.");
    per_lane(out, replica, [](const Lane& lane) { return lane.tip.raw(); });
}

void add_latencies(ops::Exposition& out, const Replica& replica) {
    std::array<double, kLatencyBounds.size()> bounds{};
    std::ranges::transform(kLatencyBounds, bounds.begin(), seconds_of);
    out.histogram(
        "sniperforge_engine_tick_to_send_seconds",
        "From the receive of the deciding frame to the last byte handed to the socket: by "
        "our own instructions, or through Jupiter, two HTTP round trips longer.");
    for (const auto& [path, counts] : {std::pair{"own", &replica.tick_to_send},
                                       std::pair{"jupiter", &replica.tick_to_send_quoted}}) {
        out.buckets(bounds, counts->at_most, static_cast<double>(counts->sum_ns) / 1e9,
                    counts->count, {{"path", path}});
    }
}

}  // namespace sniperforge::app
