// SPDX-License-Identifier: MIT
#include "sniperforge/core/rng.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sniperforge {
namespace {

// Computed apart from this code from the published definitions of splitmix64 and xoshiro256**.
// Recorded journals replay only as long as these stay.
TEST(Rng, ProducesTheSameNumbersForEver) {
    Rng zero{0};
    EXPECT_EQ(zero.next(), 0x99ec5f36cb75f2b4ULL);
    EXPECT_EQ(zero.next(), 0xbf6e1f784956452aULL);
    Rng answer{42};
    EXPECT_EQ(answer.next(), 0x15780b2e0c2ec716ULL);
    EXPECT_EQ(answer.next(), 0x6104d9866d113a7eULL);
}

TEST(Rng, StaysBelowItsBoundAndReachesEveryValue) {
    Rng rng{1};
    std::vector<int> seen(7);
    for (int i = 0; i < 7'000; ++i) {
        const auto value = rng.below(7);
        ASSERT_LT(value, 7U);
        ++seen[value];
    }
    for (const int count : seen) {
        EXPECT_GT(count, 850);
        EXPECT_LT(count, 1'150);
    }
    EXPECT_EQ(rng.below(1), 0U);
}

TEST(RngDeathTest, AbortsOnABoundOfZero) {
    Rng rng{1};
    EXPECT_DEATH((void)rng.below(0), "assertion failed");
}

TEST(Rng, DrawsUniformNumbersFromZeroUpToOne) {
    Rng rng{2};
    double sum = 0;
    for (int i = 0; i < 100'000; ++i) {
        const double value = rng.uniform();
        ASSERT_GE(value, 0.0);
        ASSERT_LT(value, 1.0);
        sum += value;
    }
    EXPECT_NEAR(sum / 100'000, 0.5, 0.005);
    EXPECT_FALSE(rng.chance(0.0));
    EXPECT_TRUE(rng.chance(1.0));
}

TEST(Rng, DrawsFromTheDistributionsThatItNames) {
    Rng rng{3};
    constexpr int kDraws = 200'000;
    double normal_sum = 0;
    double normal_squares = 0;
    double exponential_sum = 0;
    double student_squares = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double normal = rng.normal();
        normal_sum += normal;
        normal_squares += normal * normal;
        exponential_sum += rng.exponential(3.0);
        const double student = rng.student_t(8);
        student_squares += student * student;
    }
    EXPECT_NEAR(normal_sum / kDraws, 0.0, 0.01);
    EXPECT_NEAR(normal_squares / kDraws, 1.0, 0.02);
    EXPECT_NEAR(exponential_sum / kDraws, 3.0, 0.05);
    EXPECT_NEAR(student_squares / kDraws, 1.0, 0.05);
}

TEST(Rng, ForksByTagWithoutDisturbingTheOriginal) {
    Rng original{9};
    Rng untouched{9};
    Rng first = original.fork(1);
    Rng again = original.fork(1);
    Rng second = original.fork(2);
    EXPECT_EQ(original.next(), untouched.next());
    const auto number = first.next();
    EXPECT_EQ(number, again.next());
    EXPECT_NE(number, second.next());
}

TEST(Rng, FillsWholeBuffers) {
    Rng rng{4};
    std::vector<std::uint8_t> bytes(4'096);
    rng.fill(bytes);
    std::vector<int> seen(256);
    for (const auto byte : bytes) {
        ++seen[byte];
    }
    for (const int count : seen) {
        EXPECT_GT(count, 0);
    }
}

}  // namespace
}  // namespace sniperforge
