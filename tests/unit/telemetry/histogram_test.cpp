// SPDX-License-Identifier: MIT
#include "sniperforge/telemetry/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "sniperforge/core/rng.hpp"

namespace sniperforge::telemetry {
namespace {

constexpr double kQuantiles[] = {0.0, 0.01, 0.07, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0};

// The exact answer: the smallest value that at least the share `quantile` does not exceed.
std::int64_t exact_quantile(const std::vector<std::int64_t>& sorted, double quantile) {
    const auto n = static_cast<double>(sorted.size());
    const auto rank = static_cast<std::size_t>(std::ceil(quantile * n * (1.0 - 1e-12)));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

template <typename Kind>
void expect_close_to_sorted(std::vector<std::int64_t> values) {
    const auto histogram = std::make_unique<Kind>();
    for (const auto value : values) {
        histogram->record(Duration{value});
    }
    std::sort(values.begin(), values.end());
    for (const double quantile : kQuantiles) {
        const auto exact = exact_quantile(values, quantile);
        const auto answer = histogram->quantile(quantile).count();
        EXPECT_GE(answer, exact) << quantile;
        EXPECT_LE(static_cast<double>(answer - exact), Kind::kErrorMax * static_cast<double>(exact))
            << quantile << " exact " << exact << " answer " << answer;
    }
    EXPECT_EQ(histogram->max().count(), values.back());
    EXPECT_EQ(histogram->count(), values.size());
    double sum = 0;
    for (const auto value : values) {
        sum += static_cast<double>(value);
    }
    EXPECT_NEAR(histogram->mean_ns(), sum / static_cast<double>(values.size()), 1e-3 + sum * 1e-12);
}

template <typename Kind>
class HistogramOfEveryKind : public ::testing::Test {};
using Kinds = ::testing::Types<Histogram, StageHistogram, BasicHistogram<1>>;
TYPED_TEST_SUITE(HistogramOfEveryKind, Kinds);

TYPED_TEST(HistogramOfEveryKind, StaysWithinItsErrorOfASortedArray) {
    Rng rng{7};
    for (int round = 0; round < 20; ++round) {
        std::vector<std::int64_t> values;
        const auto size = 1 + rng.below(5'000);
        for (std::uint64_t i = 0; i < size; ++i) {
            // Log-uniform: every power of two between 1 ns and 60 s is hit.
            values.push_back(static_cast<std::int64_t>(std::exp(rng.uniform() * std::log(6e10))));
        }
        expect_close_to_sorted<TypeParam>(std::move(values));
    }
}

TYPED_TEST(HistogramOfEveryKind, HoldsEachPowerOfTwoAndItsNeighbours) {
    for (unsigned bit = 1; bit < TypeParam::kRangeBits; ++bit) {
        const std::int64_t power = std::int64_t{1} << bit;
        expect_close_to_sorted<TypeParam>({power - 1});
        expect_close_to_sorted<TypeParam>({power});
        expect_close_to_sorted<TypeParam>({power + 1});
        expect_close_to_sorted<TypeParam>({power - 1, power, power + 1});
    }
}

TEST(Histogram, IsExactBelow2048NsAndRoundsUpByOneNsAbove) {
    Histogram histogram;
    histogram.record(Duration{2'047});
    histogram.record(Duration{1'000'000});
    EXPECT_EQ(histogram.quantile(0.5).count(), 2'047);

    Histogram above;
    above.record(Duration{2'048});
    above.record(Duration{1'000'000});
    EXPECT_EQ(above.quantile(0.5).count(), 2'049);  // 2,048 and 2,049 share a bucket.
}

// 0.07 * 100 is a little above 7 in binary; it must not become the eighth value.
TEST(Histogram, TakesTheRankThatTheQuantileMeans) {
    Histogram histogram;
    for (int value = 1; value <= 100; ++value) {
        histogram.record(Duration{value});
    }
    for (int percent = 1; percent <= 100; ++percent) {
        EXPECT_EQ(histogram.quantile(percent / 100.0).count(), percent);
    }
    EXPECT_EQ(histogram.quantile(0.0701).count(), 8);
}

TEST(Histogram, KeepsTheLongestValueExactBeyondItsRange) {
    Histogram histogram;
    const Duration minutes = std::chrono::minutes{10};
    histogram.record(Duration{5});
    histogram.record(minutes);
    EXPECT_EQ(histogram.max(), minutes);
    EXPECT_EQ(histogram.quantile(1.0), minutes);
    EXPECT_EQ(histogram.quantile(0.5).count(), 5);
}

TEST(Histogram, AnswersZeroWhenNothingWasRecordedAndCountsNegativesAsZero) {
    Histogram histogram;
    EXPECT_EQ(histogram.quantile(0.99).count(), 0);
    EXPECT_EQ(histogram.mean_ns(), 0.0);
    histogram.record(Duration{-3});
    EXPECT_EQ(histogram.count(), 1U);
    EXPECT_EQ(histogram.quantile(0.99).count(), 0);
}

TEST(Histogram, MergingEqualsRecordingEverythingInOne) {
    Rng rng{3};
    Histogram all;
    Histogram first;
    Histogram second;
    for (int i = 0; i < 10'000; ++i) {
        const Duration value{static_cast<std::int64_t>(rng.below(50'000'000))};
        all.record(value);
        (i % 3 == 0 ? first : second).record(value);
    }
    first.merge(second);
    EXPECT_EQ(first.count(), all.count());
    EXPECT_EQ(first.max(), all.max());
    EXPECT_DOUBLE_EQ(first.mean_ns(), all.mean_ns());
    for (const double quantile : kQuantiles) {
        EXPECT_EQ(first.quantile(quantile), all.quantile(quantile));
    }
    first.clear();
    EXPECT_EQ(first.count(), 0U);
    EXPECT_EQ(first.quantile(0.5).count(), 0);
}

TEST(Histogram, CountsWhatDoesNotExceedEachBoundInOneWalk) {
    Histogram histogram;
    for (const std::int64_t ns : {0, 1'000, 1'001, 2'000, 5'000'000}) {
        histogram.record(Duration{ns});
    }
    constexpr std::array<Duration, 5> kBounds{Duration{0}, Duration{1'000}, Duration{1'001},
                                              Duration{2'000}, Duration{10'000'000}};
    std::array<std::uint64_t, 5> counts{};
    histogram.count_at_most(kBounds, counts);
    EXPECT_EQ(counts, (std::array<std::uint64_t, 5>{1, 2, 3, 4, 5}));
    EXPECT_EQ(histogram.sum_ns(), 5'004'001U);
    // A bucket that a bound divides counts for the next one: never more than there are.
    Histogram coarse;
    coarse.record(Duration{1'000'000'000});
    constexpr std::array<Duration, 2> kNear{Duration{1'000'000'000}, Duration{1'001'000'000}};
    std::array<std::uint64_t, 2> near{};
    coarse.count_at_most(kNear, near);
    EXPECT_EQ(near, (std::array<std::uint64_t, 2>{0, 1}));
    std::array<std::uint64_t, 2> none{7, 7};
    Histogram{}.count_at_most(kNear, none);
    EXPECT_EQ(none, (std::array<std::uint64_t, 2>{0, 0}));
}

TEST(Histogram, HasTheStatedSizesAndErrors) {
    EXPECT_EQ(sizeof(Histogram), 110'616U);
    EXPECT_EQ(sizeof(StageHistogram), 15'384U);
    EXPECT_LT(Histogram::kErrorMax, 0.001);
    EXPECT_LT(StageHistogram::kErrorMax, 0.008);
}

}  // namespace
}  // namespace sniperforge::telemetry
