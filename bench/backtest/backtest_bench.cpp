// SPDX-License-Identifier: MIT
// How many recorded events a second one core plays through the pipeline of the daemon, with its
// strategies, gate and books. The floor reads each event of the same tape once and adds it up.
//
//   bench_backtest FILE [SECONDS]      a recording of marketdata; a SOL is worth 150 USD; default 2
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <set>
#include <string>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/backtest.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/sha256.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::backtest {
namespace {

constexpr double kSolUsd = 150;

[[nodiscard]] double cpu_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Events a second of this thread's own time, which others that share the machine do not take.
template <typename Play>
[[nodiscard]] double rate(std::uint64_t events, double seconds, const Play& play) {
    const double begun = cpu_seconds();
    std::uint64_t played = 0;
    double spent = 0;
    while (spent < seconds) {
        play();
        played += events;
        spent = cpu_seconds() - begun;
    }
    return static_cast<double>(played) / spent;
}

void print(std::string_view what, double per_second, double floor) {
    fmt::print("{:<44} {:>12.0f} events/s of CPU  {:>7.4f}x floor\n", what, per_second,
               per_second / floor);
}

int run(const std::string& path, double seconds) {
    const SolPrices sol{kSolUsd};
    const auto tapes = read_tapes(path, sol, {});
    if (!tapes) {
        fmt::print(stderr, "bench_backtest: {}\n", tapes.error().text);
        return 1;
    }
    std::uint64_t events = 0;
    for (const Tape& tape : *tapes) {
        events += tape.events.size();
    }
    std::uint64_t sum = 0;
    const double floor = rate(events, seconds, [&] {
        for (const Tape& tape : *tapes) {
            for (const TapeEvent& event : tape.events) {
                sum += event.in ^ event.out ^ event.slot.value;
            }
        }
    });
    std::set<std::string> decisions;
    std::uint64_t orders = 0;
    const double ours = rate(events, seconds, [&] {
        std::string all;
        orders = 0;
        for (const Tape& tape : *tapes) {
            const auto result = run_backtest(tape, config::Settings{}, {});
            all += result ? result->decision_sha256 : result.error().text;
            orders += result ? result->orders.submitted : 0;
        }
        decisions.insert(all);
    });
    fmt::print("{}: {} tapes, {} events, {} orders; checksum {:x}\n", path, tapes->size(), events,
               orders, sum);
    print("floor: the events are read", floor, floor);
    print("the pipeline, strategies, gate and books", ours, floor);
    if (decisions.size() != 1) {
        fmt::print("decisions: DIFFERENT from round to round\n");
        return 1;
    }
    Sha256 digest;
    digest.update({reinterpret_cast<const std::uint8_t*>(decisions.begin()->data()),
                   decisions.begin()->size()});
    fmt::print("decisions: the same in every round, {:.16}\n", hex_encode(digest.digest()));
    return 0;
}

}  // namespace
}  // namespace sniperforge::backtest

int main(int argc, char** argv) {
    const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 2;
    if (argc < 2 || argc > 3 || !(seconds > 0)) {
        fmt::print(stderr, "bench_backtest FILE [SECONDS above 0]\n");
        return 2;
    }
    using namespace sniperforge;
    if (!telemetry::start_logging(telemetry::Level::Error, "")) {
        return 1;
    }
    return backtest::run(argv[1], seconds);
}
