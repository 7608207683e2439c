// SPDX-License-Identifier: MIT
// A Whirlpool quote: within the current range of ticks, across many of them, and with a fee that
// changes on the way; and what an update of the pool or of a tick array costs.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>

#include "dex/orca_whirlpool_math.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/dex/orca_whirlpool.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr std::uint16_t kTickSpacing = 4;
constexpr std::int32_t kTickCurrent = -18'835;  // SOL in USDC, 2025.
constexpr std::uint64_t kNow = 1'760'000'000;
constexpr QuoteContext kContext{.unix_time = static_cast<std::int64_t>(kNow)};

Pubkey key_of(std::uint64_t number) {
    Rng rng{number};
    Pubkey key;
    rng.fill(key.bytes);
    return key;
}

void put(Bytes& data, std::size_t offset, const Pubkey& key) {
    std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
}

Bytes pool_bytes(bool is_adaptive) {
    Bytes data(kWhirlpoolBytes, 0);
    const std::span<std::uint8_t> out{data};
    std::ranges::copy(kWhirlpoolDiscriminator, data.begin());
    write_le(out, 41, kTickSpacing);
    write_le(out, 43, static_cast<std::uint16_t>(is_adaptive ? 1'024 : kTickSpacing));
    write_le(out, 45, std::uint16_t{400});
    write_le(out, 49, static_cast<u128>(740'600'641'175'286));
    write_le(out, 65, whirlpool::sqrt_price_of(kTickCurrent) + 1'000'000'007);
    write_le(out, 81, kTickCurrent);
    put(data, 101, solana::kWrappedSolMint);
    put(data, 181, solana::kUsdcMint);
    return data;
}

// Every second tick is initialised, with little liquidity of its own.
Bytes ticks_bytes(const Pubkey& pool, std::int32_t start) {
    Bytes data(kWhirlpoolFixedTicksBytes, 0);
    std::ranges::copy(kWhirlpoolFixedTicksDiscriminator, data.begin());
    write_le(std::span{data}, 8, start);
    for (std::size_t i = 0; i < 88; i += 2) {
        data[12 + i * 113] = 1;
        write_le(std::span{data}, 12 + i * 113 + 1, static_cast<i128>(i % 4 == 0 ? 1'000 : -1'000));
    }
    put(data, 9'956, pool);
    return data;
}

Bytes oracle_bytes(const Pubkey& pool) {
    Bytes data(kWhirlpoolOracleBytes, 0);
    const std::span<std::uint8_t> out{data};
    std::ranges::copy(kWhirlpoolOracleDiscriminator, data.begin());
    put(data, 8, pool);
    write_le(out, 48, std::uint16_t{30});
    write_le(out, 50, std::uint16_t{600});
    write_le(out, 52, std::uint16_t{5'000});
    write_le(out, 54, std::uint32_t{50'000});
    write_le(out, 58, std::uint32_t{350'000});
    write_le(out, 62, kTickSpacing);
    write_le(out, 82, kNow - 10);
    write_le(out, 90, kNow - 10);
    write_le(out, 102, std::int32_t{kTickCurrent / kTickSpacing});
    return data;
}

OrcaWhirlpoolPool complete_pool(bool is_adaptive) {
    const Pubkey id = key_of(1);
    auto pool = *decode_orca_whirlpool_pool(id, pool_bytes(is_adaptive));
    const auto apply = [&](const Pubkey& account, const Bytes& data) {
        return apply_account(pool,
                             {Slot{1}, account, solana::kOrcaWhirlpoolProgram, Lamports{1}, data});
    };
    benchmark::DoNotOptimize(apply(pool.vault_a, {}));  // Derives the addresses.
    const auto arrays = pool.arrays;
    for (const WhirlpoolTickArray& array : arrays) {
        benchmark::DoNotOptimize(apply(array.address, ticks_bytes(id, array.start)));
    }
    if (is_adaptive) {
        benchmark::DoNotOptimize(apply(pool.oracle, oracle_bytes(id)));
    }
    return pool;
}

// Argument: the input, which says how many ticks are crossed.
template <bool kIsAdaptive>
void quote_in(benchmark::State& state) {
    const auto pool = complete_pool(kIsAdaptive);
    const TokenAmount amount{static_cast<std::uint64_t>(state.range(0))};
    if (!quote_exact_in(pool, Direction::AToB, amount, kContext)) {
        state.SkipWithError("the pool of this bench does not quote");
        return;
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(quote_exact_in(pool, Direction::AToB, amount, kContext));
        benchmark::DoNotOptimize(quote_exact_in(pool, Direction::BToA, amount, kContext));
    }
    state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(quote_in<false>)->Arg(10'000'000)->Arg(1'000'000'000'000)->Arg(10'000'000'000'000);
BENCHMARK(quote_in<true>)->Arg(10'000'000)->Arg(1'000'000'000'000)->Arg(10'000'000'000'000);

void quote_out(benchmark::State& state) {
    const auto pool = complete_pool(false);
    const TokenAmount amount{static_cast<std::uint64_t>(state.range(0))};
    if (!quote_exact_out(pool, Direction::AToB, amount, kContext)) {
        state.SkipWithError("the pool of this bench does not quote");
        return;
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(quote_exact_out(pool, Direction::AToB, amount, kContext));
        benchmark::DoNotOptimize(quote_exact_out(pool, Direction::BToA, amount, kContext));
    }
    state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(quote_out)->Arg(10'000'000)->Arg(1'000'000'000'000);

// A swap of somebody's: the pool's account is new, what the others told stays.
void decode_and_carry_over(benchmark::State& state) {
    const auto pool = complete_pool(false);
    const Bytes data = pool_bytes(false);
    for (auto _ : state) {
        auto next = decode_orca_whirlpool_pool(pool.id, data);
        carry_over(pool, *next);
        benchmark::DoNotOptimize(next);
    }
}
BENCHMARK(decode_and_carry_over);

void apply_tick_array(benchmark::State& state) {
    auto pool = complete_pool(false);
    const WhirlpoolTickArray array = pool.arrays[3];
    const Bytes data = ticks_bytes(pool.id, array.start);
    for (auto _ : state) {
        benchmark::DoNotOptimize(apply_account(
            pool, {Slot{1}, array.address, solana::kOrcaWhirlpoolProgram, Lamports{1}, data}));
    }
}
BENCHMARK(apply_tick_array);

}  // namespace
}  // namespace sniperforge::dex
