// SPDX-License-Identifier: MIT
// Orders that end in every way, and the breakers that hear of it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/risk/circuit_breakers.hpp"
#include "support/keys.hpp"

namespace sniperforge::risk::breakers_test {

using sniperforge::test::key_of;
using std::chrono::seconds;

inline constexpr WallTime kStart{1'790'000'000LL * 1'000'000'000};

class CircuitBreakersTest : public ::testing::Test {
 protected:
    // Three in a row within a minute; 30 s, then 60 s, 100 s at most.
    [[nodiscard]] static config::RiskSettings limits() {
        config::RiskSettings limits;
        limits.breaker_failures_max = 3;
        limits.breaker_window = seconds{60};
        limits.breaker_open = seconds{30};
        limits.breaker_open_max = seconds{100};
        return limits;
    }
    [[nodiscard]] OrderIntent order(OrderKind kind = OrderKind::Entry, std::uint8_t pool = 1,
                                    VenueId venue = VenueId::PumpSwap) {
        OrderIntent intent;
        intent.intent_id = IntentId{++last_id};
        intent.kind = kind;
        intent.pool_id = key_of(pool);
        intent.venues.add(venue);
        return intent;
    }
    void pass(Duration duration) { now = now + duration; }
    // The order goes and this becomes of it.
    std::vector<BreakerView> end(const OrderIntent& intent, Outcome outcome,
                                 FailureClass failure = FailureClass::None,
                                 std::optional<VenueId> failed = {}) {
        ExecutionReport report = report_on(intent);
        report.outcome = outcome;
        report.failure = failure;
        report.failed_venue = failed;
        return breakers.settled(report, now);
    }
    std::vector<BreakerView> fail(FailureClass failure, OrderKind kind = OrderKind::Entry,
                                  std::uint8_t pool = 1, VenueId venue = VenueId::PumpSwap) {
        const OrderIntent intent = order(kind, pool, venue);
        breakers.order_submitted(intent, now);
        return end(intent, Outcome::Rejected, failure);
    }
    void fail_times(int times, FailureClass failure) {
        for (int i = 0; i < times; ++i) {
            (void)fail(failure);
        }
    }
    [[nodiscard]] bool is_held(const OrderIntent& intent) {
        return breakers.hold(intent, now).has_value();
    }
    // Opened by three failures just now.
    void open(FailureClass failure) {
        fail_times(3, failure);
        ASSERT_TRUE(is_held(order()));
    }
    // The next order goes and is the probe.
    [[nodiscard]] OrderIntent probe() {
        const OrderIntent intent = order();
        EXPECT_FALSE(is_held(intent));
        breakers.order_submitted(intent, now);
        return intent;
    }

    WallTime now = kStart;
    std::uint64_t last_id = 0;
    CircuitBreakers breakers{limits()};
};

}  // namespace sniperforge::risk::breakers_test
