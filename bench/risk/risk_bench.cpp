// SPDX-License-Identifier: MIT
// The size of one order and the gate's answer to it, the breakers and every rule asked: an order
// that passes is the slowest answer that the hot path waits for. The quantiles are of single calls,
// the clock's own 20 to 40 ns included; the mean beside them is without it.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/risk/circuit_breakers.hpp"
#include "sniperforge/risk/risk_gate.hpp"
#include "sniperforge/risk/size_caps.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::risk {
namespace {

[[nodiscard]] Pubkey key_of(std::uint64_t number) {
    Pubkey key;
    for (std::size_t i = 0; i < 8; ++i) {
        key.bytes[i] = static_cast<std::uint8_t>(number >> (8 * (7 - i)));
    }
    return key;
}

struct Order {
    OrderIntent intent;
    Exposure exposure;
};

[[nodiscard]] Order order_of(OrderKind kind) {
    Order order;
    OrderIntent& intent = order.intent;
    intent.strategy = kind == OrderKind::Cycle ? StrategyId::Arbitrage : StrategyId::Sniper;
    intent.kind = kind;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = kind == OrderKind::Cycle ? solana::kWrappedSolMint : key_of(1);
    intent.amount_in = TokenAmount{400'000'000};
    intent.receive_min = TokenAmount{400'100'000};
    intent.spend_max = Lamports{404'000'000};
    intent.cost_expected = Lamports{4'000'000};
    intent.leg_count = kind == OrderKind::Cycle ? 3 : 0;
    intent.pool_liquidity = Lamports{200 * kLamportsPerSol};
    intent.decided_at = Slot{1'000};
    intent.slots_valid = 8;
    intent.pool_id = key_of(1);
    for (const VenueId venue : {VenueId::RaydiumCpmm, VenueId::OrcaWhirlpool, VenueId::PumpSwap}) {
        intent.venues.add(venue);
    }
    Exposure& exposure = order.exposure;
    exposure.wallet = Lamports{100 * kLamportsPerSol};
    exposure.sol_price = MicroUsd{150 * kMicroUsdPerUsd};
    exposure.slot_latest = Slot{1'000};
    exposure.state = TradingState::Active;
    // Everything is known of it, so that no rule answers for want of numbers.
    exposure.volatility = 50'000;
    exposure.results = {.losses = 400, .wins = 1'600, .lost = 400 * 90'000, .won = 1'600 * 120'000};
    exposure.equity = Lamports{100 * kLamportsPerSol};
    exposure.funder_standing = FunderStanding::Known;
    exposure.funder = key_of(4);
    for (std::size_t i = 0; i < kLegsMax; ++i) {
        exposure.mints[i] = key_of(2 * i + 1);
        exposure.creators[i] = key_of(2 * i + 1);
    }
    return order;
}

// Both deny lists as long as they may be; what is asked about is between their keys.
[[nodiscard]] config::RiskSettings limits() {
    config::RiskSettings limits;
    for (std::uint64_t i = 0; i < config::kDenyListMax; ++i) {
        limits.deny_mints.push_back(key_of(2 * i));
    }
    limits.deny_creators = limits.deny_mints;
    return limits;
}

// As many pools as are remembered have failed once; none of them is asked about.
[[nodiscard]] CircuitBreakers breakers() {
    CircuitBreakers breakers{limits()};
    for (std::uint64_t i = 0; i < kBreakerPoolsMax; ++i) {
        ExecutionReport report;
        report.outcome = Outcome::Reverted;
        report.failure = i % 2 == 0 ? FailureClass::Slippage : FailureClass::ProgramError;
        report.pool_id = key_of(1'000 + i);
        SF_ASSERT(breakers.settled(report, WallTime{}).empty());
    }
    return breakers;
}

void check(benchmark::State& state, OrderKind kind) {
    const config::RiskSettings settings = limits();
    RiskGate gate{settings};
    CircuitBreakers held = breakers();
    Order order = order_of(kind);
    for (auto _ : state) {
        ++order.intent.intent_id.value;
        order.exposure.breaker = held.hold(order.intent, WallTime{});
        benchmark::DoNotOptimize(size_to_cut_to(settings, order.intent, order.exposure));
        const auto answer = gate.check(order.intent, order.exposure, MonoTime{});
        SF_ASSERT(answer.has_value());
        benchmark::DoNotOptimize(answer);
    }
}
BENCHMARK_CAPTURE(check, entry, OrderKind::Entry);
BENCHMARK_CAPTURE(check, cycle, OrderKind::Cycle);

void check_each(benchmark::State& state, OrderKind kind) {
    using Clock = std::chrono::steady_clock;
    const config::RiskSettings settings = limits();
    RiskGate gate{settings};
    CircuitBreakers held = breakers();
    Order order = order_of(kind);
    std::vector<double> nanoseconds;
    nanoseconds.reserve(static_cast<std::size_t>(state.max_iterations));
    for (auto _ : state) {
        ++order.intent.intent_id.value;
        const auto begin = Clock::now();
        order.exposure.breaker = held.hold(order.intent, WallTime{});
        benchmark::DoNotOptimize(size_to_cut_to(settings, order.intent, order.exposure));
        const auto answer = gate.check(order.intent, order.exposure, MonoTime{});
        benchmark::DoNotOptimize(answer);
        nanoseconds.push_back(
            std::chrono::duration<double, std::nano>(Clock::now() - begin).count());
    }
    std::ranges::sort(nanoseconds);
    const auto at = [&](double share) {
        return nanoseconds[static_cast<std::size_t>(static_cast<double>(nanoseconds.size() - 1) *
                                                    share)];
    };
    state.counters["p50_ns"] = at(0.5);
    state.counters["p99_ns"] = at(0.99);
    state.counters["p999_ns"] = at(0.999);
    state.counters["max_ns"] = nanoseconds.back();
}
BENCHMARK_CAPTURE(check_each, entry, OrderKind::Entry)->Iterations(1'000'000);
BENCHMARK_CAPTURE(check_each, cycle, OrderKind::Cycle)->Iterations(1'000'000);

}  // namespace
}  // namespace sniperforge::risk
