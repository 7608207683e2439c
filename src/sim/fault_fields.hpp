// SPDX-License-Identifier: MIT
// Every field of the faults with its name in a file and its range: one table for reading and
// checking each of them.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "sniperforge/sim/faults.hpp"

namespace sniperforge::sim {

template <typename Faults>
struct FieldOf {
    std::string_view key;
    std::variant<bool Faults::*, double Faults::*, std::uint32_t Faults::*, int Faults::*,
                 Duration Faults::*, std::optional<std::uint32_t> Faults::*,
                 std::optional<std::uint64_t> Faults::*, std::vector<std::string> Faults::*,
                 std::vector<NotificationKind> Faults::*, std::vector<JupiterAttack> Faults::*>
        member;
    double min = 0, max = 1;  // Durations in milliseconds.
};
using FaultField = FieldOf<NodeFaults>;

// The table of NodeFaults is in faults.cpp, the others are in world_faults.cpp.
template <typename Faults>
[[nodiscard]] std::span<const FieldOf<Faults>> fields_of();
template <>
[[nodiscard]] std::span<const FieldOf<NodeFaults>> fields_of<NodeFaults>();
template <>
[[nodiscard]] std::span<const FieldOf<JupiterFaults>> fields_of<JupiterFaults>();
template <>
[[nodiscard]] std::span<const FieldOf<MarketFaults>> fields_of<MarketFaults>();
template <>
[[nodiscard]] std::span<const FieldOf<Rug>> fields_of<Rug>();
template <>
[[nodiscard]] std::span<const FieldOf<ShapeChange>> fields_of<ShapeChange>();
template <>
[[nodiscard]] std::span<const FieldOf<ClockJump>> fields_of<ClockJump>();

// ---- fault_values.cpp: one value of a file ----
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text);
[[nodiscard]] Result<double> read_number(std::string_view text, double min, double max,
                                         bool is_whole);
[[nodiscard]] Result<bool> read_flag(std::string_view text);
[[nodiscard]] Result<std::vector<NotificationKind>> read_notification_kinds(std::string_view text);
[[nodiscard]] Result<std::vector<JupiterAttack>> read_attacks(std::string_view text);

template <typename T>
struct OptionalOf : std::type_identity<T> {};
template <typename T>
struct OptionalOf<std::optional<T>> : std::type_identity<T> {};

template <typename Value>
[[nodiscard]] Result<Value> read_value(std::string_view text, double min, double max) {
    using Number = OptionalOf<Value>::type;
    if constexpr (std::is_same_v<Value, bool>) {
        return read_flag(text);
    } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
        const auto words = words_of(text);
        return std::vector<std::string>{words.begin(), words.end()};
    } else if constexpr (std::is_same_v<Value, std::vector<NotificationKind>>) {
        return read_notification_kinds(text);
    } else if constexpr (std::is_same_v<Value, std::vector<JupiterAttack>>) {
        return read_attacks(text);
    } else {
        const auto number = read_number(text, min, max, std::is_integral_v<Number>);
        if (!number) {
            return Err{number.error()};
        }
        if constexpr (std::is_same_v<Value, Duration>) {
            return Duration{static_cast<std::int64_t>(*number * 1e6)};
        } else {
            return static_cast<Number>(*number);
        }
    }
}

// Reads `text` into the field; numbers must be whole where the field is, and within the range.
template <typename Faults>
[[nodiscard]] Result<void> assign_fault(Faults& faults, const FieldOf<Faults>& field,
                                        std::string_view text) {
    return std::visit(
        [&](auto member) -> Result<void> {
            using Value = std::remove_reference_t<decltype(faults.*member)>;
            auto value = read_value<Value>(text, field.min, field.max);
            if (!value) {
                return Err{value.error()};
            }
            faults.*member = std::move(*value);
            return {};
        },
        field.member);
}

// The number that a range is about; nothing for what has none.
template <typename Value>
[[nodiscard]] std::optional<double> number_in(const Value& value) {
    if constexpr (std::is_same_v<Value, Duration>) {
        return static_cast<double>(value.count()) / 1e6;
    } else if constexpr (!std::is_same_v<typename OptionalOf<Value>::type, Value>) {
        return value ? number_in(*value) : std::nullopt;
    } else if constexpr (std::is_arithmetic_v<Value>) {
        return static_cast<double>(value);
    } else {
        return std::nullopt;
    }
}

// Every number out of its range, one a line.
template <typename Faults>
[[nodiscard]] Result<void> check_fields(const Faults& faults) {
    std::vector<std::string> problems;
    for (const FieldOf<Faults>& field : fields_of<Faults>()) {
        const auto number =
            std::visit([&](auto member) { return number_in(faults.*member); }, field.member);
        if (number && !(*number >= field.min && *number <= field.max)) {
            problems.push_back(fmt::format("{} {}: must be from {} to {}", field.key, *number,
                                           field.min, field.max));
        }
    }
    if (!problems.empty()) {
        return fail(fmt::format("{}", fmt::join(problems, "\n")));
    }
    return {};
}

}  // namespace sniperforge::sim
