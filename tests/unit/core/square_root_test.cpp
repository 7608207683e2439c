// SPDX-License-Identifier: MIT
#include "sniperforge/core/square_root.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sniperforge {
namespace {

// A square, and its neighbours on both sides.
TEST(SquareRoot, IsExactAroundEverySquare) {
    for (const std::uint64_t root :
         {1ULL, 2ULL, 3ULL, 7ULL, 1'000ULL, 65'535ULL, 3'000'000'019ULL, 4'294'967'295ULL}) {
        const std::uint64_t square = root * root;
        EXPECT_EQ(square_root_floor(square), root);
        EXPECT_EQ(square_root_ceil(square), root);
        EXPECT_EQ(square_root_floor(square - 1), root - 1);
        EXPECT_EQ(square_root_ceil(square - 1), root == 1 ? 0 : root);
        EXPECT_EQ(square_root_floor(square + 1), root);
        EXPECT_EQ(square_root_ceil(square + 1), root + 1);
    }
}

TEST(SquareRoot, TakesEveryNumberThereIs) {
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(square_root_floor(0), 0U);
    EXPECT_EQ(square_root_ceil(0), 0U);
    EXPECT_EQ(square_root_floor(kMax), 4'294'967'295U);
    EXPECT_EQ(square_root_ceil(kMax), 4'294'967'296U);
}

}  // namespace
}  // namespace sniperforge
