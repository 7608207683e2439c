// SPDX-License-Identifier: MIT
// What a search may vary: named parameters with their ranges and choices. Values are integers, so
// that two trials are the same or they are not; units and fractions are the caller's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sniperforge/core/result.hpp"

namespace sniperforge::analytics {

enum class Scale : std::uint8_t {
    Linear,
    Log,  // Doubling counts alike everywhere: from 10 to 20 as from 1,000 to 2,000.
};
struct IntegerRange {
    std::int64_t low = 0, high = 0;  // Both are part of it.
    Scale scale = Scale::Linear;
    unsigned decimals = 0;  // Written with so many digits behind the point.
};
struct Choices {
    std::vector<std::string> names;
};
struct Parameter {
    std::string name;
    std::variant<IntegerRange, Choices> domain;
};

// In the order of the space's parameters: the number of a range, the place of a choice.
using ParameterValues = std::vector<std::int64_t>;

class SearchSpace {
 public:
    // Refuses, with the parameter's name: no parameters, a name that is empty or there twice, a
    // range that ends before it begins or leaves the 53 bits that are exact, a logarithmic one
    // below 1, no choices or one twice.
    [[nodiscard]] static Result<SearchSpace> of(std::vector<Parameter> parameters);

    [[nodiscard]] std::span<const Parameter> parameters() const { return parameters_; }
    [[nodiscard]] bool contains(const ParameterValues& values) const;
    // Of a parameter that the space has; anything else is a mistake of the program.
    [[nodiscard]] std::int64_t number(const ParameterValues& values, std::string_view name) const;
    [[nodiscard]] const std::string& choice(const ParameterValues& values,
                                            std::string_view name) const;
    // Of the parameter at this place: the number with its point, or the choice's name.
    [[nodiscard]] std::string text(const ParameterValues& values, std::size_t place) const;
    // One object: whole numbers, and in quotes numbers with a point and choices.
    [[nodiscard]] std::string json(const ParameterValues& values) const;

 private:
    explicit SearchSpace(std::vector<Parameter> parameters) : parameters_{std::move(parameters)} {}
    [[nodiscard]] std::size_t place_of(std::string_view name) const;

    std::vector<Parameter> parameters_;
};

}  // namespace sniperforge::analytics
