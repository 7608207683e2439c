// SPDX-License-Identifier: MIT
#include "dex/wide_math.hpp"

#include <gtest/gtest.h>

#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex {
namespace {

using test::kU128Max;

TEST(WideMath, MultiplyDivideIsExactUpToTheLastUnitOf128Bits) {
    EXPECT_TRUE(mul_div_floor_u128(kU128Max, kU128Max, kU128Max) == kU128Max);
    EXPECT_TRUE(mul_div_floor_u128(kU128Max, 3, 4) == kU128Max / 4 * 3 + 2);
    EXPECT_TRUE(mul_div_ceil_u128(kU128Max, 3, 4) == kU128Max / 4 * 3 + 3);
    EXPECT_TRUE(mul_div_floor_u128(10, 10, 3) == u128{33});
    EXPECT_TRUE(mul_div_ceil_u128(10, 10, 3) == u128{34});
    EXPECT_TRUE(mul_div_ceil_u128(9, 10, 3) == u128{30});
}

TEST(WideMath, MultiplyDivideRefusesWhatDoesNotFitAndAZeroDivisor) {
    EXPECT_FALSE(mul_div_floor_u128(kU128Max, 2, 1).has_value());
    // 7 * seventh is 2^129 - 1: half of it fits rounded down and does not rounded up.
    const u128 seventh = (kU128Max / 7) * 2 + 1;
    ASSERT_TRUE(u256{seventh} * 7 == (u256{1} << 129U) - 1);
    EXPECT_TRUE(mul_div_floor_u128(seventh, 7, 2) == kU128Max);
    EXPECT_FALSE(mul_div_ceil_u128(seventh, 7, 2).has_value());
    EXPECT_FALSE(mul_div_floor_u128(1, 1, 0).has_value());
    EXPECT_FALSE(mul_div_ceil_u128(1, 1, 0).has_value());
}

TEST(WideMath, NarrowingKeepsTheLargest128BitNumberAndNothingAbove) {
    EXPECT_TRUE(narrow_to_u128<256>(u256{kU128Max}) == kU128Max);
    EXPECT_FALSE(narrow_to_u128<256>(u256{kU128Max} + 1).has_value());
}

}  // namespace
}  // namespace sniperforge::dex
