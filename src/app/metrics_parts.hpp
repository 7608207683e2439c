// SPDX-License-Identifier: MIT
// The parts of metrics_text().
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "app/replica.hpp"
#include "sniperforge/ops/exposition.hpp"

namespace sniperforge::app {

[[nodiscard]] inline double seconds_of(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

// A family with one sample.
template <typename Value>
void counter(ops::Exposition& out, std::string_view name, std::string_view help, Value value) {
    out.counter(name, help);
    out.sample(value);
}
template <typename Value>
void gauge(ops::Exposition& out, std::string_view name, std::string_view help, Value value) {
    out.gauge(name, help);
    out.sample(value);
}

// What is heard and who is asked (metrics_feeds.cpp).
void add_feed(ops::Exposition& out, const feed::FeedStatistics& feed);
void add_endpoints(ops::Exposition& out, const Replica& replica);
void add_market(ops::Exposition& out, const Replica& replica);
// What is decided, sent and booked (metrics_orders.cpp).
void add_decisions(ops::Exposition& out, const Replica& replica);
void add_orders(ops::Exposition& out, const Replica& replica);
void add_lanes(ops::Exposition& out, const Replica& replica);
void add_latencies(ops::Exposition& out, const Replica& replica);
// (metrics_books.cpp)
void add_books(ops::Exposition& out, const Replica& replica);
void add_recorder(ops::Exposition& out, const Replica& replica);

}  // namespace sniperforge::app
