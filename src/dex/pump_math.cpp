// SPDX-License-Identifier: MIT
#include "dex/pump_math.hpp"

#include "dex/constant_product.hpp"

namespace sniperforge::dex {
namespace {

std::uint64_t fee_ceil(std::uint64_t amount, std::uint64_t rate) {
    const auto fee = mul_div_ceil(amount, rate, kPumpRateOne);
    SF_ASSERT(fee.has_value());  // No rate is above one.
    return *fee;
}

std::uint64_t rate_of(const PumpFees& fees) {
    return std::uint64_t{fees.lp} + fees.protocol + fees.creator;
}

bool is_empty(const PumpReserves& reserves) { return reserves.base == 0 || reserves.quote == 0; }

SwapQuote buy_quote(std::uint64_t amount_in, std::uint64_t amount_out, const PumpFeeAmounts& fees) {
    SwapQuote quote;
    quote.amount_in = TokenAmount{amount_in};
    quote.amount_out = TokenAmount{amount_out};
    quote.trade_fee = TokenAmount{fees.lp + fees.protocol};
    quote.creator_fee = TokenAmount{fees.creator};
    return quote;
}

}  // namespace

PumpFeeAmounts pump_fee_amounts(std::uint64_t quote_amount, const PumpFees& fees) {
    return {.lp = fee_ceil(quote_amount, fees.lp),
            .protocol = fee_ceil(quote_amount, fees.protocol),
            .creator = fee_ceil(quote_amount, fees.creator)};
}

std::optional<std::uint64_t> pump_net_of_budget(std::uint64_t budget, const PumpFees& fees) {
    const auto net = mul_div_floor(budget, kPumpRateOne, kPumpRateOne + rate_of(fees));
    SF_ASSERT(net.has_value());
    const u128 total = *net + pump_fee_amounts(*net, fees).total();
    const u128 excess = total > budget ? total - budget : 0;
    if (excess >= *net) {
        return std::nullopt;
    }
    return *net - static_cast<std::uint64_t>(excess);
}

QuoteResult pump_buy_exact_base(const PumpReserves& reserves, const PumpFees& fees,
                                std::uint64_t base_out, std::optional<std::uint64_t> cost) {
    if (!cost || *cost > kU64Max - reserves.quote) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    const PumpFeeAmounts amounts = pump_fee_amounts(*cost, fees);
    const u128 total = *cost + amounts.total();
    if (total > kU64Max) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    return buy_quote(static_cast<std::uint64_t>(total), base_out, amounts);
}

QuoteResult pump_buy_exact_quote(const PumpReserves& reserves, const PumpFees& fees,
                                 std::uint64_t budget, std::uint64_t base_max) {
    if (is_empty(reserves)) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const auto net = pump_net_of_budget(budget, fees);
    if (!net) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    if (*net > kU64Max - reserves.quote) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    // One unit less than the buyer pays: both programs round in their own favour by it.
    const std::uint64_t base_out = curve_out_floor(reserves.quote, reserves.base, *net - 1);
    if (base_out == 0) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    if (base_out > base_max) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    return buy_quote(budget, base_out, pump_fee_amounts(*net, fees));
}

QuoteResult pump_sell_exact_base(const PumpReserves& reserves, const PumpFees& fees,
                                 std::uint64_t base_in, std::uint64_t quote_max) {
    if (is_empty(reserves)) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    if (base_in > kU64Max - reserves.base) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    const std::uint64_t gross = curve_out_floor(reserves.base, reserves.quote, base_in);
    const PumpFeeAmounts amounts = pump_fee_amounts(gross, fees);
    if (amounts.total() >= gross) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    if (gross - amounts.lp > quote_max) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    SwapQuote quote =
        buy_quote(base_in, gross - static_cast<std::uint64_t>(amounts.total()), amounts);
    quote.is_trade_fee_on_output = true;
    quote.is_creator_fee_on_output = true;
    return quote;
}

QuoteResult pump_sell_for_quote(const PumpReserves& reserves, const PumpFees& fees,
                                std::uint64_t quote_out, std::uint64_t quote_max) {
    if (is_empty(reserves)) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const std::uint64_t rate = rate_of(fees);
    if (rate >= kPumpRateOne) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    // A gross amount yields at most its part after fees, and at most three units less than that. So
    // the smallest that will do is in a range of at most 3·10,000 / (10,000 − rate) + 1 values;
    // four with the fees that are charged, 30,001 at worst.
    const auto gross_min = before_fee_ceil(quote_out, rate, kPumpRateOne);
    if (!gross_min) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const std::uint64_t steps_max = 3 * kPumpRateOne / (kPumpRateOne - rate) + 2;
    std::uint64_t gross = *gross_min;
    for (std::uint64_t step = 0; step < steps_max; ++step) {
        if (gross >= reserves.quote) {
            return Err<QuoteError>{QuoteError::ExceedsReserve};
        }
        // The least input that brings `gross`; it may bring more, where a unit of base is dear.
        const auto base_in = mul_div_ceil(gross, reserves.base, reserves.quote - gross);
        if (!base_in || *base_in > kU64Max - reserves.base) {
            return Err<QuoteError>{QuoteError::ExceedsReserve};
        }
        const std::uint64_t brought = curve_out_floor(reserves.base, reserves.quote, *base_in);
        if (brought >= pump_fee_amounts(brought, fees).total() + quote_out) {
            return pump_sell_exact_base(reserves, fees, *base_in, quote_max);
        }
        gross = brought + 1;
    }
    return Err<QuoteError>{QuoteError::ExceedsReserve};
}

u128 pump_market_cap(const PumpReserves& reserves, std::uint64_t supply) {
    SF_ASSERT(reserves.base > 0);
    return static_cast<u128>(reserves.quote) * supply / reserves.base;
}

}  // namespace sniperforge::dex
