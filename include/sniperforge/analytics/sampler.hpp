// SPDX-License-Identifier: MIT
// Which parameters to try next. At random, or where good trials were dense and bad ones were not
// (tree-structured Parzen estimator, each parameter by itself: Bergstra and others 2011). Neither
// knows anything but the trials it was told. The same seed and trials give the same points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sniperforge/analytics/search_space.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::analytics {

enum class SearchMethod : std::uint8_t { Random, Tpe };
[[nodiscard]] std::string_view to_string(SearchMethod method);

// What came of a point. Higher is better; nothing: it could not be measured, which is worst.
struct SearchOutcome {
    ParameterValues values;
    std::optional<double> objective;
};

class Sampler {
 public:
    // Before that many outcomes there is nothing to model.
    static constexpr std::size_t kRandomFirst = 10;

    // `space` must outlive it.
    Sampler(const SearchSpace& space, SearchMethod method, std::uint64_t seed);

    // Not one that it was told of, unless the space has hardly any others.
    [[nodiscard]] ParameterValues next();
    void tell(SearchOutcome outcome);

 private:
    [[nodiscard]] ParameterValues random_point();
    [[nodiscard]] ParameterValues modelled_point();
    [[nodiscard]] bool is_known(const ParameterValues& values) const;

    const SearchSpace& space_;
    SearchMethod method_;
    Rng rng_;
    std::vector<SearchOutcome> outcomes_;  // The best first; among equals the earlier.
};

}  // namespace sniperforge::analytics
