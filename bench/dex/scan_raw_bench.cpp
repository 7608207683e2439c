// SPDX-License-Identifier: MIT
// SCAN-RAW: raw account bytes (pool and both vaults) to an exact integer quote, beside its floor
// (the same bytes read and the same arithmetic, nothing checked and nothing kept), in four ways:
//   scan_raw     pools not known beforehand: all that a first sight checks (length; discriminator
//                or decimals; length and mint of the vaults; the config's address), numbers read
//                in place, nothing kept
//   scan_known   pools known beforehand: the account's identity compared and its numbers renewed in
//                the kept pool, both vaults applied to it
//   scan_book    the same through PoolBook::apply, three accounts a pool: what the daemon does
//   scan_decode  pools not known beforehand, each decoded whole
// One iteration goes once through all pools, so that the caches see what a scan sees. The config of
// CPMM pools is decoded beforehand.
#include <benchmark/benchmark.h>

#include <type_traits>
#include <vector>

#include "raw_pools.hpp"
#include "sniperforge/dex/pool_book.hpp"

namespace sniperforge::dex::bench {
namespace {

bool read_raw(const RawPool& raw, AmmV4Numbers& numbers) {
    return read_numbers(raw.accounts(), numbers);
}
bool read_raw(const RawPool& raw, CpmmNumbers& numbers) {
    static const RaydiumCpmmConfig config = common_config();
    return read_numbers(raw.accounts(), kConfigId, config, numbers);
}

template <typename Numbers>
void prefetch_raw(const RawPool& raw) {
    if constexpr (std::is_same_v<Numbers, CpmmNumbers>) {
        prefetch_cpmm(raw.accounts());
    } else {
        prefetch_amm_v4(raw.accounts());
    }
}

// Goes through the pools again and again; `quote` answers what one of them pays.
template <typename Quote>
void scan(benchmark::State& state, const std::vector<RawPool>& pools, Quote quote) {
    for (auto _ : state) {
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < pools.size(); ++i) {
            total += quote(i, pools[i]);
        }
        benchmark::DoNotOptimize(total);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <typename PoolType>
void scan_raw(benchmark::State& state) {
    const auto pools = raw_pools(PoolType::kVenue, static_cast<std::size_t>(state.range(0)));
    using Numbers =
        std::conditional_t<std::is_same_v<PoolType, RaydiumCpmmPool>, CpmmNumbers, AmmV4Numbers>;
    Numbers numbers;
    scan(state, pools, [&](std::size_t index, const RawPool& raw) {
        if (index + kPrefetchAhead < pools.size()) {
            prefetch_raw<Numbers>(pools[index + kPrefetchAhead]);
        }
        SF_ASSERT(read_raw(raw, numbers));
        return amount_out(quote_exact_in(numbers, Direction::AToB, kAmountIn, kNow));
    });
}

template <typename PoolType>
void scan_known(benchmark::State& state) {
    const auto pools = raw_pools(PoolType::kVenue, static_cast<std::size_t>(state.range(0)));
    auto known = decoded_pools<PoolType>(pools);
    scan(state, pools, [&](std::size_t index, const RawPool& raw) {
        PoolType& pool = known[index];
        const auto is_same = renew(pool, raw.pool);
        SF_ASSERT(is_same && *is_same && apply_vaults(pool, raw));
        return amount_out(quote_exact_in(pool, Direction::AToB, kAmountIn, kNow));
    });
}

template <typename PoolType>
void scan_book(benchmark::State& state) {
    const auto pools = raw_pools(PoolType::kVenue, static_cast<std::size_t>(state.range(0)));
    const auto known = decoded_pools<PoolType>(pools);
    PoolBook book;
    book.reserve(pools.size());
    std::vector<BookChange> changes;
    std::vector<PoolIndex> touched;
    const auto apply = [&](const Pubkey& account, const Pubkey& owner, const Bytes& data) {
        const auto applied = book.apply(update_of(account, owner, data), changes);
        SF_ASSERT(applied.has_value());
    };
    const auto apply_all = [&](std::size_t index, const RawPool& raw) {
        apply(raw.id, program_of(PoolType::kVenue), raw.pool);
        apply(known[index].vault_a, solana::kTokenProgram, raw.vault_a);
        apply(known[index].vault_b, solana::kTokenProgram, raw.vault_b);
    };
    for (std::size_t i = 0; i < pools.size(); ++i) {
        apply_all(i, pools[i]);
    }
    if (PoolType::kVenue == VenueId::RaydiumCpmm) {
        apply(kConfigId, solana::kRaydiumCpmmProgram, cpmm_config_bytes());
    }
    scan(state, pools, [&](std::size_t index, const RawPool& raw) {
        apply_all(index, raw);
        book.take_touched(touched);
        const Pool& pool = book.pool(PoolIndex{static_cast<std::uint32_t>(index)});
        return amount_out(quote_exact_in(pool, Direction::AToB, kAmountIn, kNow));
    });
}

template <typename PoolType>
void scan_decode(benchmark::State& state) {
    const auto pools = raw_pools(PoolType::kVenue, static_cast<std::size_t>(state.range(0)));
    scan(state, pools, [](std::size_t /*index*/, const RawPool& raw) {
        const auto pool = decode_raw<PoolType>(raw);
        return amount_out(quote_exact_in(*pool, Direction::AToB, kAmountIn, kNow));
    });
}

// What the constant product takes at least: each account's bytes read where they are needed, two
// divisions.
void scan_raw_floor(benchmark::State& state) {
    const auto pools = raw_pools(VenueId::RaydiumAmmV4, static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        std::uint64_t total = 0;
        for (const RawPool& raw : pools) {
            const auto of_pool = [&](std::size_t at) {
                return read_le<std::uint64_t>(raw.pool, at);
            };
            const std::uint64_t a = read_le<std::uint64_t>(raw.vault_a, 64) - of_pool(192);
            const std::uint64_t b = read_le<std::uint64_t>(raw.vault_b, 64) - of_pool(200);
            const std::uint64_t fee_one = of_pool(184);
            const std::uint64_t fee = (kAmountIn.raw() * of_pool(176) + fee_one - 1) / fee_one;
            const std::uint64_t net = kAmountIn.raw() - fee;
            const auto out = static_cast<std::uint64_t>(static_cast<u128>(net) * b / (a + net));
            total += of_pool(0) == kAmmV4StatusSwapOnly ? out : 0;
        }
        benchmark::DoNotOptimize(total);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(scan_raw_floor)->Arg(100)->Arg(1'000)->Arg(100'000);
BENCHMARK(scan_raw<RaydiumAmmV4Pool>)->Arg(100)->Arg(1'000)->Arg(100'000);
BENCHMARK(scan_raw<RaydiumCpmmPool>)->Arg(100)->Arg(1'000)->Arg(100'000);
BENCHMARK(scan_known<RaydiumAmmV4Pool>)->Arg(1'000)->Arg(100'000);
BENCHMARK(scan_known<RaydiumCpmmPool>)->Arg(1'000)->Arg(100'000);
BENCHMARK(scan_book<RaydiumAmmV4Pool>)->Arg(1'000)->Arg(100'000);
BENCHMARK(scan_book<RaydiumCpmmPool>)->Arg(1'000)->Arg(100'000);
BENCHMARK(scan_decode<RaydiumAmmV4Pool>)->Arg(1'000)->Arg(100'000);
BENCHMARK(scan_decode<RaydiumCpmmPool>)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace sniperforge::dex::bench
