// SPDX-License-Identifier: MIT
// What a recording costs the loop thread: one update of a vault with what the pipeline asks
// meanwhile, as a simulated run has it on average, and a chunk of raw frames. Compressing and
// writing are the writer's thread's; here it only throws the blocks away. Quantiles of single
// calls, the clock's own 20 to 40 ns included.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "recording/tap.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::recording {
namespace {

struct CountingClock final : Clock {
    [[nodiscard]] MonoTime now() const override { return MonoTime{ns += 250}; }
    [[nodiscard]] WallTime wall_now() const override { return WallTime{ns += 250}; }
    mutable std::int64_t ns = 0;
};

[[nodiscard]] std::int64_t since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() -
                                                                begin)
        .count();
}

template <typename Call>
void measure(benchmark::State& state, const Call& call) {
    const CountingClock clock;
    auto writer = Writer::open({.path = "",
                                .is_threaded = true,
                                .blocks_waiting_max = 2'000,
                                .write = [](BytesView) { return Result<void>{}; }},
                               {});
    SF_ASSERT(writer.has_value());
    Tap tap{**writer, clock};
    std::vector<std::int64_t> took;
    for (auto _ : state) {
        const auto begin = std::chrono::steady_clock::now();
        call(tap, clock);
        took.push_back(since(begin));
    }
    std::ranges::sort(took);
    state.counters["p50_ns"] = static_cast<double>(took[took.size() / 2]);
    state.counters["p99_ns"] = static_cast<double>(took[took.size() * 99 / 100]);
    state.counters["is_whole"] = (*writer)->is_on() ? 1 : 0;
}

void bm_update(benchmark::State& state) {
    const Bytes data(165, 7);
    AccountUpdate account;
    account.data = data;
    const ChainUpdate update{account};
    const Trace trace;
    measure(state, [&](Tap& tap, const Clock& clock) {
        const Tap::Call told{tap, update, trace};
        for (int asked = 0; asked < 3; ++asked) {
            tap.mono(clock.now());
            tap.wall(clock.wall_now());
        }
        tap.offer({});
        tap.number(Kind::Rent, 2'039'280);
    });
}
BENCHMARK(bm_update)->Iterations(200'000);

void bm_raw_frames(benchmark::State& state) {
    const Bytes chunk(1'200, 7);
    measure(state, [&](Tap& tap, const Clock& clock) { tap.stream_read(1, clock.now(), chunk); });
}
BENCHMARK(bm_raw_frames)->Iterations(200'000);

}  // namespace
}  // namespace sniperforge::recording
