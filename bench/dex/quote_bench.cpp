// SPDX-License-Identifier: MIT
// Quotes of the venues that have no bench of their own, and vaults applied through the book.
#include <benchmark/benchmark.h>

#include <type_traits>
#include <vector>

#include "raw_pools.hpp"

namespace sniperforge::dex::bench {
namespace {

template <typename PoolType>
void quote_in(benchmark::State& state) {
    const auto pools = decoded_pools<PoolType>(
        raw_pools(PoolType::kVenue, static_cast<std::size_t>(state.range(0))));
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
    const auto pools = decoded_pools<PoolType>(
        raw_pools(PoolType::kVenue, static_cast<std::size_t>(state.range(0))));
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
        const AccountUpdate pool = update_of(raw.id, solana::kRaydiumAmmV4Program, raw.pool);
        const AccountUpdate vault = update_of(Pubkey::from(BytesView{raw.pool}.subspan(336)),
                                              solana::kTokenProgram, raw.vault_a);
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
