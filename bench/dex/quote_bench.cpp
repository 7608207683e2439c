// SPDX-License-Identifier: MIT
// SCAN-RAW: raw account bytes (pool and both vaults) to an exact integer quote; and its parts.
// One iteration goes once through all pools, so that the caches see what a scan sees.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <vector>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr QuoteContext kNow{.unix_time = 1'760'000'000, .epoch = 900};
constexpr std::size_t kVaultBytes = 165;
constexpr TokenAmount kAmountIn{1'000'000};

// The accounts of many pools as they come from the chain, each in its own allocation.
struct RawPool {
    VenueId venue;
    Pubkey id;
    Bytes pool, vault_a, vault_b;
};

Bytes raw_vault(const Pubkey& mint, std::uint64_t amount) {
    Bytes vault(kVaultBytes, 0);
    std::ranges::copy(mint.bytes, vault.begin());
    write_le(std::span{vault}, 64, amount);
    vault[108] = 1;
    return vault;
}

RawPool raw_pool(VenueId venue, Rng& rng) {
    RawPool raw{venue, {}, Bytes(pool_bytes(venue), 0), {}, {}};
    rng.fill(raw.id.bytes);
    Pubkey mint;
    rng.fill(mint.bytes);
    const auto put = [&](std::size_t offset, const Pubkey& key) {
        std::ranges::copy(key.bytes, raw.pool.begin() + static_cast<std::ptrdiff_t>(offset));
    };
    const bool is_cpmm = venue == VenueId::RaydiumCpmm;
    if (is_cpmm) {
        std::ranges::copy(kCpmmPoolDiscriminator, raw.pool.begin());
        put(232, solana::kTokenProgram);
        put(264, solana::kTokenProgram);
    } else {
        write_le(std::span{raw.pool}, 0, kAmmV4StatusSwapOnly);
        write_le(std::span{raw.pool}, 176, std::uint64_t{25});
        write_le(std::span{raw.pool}, 184, std::uint64_t{10'000});
    }
    for (const std::size_t offset : is_cpmm ? std::array{72, 104} : std::array{336, 368}) {
        Pubkey vault;
        rng.fill(vault.bytes);
        put(offset, vault);
    }
    put(is_cpmm ? 168 : 400, solana::kWrappedSolMint);
    put(is_cpmm ? 200 : 432, mint);
    raw.vault_a = raw_vault(solana::kWrappedSolMint, 1'000'000'000 + rng.below(1ULL << 40));
    raw.vault_b = raw_vault(mint, 1'000'000'000 + rng.below(1ULL << 50));
    return raw;
}

std::vector<RawPool> raw_pools(VenueId venue, std::size_t count) {
    Rng rng{1};
    std::vector<RawPool> pools;
    pools.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        pools.push_back(raw_pool(venue, rng));
    }
    return pools;
}

// The rates of the common config; one config account serves thousands of pools and is not reread.
RaydiumCpmmConfig common_config() {
    RaydiumCpmmConfig config;
    config.trade_fee_rate = 2'500;
    config.protocol_fee_rate = 120'000;
    config.fund_fee_rate = 40'000;
    return config;
}

void complete(RaydiumAmmV4Pool& pool, const RawPool& raw) {
    pool.vault_amount_a = read_le<std::uint64_t>(raw.vault_a, 64);
    pool.vault_amount_b = read_le<std::uint64_t>(raw.vault_b, 64);
    pool.has_vault_a = pool.has_vault_b = true;
}
void complete(RaydiumCpmmPool& pool, const RawPool& raw) {
    pool.vault_amount_a = read_le<std::uint64_t>(raw.vault_a, 64);
    pool.vault_amount_b = read_le<std::uint64_t>(raw.vault_b, 64);
    pool.has_vault_a = pool.has_vault_b = true;
    apply_config(pool, common_config());
}

auto decode_raw(const RawPool& raw, std::type_identity<RaydiumAmmV4Pool>) {
    return decode_amm_v4_pool(raw.id, raw.pool);
}
auto decode_raw(const RawPool& raw, std::type_identity<RaydiumCpmmPool>) {
    return decode_cpmm_pool(raw.id, raw.pool);
}

template <typename PoolType>
void scan_raw(benchmark::State& state) {
    const auto pools = raw_pools(PoolType::kVenue, static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        std::uint64_t total = 0;
        for (const RawPool& raw : pools) {
            auto pool = decode_raw(raw, std::type_identity<PoolType>{});
            complete(*pool, raw);
            total += quote_exact_in(*pool, Direction::AToB, kAmountIn, kNow)->amount_out.raw();
        }
        benchmark::DoNotOptimize(total);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(scan_raw<RaydiumAmmV4Pool>)->Arg(1'000)->Arg(100'000);
BENCHMARK(scan_raw<RaydiumCpmmPool>)->Arg(1'000)->Arg(100'000);

template <typename PoolType>
std::vector<PoolType> decoded_pools(std::size_t count) {
    std::vector<PoolType> pools;
    for (const RawPool& raw : raw_pools(PoolType::kVenue, count)) {
        pools.push_back(*decode_raw(raw, std::type_identity<PoolType>{}));
        complete(pools.back(), raw);
    }
    return pools;
}

template <typename PoolType>
void quote_in(benchmark::State& state) {
    const auto pools = decoded_pools<PoolType>(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        std::uint64_t total = 0;
        for (const PoolType& pool : pools) {
            total += quote_exact_in(pool, Direction::AToB, kAmountIn, kNow)->amount_out.raw();
        }
        benchmark::DoNotOptimize(total);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(quote_in<RaydiumAmmV4Pool>)->Arg(64);
BENCHMARK(quote_in<RaydiumCpmmPool>)->Arg(64);

template <typename PoolType>
void quote_out(benchmark::State& state) {
    const auto pools = decoded_pools<PoolType>(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        std::uint64_t total = 0;
        for (const PoolType& pool : pools) {
            total += quote_exact_out(pool, Direction::BToA, kAmountIn, kNow)->amount_in.raw();
        }
        benchmark::DoNotOptimize(total);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(quote_out<RaydiumAmmV4Pool>)->Arg(64);
BENCHMARK(quote_out<RaydiumCpmmPool>)->Arg(64);

// One vault update through the PoolBook, the pipeline's own way; pools are visited in a fixed
// shuffled order, as updates come.
void book_apply_vault(benchmark::State& state) {
    const auto pools = raw_pools(VenueId::RaydiumAmmV4, static_cast<std::size_t>(state.range(0)));
    PoolBook book;
    book.reserve(pools.size());
    std::vector<BookChange> changes;
    std::vector<AccountUpdate> updates;
    for (const RawPool& raw : pools) {
        const AccountUpdate pool{Slot{1}, raw.id, program_of(raw.venue), Lamports{1}, raw.pool};
        const AccountUpdate vault{Slot{1}, Pubkey::from(BytesView{raw.pool}.subspan(336)),
                                  solana::kTokenProgram, Lamports{1}, raw.vault_a};
        if (!book.apply(pool, changes) || !book.apply(vault, changes)) {
            state.SkipWithError("a pool of this bench does not decode");
            return;
        }
        updates.push_back(vault);
    }
    Rng rng{2};
    for (std::size_t i = updates.size(); i > 1; --i) {
        std::swap(updates[i - 1], updates[rng.below(i)]);
    }
    for (auto _ : state) {
        for (const AccountUpdate& update : updates) {
            benchmark::DoNotOptimize(book.apply(update, changes));
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(book_apply_vault)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace sniperforge::dex
