// SPDX-License-Identifier: MIT
// A latency histogram: log-linear buckets (HDR style) in a fixed array, 3 significant digits
// (relative error <= 0.1 %), 1 ns to 68 s. record() is one index computation and one increment.
#pragma once

#include <array>
#include <cstdint>

#include "sniperforge/core/time.hpp"

namespace sniperforge::telemetry {

class Histogram {
   public:
    void record(Duration value);
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] Duration max() const { return max_; }
    // Smallest recorded bucket bound that at least `quantile` of the values do not exceed.
    // Zero when nothing was recorded.
    [[nodiscard]] Duration quantile(double quantile) const;
    [[nodiscard]] double mean_ns() const;
    void merge(const Histogram& other);
    void clear();

   private:
    // 2^10 linear steps per power of two give an error of 2^-10 < 0.1 %; values below 1,024 ns are
    // exact. 36 - 10 = 26 powers above that: up to 2^36 ns = 68.7 s. u32 counts: 109 KB.
    static constexpr unsigned kLinearBits = 10;
    static constexpr unsigned kPowers = 26;
    static constexpr std::size_t kBuckets = (std::size_t{1} << kLinearBits) * (kPowers / 1 + 1);
    [[nodiscard]] static std::size_t bucket_of(std::uint64_t ns);
    [[nodiscard]] static std::uint64_t upper_bound(std::size_t bucket);

    std::array<std::uint32_t, kBuckets> buckets_{};
    std::uint64_t count_ = 0;
    Duration max_{0};
    double sum_ns_ = 0;
};

}  // namespace sniperforge::telemetry
