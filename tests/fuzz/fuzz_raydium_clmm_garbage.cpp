// SPDX-License-Identifier: MIT
// Any bytes as a Raydium CLMM pool or as an account beside one are an error or a pool that answers
// quotes, never with more than it holds.
#include "fuzz_target.hpp"
#include "sniperforge/dex/raydium_clmm.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr QuoteContext kNow{.unix_time = 1'760'000'000};

void check_quotes(const RaydiumClmmPool& pool) {
    for (const auto direction : {Direction::AToB, Direction::BToA}) {
        const auto reserve = direction == Direction::AToB ? reserve_b(pool) : reserve_a(pool);
        for (const std::uint64_t raw : {std::uint64_t{1}, std::uint64_t{1'000'003}, kU64Max}) {
            const TokenAmount amount{raw};
            if (const auto in = quote_exact_in(pool, direction, amount, kNow)) {
                SF_ASSERT(in->amount_in == amount && in->amount_out <= reserve);
            }
            if (const auto out = quote_exact_out(pool, direction, amount, kNow)) {
                SF_ASSERT(out->amount_out == amount && amount <= reserve);
            }
        }
    }
}

// A pool of which every array is flagged, so that any tick array near the price is taken in.
RaydiumClmmPool open_pool() {
    RaydiumClmmPool pool;
    pool.amm_config = solana::kSystemProgram;
    pool.amm_config.bytes[0] = 1;
    pool.mint_a = solana::kWrappedSolMint;
    pool.mint_b = solana::kUsdcMint;
    pool.tick_spacing = 10;
    pool.liquidity = 1'000'000'000'000;
    pool.sqrt_price = static_cast<u128>(1) << 64;
    pool.array_bitmap.fill(kU64Max);
    pool.has_config = true;
    pool.trade_fee_rate = 2'500;
    return pool;
}

void check(BytesView input) {
    if (auto pool = decode_clmm_pool(Pubkey{}, input)) {
        SF_ASSERT(is_clmm_pool(input));
        SF_ASSERT(!is_complete(*pool) && !accounts_needed(*pool).empty());
        pool->has_config = true;
        check_quotes(*pool);
    }
    for (const bool is_config : {false, true}) {
        RaydiumClmmPool pool = open_pool();
        Pubkey account;
        account.bytes[31] = 7;
        const auto applied = apply_account(pool, {Slot{1}, is_config ? pool.amm_config : account,
                                                  solana::kRaydiumClmmProgram, Lamports{1}, input});
        if (applied && *applied) {
            SF_ASSERT(pool.ticks_low <= pool.ticks_position);
            SF_ASSERT(pool.ticks_position <= pool.ticks_high);
            SF_ASSERT(pool.ticks_high <= pool.ticks.size());
            check_quotes(pool);
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex

SF_FUZZ_TARGET {
    sniperforge::dex::check({data, size});
    return 0;
}
