// SPDX-License-Identifier: MIT
// What a Raydium CPMM pool would pay, and for what, by its numbers alone.
#include <algorithm>
#include <optional>

#include "dex/constant_product.hpp"
#include "sniperforge/dex/raydium_cpmm.hpp"

namespace sniperforge::dex {
namespace {

// The functions here say inline because the compiler would not: one quote is some hundred
// instructions, and calls and what they pass through memory cost as much again.
inline std::uint64_t net_reserve(std::uint64_t vault, std::uint64_t protocol, std::uint64_t fund,
                                 std::uint64_t creator) {
    const u128 owed = static_cast<u128>(protocol) + fund + creator;
    return owed >= vault ? 0 : vault - static_cast<std::uint64_t>(owed);
}

inline std::optional<QuoteError> refusal_of(const CpmmNumbers& pool, const CpmmRates& rates,
                                            const QuoteContext& context) {
    if (!is_complete(pool)) {
        return QuoteError::PoolIncomplete;
    }
    // Each rate alone is checked first, so that their sum cannot wrap.
    const bool is_rates_possible = rates.trade < kCpmmRateOne &&
                                   rates.creator_on_input < kCpmmRateOne &&
                                   rates.creator_on_output < kCpmmRateOne &&
                                   rates.trade + rates.creator_on_input < kCpmmRateOne;
    if (pool.creator_fee_on > 2 || !is_rates_possible) {
        return QuoteError::Unsupported;
    }
    if ((pool.status & kCpmmStatusSwapDisabled) != 0 || context.unix_time < pool.open_time) {
        return QuoteError::SwapDisabled;
    }
    return std::nullopt;
}

// The creator's share of what the input lost to fees, rounded down as the program does.
inline std::uint64_t creator_share(std::uint64_t fee, const CpmmRates& rates) {
    if (rates.creator_on_input == 0) {
        return 0;
    }
    const auto share =
        mul_div_floor(fee, rates.creator_on_input, rates.trade + rates.creator_on_input);
    SF_ASSERT(share.has_value());
    return *share;
}

// The creator has a share of the input or of the output, never of both.
struct Fees {
    std::uint64_t on_input = 0;
    std::uint64_t creator_on_input = 0;  // Contained in it.
    std::uint64_t creator_on_output = 0;
};

// Written once and as a whole: read back in wider pieces than it was written in, it waits.
inline SwapQuote quote_of(std::uint64_t in, std::uint64_t out, const Fees& fees,
                          const CpmmRates& rates) {
    return {.amount_in = TokenAmount{in},
            .amount_out = TokenAmount{out},
            .trade_fee = TokenAmount{fees.on_input - fees.creator_on_input},
            .creator_fee = TokenAmount{fees.creator_on_input + fees.creator_on_output},
            .is_creator_fee_on_output = rates.creator_on_output != 0};
}

}  // namespace

CpmmRates cpmm_rates(const CpmmNumbers& pool, Direction direction) {
    CpmmRates rates{.trade = pool.trade_fee_rate};
    if (!pool.is_creator_fee_enabled) {
        return rates;
    }
    const bool is_on_input = pool.creator_fee_on == 0 ||
                             (pool.creator_fee_on == 1 && direction == Direction::AToB) ||
                             (pool.creator_fee_on == 2 && direction == Direction::BToA);
    (is_on_input ? rates.creator_on_input : rates.creator_on_output) = pool.creator_fee_rate;
    return rates;
}

CpmmFeeShares cpmm_fee_shares(const CpmmNumbers& pool, const SwapQuote& quote) {
    const auto share = [&](std::uint64_t rate) {
        // A rate above one would give more than the whole fee: capped, never wrapped.
        const auto part =
            mul_div_floor(quote.trade_fee.raw(), std::min(rate, kCpmmRateOne), kCpmmRateOne);
        SF_ASSERT(part.has_value());
        return TokenAmount{*part};
    };
    return {share(pool.protocol_fee_rate), share(pool.fund_fee_rate)};
}

QuoteResult quote_exact_in(const CpmmNumbers& pool, Direction direction, TokenAmount amount_in,
                           const QuoteContext& context) {
    const CpmmRates rates = cpmm_rates(pool, direction);
    if (const auto refusal = refusal_of(pool, rates, context)) {
        return Err<QuoteError>{*refusal};
    }
    if (amount_in.is_zero()) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const SwapReserves reserves = swap_reserves(pool, direction);
    if (reserves.in == 0 || reserves.out == 0) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    // One ceil over both rates: the program's rounding. (The vendor's npm SDK rounds each fee by
    // itself and can be one unit off.)
    const auto fee =
        mul_div_ceil(amount_in.raw(), rates.trade + rates.creator_on_input, kCpmmRateOne);
    SF_ASSERT(fee.has_value());
    const std::uint64_t gross_out =
        curve_out_floor(reserves.in, reserves.out, amount_in.raw() - *fee);
    const auto creator_out = mul_div_ceil(gross_out, rates.creator_on_output, kCpmmRateOne);
    SF_ASSERT(creator_out.has_value());
    if (gross_out == *creator_out) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    return quote_of(amount_in.raw(), gross_out - *creator_out,
                    {*fee, creator_share(*fee, rates), *creator_out}, rates);
}

QuoteResult quote_exact_out(const CpmmNumbers& pool, Direction direction, TokenAmount amount_out,
                            const QuoteContext& context) {
    const CpmmRates rates = cpmm_rates(pool, direction);
    if (const auto refusal = refusal_of(pool, rates, context)) {
        return Err<QuoteError>{*refusal};
    }
    if (amount_out.is_zero()) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const SwapReserves reserves = swap_reserves(pool, direction);
    const auto gross_out = before_fee_ceil(amount_out.raw(), rates.creator_on_output, kCpmmRateOne);
    if (reserves.in == 0 || !gross_out || *gross_out >= reserves.out) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const auto net_in = curve_in_ceil(reserves.in, reserves.out, *gross_out);
    if (!net_in) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    const auto in = before_fee_ceil(*net_in, rates.trade + rates.creator_on_input, kCpmmRateOne);
    if (!in) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    const std::uint64_t fee = *in - *net_in;
    return quote_of(*in, amount_out.raw(),
                    {fee, creator_share(fee, rates), *gross_out - amount_out.raw()}, rates);
}

TokenAmount reserve_a(const CpmmNumbers& pool) {
    return TokenAmount{net_reserve(pool.vault_amount_a, pool.protocol_fees_a, pool.fund_fees_a,
                                   pool.creator_fees_a)};
}

TokenAmount reserve_b(const CpmmNumbers& pool) {
    return TokenAmount{net_reserve(pool.vault_amount_b, pool.protocol_fees_b, pool.fund_fees_b,
                                   pool.creator_fees_b)};
}

MarginalPrice marginal_price(const CpmmNumbers& pool) {
    if (!pool.has_vaults()) {
        return {};
    }
    return {.numerator = reserve_b(pool).raw(), .denominator = reserve_a(pool).raw()};
}

bool is_complete(const CpmmNumbers& pool) { return pool.has_vaults() && pool.has_config; }

bool is_swap_enabled(const CpmmNumbers& pool) {
    return (pool.status & kCpmmStatusSwapDisabled) == 0;
}

void disable(CpmmNumbers& pool) { pool.status |= kCpmmStatusSwapDisabled; }

}  // namespace sniperforge::dex
