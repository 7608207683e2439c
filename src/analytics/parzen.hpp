// SPDX-License-Identifier: MIT
// Where values of one parameter lie, as a mixture: one bell around each value that was seen, as
// wide as its neighbours are far, and one part that knows nothing. Ranges are mapped to 0 to 1.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sniperforge/analytics/search_space.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::analytics {

// The part of 0 to 1 that belongs to a number of the range, and the number to which a place in it
// belongs.
struct UnitCell {
    double low = 0, high = 1;
    [[nodiscard]] double middle() const { return (low + high) / 2; }
};
[[nodiscard]] UnitCell unit_cell(const IntegerRange& range, std::int64_t number);
[[nodiscard]] std::int64_t number_at(const IntegerRange& range, double unit);

class ParzenRange {
 public:
    ParzenRange(const IntegerRange& range, std::span<const std::int64_t> seen);
    [[nodiscard]] std::int64_t draw(Rng& rng) const;
    // Of all numbers together: 1.
    [[nodiscard]] double probability(std::int64_t number) const;

 private:
    struct Bell {
        double middle = 0, width = 1;
        double below = 0, inside = 1;  // Normal probability left of 0, and between 0 and 1.
    };
    IntegerRange range_;
    std::vector<Bell> bells_;
};

class ParzenChoice {
 public:
    ParzenChoice(std::size_t count, std::span<const std::int64_t> seen);
    [[nodiscard]] std::int64_t draw(Rng& rng) const;
    [[nodiscard]] double probability(std::int64_t place) const;

 private:
    std::vector<double> weights_;
    double whole_ = 0;
};

}  // namespace sniperforge::analytics
