// SPDX-License-Identifier: MIT
// What a Raydium AMM v4 pool would pay, and for what, by its numbers alone.
#include <optional>

#include "dex/constant_product.hpp"
#include "sniperforge/dex/raydium_amm_v4.hpp"

namespace sniperforge::dex {
namespace {

std::optional<QuoteError> refusal_of(const AmmV4Numbers& pool, const QuoteContext& context) {
    if (!pool.has_vaults()) {
        return QuoteError::PoolIncomplete;
    }
    if (pool.swap_fee_numerator >= pool.swap_fee_denominator) {
        return QuoteError::Unsupported;
    }
    const bool is_open =
        pool.status == kAmmV4StatusInitialized || pool.status == kAmmV4StatusSwapOnly ||
        (pool.status == kAmmV4StatusWaitingTrade && context.unix_time >= pool.open_time);
    return is_open ? std::nullopt : std::optional{QuoteError::SwapDisabled};
}

}  // namespace

QuoteResult quote_exact_in(const AmmV4Numbers& pool, Direction direction, TokenAmount amount_in,
                           const QuoteContext& context) {
    if (const auto refusal = refusal_of(pool, context)) {
        return Err<QuoteError>{*refusal};
    }
    if (amount_in.is_zero()) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const SwapReserves reserves = swap_reserves(pool, direction);
    if (reserves.in == 0 || reserves.out == 0) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const auto fee =
        mul_div_ceil(amount_in.raw(), pool.swap_fee_numerator, pool.swap_fee_denominator);
    SF_ASSERT(fee.has_value());
    const auto out = curve_out_floor(reserves.in, reserves.out, amount_in.raw() - *fee);
    if (out == 0) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    return SwapQuote{.amount_in = amount_in,
                     .amount_out = TokenAmount{out},
                     .trade_fee = TokenAmount{*fee},
                     .creator_fee = {}};
}

QuoteResult quote_exact_out(const AmmV4Numbers& pool, Direction direction, TokenAmount amount_out,
                            const QuoteContext& context) {
    if (const auto refusal = refusal_of(pool, context)) {
        return Err<QuoteError>{*refusal};
    }
    if (amount_out.is_zero()) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const SwapReserves reserves = swap_reserves(pool, direction);
    if (reserves.in == 0 || amount_out.raw() >= reserves.out) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const auto net_in = curve_in_ceil(reserves.in, reserves.out, amount_out.raw());
    if (!net_in) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    const auto in = before_fee_ceil(*net_in, pool.swap_fee_numerator, pool.swap_fee_denominator);
    if (!in) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    return SwapQuote{.amount_in = TokenAmount{*in},
                     .amount_out = amount_out,
                     .trade_fee = TokenAmount{*in - *net_in},
                     .creator_fee = {}};
}

TokenAmount reserve_a(const AmmV4Numbers& pool) {
    return TokenAmount{pool.vault_amount_a}.saturating_sub(TokenAmount{pool.need_take_pnl_a});
}

TokenAmount reserve_b(const AmmV4Numbers& pool) {
    return TokenAmount{pool.vault_amount_b}.saturating_sub(TokenAmount{pool.need_take_pnl_b});
}

MarginalPrice marginal_price(const AmmV4Numbers& pool) {
    if (!pool.has_vaults()) {
        return {};
    }
    return {.numerator = reserve_b(pool).raw(), .denominator = reserve_a(pool).raw()};
}

bool is_complete(const AmmV4Numbers& pool) { return pool.has_vaults(); }

bool is_swap_enabled(const AmmV4Numbers& pool) {
    return pool.status == kAmmV4StatusInitialized || pool.status == kAmmV4StatusSwapOnly ||
           pool.status == kAmmV4StatusWaitingTrade;
}

void disable(AmmV4Numbers& pool) { pool.status = kAmmV4StatusDisabled; }

}  // namespace sniperforge::dex
