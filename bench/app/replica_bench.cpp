// SPDX-License-Identifier: MIT
// What telling the operator costs: on the loop, a replica's copies and the hand-over; on the
// threads that tell, its text. Figures are of two endpoints of ten methods, four sockets, eight
// positions and a latency histogram of 10,000 orders. What asking the stages costs a running daemon
// tells itself (sniperforge_ops_replica_publishing_seconds_total).
#include <benchmark/benchmark.h>

#include <memory>

#include "app/metrics.hpp"
#include "app/replica.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/core/spsc_ring.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] Replica typical() {
    Replica replica;
    replica.phase = "trading";
    for (const char* name : {"primary", "secondary"}) {
        rpc::EndpointHealth endpoint;
        endpoint.name = name;
        for (int i = 0; i < 10; ++i) {
            endpoint.methods.push_back({.name = "getMultipleAccounts", .requests = 1'000'000});
        }
        replica.endpoints.push_back(endpoint);
    }
    for (int i = 0; i < 4; ++i) {
        replica.feed.sockets.push_back({.name = "primary/1", .state = "live"});
    }
    replica.report.open_positions.assign(8, std::string(120, 'x'));
    return replica;
}

void bm_publish(benchmark::State& state) {
    const Replica replica = typical();
    SpscRing<std::shared_ptr<const Replica>> ring{8};
    std::shared_ptr<const Replica> taken;
    for (auto _ : state) {
        ring.push(std::make_shared<const Replica>(replica));
        (void)ring.pop(taken);
    }
}
BENCHMARK(bm_publish);

void bm_publish_into_a_full_ring(benchmark::State& state) {
    const Replica replica = typical();
    SpscRing<std::shared_ptr<const Replica>> ring{8};
    for (auto _ : state) {
        ring.push(std::make_shared<const Replica>(replica));
    }
}
BENCHMARK(bm_publish_into_a_full_ring);

// Only where an order was sent since the last one.
void bm_buckets(benchmark::State& state) {
    telemetry::Histogram histogram;
    Rng rng{1};
    for (int i = 0; i < 10'000; ++i) {
        histogram.record(Duration{static_cast<std::int64_t>(20'000 + rng.below(5'000'000))});
    }
    LatencyCounts counts;
    for (auto _ : state) {
        counts.count = 0;
        counts.follow(histogram);
        benchmark::DoNotOptimize(counts);
    }
}
BENCHMARK(bm_buckets);

void bm_status_text(benchmark::State& state) {
    const Replica replica = typical();
    for (auto _ : state) {
        benchmark::DoNotOptimize(status_json(replica));
    }
}
BENCHMARK(bm_status_text);

void bm_metrics_text(benchmark::State& state) {
    const Replica replica = typical();
    std::size_t bytes = 0;
    for (auto _ : state) {
        bytes = metrics_text(&replica,
                             {.now = {}, .started = {}, .process = {}, .admin = {}, .streams = {}})
                    .size();
    }
    state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(bm_metrics_text);

}  // namespace
}  // namespace sniperforge::app
