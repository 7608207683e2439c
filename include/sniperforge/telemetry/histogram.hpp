// SPDX-License-Identifier: MIT
// Latency histograms: log-linear buckets (HDR style) in a fixed array, 1 ns to 68.7 s. record() is
// one index computation and one increment. Owned by one thread; others get a copy.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "sniperforge/core/time.hpp"

namespace sniperforge::telemetry {

// Every power of two is divided into 2^LinearBits equal steps. Values below 2^(LinearBits + 1) ns
// are exact; above, a quantile exceeds the true value by less than 2^-LinearBits of it.
template <unsigned LinearBits>
class BasicHistogram {
    static_assert(LinearBits >= 1 && LinearBits <= 16);

 public:
    // Longer values count in the last bucket; max() still tells the longest one exactly.
    static constexpr unsigned kRangeBits = 36;  // 2^36 ns = 68.7 s.
    static constexpr std::size_t kBuckets = std::size_t{kRangeBits - LinearBits + 1} << LinearBits;
    static constexpr double kErrorMax = 1.0 / static_cast<double>(std::size_t{1} << LinearBits);

    // A negative value (clocks of two cores may disagree by some ns) counts as zero.
    void record(Duration value) {
        const std::uint64_t ns = value.count() < 0 ? 0 : static_cast<std::uint64_t>(value.count());
        auto& bucket = buckets_[bucket_of(ns)];
        bucket += bucket != kBucketMax ? 1U : 0U;  // A full bucket stays full rather than wraps.
        ++count_;
        sum_ns_ += ns;  // Wraps after 584 years of summed latency.
        max_ns_ = std::max(max_ns_, ns);
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] Duration max() const { return Duration{static_cast<std::int64_t>(max_ns_)}; }
    [[nodiscard]] double mean_ns() const {
        return count_ == 0 ? 0.0 : static_cast<double>(sum_ns_) / static_cast<double>(count_);
    }

    // Smallest recorded bucket bound that at least `quantile` of the values do not exceed, and
    // never more than max(). Zero when nothing was recorded.
    [[nodiscard]] Duration quantile(double quantile) const {
        const std::uint64_t rank = rank_of(quantile);
        std::uint64_t seen = 0;
        for (std::size_t bucket = 0; bucket < kBuckets && rank > 0; ++bucket) {
            seen += buckets_[bucket];
            if (seen >= rank) {
                // The last bucket has no upper bound of its own.
                const std::uint64_t bound = bucket + 1 == kBuckets ? max_ns_ : upper_bound(bucket);
                return Duration{static_cast<std::int64_t>(std::min(bound, max_ns_))};
            }
        }
        return max();  // Nothing recorded (zero), or some buckets are full.
    }

    [[nodiscard]] std::uint64_t sum_ns() const { return sum_ns_; }
    // How many values do not exceed each of the bounds, which ascend: for cumulative buckets. Of
    // values in the one bucket that a bound divides none is counted for it. One walk, as far as the
    // longest value.
    void count_at_most(std::span<const Duration> bounds, std::span<std::uint64_t> counts) const {
        const std::size_t end = bucket_of(max_ns_) + 1;
        std::uint64_t seen = 0;
        std::size_t bucket = 0;
        for (std::size_t i = 0; i < bounds.size() && i < counts.size(); ++i) {
            const auto bound = static_cast<std::uint64_t>(bounds[i].count());
            for (; bucket < end && upper_bound(bucket) <= bound; ++bucket) {
                seen += buckets_[bucket];
            }
            counts[i] = seen;
        }
    }

    void merge(const BasicHistogram& other) {
        for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
            const std::uint32_t room = kBucketMax - buckets_[bucket];
            buckets_[bucket] += std::min(room, other.buckets_[bucket]);
        }
        count_ += other.count_;
        sum_ns_ += other.sum_ns_;
        max_ns_ = std::max(max_ns_, other.max_ns_);
    }
    void clear() { *this = BasicHistogram{}; }

 private:
    static constexpr std::uint32_t kBucketMax = std::numeric_limits<std::uint32_t>::max();

    // How many values, counted from the smallest, the quantile spans: 1 to count().
    [[nodiscard]] std::uint64_t rank_of(double quantile) const {
        // 0.07 * 100 is 7.000000000000001 in binary; the factor keeps ceil() from making it 8.
        constexpr double kRoundingSlack = 1.0 - 1e-12;
        const double share = std::clamp(quantile, 0.0, 1.0);
        const auto rank = static_cast<std::uint64_t>(
            std::ceil(share * static_cast<double>(count_) * kRoundingSlack));
        return count_ == 0 ? 0 : std::clamp<std::uint64_t>(rank, 1, count_);
    }
    [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t ns) {
        constexpr std::uint64_t kNsMax = (std::uint64_t{1} << kRangeBits) - 1;
        ns = std::min(ns, kNsMax);
        const auto width = static_cast<unsigned>(std::bit_width(ns));
        if (width <= LinearBits) {
            return static_cast<std::size_t>(ns);
        }
        const unsigned shift = width - (LinearBits + 1);
        // The leading bit adds one more 2^LinearBits: powers follow each other without a hole.
        return (std::size_t{shift} << LinearBits) + static_cast<std::size_t>(ns >> shift);
    }
    // Largest value that counts in the bucket.
    [[nodiscard]] static constexpr std::uint64_t upper_bound(std::size_t bucket) {
        if (bucket < (std::size_t{2} << LinearBits)) {
            return bucket;
        }
        const auto shift = static_cast<unsigned>(bucket >> LinearBits) - 1;
        const std::uint64_t step = bucket - (std::size_t{shift} << LinearBits);
        return ((step + 1) << shift) - 1;
    }

    std::array<std::uint32_t, kBuckets> buckets_{};
    std::uint64_t count_ = 0;
    std::uint64_t sum_ns_ = 0;
    std::uint64_t max_ns_ = 0;
};

// For the headline figures: error below 0.1 % (3 significant digits), 110,616 bytes.
using Histogram = BasicHistogram<10>;
// For the shares of stages and endpoints: error below 0.8 % (2 significant digits), 15,384 bytes.
using StageHistogram = BasicHistogram<7>;

}  // namespace sniperforge::telemetry
