// SPDX-License-Identifier: MIT
// What a DAMM v2 pool would pay, and for what.
#include <algorithm>
#include <optional>

#include "dex/constant_product.hpp"
#include "dex/meteora_damm_v2_curve.hpp"
#include "dex/meteora_damm_v2_fee.hpp"

namespace sniperforge::dex {
namespace {

constexpr std::uint64_t kPercentOne = 100;

bool is_compounding(const MeteoraDammV2Pool& pool) {
    return pool.collect_fee_mode == DammV2CollectFeeMode::Compounding;
}

damm::Range range_of(const MeteoraDammV2Pool& pool) {
    return {pool.liquidity, pool.sqrt_price, pool.sqrt_price_min, pool.sqrt_price_max};
}

damm::AmountResult amount_of(const damm::TradeResult& trade) {
    return trade ? damm::AmountResult{trade->amount} : Err<QuoteError>{trade.error()};
}

// Fees apart: what comes out for `amount`, and what must go in for it.
damm::AmountResult curve_out(const MeteoraDammV2Pool& pool, Direction direction,
                             std::uint64_t amount) {
    return is_compounding(pool) ? damm::product_out(swap_reserves(pool, direction), amount)
                                : amount_of(damm::range_out(range_of(pool), direction, amount));
}

damm::AmountResult curve_in(const MeteoraDammV2Pool& pool, Direction direction,
                            std::uint64_t amount) {
    return is_compounding(pool) ? damm::product_in(swap_reserves(pool, direction), amount)
                                : amount_of(damm::range_in(range_of(pool), direction, amount));
}

bool is_fee_on_input(const MeteoraDammV2Pool& pool, Direction direction) {
    return pool.collect_fee_mode != DammV2CollectFeeMode::Output && direction == Direction::BToA;
}

std::optional<QuoteError> refusal_of(const MeteoraDammV2Pool& pool, TokenAmount amount,
                                     const QuoteContext& context) {
    // Shares above the whole fee make every swap fail.
    if (pool.collect_fee_mode > DammV2CollectFeeMode::Compounding || pool.layout_version > 1 ||
        (is_compounding(pool) && pool.layout_version == 0) ||
        pool.activation_type > damm::kPointsAreSeconds || pool.protocol_fee_percent > kPercentOne ||
        pool.compounding_fee_bps > kBasisPointsOne) {
        return QuoteError::Unsupported;
    }
    if (!is_swap_enabled(pool) || damm::current_point(pool, context) < pool.activation_point) {
        return QuoteError::SwapDisabled;
    }
    return amount.is_zero() ? std::optional{QuoteError::AmountZero} : std::nullopt;
}

// A part of something not larger than the whole.
std::uint64_t part_of(std::uint64_t amount, std::uint64_t numerator, std::uint64_t denominator) {
    const auto part = mul_div_floor(amount, std::min(numerator, denominator), denominator);
    SF_ASSERT(part.has_value());
    return *part;
}

// Rates are below one: the fee is less than the amount, or both are zero.
std::uint64_t fee_of(std::uint64_t amount, std::uint64_t rate) {
    const auto fee = mul_div_ceil(amount, rate, kDammV2FeeOne);
    SF_ASSERT(fee.has_value() && *fee <= amount);
    return *fee;
}

QuoteResult quote_of(TokenAmount amount_in, std::uint64_t out, std::uint64_t fee,
                     bool is_on_input) {
    if (out == 0) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    return SwapQuote{.amount_in = amount_in,
                     .amount_out = TokenAmount{out},
                     .trade_fee = TokenAmount{fee},
                     .creator_fee = {},
                     .is_trade_fee_on_output = !is_on_input};
}

}  // namespace

QuoteResult quote_exact_in(const MeteoraDammV2Pool& pool, Direction direction,
                           TokenAmount amount_in, const QuoteContext& context) {
    if (const auto refusal = refusal_of(pool, amount_in, context)) {
        return Err<QuoteError>{*refusal};
    }
    const auto rate = damm_v2_fee_rate_included(pool, direction, amount_in, context);
    if (!rate) {
        return Err<QuoteError>{rate.error()};
    }
    const bool is_on_input = is_fee_on_input(pool, direction);
    const std::uint64_t fee_in = is_on_input ? fee_of(amount_in.raw(), *rate) : 0;
    const auto out = curve_out(pool, direction, amount_in.raw() - fee_in);
    if (!out) {
        return Err<QuoteError>{out.error()};
    }
    const std::uint64_t fee_out = is_on_input ? 0 : fee_of(*out, *rate);
    return quote_of(amount_in, *out - fee_out, fee_in + fee_out, is_on_input);
}

QuoteResult quote_exact_out(const MeteoraDammV2Pool& pool, Direction direction,
                            TokenAmount amount_out, const QuoteContext& context) {
    if (const auto refusal = refusal_of(pool, amount_out, context)) {
        return Err<QuoteError>{*refusal};
    }
    const bool is_on_input = is_fee_on_input(pool, direction);
    std::uint64_t gross_out = amount_out.raw();
    if (!is_on_input) {
        const auto rate = damm_v2_fee_rate_excluded(pool, direction, amount_out, context);
        if (!rate) {
            return Err<QuoteError>{rate.error()};
        }
        const auto gross = before_fee_ceil(amount_out.raw(), *rate, kDammV2FeeOne);
        if (!gross) {  // No pool holds it.
            return Err<QuoteError>{QuoteError::ExceedsReserve};
        }
        gross_out = *gross;
    }
    const auto net_in = curve_in(pool, direction, gross_out);
    if (!net_in) {
        return Err<QuoteError>{net_in.error()};
    }
    if (!is_on_input) {
        return quote_of(TokenAmount{*net_in}, amount_out.raw(), gross_out - amount_out.raw(),
                        false);
    }
    const auto rate = damm_v2_fee_rate_excluded(pool, direction, TokenAmount{*net_in}, context);
    if (!rate) {
        return Err<QuoteError>{rate.error()};
    }
    const auto in = before_fee_ceil(*net_in, *rate, kDammV2FeeOne);
    if (!in) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    return quote_of(TokenAmount{*in}, amount_out.raw(), *in - *net_in, true);
}

DammV2FeeShares damm_v2_fee_shares(const MeteoraDammV2Pool& pool, TokenAmount fee,
                                   bool has_referral) {
    const std::uint64_t protocol = part_of(fee.raw(), pool.protocol_fee_percent, kPercentOne);
    const std::uint64_t rest = fee.raw() - protocol;
    const std::uint64_t compounding = part_of(rest, pool.compounding_fee_bps, kBasisPointsOne);
    const std::uint64_t referral =
        has_referral ? part_of(protocol, pool.referral_fee_percent, kPercentOne) : 0;
    return {.claiming = TokenAmount{rest - compounding},
            .compounding = TokenAmount{compounding},
            .protocol = TokenAmount{protocol - referral},
            .referral = TokenAmount{referral}};
}

TokenAmount reserve_a(const MeteoraDammV2Pool& pool) {
    return TokenAmount{is_compounding(pool) ? pool.amount_a
                                            : damm::range_reserve_a(range_of(pool))};
}

TokenAmount reserve_b(const MeteoraDammV2Pool& pool) {
    return TokenAmount{is_compounding(pool) ? pool.amount_b
                                            : damm::range_reserve_b(range_of(pool))};
}

MarginalPrice marginal_price(const MeteoraDammV2Pool& pool) {
    if (is_compounding(pool)) {
        return {.numerator = pool.amount_b, .denominator = pool.amount_a};
    }
    return {.numerator = pool.sqrt_price,
            .denominator = pool.liquidity == 0 ? 0 : static_cast<u128>(1) << 64,
            .is_squared = true};
}

}  // namespace sniperforge::dex
