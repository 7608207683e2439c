// SPDX-License-Identifier: MIT
// One Meteora DLMM quote: within the active bin, through several bins, through all that are
// watched; and what the accounts cost to take in.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/dex/meteora_dlmm.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr std::int64_t kUpdatedAt = 1'760'000'000;
constexpr QuoteContext kNow{.unix_time = kUpdatedAt + 60};
constexpr std::size_t kPools = 64;

Bytes raw_pool(const Pubkey& id) {
    Bytes data(kDlmmPoolBytes, 0);
    const std::span bytes{data};
    std::ranges::copy(kDlmmPoolDiscriminator, data.begin());
    write_le(bytes, 8, std::uint16_t{10'000});  // Of the commonest preset: 0.25 % at a step of 25.
    write_le(bytes, 10, std::uint16_t{30});
    write_le(bytes, 12, std::uint16_t{600});
    write_le(bytes, 14, std::uint16_t{5'000});
    write_le(bytes, 16, std::uint32_t{7'500});
    write_le(bytes, 20, std::uint32_t{150'000});
    write_le(bytes, 40, std::uint32_t{100'000});
    write_le(bytes, 56, kUpdatedAt);
    write_le(bytes, 80, std::uint16_t{25});
    std::ranges::copy(solana::kWrappedSolMint.bytes, data.begin() + 88);
    std::ranges::copy(id.bytes, data.begin() + 120);
    std::ranges::fill(bytes.subspan(584, 128), std::uint8_t{0xff});
    data[882] = 1;
    return data;
}

// 10 SOL in every bin.
Bytes raw_array(const MeteoraDlmmPool& pool, std::int32_t index) {
    Bytes data(kDlmmBinArrayBytes, 0);
    const std::span bytes{data};
    std::ranges::copy(kDlmmBinArrayDiscriminator, data.begin());
    write_le(bytes, 8, std::int64_t{index});
    data[16] = 2;
    std::ranges::copy(pool.id.bytes, data.begin() + 24);
    for (std::int32_t i = 0; i < kDlmmBinsPerArray; ++i) {
        const bool is_x = index * kDlmmBinsPerArray + i > 0;
        const std::size_t offset = 56 + static_cast<std::size_t>(i) * 144;
        write_le(bytes, offset + (is_x ? 0 : 8), std::uint64_t{10'000'000'000});
    }
    return data;
}

std::vector<MeteoraDlmmPool> pools() {
    Rng rng{1};
    std::vector<MeteoraDlmmPool> result;
    for (std::size_t i = 0; i < kPools; ++i) {
        Pubkey id;
        rng.fill(id.bytes);
        auto pool = decode_meteora_dlmm_pool(id, raw_pool(id));
        SF_ASSERT(pool.has_value());
        for (std::size_t at = 0; at < pool->array_count; ++at) {
            rng.fill(pool->arrays[at].address.bytes);
            const Bytes data = raw_array(*pool, pool->arrays[at].index);
            const auto applied =
                apply_account(*pool, {Slot{1}, pool->arrays[at].address,
                                      solana::kMeteoraDlmmProgram, Lamports{1}, data});
            SF_ASSERT(applied && *applied);
        }
        result.push_back(std::move(*pool));
    }
    return result;
}

enum class Kind : std::uint8_t { ExactIn, ExactOut };

void quote(benchmark::State& state, Kind kind, std::uint64_t amount) {
    const auto all = pools();
    std::uint64_t failed = 0;
    for (auto _ : state) {
        std::uint64_t total = 0;
        for (const MeteoraDlmmPool& pool : all) {
            // Downwards: the active bin holds Y only.
            const auto answer =
                kind == Kind::ExactIn
                    ? quote_exact_in(pool, Direction::AToB, TokenAmount{amount}, kNow)
                    : quote_exact_out(pool, Direction::AToB, TokenAmount{amount}, kNow);
            failed += answer ? 0 : 1;
            total += answer ? answer->amount_out.raw() + answer->amount_in.raw() : 0;
        }
        benchmark::DoNotOptimize(total);
    }
    if (failed != 0) {
        state.SkipWithError("a quote of this bench fails");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kPools));
}
// 1 SOL stays in the active bin, 100 SOL go through 10 bins, 1,200 SOL through more than 100.
BENCHMARK_CAPTURE(quote, in_1_sol, Kind::ExactIn, 1'000'000'000);
BENCHMARK_CAPTURE(quote, out_1_sol, Kind::ExactOut, 1'000'000'000);
BENCHMARK_CAPTURE(quote, in_100_sol, Kind::ExactIn, 100'000'000'000);
BENCHMARK_CAPTURE(quote, in_1200_sol, Kind::ExactIn, 1'200'000'000'000);

void apply_bin_array(benchmark::State& state) {
    auto pool = pools().front();
    const DlmmArray& array = pool.arrays[3];
    const Bytes data = raw_array(pool, array.index);
    const AccountUpdate update{Slot{2}, array.address, solana::kMeteoraDlmmProgram, Lamports{1},
                               data};
    for (auto _ : state) {
        benchmark::DoNotOptimize(apply_account(pool, update));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(apply_bin_array);

// A swap of someone else: the pool's account anew, with what was known of the others.
void apply_pool(benchmark::State& state) {
    auto pool = pools().front();
    const Bytes data = raw_pool(pool.id);
    for (auto _ : state) {
        auto decoded = decode_meteora_dlmm_pool(pool.id, data);
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
