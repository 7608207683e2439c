// SPDX-License-Identifier: MIT
#include "sniperforge/core/quantity.hpp"

#include <gtest/gtest.h>

namespace sniperforge {
namespace {

TEST(Quantity, AddsUpToTheMaximumAndRefusesOneMore) {
    const Lamports almost{kU64Max - 1};
    EXPECT_EQ(almost.checked_add(Lamports{1}), Lamports::max());
    EXPECT_FALSE(almost.checked_add(Lamports{2}).has_value());
    EXPECT_EQ(almost.saturating_add(Lamports{2}), Lamports::max());
    EXPECT_DEATH((void)(almost + Lamports{2}), "assertion failed");
}

TEST(Quantity, SubtractsDownToZeroAndRefusesOneMore) {
    const Lamports two{2};
    EXPECT_EQ(two.checked_sub(Lamports{2}), Lamports{0});
    EXPECT_FALSE(two.checked_sub(Lamports{3}).has_value());
    EXPECT_EQ(two.saturating_sub(Lamports{3}), Lamports{0});
    EXPECT_DEATH((void)(two - Lamports{3}), "assertion failed");
}

TEST(Quantity, DifferenceKeepsItsSign) {
    EXPECT_EQ(Lamports{3}.minus(Lamports{5}), LamportsDelta{-2});
    EXPECT_EQ(Lamports{5}.minus(Lamports{3}), LamportsDelta{2});
    EXPECT_EQ(LamportsDelta{-2}.magnitude(), Lamports{2});
    EXPECT_EQ(LamportsDelta{std::numeric_limits<std::int64_t>::min()}.magnitude(),
              Lamports{std::uint64_t{1} << 63U});
}

TEST(Quantity, PartsRoundDownAndUpByOneUnit) {
    EXPECT_EQ(part_floor(Lamports{9'999}, BasisPoints{1}), Lamports{0});
    EXPECT_EQ(part_ceil(Lamports{9'999}, BasisPoints{1}), Lamports{1});
    EXPECT_EQ(part_floor(Lamports{10'000}, BasisPoints{1}), Lamports{1});
    EXPECT_EQ(part_ceil(Lamports{10'000}, BasisPoints{1}), Lamports{1});
}

}  // namespace
}  // namespace sniperforge
