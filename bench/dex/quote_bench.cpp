// SPDX-License-Identifier: MIT
// SCAN-RAW: raw account bytes (pool and both vaults) to an exact integer quote, beside its floor
// (the same bytes read and the same arithmetic, nothing checked and nothing kept); its parts; and
// one quote of each venue that has no bench of its own. One iteration goes once through all pools,
// so that the caches see what a scan sees.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <vector>

#include "bench_market.hpp"

namespace sniperforge::dex::bench {
namespace {

constexpr TokenAmount kAmountIn{1'000'000};

// The accounts of many pools as they come from the chain, each in its own allocation.
struct RawPool {
    VenueId venue;
    Pubkey id;
    Bytes pool, vault_a, vault_b;
};

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
    raw.vault_a = vault_bytes(solana::kWrappedSolMint, 1'000'000'000 + rng.below(1ULL << 40));
    raw.vault_b = vault_bytes(mint, 1'000'000'000 + rng.below(1ULL << 50));
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
BENCHMARK(scan_raw_floor)->Arg(1'000)->Arg(100'000);
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

// ---- One quote of the other venues: complete pools of 100 to 300 SOL, 64 of them ----

MarketPool market_pool(VenueId venue, Rng& rng) {
    MarketPool pool{.venue = venue,
                    .id = any_key(rng),
                    .vault_a = any_key(rng),
                    .vault_b = any_key(rng),
                    .mint_a = any_key(rng),
                    .mint_b = solana::kWrappedSolMint,
                    .amount_a = 100'000'000'000'000 + rng.below(200'000'000'000'000),
                    .amount_b = 100'000'000'000 + rng.below(200'000'000'000)};
    const double liquidity = std::sqrt(static_cast<double>(pool.amount_a)) *
                             std::sqrt(static_cast<double>(pool.amount_b));
    pool.sqrt_price = std::sqrt(static_cast<double>(pool.amount_b)) /
                      std::sqrt(static_cast<double>(pool.amount_a));
    pool.liquidity = static_cast<u128>(liquidity * kTwo64);
    return pool;
}

template <typename P>
void tell(P& pool, const Pubkey& account, const Pubkey& owner, const Bytes& data) {
    const auto applied = apply_account(pool, {Slot{1}, account, owner, Lamports{1}, data});
    SF_ASSERT(applied && *applied);
}

MeteoraDammV2Pool complete_pool(Rng& rng, std::type_identity<MeteoraDammV2Pool>) {
    const MarketPool raw = market_pool(VenueId::MeteoraDammV2, rng);
    auto pool = *decode_meteora_damm_v2_pool(raw.id, pool_account(raw, {}));
    tell(pool, raw.mint_a, solana::kTokenProgram, mint_bytes());
    return pool;
}

PumpSwapPool complete_pool(Rng& rng, std::type_identity<PumpSwapPool>) {
    const MarketPool raw = market_pool(VenueId::PumpSwap, rng);
    auto pool = *decode_pump_swap_pool(raw.id, pool_account(raw, {}));
    tell(pool, raw.vault_a, solana::kTokenProgram, vault_bytes(raw.mint_a, raw.amount_a));
    tell(pool, raw.vault_b, solana::kTokenProgram, vault_bytes(raw.mint_b, raw.amount_b));
    tell(pool, pump_swap_addresses().global, solana::kPumpSwapProgram, pump_swap_global_bytes());
    tell(pool, pump_swap_addresses().fee_config, solana::kPumpFeesProgram, pump_fee_config_bytes());
    tell(pool, raw.mint_a, solana::kTokenProgram, mint_bytes());
    return pool;
}

PumpCurvePool complete_pool(Rng& rng, std::type_identity<PumpCurvePool>) {
    const Pubkey coin = any_key(rng);
    Bytes data(166, 0);
    put_bytes(data, kPumpCurveDiscriminator);
    write_le(std::span{data}, 8, std::uint64_t{1'073'000'000'000'000});
    write_le(std::span{data}, 16, 30'000'000'000 + rng.below(20'000'000'000));
    write_le(std::span{data}, 24, std::uint64_t{793'100'000'000'000});
    write_le(std::span{data}, 32, std::uint64_t{20'000'000'000});
    write_le(std::span{data}, 40, kPumpCoinSupply);
    auto pool = *decode_pump_curve_pool(pump_curve_address(coin), data);
    const auto named = set_coin_mint(pool, coin);
    SF_ASSERT(named.has_value());
    tell(pool, pump_curve_addresses().global, solana::kPumpCurveProgram, pump_curve_global_bytes());
    tell(pool, pump_curve_addresses().fee_config, solana::kPumpFeesProgram,
         pump_fee_config_bytes());
    tell(pool, coin, solana::kTokenProgram, mint_bytes());
    return pool;
}

template <typename P, bool kIsExactOut>
void quote_complete(benchmark::State& state) {
    Rng rng{3};
    std::vector<P> pools;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        pools.push_back(complete_pool(rng, std::type_identity<P>{}));
        SF_ASSERT(is_complete(pools.back()));
    }
    // 0.01 SOL for coins, or coins for that.
    constexpr TokenAmount kLamports{10'000'000};
    std::uint64_t failed = 0;
    for (auto _ : state) {
        std::uint64_t total = 0;
        for (const P& pool : pools) {
            const auto answer = kIsExactOut
                                    ? quote_exact_out(pool, Direction::BToA, kAmountIn, kNow)
                                    : quote_exact_in(pool, Direction::BToA, kLamports, kNow);
            failed += answer ? 0 : 1;
            total += answer ? answer->amount_out.raw() + answer->amount_in.raw() : 0;
        }
        benchmark::DoNotOptimize(total);
    }
    if (failed != 0) {
        state.SkipWithError("a quote of this bench fails");
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_TEMPLATE(quote_complete, PumpCurvePool, false)->Arg(64)->Name("quote_in<PumpCurve>");
BENCHMARK_TEMPLATE(quote_complete, PumpCurvePool, true)->Arg(64)->Name("quote_out<PumpCurve>");
BENCHMARK_TEMPLATE(quote_complete, PumpSwapPool, false)->Arg(64)->Name("quote_in<PumpSwap>");
BENCHMARK_TEMPLATE(quote_complete, PumpSwapPool, true)->Arg(64)->Name("quote_out<PumpSwap>");
BENCHMARK_TEMPLATE(quote_complete, MeteoraDammV2Pool, false)->Arg(64)->Name("quote_in<DammV2>");
BENCHMARK_TEMPLATE(quote_complete, MeteoraDammV2Pool, true)->Arg(64)->Name("quote_out<DammV2>");

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
}  // namespace sniperforge::dex::bench
