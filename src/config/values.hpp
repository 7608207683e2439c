// SPDX-License-Identifier: MIT
// One scalar of the file to one value, with a message that says what to write instead. A quoted
// decimal is money, a plain number is a count: neither is taken for the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/strict_yaml.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::config {

// Limits of an amount in its smallest unit, both included.
struct AmountRange {
    std::uint64_t min = 0;
    std::uint64_t max = 0;
};

struct Currency {
    std::string_view name;  // "SOL"
    unsigned scale = 0;     // Digits after the point.
};
inline constexpr Currency kSol{"SOL", 9};
inline constexpr Currency kUsd{"USD", 6};

[[nodiscard]] Result<std::uint64_t> parse_money(const Node& node, Currency currency,
                                                AmountRange range);
[[nodiscard]] Result<std::uint64_t> parse_whole(const Node& node, std::string_view unit,
                                                AmountRange range);
// A rate, not money: plain digits with at most one point.
struct RateRange {
    double min = 0;
    double max = 0;
};
[[nodiscard]] Result<double> parse_rate(const Node& node, std::string_view unit, RateRange range);
[[nodiscard]] Result<bool> parse_boolean(const Node& node);

// The same ranges in words, for messages and for known_keys().
[[nodiscard]] std::string describe(Currency currency, AmountRange range);
[[nodiscard]] std::string describe(std::string_view unit, AmountRange range);
[[nodiscard]] std::string describe(std::string_view unit, RateRange range);

// A JSON string, which is a double-quoted YAML scalar too.
[[nodiscard]] std::string json_string(std::string_view text);

// The name nearest to `name` by edits, or empty when none is near enough to be meant.
template <typename Names>
[[nodiscard]] std::string nearest_name(std::string_view name, const Names& names);
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

template <typename Names>
std::string nearest_name(std::string_view name, const Names& names) {
    // Two typing slips, or a third of a longer name.
    std::size_t best = (name.size() < 6 ? 2 : name.size() / 3) + 1;
    std::string nearest;
    for (const auto& candidate : names) {
        if (const std::size_t distance = edit_distance(name, candidate.name); distance < best) {
            best = distance;
            nearest = candidate.name;
        }
    }
    return nearest;
}

}  // namespace sniperforge::config
