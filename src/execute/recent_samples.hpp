// SPDX-License-Identifier: MIT
// The last measurements of something, each for as long as it says anything. Fixed size: nothing is
// allocated, and the same measurements give the same answer.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "sniperforge/core/time.hpp"

namespace sniperforge::execute {

template <std::size_t Size>
class RecentSamples {
 public:
    void note(MonoTime at, std::int64_t value) {
        samples_[next_++ % Size] = {at, value};
        count_ = std::min(count_ + 1, Size);
    }

    struct Prior {
        std::int64_t value = 0;
        std::size_t weight = 0;  // Counts like so many measurements, at most kPriorsMax.
    };
    static constexpr std::size_t kPriorsMax = 4;

    // Of those that are not older, the prior among them; of an even number the mean of both in the
    // middle. One outlier moves it to its neighbour at most.
    [[nodiscard]] std::int64_t median(MonoTime now, Duration age_max, Prior prior) const {
        std::array<std::int64_t, Size + kPriorsMax> values{};
        std::size_t count = std::min(prior.weight, kPriorsMax);
        std::fill_n(values.begin(), count, prior.value);
        for (std::size_t i = 0; i < count_; ++i) {
            if (now - samples_[i].at <= age_max) {
                values[count++] = samples_[i].value;
            }
        }
        if (count == 0) {
            return prior.value;
        }
        std::sort(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count));
        const std::int64_t upper = values[count / 2];
        return count % 2 == 1 ? upper : std::midpoint(values[count / 2 - 1], upper);
    }

    struct Sum {
        std::int64_t sum = 0;
        std::int64_t count = 0;
    };
    [[nodiscard]] Sum sum(MonoTime now, Duration age_max) const {
        Sum sum;
        for (std::size_t i = 0; i < count_; ++i) {
            if (now - samples_[i].at <= age_max) {
                sum.sum += samples_[i].value;
                ++sum.count;
            }
        }
        return sum;
    }

 private:
    struct Sample {
        MonoTime at;
        std::int64_t value = 0;
    };
    std::array<Sample, Size> samples_{};
    std::size_t next_ = 0, count_ = 0;
};

}  // namespace sniperforge::execute
