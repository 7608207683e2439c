// SPDX-License-Identifier: MIT
// What a pool says of how its token was launched.
#include <gtest/gtest.h>

#include "sniperforge/dex/venue.hpp"
#include "unit/dex/pump_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

// A curve of which so much is still to be sold, with the product of its virtual reserves kept.
Pool curve_with(std::uint64_t real_a) {
    CurveOptions options;
    const u128 product = static_cast<u128>(options.virtual_a) * options.virtual_b;
    const std::uint64_t beyond = options.virtual_a - options.real_a;
    options.real_a = real_a;
    options.virtual_a = real_a + beyond;
    const auto virtual_b = static_cast<std::uint64_t>(product / options.virtual_a);
    options.real_b = virtual_b - options.virtual_b;
    options.virtual_b = virtual_b;
    return {.state = *decode_pump_curve_pool(key_of(1), curve_bytes(options))};
}

TEST(CurveProgress, GoesFromNothingToAll) {
    EXPECT_EQ(curve_progress({.state = *decode_pump_curve_pool(key_of(1), curve_bytes({}))}),
              BasisPoints{});
    constexpr std::uint64_t kFirst = 793'100'000'000'000;
    // The pool's lamports are whole, so where it began is known to some thousands of base units.
    const auto half = curve_progress(curve_with(kFirst / 2));
    ASSERT_TRUE(half);
    EXPECT_NEAR(static_cast<double>(half->raw()), 5'000, 1);
    const auto last = curve_progress(curve_with(1));
    ASSERT_TRUE(last);
    EXPECT_EQ(last->raw(), 9'999U);  // Rounded down: something is left.
    EXPECT_EQ(curve_progress(curve_with(0)), BasisPoints{10'000});
}

TEST(CurveProgress, IsUnknownOfWhatIsNoCurveOrIsMovedByOthers) {
    EXPECT_FALSE(curve_progress({.state = OrcaWhirlpoolPool{}}));
    EXPECT_FALSE(curve_progress(
        {.state = *decode_pump_curve_pool(key_of(1), curve_bytes({.is_mayhem = true}))}));
    // Reserves that no curve has.
    EXPECT_FALSE(curve_progress(
        {.state = *decode_pump_curve_pool(key_of(1), curve_bytes({.virtual_b = 5, .real_b = 5}))}));
    EXPECT_FALSE(curve_progress(
        {.state = *decode_pump_curve_pool(key_of(1), curve_bytes({.virtual_a = 5, .real_a = 6}))}));
}

TEST(IsMigrated, TellsThePoolOfACurveFromOneThatAnybodyOpened) {
    EXPECT_TRUE(is_migrated({.state = incomplete_swap_pool({.is_canonical = true})}));
    EXPECT_FALSE(is_migrated({.state = incomplete_swap_pool({.is_canonical = false})}));
    EXPECT_FALSE(is_migrated({.state = PumpCurvePool{}}));
}

}  // namespace
}  // namespace sniperforge::dex
