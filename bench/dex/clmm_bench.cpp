// SPDX-License-Identifier: MIT
// One Raydium CLMM quote: within the price's interval, across ticks, with the dynamic fee; and what
// the accounts cost to take in.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/dex/raydium_clmm.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr QuoteContext kNow{.unix_time = 1'760'000'000};
constexpr u128 kSqrtPriceOne = static_cast<u128>(1) << 64;
constexpr std::uint16_t kSpacing = 10;
constexpr std::size_t kPools = 64;

Bytes raw_array(const RaydiumClmmPool& pool, std::int32_t number) {
    Bytes data(kClmmTickArrayBytes, 0);
    const std::span bytes{data};
    std::ranges::copy(kClmmTickArrayDiscriminator, data.begin());
    std::ranges::copy(pool.id.bytes, data.begin() + 8);
    const std::int32_t start = number * kClmmTicksPerArray * kSpacing;
    write_le(bytes, 40, start);
    // Every sixth tick, as in a pool with many providers; the net liquidity cancels out.
    for (std::int32_t i = 0; i < kClmmTicksPerArray; i += 6) {
        const std::size_t offset = 44 + static_cast<std::size_t>(i) * 168;
        write_le(bytes, offset, start + i * kSpacing);
        write_le(bytes, offset + 4, i128{i % 12 == 0 ? 1'000'000'000 : -1'000'000'000});
        write_le(bytes, offset + 20, u128{1'000'000'000});
    }
    return data;
}

// Liquidity of about 100,000 SOL at a price of one, the fee of the commonest config.
std::vector<RaydiumClmmPool> pools() {
    Rng rng{1};
    std::vector<RaydiumClmmPool> result(kPools);
    for (RaydiumClmmPool& pool : result) {
        rng.fill(pool.id.bytes);
        pool.mint_a = solana::kWrappedSolMint;
        pool.mint_b = solana::kUsdcMint;
        pool.tick_spacing = kSpacing;
        pool.liquidity = 100'000'000'000'000 + rng.below(1ULL << 40);
        pool.sqrt_price = kSqrtPriceOne + rng.below(1ULL << 40);
        pool.array_bitmap.fill(kU64Max);
        pool.has_config = true;
        pool.trade_fee_rate = 2'500;
        for (std::int32_t number = -2; number <= 2; ++number) {
            Pubkey address;
            rng.fill(address.bytes);
            const Bytes data = raw_array(pool, number);
            const auto applied = apply_account(
                pool, {Slot{1}, address, solana::kRaydiumClmmProgram, Lamports{1}, data});
            SF_ASSERT(applied && *applied);
        }
    }
    return result;
}

struct Question {
    std::uint64_t lamports = 0;
    bool is_exact_in = true;
    bool is_dynamic = false;
};

void quote(benchmark::State& state, const Question& question) {
    auto all = pools();
    for (RaydiumClmmPool& pool : all) {
        pool.dynamic_fee = {.is_enabled = question.is_dynamic,
                            .filter_period = 30,
                            .decay_period = 600,
                            .reduction_factor = 5'000,
                            .dynamic_fee_control = 1'000,
                            .max_volatility_accumulator = 150'000};
    }
    std::uint64_t failed = 0;
    for (auto _ : state) {
        std::uint64_t total = 0;
        for (const RaydiumClmmPool& pool : all) {
            for (const auto direction : {Direction::AToB, Direction::BToA}) {
                const TokenAmount amount{question.lamports};
                const auto answer = question.is_exact_in
                                        ? quote_exact_in(pool, direction, amount, kNow)
                                        : quote_exact_out(pool, direction, amount, kNow);
                failed += answer ? 0 : 1;
                total += answer ? answer->amount_out.raw() + answer->amount_in.raw() : 0;
            }
        }
        benchmark::DoNotOptimize(total);
    }
    if (failed != 0) {
        state.SkipWithError("a quote of this bench fails");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kPools) * 2);
}
// 1 SOL stays in its interval of 60 ticks; 1,000 SOL cross 3 ticks, 4,000 SOL 13.
BENCHMARK_CAPTURE(quote, in_1_sol, Question{1'000'000'000});
BENCHMARK_CAPTURE(quote, out_1_sol, Question{1'000'000'000, false});
BENCHMARK_CAPTURE(quote, in_1000_sol, Question{1'000'000'000'000});
BENCHMARK_CAPTURE(quote, in_4000_sol, Question{4'000'000'000'000});
BENCHMARK_CAPTURE(quote, in_1_sol_dynamic_fee, Question{1'000'000'000, true, true});
BENCHMARK_CAPTURE(quote, in_1000_sol_dynamic_fee, Question{1'000'000'000'000, true, true});

void apply_tick_array(benchmark::State& state) {
    auto pool = pools().front();
    const Bytes data = raw_array(pool, 1);
    const AccountUpdate update{Slot{2}, pool.arrays[3].address, solana::kRaydiumClmmProgram,
                               Lamports{1}, data};
    for (auto _ : state) {
        benchmark::DoNotOptimize(apply_account(pool, update));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(apply_tick_array);

// A swap of someone else: the pool's account anew, with what was known of the others.
void apply_pool(benchmark::State& state) {
    auto pool = pools().front();
    Bytes data(kClmmPoolBytes, 0);
    const std::span bytes{data};
    std::ranges::copy(kClmmPoolDiscriminator, data.begin());
    write_le(bytes, 235, kSpacing);
    write_le(bytes, 237, pool.liquidity);
    write_le(bytes, 253, pool.sqrt_price);
    std::ranges::fill(bytes.subspan(904, 128), std::uint8_t{0xff});
    for (auto _ : state) {
        auto decoded = decode_clmm_pool(pool.id, data);
        carry_over(pool, *decoded);
        benchmark::DoNotOptimize(accounts_needed(*decoded).size());
        pool = std::move(*decoded);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(apply_pool);

void reserves(benchmark::State& state) {
    const auto pool = pools().front();
    for (auto _ : state) {
        benchmark::DoNotOptimize(reserve_a(pool));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(reserves);

}  // namespace
}  // namespace sniperforge::dex
