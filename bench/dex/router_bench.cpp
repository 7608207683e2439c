// SPDX-License-Identifier: MIT
// A changed pool, looked at anew: the graph takes it in and the best cycle of two or three legs
// through it is searched. Percentiles are of single calls, each timed by itself, over all changes,
// over those that opened a gap (a cycle was found), and over those whose best cycle has three legs;
// applying the accounts that changed is not in them.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench_market.hpp"

namespace sniperforge::dex::bench {
namespace {

// What the daemon's defaults come to.
constexpr CycleLimits kLimits{.amount_in_max = Lamports{600'000'000},
                              .cost = Lamports{11'000},
                              .third_leg_cost = Lamports{3'000}};

class Times {
 public:
    void add(double microseconds) { all_.push_back(microseconds); }
    void print(benchmark::State& state, const std::string& of) {
        if (all_.empty()) {
            return;
        }
        std::ranges::sort(all_);
        const auto at = [&](double part) {
            return all_[static_cast<std::size_t>(part * static_cast<double>(all_.size() - 1))];
        };
        state.counters[of + "p50_us"] = at(0.5);
        state.counters[of + "p90_us"] = at(0.9);
        state.counters[of + "p99_us"] = at(0.99);
    }
    [[nodiscard]] double percent_of(const Times& whole) const {
        return 100 * static_cast<double>(all_.size()) / static_cast<double>(whole.all_.size());
    }

 private:
    std::vector<double> all_;
};

enum class Where : std::uint8_t { Any, Hub };
enum class Size : std::uint8_t {
    Mixed,    // From 0.001 % to 5 % of the pool, as many small ones as large ones, by orders.
    Small,    // Up to 0.1 %: fees keep it from paying, unless it adds to a gap.
    Gapping,  // Up to 3 %.
};
enum class Venues : std::uint8_t { Mixed, AmmV4 };

double part_of(Size size, Rng& rng) {
    const double unit = part(rng);
    const double sign = rng.below(2) == 0 ? -1 : 1;
    return sign * (size == Size::Mixed   ? 1e-5 * std::pow(5'000.0, unit)
                   : size == Size::Small ? 0.001 * unit
                                         : 0.03 * unit);
}

// Each is built once: deriving the addresses of tick arrays takes seconds.
BenchMarket& market_of(std::size_t pools, Venues venues) {
    static std::map<std::pair<std::size_t, Venues>, std::unique_ptr<BenchMarket>> markets;
    auto& market = markets[{pools, venues}];
    if (!market) {
        market = std::make_unique<BenchMarket>(pools, venues == Venues::Mixed);
    }
    return *market;
}

// The pool is put back after each look, so that the market stays what it is.
void look_again(benchmark::State& state, Venues venues, Where where, Size size) {
    BenchMarket& market = market_of(static_cast<std::size_t>(state.range(0)), venues);
    Rng rng{2};
    Times all;
    Times gaps;
    Times of_three;
    std::int64_t profit = 0;
    for (auto _ : state) {
        const std::size_t pool = where == Where::Any ? rng.below(market.size()) : market.hub_pool();
        market.move(pool, part_of(size, rng));
        const auto before = std::chrono::steady_clock::now();
        const auto cycle = market.look(pool, kLimits);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
        state.SetIterationTime(took.count());
        const double microseconds = took.count() * 1e6;
        all.add(microseconds);
        if (cycle) {
            gaps.add(microseconds);
            profit += static_cast<std::int64_t>(cycle->profit.raw());
            if (cycle->leg_count == 3) {
                of_three.add(microseconds);
            }
        }
        market.restore(pool);
    }
    state.counters["gap_percent"] = gaps.percent_of(all);
    state.counters["3leg_percent"] = of_three.percent_of(all);
    // Of a fixed count of iterations the same on every machine: what the search is worth.
    state.counters["profit_lamports"] = static_cast<double>(profit);
    all.print(state, "");
    gaps.print(state, "gap_");
    of_three.print(state, "3leg_");
}

// The figure: 20,000 pools of five venues.
BENCHMARK_CAPTURE(look_again, mixed, Venues::Mixed, Where::Any, Size::Mixed)
    ->UseManualTime()
    ->Arg(1'000)
    ->Arg(20'000);
BENCHMARK_CAPTURE(look_again, quiet, Venues::Mixed, Where::Any, Size::Small)
    ->UseManualTime()
    ->Arg(20'000);
BENCHMARK_CAPTURE(look_again, gapping, Venues::Mixed, Where::Any, Size::Gapping)
    ->UseManualTime()
    ->Arg(20'000);
BENCHMARK_CAPTURE(look_again, hub_gapping, Venues::Mixed, Where::Hub, Size::Gapping)
    ->UseManualTime()
    ->Arg(20'000);
// Constant products alone: the sizes are known without a search.
BENCHMARK_CAPTURE(look_again, products_mixed, Venues::AmmV4, Where::Any, Size::Mixed)
    ->UseManualTime()
    ->Arg(20'000)
    ->Arg(100'000);
BENCHMARK_CAPTURE(look_again, products_gapping, Venues::AmmV4, Where::Any, Size::Gapping)
    ->UseManualTime()
    ->Arg(20'000);
BENCHMARK_CAPTURE(look_again, products_hub_gapping, Venues::AmmV4, Where::Hub, Size::Gapping)
    ->UseManualTime()
    ->Arg(20'000);

}  // namespace
}  // namespace sniperforge::dex::bench
