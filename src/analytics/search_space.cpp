// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/search_space.hpp"

#include <fmt/format.h>

#include <set>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/json_text.hpp"

namespace sniperforge::analytics {
namespace {

constexpr std::int64_t kExactMax = std::int64_t{1} << 52;

std::unexpected<Error> refuse_parameter(const Parameter& parameter, const std::string& what) {
    return fail(fmt::format("a search cannot vary \"{}\": {}", parameter.name, what));
}

Result<void> check_range(const Parameter& parameter, const IntegerRange& range) {
    if (range.high < range.low) {
        return refuse_parameter(
            parameter,
            fmt::format("its range ends at {}, before it begins at {}", range.high, range.low));
    }
    if (range.low < -kExactMax || range.high > kExactMax) {
        return refuse_parameter(
            parameter,
            fmt::format("its range from {} to {} leaves -2^52 to 2^52", range.low, range.high));
    }
    if (range.scale == Scale::Log && range.low < 1) {
        return refuse_parameter(parameter, fmt::format("its range begins at {}; a logarithmic one "
                                                       "begins at 1 or above",
                                                       range.low));
    }
    return {};
}

Result<void> check_choices(const Parameter& parameter, const Choices& choices) {
    if (choices.names.empty()) {
        return refuse_parameter(parameter, "it has no choices");
    }
    std::set<std::string_view> seen;
    for (const std::string& name : choices.names) {
        if (!seen.insert(name).second) {
            return refuse_parameter(parameter, fmt::format("it has the choice \"{}\" twice", name));
        }
    }
    return {};
}

}  // namespace

Result<SearchSpace> SearchSpace::of(std::vector<Parameter> parameters) {
    if (parameters.empty()) {
        return fail("a search needs at least one parameter to vary");
    }
    std::set<std::string_view> seen;
    for (const Parameter& parameter : parameters) {
        if (parameter.name.empty()) {
            return fail("a search cannot vary a parameter without a name");
        }
        if (!seen.insert(parameter.name).second) {
            return refuse_parameter(parameter, "the space has it twice");
        }
        const auto* const range = std::get_if<IntegerRange>(&parameter.domain);
        const auto checked = range != nullptr
                                 ? check_range(parameter, *range)
                                 : check_choices(parameter, std::get<Choices>(parameter.domain));
        if (!checked) {
            return std::unexpected{checked.error()};
        }
    }
    return SearchSpace{std::move(parameters)};
}

bool SearchSpace::contains(const ParameterValues& values) const {
    if (values.size() != parameters_.size()) {
        return false;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (const auto* const range = std::get_if<IntegerRange>(&parameters_[i].domain)) {
            if (values[i] < range->low || values[i] > range->high) {
                return false;
            }
            continue;
        }
        const auto count = std::get<Choices>(parameters_[i].domain).names.size();
        if (values[i] < 0 || values[i] >= static_cast<std::int64_t>(count)) {
            return false;
        }
    }
    return true;
}

std::size_t SearchSpace::place_of(std::string_view name) const {
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        if (parameters_[i].name == name) {
            return i;
        }
    }
    SF_ASSERT(false);
    return 0;
}

std::int64_t SearchSpace::number(const ParameterValues& values, std::string_view name) const {
    return values[place_of(name)];
}

const std::string& SearchSpace::choice(const ParameterValues& values, std::string_view name) const {
    const std::size_t place = place_of(name);
    return std::get<Choices>(parameters_[place].domain)
        .names[static_cast<std::size_t>(values[place])];
}

std::string SearchSpace::text(const ParameterValues& values, std::size_t place) const {
    if (const auto* const choices = std::get_if<Choices>(&parameters_[place].domain)) {
        return choices->names[static_cast<std::size_t>(values[place])];
    }
    return format_decimal(values[place],
                          std::get<IntegerRange>(parameters_[place].domain).decimals);
}

std::string SearchSpace::json(const ParameterValues& values) const {
    SF_ASSERT(contains(values));
    std::string out = "{";
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto* const range = std::get_if<IntegerRange>(&parameters_[i].domain);
        const bool is_whole = range != nullptr && range->decimals == 0;
        const std::string value = text(values, i);
        out += fmt::format("{}{}:{}", i > 0 ? "," : "", json_quoted(parameters_[i].name),
                           is_whole ? value : json_quoted(value));
    }
    return out + "}";
}

}  // namespace sniperforge::analytics
