// SPDX-License-Identifier: MIT
#include "sniperforge/core/wide_int.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "sniperforge/core/rng.hpp"

namespace sniperforge {
namespace {

// By definition, in 128 bits throughout.
std::optional<std::uint64_t> floor_by_definition(std::uint64_t a, std::uint64_t b,
                                                 std::uint64_t divisor) {
    if (divisor == 0) {
        return std::nullopt;
    }
    const u128 quotient = static_cast<u128>(a) * b / divisor;
    return quotient > kU64Max ? std::nullopt : std::optional{static_cast<std::uint64_t>(quotient)};
}
std::optional<std::uint64_t> ceil_by_definition(std::uint64_t a, std::uint64_t b,
                                                std::uint64_t divisor) {
    if (divisor == 0) {
        return std::nullopt;
    }
    const u128 product = static_cast<u128>(a) * b;
    const u128 quotient = product / divisor + (product % divisor != 0 ? 1 : 0);
    return quotient > kU64Max ? std::nullopt : std::optional{static_cast<std::uint64_t>(quotient)};
}

void expect_as_defined(std::uint64_t a, std::uint64_t b, std::uint64_t divisor) {
    EXPECT_EQ(mul_div_floor(a, b, divisor), floor_by_definition(a, b, divisor))
        << a << " * " << b << " / " << divisor;
    EXPECT_EQ(mul_div_ceil(a, b, divisor), ceil_by_definition(a, b, divisor))
        << a << " * " << b << " / " << divisor;
}

// Uniform in the number of bits.
std::uint64_t any(Rng& rng) { return rng.next() >> rng.below(64); }

TEST(MulDiv, IsExactWhereTheProductNeeds128Bits) {
    EXPECT_EQ(mul_div_floor(kU64Max, kU64Max, kU64Max), kU64Max);
    EXPECT_EQ(mul_div_ceil(kU64Max, kU64Max, kU64Max), kU64Max);
    EXPECT_EQ(mul_div_floor(kU64Max, 2, 2), kU64Max);
    EXPECT_FALSE(mul_div_floor(kU64Max, 2, 1).has_value());
    EXPECT_FALSE(mul_div_floor(1, 1, 0).has_value());
    EXPECT_FALSE(mul_div_ceil(0, 0, 0).has_value());
    EXPECT_EQ(mul_div_floor(7, 1, 2), 3U);
    EXPECT_EQ(mul_div_ceil(7, 1, 2), 4U);
}

TEST(MulDiv, FitsUpToTheLargestQuotientAndNotOneMore) {
    constexpr std::uint64_t kRoot = std::uint64_t{1} << 32U;
    EXPECT_FALSE(mul_div_floor(kRoot * 5, kRoot, 5));  // 2^64.
    EXPECT_FALSE(mul_div_ceil(kRoot * 5, kRoot, 5));
    EXPECT_EQ(mul_div_floor(kU64Max, 5, 5), kU64Max);
    EXPECT_EQ(mul_div_ceil(kU64Max, 5, 5), kU64Max);
    // 31 * 1190112520884487201 = 2^65 - 1: half of it is the largest down and one too many up.
    EXPECT_EQ(mul_div_floor(31, 1'190'112'520'884'487'201U, 2), kU64Max);
    EXPECT_FALSE(mul_div_ceil(31, 1'190'112'520'884'487'201U, 2));
}

TEST(MulDiv, IsAsDefinedOnEdgesOnBothSidesOfEveryBoundary) {
    std::vector<std::uint64_t> edges;
    for (const std::uint64_t middle :
         {std::uint64_t{0}, std::uint64_t{1} << 31U, std::uint64_t{1} << 32U,
          std::uint64_t{1} << 33U, std::uint64_t{1} << 63U, std::uint64_t{10'000},
          std::uint64_t{1'000'000}}) {
        for (std::uint64_t i = 0; i < 5; ++i) {
            edges.push_back(middle + i - 2);  // Around 0 also the largest.
        }
    }
    for (const std::uint64_t a : edges) {
        for (const std::uint64_t b : edges) {
            for (const std::uint64_t divisor : edges) {
                expect_as_defined(a, b, divisor);
            }
            // The upper half equals the divisor: one too many; and just fits on the other side.
            const auto high = static_cast<std::uint64_t>(static_cast<u128>(a) * b >> 64);
            expect_as_defined(a, b, high);
            expect_as_defined(a, b, high + 1);
            expect_as_defined(a, b, high - 1);
        }
    }
}

TEST(MulDiv, IsAsDefinedOnAnyNumbers) {
    Rng rng{1};
    int fitted = 0;
    for (int round = 0; round < 200'000; ++round) {
        const std::uint64_t a = any(rng);
        const std::uint64_t b = any(rng);
        const std::uint64_t divisor = any(rng);
        expect_as_defined(a, b, divisor);
        const auto high = static_cast<std::uint64_t>(static_cast<u128>(a) * b >> 64);
        expect_as_defined(a, b, high);
        expect_as_defined(a, b, high + 1);
        fitted += mul_div_floor(a, b, divisor) ? 1 : 0;
    }
    EXPECT_GT(fitted, 100'000);
    EXPECT_LT(fitted, 190'000);
}

// A ceiling of 2^64 exactly: the floor is the largest number and something is left.
TEST(MulDiv, RoundsUpToTheLargestQuotientAndNotBeyond) {
    Rng rng{2};
    int refused = 0;
    for (int round = 0; round < 200'000; ++round) {
        // a * b = divisor * 2^64 - rest, with a small rest.
        const std::uint64_t a = kU64Max - rng.below(1'000);
        const std::uint64_t divisor = any(rng) / 2 + 1;
        const auto b = static_cast<std::uint64_t>((static_cast<u128>(divisor) << 64) / a);
        expect_as_defined(a, b, divisor);
        refused += mul_div_floor(a, b, divisor) == kU64Max && !mul_div_ceil(a, b, divisor) ? 1 : 0;
    }
    EXPECT_GT(refused, 100);
}

// The divisors that are constants take a way of their own.
TEST(MulDiv, IsAsDefinedByConstants) {
    Rng rng{3};
    for (int round = 0; round < 100'000; ++round) {
        const std::uint64_t a = any(rng);
        const std::uint64_t b = any(rng);
        EXPECT_EQ(mul_div_floor(a, b, 10'000), floor_by_definition(a, b, 10'000));
        EXPECT_EQ(mul_div_ceil(a, b, 10'000), ceil_by_definition(a, b, 10'000));
        EXPECT_EQ(mul_div_floor(a, b, 1'000'000), floor_by_definition(a, b, 1'000'000));
        EXPECT_EQ(mul_div_ceil(a, b, 1'000'000), ceil_by_definition(a, b, 1'000'000));
    }
}

// Constants are computed by the compiler, other machines compute by the same lines.
static_assert(mul_div_floor(kU64Max, kU64Max - 1, kU64Max) == kU64Max - 1);
static_assert(mul_div_ceil(kU64Max - 1, kU64Max - 1, kU64Max) == kU64Max - 1);
static_assert(!mul_div_floor(kU64Max, 2, 1) && !mul_div_ceil(kU64Max, 2, 1));
static_assert(!mul_div_floor(1, 1, 0) && !mul_div_ceil(0, 0, 0));
static_assert(divide((static_cast<u128>(6) << 64) + 5, 7).quotient ==
              static_cast<std::uint64_t>(((static_cast<u128>(6) << 64) + 5) / 7));

TEST(Divide, AnswersQuotientAndRemainderUpToAnUpperHalfOneBelowTheDivisor) {
    Rng rng{4};
    for (int round = 0; round < 200'000; ++round) {
        const std::uint64_t divisor = any(rng) | 1U;
        const std::uint64_t high = rng.below(2) == 0 ? divisor - 1 : rng.below(divisor);
        const u128 dividend = (static_cast<u128>(high) << 64) | any(rng);
        const auto [quotient, remainder] = divide(dividend, divisor);
        EXPECT_EQ(quotient, static_cast<std::uint64_t>(dividend / divisor));
        EXPECT_EQ(remainder, static_cast<std::uint64_t>(dividend % divisor));
    }
}

}  // namespace
}  // namespace sniperforge
