// SPDX-License-Identifier: MIT
#include "sniperforge/dex/price.hpp"

#include <gtest/gtest.h>

#include "sniperforge/core/wide_int.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex {
namespace {

struct Case {
    std::uint64_t a, b;
    std::uint8_t decimals_a, decimals_b;
    const char* text;
};

TEST(Price, IsTwelveSignificantDigitsRoundedHalfUp) {
    // Worked out with big decimals.
    constexpr Case kCases[] = {
        {1, 1, 0, 0, "1"},
        {2, 1, 0, 0, "0.5"},
        {3, 1, 0, 0, "0.333333333333"},
        {3, 2, 0, 0, "0.666666666667"},
        {1, 3, 0, 2, "0.03"},
        {1, 3, 2, 0, "300"},
        {416'121'797, 34'290'700, 9, 6, "82.4054405398"},
        {1, 123'456'789'012, 0, 0, "123456789012"},
        {1, 1'234'567'890'125, 0, 0, "1234567890130"},
        {1, 1'234'567'890'124, 0, 0, "1234567890120"},
        {1, 9'999'999'999'995, 0, 0, "10000000000000"},
        {10'000'000'000'000, 9'999'999'999'995, 0, 0, "1"},
        {10'000'000'000'000, 9'999'999'999'994, 0, 0, "0.999999999999"},
        {kU64Max, 1, 0, 0, "0.0000000000000000000542101086243"},
        {1, kU64Max, 0, 0, "18446744073700000000"},
        {kU64Max, kU64Max, 0, 19, "0.0000000000000000001"},
    };
    for (const Case& c : kCases) {
        EXPECT_EQ(price_text({.numerator = c.b, .denominator = c.a}, c.decimals_a, c.decimals_b),
                  c.text);
    }
}

TEST(Price, OfASquareRootIsItsExactSquare) {
    constexpr u128 kOne = static_cast<u128>(1) << 64U;
    EXPECT_EQ(
        price_text({.numerator = 3 * kOne, .denominator = 2 * kOne, .is_squared = true}, 0, 0),
        "2.25");
    // The highest and the lowest price of a Whirlpool, worked out with big decimals.
    constexpr u128 kHighest = (static_cast<u128>(4'294'886'577) << 64U) + 0x35bb'7f32'a81b'33af;
    EXPECT_EQ(
        price_text({.numerator = 4'295'048'016, .denominator = kOne, .is_squared = true}, 0, 0),
        "0.0000000000000000000542121463027");
    EXPECT_EQ(price_text({.numerator = kHighest, .denominator = kOne, .is_squared = true}, 0, 0),
              "18446050711100000000");
}

TEST(Price, SaysWhatAnAmountIsWorthInTheOtherTokenRoundedDown) {
    const MarginalPrice price{.numerator = 2, .denominator = 3};
    EXPECT_EQ(worth_at(price, Direction::AToB, TokenAmount{10}), TokenAmount{6});
    EXPECT_EQ(worth_at(price, Direction::BToA, TokenAmount{10}), TokenAmount{15});
    const u128 kOne = static_cast<u128>(1) << 64U;
    const MarginalPrice root{.numerator = 3 * kOne, .denominator = 2 * kOne, .is_squared = true};
    EXPECT_EQ(worth_at(root, Direction::AToB, TokenAmount{10}), TokenAmount{22});
    EXPECT_EQ(worth_at(root, Direction::BToA, TokenAmount{10}), TokenAmount{4});
    // As much as fits, and one unit more; without a price, nothing.
    const MarginalPrice twice{.numerator = 2, .denominator = 1};
    EXPECT_EQ(worth_at(twice, Direction::AToB, TokenAmount{kU64Max / 2}), TokenAmount{kU64Max - 1});
    EXPECT_EQ(worth_at(twice, Direction::AToB, TokenAmount{kU64Max / 2 + 1}), std::nullopt);
    EXPECT_EQ(worth_at({.numerator = 1}, Direction::AToB, TokenAmount{1}), std::nullopt);
    EXPECT_EQ(worth_at({.denominator = 1}, Direction::BToA, TokenAmount{1}), std::nullopt);
}

TEST(Price, IsNothingWithoutReserves) {
    EXPECT_EQ(price_text({.numerator = 1, .denominator = 0}, 0, 0), std::nullopt);
    EXPECT_EQ(price_text({.numerator = 0, .denominator = 1}, 0, 0), std::nullopt);
    auto pool = test::cpmm_pool({10, 20});
    EXPECT_EQ(price_text(Pool{pool}), "2");
    pool.protocol_fees_b = 10;
    EXPECT_EQ(price_text(Pool{pool}), "1");
    pool.has_vault_a = pool.has_vault_b = false;
    EXPECT_EQ(price_text(Pool{pool}), std::nullopt);
}

}  // namespace
}  // namespace sniperforge::dex
