// SPDX-License-Identifier: MIT
#include "dex/raydium_clmm_math.hpp"

#include <algorithm>

#include "dex/wide_words.hpp"

namespace sniperforge::dex {
namespace {

// 2^64 / 1.0001^(2^(i - 1)): the program's tick_math tables.
constexpr std::array<std::uint64_t, 19> kTickFactors{
    0xfffcb933bd6fb800, 0xfff97272373d4000, 0xfff2e50f5f657000, 0xffe5caca7e10f000,
    0xffcb9843d60f7000, 0xff973b41fa98e800, 0xff2ea16466c9b000, 0xfe5dee046a9a3800,
    0xfcbe86c7900bb000, 0xf987a7253ac65800, 0xf3392b0822bb6000, 0xe7159475a2caf000,
    0xd097f3bdfd2f2000, 0xa9f746462d9f8000, 0x70d869a156f31c00, 0x31be135f97ed3200,
    0x09aa508b5b85a500, 0x005d6af8dedc582c, 0x00002216e584f5fa};

// Scale of the volatility accumulator, and denominator of dynamic_fee_control (program: pool_fee).
constexpr std::uint64_t kVolatilityScale = 10'000;
constexpr std::uint64_t kFeeControlOne = 100'000;

std::optional<std::uint64_t> narrow(const std::optional<WordsQuotient>& quotient,
                                    Rounding rounding) {
    if (!quotient || high_word(quotient->value) != 0) {
        return std::nullopt;
    }
    const std::uint64_t floor = low_word(quotient->value);
    if (rounding == Rounding::Down || quotient->is_exact) {
        return floor;
    }
    return floor == kU64Max ? std::nullopt : std::optional{floor + 1};
}

std::optional<u128> ceil_of(const std::optional<WordsQuotient>& quotient) {
    if (!quotient || quotient->is_exact) {
        return quotient ? std::optional{quotient->value} : std::nullopt;
    }
    return quotient->value + 1 == 0 ? std::nullopt : std::optional{quotient->value + 1};
}

// L · 2^64.
Words256 scaled(u128 liquidity) { return {{0, low_word(liquidity), high_word(liquidity), 0}}; }

// ceil(L · 2^64 · √P / divisor).
std::optional<u128> price_over(u128 price, u128 liquidity, const Words256& divisor) {
    return ceil_of(divide_words(extend_up_word(multiply_words(liquidity, price)), divisor));
}

struct Parts {
    std::uint64_t quotient = 0;
    bool is_exact = true;
};

// amount · numerator / denominator; the product of most amounts fits 64 bits, which is much faster.
std::optional<Parts> part_of(std::uint64_t amount, std::uint32_t numerator,
                             std::uint32_t denominator) {
    if (amount < std::uint64_t{1} << 44) {  // numerator <= 10^6 < 2^20.
        const std::uint64_t product = amount * numerator;
        return Parts{product / denominator, product % denominator == 0};
    }
    const u128 product = static_cast<u128>(amount) * numerator;
    const u128 quotient = product / denominator;
    if (high_word(quotient) != 0) {
        return std::nullopt;
    }
    return Parts{low_word(quotient), quotient * denominator == product};
}

}  // namespace

u128 clmm_sqrt_price_at(std::int32_t tick) {
    SF_ASSERT(tick >= kClmmTickMin && tick <= kClmmTickMax);
    const auto distance = static_cast<std::uint32_t>(tick < 0 ? -tick : tick);
    u128 ratio = (distance & 1U) != 0 ? kTickFactors[0] : kQ64;
    for (std::size_t i = 1; i < kTickFactors.size(); ++i) {
        if ((distance >> i & 1U) != 0) {
            ratio = ratio * kTickFactors[i] >> 64;  // At most 2^64 before: the product fits.
        }
    }
    return tick > 0 ? ~static_cast<u128>(0) / ratio : ratio;
}

std::optional<std::uint64_t> clmm_amount_a(u128 price_1, u128 price_2, u128 liquidity,
                                           Rounding rounding) {
    const auto [low, high] = std::minmax(price_1, price_2);
    return narrow(divide_words(extend_up_word(multiply_words(liquidity, high - low)),
                               multiply_words(low, high)),
                  rounding);
}

std::optional<std::uint64_t> clmm_amount_b(u128 price_1, u128 price_2, u128 liquidity,
                                           Rounding rounding) {
    const auto [low, high] = std::minmax(price_1, price_2);
    const Words256 product = multiply_words(liquidity, high - low);
    const u128 upper = join_words(product.word[3], product.word[2]);
    return narrow(upper == 0 ? std::optional{WordsQuotient{product.word[1], product.word[0] == 0}}
                             : std::nullopt,
                  rounding);
}

std::optional<u128> clmm_price_after_input(u128 price, u128 liquidity, std::uint64_t amount,
                                           Direction direction) {
    if (amount == 0) {
        return price;
    }
    if (direction == Direction::AToB) {
        // 192 bits and 161 bits at most: the sum fits.
        return price_over(price, liquidity,
                          add_words(scaled(liquidity), multiply_words(price, amount)));
    }
    // Below 2^128: prices have 97 bits, the quotient too unless there is almost no liquidity.
    const u128 step = (static_cast<u128>(amount) << 64) / liquidity;
    return price + step < price ? std::nullopt : std::optional{price + step};
}

std::optional<u128> clmm_price_after_output(u128 price, u128 liquidity, std::uint64_t amount,
                                            Direction direction) {
    if (amount == 0) {
        return price;
    }
    if (direction == Direction::BToA) {
        const Words256 whole = scaled(liquidity);
        const Words256 taken = multiply_words(price, amount);
        return is_less(whole, taken) ? std::nullopt
                                     : price_over(price, liquidity, subtract_words(whole, taken));
    }
    const u128 scaled_amount = static_cast<u128>(amount) << 64;
    const u128 quotient = scaled_amount / liquidity;
    const u128 step = quotient + (quotient * liquidity != scaled_amount ? 1 : 0);
    return step > price ? std::nullopt : std::optional{price - step};
}

std::optional<std::uint64_t> clmm_part_floor(std::uint64_t amount, std::uint32_t numerator,
                                             std::uint32_t denominator) {
    const auto part = part_of(amount, numerator, denominator);
    return part ? std::optional{part->quotient} : std::nullopt;
}

std::optional<std::uint64_t> clmm_part_ceil(std::uint64_t amount, std::uint32_t numerator,
                                            std::uint32_t denominator) {
    const auto part = part_of(amount, numerator, denominator);
    if (!part || part->is_exact) {
        return part ? std::optional{part->quotient} : std::nullopt;
    }
    return part->quotient == kU64Max ? std::nullopt : std::optional{part->quotient + 1};
}

std::optional<u128> clmm_order_price(u128 sqrt_price, Direction direction) {
    Words256 square = multiply_words(sqrt_price, sqrt_price);
    if (direction == Direction::BToA) {
        square = add_words(square, to_words(kU64Max));
    }
    return square.word[3] != 0 ? std::nullopt
                               : std::optional{join_words(square.word[2], square.word[1])};
}

u128 clmm_order_output(std::uint64_t amount_in, u128 price, Direction direction) {
    if (direction == Direction::BToA) {
        return price == 0 ? 0 : (static_cast<u128>(amount_in) << 64) / price;
    }
    const Words256 product = multiply_words(amount_in, price);  // 192 bits.
    return join_words(product.word[2], product.word[1]);
}

std::optional<std::uint64_t> clmm_order_input(std::uint64_t amount_out, u128 price,
                                              Direction direction) {
    if (direction == Direction::BToA) {
        const Words256 product = multiply_words(amount_out, price);
        return narrow(
            WordsQuotient{join_words(product.word[2], product.word[1]), product.word[0] == 0},
            Rounding::Up);
    }
    if (price == 0) {
        return std::nullopt;
    }
    const u128 scaled_amount = static_cast<u128>(amount_out) << 64;
    const u128 quotient = scaled_amount / price;
    return narrow(WordsQuotient{quotient, quotient * price == scaled_amount}, Rounding::Up);
}

std::uint32_t clmm_dynamic_fee_rate(const ClmmDynamicFee& fee, std::uint16_t tick_spacing) {
    // 48 bits; the program's settings keep it within 32. The square saturates the cap long before.
    const u128 crossed = static_cast<u128>(fee.volatility_accumulator) * tick_spacing;
    constexpr u128 kOne = static_cast<u128>(kFeeControlOne) * kVolatilityScale * kVolatilityScale;
    const u128 product = crossed * crossed * fee.dynamic_fee_control;
    const u128 rate = product / kOne + (product % kOne != 0 ? 1 : 0);
    return static_cast<std::uint32_t>(std::min<u128>(rate, kClmmFeeRateMax));
}

}  // namespace sniperforge::dex
