// SPDX-License-Identifier: MIT
#include "dex/orca_whirlpool_math.hpp"

#include <array>
#include <utility>

#include "dex/wide_words.hpp"

namespace sniperforge::dex::whirlpool {
namespace {

constexpr std::size_t kTickBits = 19;  // 443,636 < 2^19.

// 1.0001^(2^i / 2) in Q32.96, for positive ticks.
constexpr std::array<u128, kTickBits> kUpFactors{
    join_words(0x1000346d6ULL, 0xff11672ae55ad00fULL),
    join_words(0x100068db8ULL, 0xbac710cb295e9e1bULL),
    join_words(0x1000d1b9cULL, 0x68abe5f76b30fb75ULL),
    join_words(0x1001a37e4ULL, 0xa234cb0830516e51ULL),
    join_words(0x100347278ULL, 0xab0e92ada25ab460ULL),
    join_words(0x10068efb0ULL, 0x0a525480a5d7fdc2ULL),
    join_words(0x100d20a63ULL, 0xb4173839df9daaa5ULL),
    join_words(0x101a4c11cULL, 0x742dd7729738df5eULL),
    join_words(0x1034c35c3ULL, 0x1f64cfa6dc0d6de4ULL),
    join_words(0x106a34b78ULL, 0xc8aaffbf81bed5a3ULL),
    join_words(0x10d72a6a4ULL, 0x6ccd8bce9ae771b1ULL),
    join_words(0x11b9a258eULL, 0x63928596dc757faaULL),
    join_words(0x13a2e2bdaULL, 0x04f8379f3cd17be5ULL),
    join_words(0x181954be6ULL, 0x9e0da8fe77f2ab42ULL),
    join_words(0x244c2655dULL, 0x185a029080252877ULL),
    join_words(0x525816eebULL, 0x9f935b1c616779e8ULL),
    join_words(0x1a7c8d00b5ULL, 0x51684ff4d31ae065ULL),
    join_words(0x2bd893d0b2dULL, 0xf7c97884590c66cdULL),
    join_words(0x78278e1e19e44ULL, 0x8cf8b95d2152dccfULL),
};
// 1.0001^(-2^i / 2) in Q0.64, for negative ticks.
constexpr std::array<std::uint64_t, kTickBits> kDownFactors{
    18445821805675392311ULL, 18444899583751176498ULL, 18443055278223354162ULL,
    18439367220385604838ULL, 18431993317065449817ULL, 18417254355718160513ULL,
    18387811781193591352ULL, 18329067761203520168ULL, 18212142134806087854ULL,
    17980523815641551639ULL, 17526086738831147013ULL, 16651378430235024244ULL,
    15030750278693429944ULL, 12247334978882834399ULL, 8131365268884726200ULL,
    3584323654723342297ULL,  696457651847595233ULL,   26294789957452057ULL,
    37481735321082ULL,
};

constexpr u128 kOneQ64 = static_cast<u128>(1) << 64;

// floor(a * b / 2^96). The prices of valid ticks fit.
u128 multiply_q96(u128 a, u128 b) {
    const Words256 product = multiply_words(a, b);
    return (join_words(product.word[3], product.word[2]) << 32) | (product.word[1] >> 32);
}

u128 distance(u128 a, u128 b) { return a < b ? b - a : a - b; }

// Below it an amount times a rate (up to 1e6 < 2^20) fits 64 bits.
constexpr std::uint64_t kNarrowAmount = std::uint64_t{1} << 44;

// floor(amount * parts / 1e6), parts up to 1e6.
std::uint64_t take_parts(std::uint64_t amount, std::uint64_t parts) {
    if (amount < kNarrowAmount) {
        return amount * parts / kFeeRateOne;
    }
    return low_word(static_cast<u128>(amount) * parts / kFeeRateOne);
}

AmountBetween amount_of(u128 value) {
    return value > kU64Max ? AmountBetween{.is_above_u64 = true}
                           : AmountBetween{.value = low_word(value)};
}

using NextPrice = std::expected<u128, QuoteError>;

// ceil(L·√P·2^64 / (L·2^64 ± amount·√P)): token A goes in (+) or out (-).
NextPrice price_after_a(u128 price, u128 liquidity, std::uint64_t amount, bool is_in) {
    if (amount == 0) {
        return price;
    }
    const auto numerator = shift_up_word(multiply_words(liquidity, price));
    if (!numerator) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    const Words256 moved = multiply_words(price, amount);
    const Words256 whole{{0, low_word(liquidity), high_word(liquidity), 0}};
    if (!is_in && !is_less(moved, whole)) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const auto quotient =
        divide_words(*numerator, is_in ? add_words(whole, moved) : subtract_words(whole, moved));
    if (!quotient) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    const u128 next = quotient->value + (quotient->is_exact ? 0 : 1);
    if (next < kSqrtPriceMin || next > kSqrtPriceMax) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    return next;
}

// √P ± amount·2^64 / L, rounded down: token B goes in (+) or out (-).
NextPrice price_after_b(u128 price, u128 liquidity, std::uint64_t amount, bool is_in) {
    if (liquidity == 0) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const u128 scaled = static_cast<u128>(amount) << 64;
    const u128 moved = scaled / liquidity;
    if (is_in) {
        u128 next = 0;
        return __builtin_add_overflow(price, moved, &next)
                   ? NextPrice{Err<QuoteError>{QuoteError::ExceedsReserve}}
                   : NextPrice{next};
    }
    const u128 rounded = moved + (moved * liquidity != scaled ? 1 : 0);
    if (rounded > price) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    return price - rounded;
}

// The way between two prices costs at most `amount` of A: amount_a_between() <= amount, without its
// division. Nothing where that overflows.
std::optional<bool> is_a_enough(u128 price, u128 target, u128 liquidity, std::uint64_t amount,
                                Rounding rounding) {
    const auto numerator = shift_up_word(multiply_words(liquidity, distance(price, target)));
    if (!numerator) {
        return std::nullopt;
    }
    const Words256 divisor = multiply_words(price, target);  // Below 2^192, as prices are.
    const Words256 paid = multiply_words(divisor, amount);
    if (!is_less(paid, *numerator)) {
        return true;
    }
    return rounding == Rounding::Down && is_less(subtract_words(*numerator, paid), divisor);
}

// What one step computes with: the specified token is "fixed", the other follows.
struct Sides {
    bool is_fixed_a = true;
    bool is_exact_in = true;

    // The whole way to the target can be had for `amount`.
    [[nodiscard]] std::optional<bool> is_enough(u128 price, u128 target, u128 liquidity,
                                                std::uint64_t amount) const {
        const auto rounding = is_exact_in ? Rounding::Up : Rounding::Down;
        if (is_fixed_a) {
            return is_a_enough(price, target, liquidity, amount, rounding);
        }
        const AmountBetween whole = amount_b_between(price, target, liquidity, rounding);
        return whole.is_valid() && whole.value <= amount;
    }
    [[nodiscard]] AmountBetween fixed(u128 price, u128 target, u128 liquidity) const {
        const auto rounding = is_exact_in ? Rounding::Up : Rounding::Down;
        return is_fixed_a ? amount_a_between(price, target, liquidity, rounding)
                          : amount_b_between(price, target, liquidity, rounding);
    }
    [[nodiscard]] AmountBetween other(u128 price, u128 target, u128 liquidity) const {
        const auto rounding = is_exact_in ? Rounding::Down : Rounding::Up;
        return is_fixed_a ? amount_b_between(price, target, liquidity, rounding)
                          : amount_a_between(price, target, liquidity, rounding);
    }
};

// ceil(amount_in * rate / (1e6 - rate)): the fee on top of what the way to the target costs.
std::expected<std::uint64_t, QuoteError> fee_on_top(std::uint64_t amount_in, std::uint64_t rate) {
    const std::uint64_t rest = kFeeRateOne - rate;
    if (amount_in < kNarrowAmount) {
        return (amount_in * rate + rest - 1) / rest;
    }
    const auto fee = mul_div_ceil(amount_in, rate, rest);
    if (!fee) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    return *fee;
}

}  // namespace

u128 sqrt_price_of(std::int32_t tick) {
    SF_ASSERT(tick >= kTickMin && tick <= kTickMax);
    const bool is_up = tick >= 0;
    const auto bits = static_cast<std::uint32_t>(is_up ? tick : -tick);
    if (!is_up) {
        u128 price = kOneQ64;
        for (std::size_t i = 0; i < kTickBits; ++i) {
            if ((bits >> i & 1U) != 0) {
                price = price * kDownFactors[i] >> 64;
            }
        }
        return price;
    }
    u128 price = static_cast<u128>(1) << 96;
    for (std::size_t i = 0; i < kTickBits; ++i) {
        if ((bits >> i & 1U) != 0) {
            price = multiply_q96(price, kUpFactors[i]);
        }
    }
    return price >> 32;
}

std::int32_t tick_of(u128 sqrt_price) {
    SF_ASSERT(sqrt_price >= kSqrtPriceMin && sqrt_price <= kSqrtPriceMax);
    std::int32_t low = kTickMin;
    std::int32_t high = kTickMax;
    while (low < high) {
        const std::int32_t middle = low + (high - low + 1) / 2;
        if (sqrt_price_of(middle) <= sqrt_price) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

AmountBetween amount_a_between(u128 price, u128 other_price, u128 liquidity, Rounding rounding) {
    const auto numerator = shift_up_word(multiply_words(liquidity, distance(price, other_price)));
    if (!numerator) {
        return {.is_overflow = true};
    }
    const auto quotient = divide_words(*numerator, multiply_words(price, other_price));
    if (!quotient) {
        return {.is_above_u64 = true};
    }
    const bool is_up = rounding == Rounding::Up && !quotient->is_exact;
    // The quotient may be the highest number of 128 bits.
    return quotient->value > kU64Max ? AmountBetween{.is_above_u64 = true}
                                     : amount_of(quotient->value + (is_up ? 1 : 0));
}

AmountBetween amount_b_between(u128 price, u128 other_price, u128 liquidity, Rounding rounding) {
    u128 product = 0;
    if (__builtin_mul_overflow(liquidity, distance(price, other_price), &product)) {
        return {.is_above_u64 = true};
    }
    const bool is_up = rounding == Rounding::Up && low_word(product) != 0;
    return amount_of((product >> 64) + (is_up ? 1 : 0));
}

std::expected<Step, QuoteError> trade_step(const StepOrder& order, u128 liquidity, u128 sqrt_price,
                                           u128 target) {
    const Sides sides{order.is_a_to_b == order.is_exact_in, order.is_exact_in};
    const std::uint64_t amount =
        order.is_exact_in ? take_parts(order.amount, kFeeRateOne - order.fee_rate) : order.amount;
    const auto is_way_paid = sides.is_enough(sqrt_price, target, liquidity, amount);
    if (!is_way_paid) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    Step step{.sqrt_price = target};
    if (!*is_way_paid) {
        const auto next = sides.is_fixed_a
                              ? price_after_a(sqrt_price, liquidity, amount, order.is_exact_in)
                              : price_after_b(sqrt_price, liquidity, amount, order.is_exact_in);
        if (!next) {
            return Err<QuoteError>{next.error()};
        }
        step.sqrt_price = *next;
    }
    const bool is_at_target = step.sqrt_price == target;
    const AmountBetween fixed = sides.fixed(sqrt_price, step.sqrt_price, liquidity);
    const AmountBetween other = sides.other(sqrt_price, step.sqrt_price, liquidity);
    if (!other.is_valid() || !fixed.is_valid()) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    step.amount_in = order.is_exact_in ? fixed.value : other.value;
    step.amount_out = order.is_exact_in ? other.value : std::min(fixed.value, order.amount);
    if (order.is_exact_in && !is_at_target) {
        // What rounding left over goes to the fee. Never negative: the price was rounded so that
        // the way to it costs at most `amount`.
        if (step.amount_in > order.amount) {
            return Err<QuoteError>{QuoteError::Overflow};
        }
        step.fee = order.amount - step.amount_in;
        return step;
    }
    const auto fee = fee_on_top(step.amount_in, order.fee_rate);
    if (!fee) {
        return Err<QuoteError>{fee.error()};
    }
    step.fee = *fee;
    return step;
}

}  // namespace sniperforge::dex::whirlpool
