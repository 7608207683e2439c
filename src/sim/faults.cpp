// SPDX-License-Identifier: MIT
#include "sniperforge/sim/faults.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <type_traits>

#include "sim/fault_fields.hpp"

namespace sniperforge::sim {
namespace {

constexpr double kMillisecondsMax = 60'000;
constexpr double kRateMax = 1'000'000;
// JSON-RPC's own and all server errors.
constexpr double kErrorCodeMin = -32'768, kErrorCodeMax = -32'000;

constexpr std::array<std::string_view, kFaultKinds> kNames{
    "connection_refused",    "latency",
    "stale_answer",          "too_many_requests",
    "gateway_error",         "hang",
    "truncated_answer",      "reset_answer",
    "dripped_answer",        "rpc_error",
    "silenced_notification", "withheld_pong",
    "frame_reset",           "subscribe_refusal",
    "subscribe_silence",     "ignored_unsubscribe",
    "missed_notification",   "duplicated_notification",
    "delayed_notification",  "reordered_notification"};

constexpr std::array<std::string_view, kNotificationKinds> kKindNames{
    "account", "program", "logs", "signature", "slot", "root"};

template <typename T>
struct OptionalOf : std::type_identity<T> {};
template <typename T>
struct OptionalOf<std::optional<T>> : std::type_identity<T> {};

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" ,"), text.size());
        if (end > 0) {
            words.push_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

Result<double> number_of(const FaultField& field, std::string_view text, bool is_whole) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = error == std::errc{} && end == text.data() + text.size();
    if (!is_number || !(value >= field.min && value <= field.max) ||
        (is_whole && value != static_cast<double>(static_cast<std::int64_t>(value)))) {
        return fail(fmt::format("'{}' is not a {}number from {} to {}", text,
                                is_whole ? "whole " : "", field.min, field.max));
    }
    return value;
}

Result<bool> bool_of(std::string_view text) {
    if (text != "true" && text != "false") {
        return fail(fmt::format("'{}' is neither true nor false", text));
    }
    return text == "true";
}

Result<std::vector<NotificationKind>> kinds_of(std::string_view text) {
    std::vector<NotificationKind> kinds;
    for (const std::string_view word : words_of(text)) {
        const auto found = std::ranges::find(kKindNames, word);
        if (found == kKindNames.end()) {
            return fail(fmt::format("'{}' is not a kind of notification; they are {}", word,
                                    fmt::join(kKindNames, ", ")));
        }
        kinds.push_back(static_cast<NotificationKind>(found - kKindNames.begin()));
    }
    return kinds;
}

double as_number(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

}  // namespace

std::span<const FaultField> fault_fields() {
    using F = NodeFaults;
    static const auto kFields = std::to_array<FaultField>({
        {"is_down", &F::is_down},
        {"slots_behind", &F::slots_behind, 0, kSlotsBehindMax},
        {"latency_ms", &F::latency, 0, kMillisecondsMax},
        {"jitter_ms", &F::jitter, 0, kMillisecondsMax},
        {"methods", &F::methods},
        {"too_many_requests_probability", &F::too_many_requests_probability},
        {"requests_per_second_max", &F::requests_per_second_max, 0, kRateMax},
        {"retry_after_s", &F::retry_after_s, 0, 86'400},
        {"gateway_error_probability", &F::gateway_error_probability},
        {"gateway_status", &F::gateway_status, 500, 599},
        {"hang_probability", &F::hang_probability},
        {"truncate_probability", &F::truncate_probability},
        {"reset_probability", &F::reset_probability},
        {"drip_bytes_per_second", &F::drip_bytes_per_second, 0, 1e9},
        {"rpc_error_probability", &F::rpc_error_probability},
        {"rpc_error_code", &F::rpc_error_code, kErrorCodeMin, kErrorCodeMax},
        {"rpc_error_slots_behind", &F::rpc_error_slots_behind, 0, 1e9},
        {"is_silent", &F::is_silent},
        {"is_without_pongs", &F::is_without_pongs},
        {"frame_reset_probability", &F::frame_reset_probability},
        {"subscribe_refusal_probability", &F::subscribe_refusal_probability},
        {"subscribe_silence_probability", &F::subscribe_silence_probability},
        {"is_unsubscribe_ignored", &F::is_unsubscribe_ignored},
        {"notification_kinds", &F::notification_kinds},
        {"miss_probability", &F::miss_probability},
        {"duplicate_probability", &F::duplicate_probability},
        {"delay_probability", &F::delay_probability},
        {"delay_ms", &F::delay, 0, kMillisecondsMax},
        {"reorder_probability", &F::reorder_probability},
    });
    return kFields;
}

std::string_view notification_name(NotificationKind kind) {
    return kKindNames[static_cast<std::size_t>(kind)];
}

std::string_view fault_name(FaultKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::uint64_t FaultCounters::total() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

Result<void> assign_fault(NodeFaults& faults, const FaultField& field, std::string_view text) {
    return std::visit(
        [&](auto member) -> Result<void> {
            using Field = std::remove_reference_t<decltype(faults.*member)>;
            using Value = OptionalOf<Field>::type;
            if constexpr (std::is_same_v<Field, bool>) {
                const auto value = bool_of(text);
                if (!value) {
                    return Err{value.error()};
                }
                faults.*member = *value;
            } else if constexpr (std::is_same_v<Field, std::vector<std::string>>) {
                const auto words = words_of(text);
                (faults.*member).assign(words.begin(), words.end());
            } else if constexpr (std::is_same_v<Field, std::vector<NotificationKind>>) {
                auto kinds = kinds_of(text);
                if (!kinds) {
                    return Err{kinds.error()};
                }
                faults.*member = std::move(*kinds);
            } else {
                const auto value = number_of(field, text, std::is_integral_v<Value>);
                if (!value) {
                    return Err{value.error()};
                }
                if constexpr (std::is_same_v<Field, Duration>) {
                    faults.*member = Duration{static_cast<std::int64_t>(*value * 1e6)};
                } else {
                    faults.*member = static_cast<Value>(*value);
                }
            }
            return {};
        },
        field.member);
}

Result<void> check(const NodeFaults& faults) {
    std::vector<std::string> problems;
    const auto check_range = [&](const FaultField& field, double value) {
        if (!(value >= field.min && value <= field.max)) {
            problems.push_back(fmt::format("{} {}: must be from {} to {}", field.key, value,
                                           field.min, field.max));
        }
    };
    for (const FaultField& field : fault_fields()) {
        std::visit(
            [&](auto member) {
                using Field = std::remove_cvref_t<decltype(faults.*member)>;
                if constexpr (std::is_same_v<Field, Duration>) {
                    check_range(field, as_number(faults.*member));
                } else if constexpr (!std::is_same_v<typename OptionalOf<Field>::type, Field>) {
                    if (faults.*member) {
                        check_range(field, static_cast<double>(*(faults.*member)));
                    }
                } else if constexpr (std::is_arithmetic_v<Field>) {
                    check_range(field, static_cast<double>(faults.*member));
                }
            },
            field.member);
    }
    if (!problems.empty()) {
        return fail(fmt::format("{}", fmt::join(problems, "\n")));
    }
    return {};
}

}  // namespace sniperforge::sim
