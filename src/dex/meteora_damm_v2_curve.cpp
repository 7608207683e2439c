// SPDX-License-Identifier: MIT
#include "dex/meteora_damm_v2_curve.hpp"

#include "dex/swap_order.hpp"
#include "dex/wide_words.hpp"

namespace sniperforge::dex::damm {
namespace {

using PriceResult = std::expected<u128, QuoteError>;

// Nothing above 128 bits.
std::optional<u128> rounded(const std::optional<WordsQuotient>& quotient, Rounding rounding) {
    if (!quotient || rounding == Rounding::Down || quotient->is_exact) {
        return quotient ? std::optional{quotient->value} : std::nullopt;
    }
    return quotient->value + 1 == 0 ? std::nullopt : std::optional{quotient->value + 1};
}

std::optional<std::uint64_t> narrow(const std::optional<u128>& value) {
    return value && *value <= kU64Max ? std::optional{low_word(*value)} : std::nullopt;
}

// L · (upper − lower) / (lower · upper); nothing above 64 bits.
std::optional<std::uint64_t> amount_a(const Range& range, u128 lower, u128 upper,
                                      Rounding rounding) {
    return narrow(rounded(
        divide_words(multiply_words(range.liquidity, upper - lower), multiply_words(lower, upper)),
        rounding));
}

// L · (upper − lower) / 2^128; nothing above 64 bits.
std::optional<std::uint64_t> amount_b(const Range& range, u128 lower, u128 upper,
                                      Rounding rounding) {
    const Words256 product = multiply_words(range.liquidity, upper - lower);
    const bool is_exact = (product.word[0] | product.word[1]) == 0;
    return narrow(
        rounded(WordsQuotient{join_words(product.word[3], product.word[2]), is_exact}, rounding));
}

// amount · 2^128 / L.
std::optional<u128> price_step(const Range& range, std::uint64_t amount, Rounding rounding) {
    return rounded(divide_words(Words256{{0, 0, amount, 0}}, to_words(range.liquidity)), rounding);
}

// The price after `amount` of token A came in: ceil(L·√P / (L + amount·√P)).
PriceResult price_after_a_in(const Range& range, std::uint64_t amount) {
    const Words256 divisor =  // 193 bits at most.
        add_words(to_words(range.liquidity), multiply_words(range.price, amount));
    const auto price =
        rounded(divide_words(multiply_words(range.liquidity, range.price), divisor), Rounding::Up);
    if (!price || *price < range.price_min) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    return *price;
}

// After it went out: ceil(L·√P / (L − amount·√P)).
PriceResult price_after_a_out(const Range& range, std::uint64_t amount) {
    const Words256 whole = to_words(range.liquidity);
    const Words256 taken = multiply_words(range.price, amount);
    if (!is_less(taken, whole)) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const auto price = rounded(
        divide_words(multiply_words(range.liquidity, range.price), subtract_words(whole, taken)),
        Rounding::Up);
    if (!price || *price > range.price_max) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    return *price;
}

// After `amount` of token B came in, rounded down.
PriceResult price_after_b_in(const Range& range, std::uint64_t amount) {
    const auto step = price_step(range, amount, Rounding::Down);
    u128 price = 0;
    if (!step || __builtin_add_overflow(range.price, *step, &price) || price > range.price_max) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    return price;
}

// After it went out, rounded down.
PriceResult price_after_b_out(const Range& range, std::uint64_t amount) {
    const auto step = price_step(range, amount, Rounding::Up);
    if (!step || *step >= range.price || range.price - *step < range.price_min) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    return range.price - *step;
}

// No swap reaches a price outside the range, and none starts there.
bool is_usable(const Range& range) {
    return range.liquidity != 0 && range.price != 0 && range.price_min <= range.price &&
           range.price <= range.price_max;
}

TradeResult trade_to(const PriceResult& price, const std::optional<std::uint64_t>& amount) {
    if (!amount) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    return Trade{*amount, *price};
}

}  // namespace

TradeResult range_out(const Range& range, Direction direction, std::uint64_t amount) {
    if (!is_usable(range)) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const bool is_a_in = direction == Direction::AToB;
    const auto price = is_a_in ? price_after_a_in(range, amount) : price_after_b_in(range, amount);
    if (!price) {
        return Err<QuoteError>{price.error()};
    }
    return trade_to(price, is_a_in ? amount_b(range, *price, range.price, Rounding::Down)
                                   : amount_a(range, range.price, *price, Rounding::Down));
}

TradeResult range_in(const Range& range, Direction direction, std::uint64_t amount) {
    if (!is_usable(range)) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const bool is_a_in = direction == Direction::AToB;
    const auto price =
        is_a_in ? price_after_b_out(range, amount) : price_after_a_out(range, amount);
    if (!price) {
        return Err<QuoteError>{price.error()};
    }
    return trade_to(price, is_a_in ? amount_a(range, *price, range.price, Rounding::Up)
                                   : amount_b(range, range.price, *price, Rounding::Up));
}

std::uint64_t range_reserve_a(const Range& range) {
    return is_usable(range)
               ? amount_a(range, range.price, range.price_max, Rounding::Down).value_or(kU64Max)
               : 0;
}

std::uint64_t range_reserve_b(const Range& range) {
    return is_usable(range)
               ? amount_b(range, range.price_min, range.price, Rounding::Down).value_or(kU64Max)
               : 0;
}

AmountResult product_out(const SwapReserves& reserves, std::uint64_t amount) {
    if (reserves.in == 0 || reserves.out == 0) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    if (amount > kU64Max - reserves.in) {  // The program keeps the sum in 64 bits.
        return Err<QuoteError>{QuoteError::Overflow};
    }
    return curve_out_floor(reserves.in, reserves.out, amount);
}

AmountResult product_in(const SwapReserves& reserves, std::uint64_t amount) {
    if (reserves.in == 0 || amount >= reserves.out) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const auto in = curve_in_ceil(reserves.in, reserves.out, amount);
    if (!in || *in > kU64Max - reserves.in) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    return *in;
}

}  // namespace sniperforge::dex::damm
