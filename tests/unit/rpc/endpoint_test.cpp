// SPDX-License-Identifier: MIT
#include "rpc/endpoint.hpp"

#include <gtest/gtest.h>

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonoTime kStart{1'000'000'000'000};

TEST(EndpointGauge, AllowsOneSecondsWorthAtOnceAndNotOneMore) {
    EndpointGauge gauge{4, 1};
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(gauge.available_at(kStart), kStart) << i;
        gauge.take(kStart);
    }
    EXPECT_EQ(gauge.available_at(kStart), kStart + milliseconds{250});
    EXPECT_EQ(gauge.available_at(kStart + milliseconds{250}), kStart + milliseconds{250});
}

TEST(EndpointGauge, SpacesARateBelowOnePerSecond) {
    EndpointGauge gauge{0.5, 1};
    EXPECT_EQ(gauge.available_at(kStart), kStart);
    gauge.take(kStart);
    EXPECT_EQ(gauge.available_at(kStart), kStart + seconds{2});
}

TEST(EndpointGauge, OpensAtTheThirdFailureInARowOnly) {
    EndpointGauge gauge{10, 1};
    gauge.on_sick(kStart);
    gauge.on_sick(kStart);
    EXPECT_FALSE(gauge.is_open());
    gauge.on_success();
    gauge.on_sick(kStart);
    gauge.on_sick(kStart);
    EXPECT_FALSE(gauge.is_open());
    gauge.on_sick(kStart);
    EXPECT_TRUE(gauge.is_open());
    gauge.on_success();
    EXPECT_FALSE(gauge.is_open());
}

TEST(EndpointGauge, DoublesTheTimeBetweenProbesUpToItsBound) {
    EndpointGauge gauge{10, 1};
    gauge.on_sick(kStart);
    gauge.on_sick(kStart);
    MonoTime now = kStart;
    Duration expected = kBreakerDelayMin;
    for (int i = 0; i < 10; ++i) {
        gauge.on_sick(now);
        const Duration delay = gauge.probe_at() - now;
        EXPECT_GE(delay, expected * 3 / 4);
        EXPECT_LE(delay, expected * 5 / 4);
        now = gauge.probe_at();
        expected = std::min(expected * 2, kBreakerDelayMax);
    }
}

TEST(EndpointGauge, DoesNotLengthenThePauseForAnswersToEarlierRequests) {
    EndpointGauge gauge{10, 1};
    gauge.on_rate_limited(kStart, std::nullopt);
    const MonoTime until = gauge.available_at(kStart);
    EXPECT_GT(until, kStart);
    EXPECT_LE(until - kStart, kPauseMin * 5 / 4);
    gauge.on_rate_limited(kStart, std::nullopt);
    EXPECT_EQ(gauge.available_at(kStart), until);
    gauge.on_rate_limited(kStart, seconds{7});
    EXPECT_EQ(gauge.available_at(kStart), kStart + seconds{7});
    EXPECT_FALSE(gauge.is_healthy(kStart + seconds{7} + Duration{-1}));
    EXPECT_TRUE(gauge.is_healthy(kStart + seconds{7}));
}

TEST(EndpointGauge, TrustsALatencyLessTheOlderItIs) {
    EndpointGauge gauge{10, 1};
    EXPECT_EQ(gauge.latency_estimate(kStart), Duration{0}) << "not measured: worth a try";
    gauge.on_answer(kStart, milliseconds{80});
    EXPECT_EQ(gauge.latency_estimate(kStart + kLatencyHalfLife + Duration{-1}), milliseconds{80});
    EXPECT_EQ(gauge.latency_estimate(kStart + kLatencyHalfLife), milliseconds{40});
    EXPECT_EQ(gauge.latency_estimate(kStart + kLatencyHalfLife * 3), milliseconds{10});
    EXPECT_EQ(gauge.latency(), milliseconds{80});
    gauge.on_answer(kStart, milliseconds{0});
    EXPECT_EQ(gauge.latency(), milliseconds{70});
}

}  // namespace
}  // namespace sniperforge::rpc
