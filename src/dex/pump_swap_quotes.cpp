// SPDX-License-Identifier: MIT
// What a PumpSwap pool would pay, and for what.
#include <optional>

#include "dex/pump_math.hpp"
#include "sniperforge/dex/pump_swap.hpp"

namespace sniperforge::dex {
namespace {

// What the quote side counts for in prices; nothing where it does not fit 64 bits, zero where the
// virtual part takes all of it. The program promises that neither happens.
std::optional<std::uint64_t> effective_quote(const PumpSwapPool& pool) {
    constexpr auto kMax = static_cast<i128>(kU64Max);
    if (pool.virtual_b > kMax) {
        return std::nullopt;
    }
    if (pool.virtual_b < -kMax) {
        return 0;
    }
    const i128 sum = static_cast<i128>(pool.vault_amount_b) + pool.virtual_b;
    if (sum > kMax) {
        return std::nullopt;
    }
    return sum <= 0 ? 0 : static_cast<std::uint64_t>(sum);
}

// What a trade is priced on, or why there is no price.
struct Terms {
    PumpReserves reserves;
    PumpFees fees;
};

PumpFees fees_on(const PumpSwapPool& pool, const PumpReserves& reserves) {
    // Flat fees need no supply.
    return with_creator_fee(pump_fees_at(*pool.fee_tiers, pump_market_cap(reserves, pool.supply)),
                            pool.coin_creator, pool.creator_fee_rate,
                            pool.is_creator_fee_configurable);
}

std::expected<Terms, QuoteError> terms_of(const PumpSwapPool& pool, Direction direction,
                                          TokenAmount amount) {
    if (!is_complete(pool)) {
        return Err<QuoteError>{QuoteError::PoolIncomplete};
    }
    // A flag that is not known here may forbid trades, or change what they cost.
    if (pool.is_mayhem || pool.creator_fee_rate > kPumpRateOne ||
        (pool.disable_flags & ~kPumpSwapFlagsKnown) != 0) {
        return Err<QuoteError>{QuoteError::Unsupported};
    }
    const auto forbidding =
        direction == Direction::AToB ? kPumpSwapSellsDisabled : kPumpSwapBuysDisabled;
    if (pool.is_disabled || (pool.disable_flags & forbidding) != 0) {
        return Err<QuoteError>{QuoteError::SwapDisabled};
    }
    if (amount.is_zero()) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const auto quote = effective_quote(pool);
    if (!quote) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    const PumpReserves reserves{pool.vault_amount_a, *quote};
    if (reserves.base == 0 || reserves.quote == 0) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    return Terms{reserves, fees_on(pool, reserves)};
}

}  // namespace

TokenAmount reserve_a(const PumpSwapPool& pool) { return TokenAmount{pool.vault_amount_a}; }

TokenAmount reserve_b(const PumpSwapPool& pool) {
    const u128 kept = static_cast<u128>(pool.protocol_fees) + pool.creator_fees;
    return TokenAmount{
        kept >= pool.vault_amount_b ? 0 : pool.vault_amount_b - static_cast<std::uint64_t>(kept)};
}

MarginalPrice marginal_price(const PumpSwapPool& pool) {
    const auto quote = effective_quote(pool);
    if (!quote) {
        return {.numerator = 0, .denominator = 0};
    }
    return {.numerator = *quote, .denominator = pool.vault_amount_a};
}

PumpFees current_fees(const PumpSwapPool& pool) {
    const auto quote = effective_quote(pool);
    SF_ASSERT(quote.has_value());
    return fees_on(pool, {pool.vault_amount_a, *quote});
}

QuoteResult quote_exact_in(const PumpSwapPool& pool, Direction direction, TokenAmount amount_in,
                           const QuoteContext&) {
    const auto terms = terms_of(pool, direction, amount_in);
    if (!terms) {
        return Err<QuoteError>{terms.error()};
    }
    return direction == Direction::AToB
               ? pump_sell_exact_base(terms->reserves, terms->fees, amount_in.raw(),
                                      reserve_b(pool).raw())
               : pump_buy_exact_quote(terms->reserves, terms->fees, amount_in.raw(),
                                      reserve_a(pool).raw());
}

QuoteResult quote_exact_out(const PumpSwapPool& pool, Direction direction, TokenAmount amount_out,
                            const QuoteContext&) {
    const auto terms = terms_of(pool, direction, amount_out);
    if (!terms) {
        return Err<QuoteError>{terms.error()};
    }
    const PumpReserves& reserves = terms->reserves;
    if (direction == Direction::AToB) {
        return pump_sell_for_quote(reserves, terms->fees, amount_out.raw(), reserve_b(pool).raw());
    }
    const std::uint64_t out = amount_out.raw();
    if (out >= reserves.base) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    return pump_buy_exact_base(reserves, terms->fees, out,
                               mul_div_ceil(reserves.quote, out, reserves.base - out));
}

bool has_exact_out(const PumpSwapPool&, Direction direction) {
    return direction == Direction::BToA;
}

}  // namespace sniperforge::dex
