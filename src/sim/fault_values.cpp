// SPDX-License-Identifier: MIT
// The values of a timeline's lines, and the words in them.
#include <algorithm>
#include <charconv>

#include "sim/fault_fields.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::array<std::string_view, kNotificationKinds> kKindNames{
    "account", "program", "logs", "signature", "slot", "root"};

constexpr std::array<std::string_view, kJupiterAttacks> kAttackNames{
    "system_transfer",       "token_transfer",      "approve",         "set_authority",
    "close_to_stranger",     "foreign_destination", "hidden_in_table", "low_minimum",
    "high_amount_in",        "foreign_payer",       "extra_signer",    "unknown_program",
    "excessive_priority_fee"};

// Each word's place in the list of names.
template <typename Kind, std::size_t N>
Result<std::vector<Kind>> read_names(std::string_view text,
                                     const std::array<std::string_view, N>& names,
                                     std::string_view what) {
    std::vector<Kind> kinds;
    for (const std::string_view word : words_of(text)) {
        const auto found = std::ranges::find(names, word);
        if (found == names.end()) {
            return fail(
                fmt::format("'{}' is not {}; they are {}", word, what, fmt::join(names, ", ")));
        }
        kinds.push_back(static_cast<Kind>(found - names.begin()));
    }
    return kinds;
}

}  // namespace

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

Result<double> read_number(std::string_view text, double min, double max, bool is_whole) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = error == std::errc{} && end == text.data() + text.size();
    if (!is_number || !(value >= min && value <= max) ||
        (is_whole && value != static_cast<double>(static_cast<std::int64_t>(value)))) {
        return fail(fmt::format("'{}' is not a {}number from {} to {}", text,
                                is_whole ? "whole " : "", min, max));
    }
    return value;
}

Result<bool> read_flag(std::string_view text) {
    if (text != "true" && text != "false") {
        return fail(fmt::format("'{}' is neither true nor false", text));
    }
    return text == "true";
}

Result<std::vector<NotificationKind>> read_notification_kinds(std::string_view text) {
    return read_names<NotificationKind>(text, kKindNames, "a kind of notification");
}

Result<std::vector<JupiterAttack>> read_attacks(std::string_view text) {
    return read_names<JupiterAttack>(text, kAttackNames, "an attack of Jupiter's");
}

std::string_view attack_name(JupiterAttack attack) {
    return kAttackNames[static_cast<std::size_t>(attack)];
}

}  // namespace sniperforge::sim
