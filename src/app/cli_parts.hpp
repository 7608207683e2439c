// SPDX-License-Identifier: MIT
// The parts of the command line. The files cli*.cpp are the ones that include CLI11.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sniperforge/core/decimal.hpp"

namespace sniperforge::app {

// Some 30 years: in nanoseconds from now it fits 64 bits.
inline constexpr std::uint64_t kDurationMaxS = 1'000'000'000;

// What the parsed command line runs.
using Action = std::function<int()>;

// Digits only, at most `max`: what CLI11 reads by itself wraps above 64 bits, and is octal after a
// leading zero.
inline CLI::Validator whole_number(std::uint64_t max, std::uint64_t min = 0) {
    return CLI::Validator{
        [max, min](std::string& text) -> std::string {
            const auto value = parse_decimal(text, 0);
            if (!value) {
                return value.error().text;
            }
            if (text.size() > 1 && text.front() == '0') {
                return fmt::format("\"{}\" begins with a zero; write {}", text, *value);
            }
            if (*value < min) {
                return fmt::format("is {}; write {} or more", *value, min);
            }
            return *value > max ? fmt::format("{} is above {}, the most there can be", *value, max)
                                : "";
        },
        "0.."};
}

// A variable of the shell that was never set must not choose a default.
inline CLI::Validator not_empty() {
    return CLI::Validator{[](std::string& text) -> std::string {
                              return text.empty() ? "is empty; name one or leave the option out"
                                                  : "";
                          },
                          ""};
}

// Whose default state directory a command may name.
inline CLI::Validator mode() { return CLI::IsMember({"sim", "paper", "live"}); }

// Which state directory is meant.
template <typename Arguments>
void add_place(CLI::App& command, Arguments& arguments) {
    command.add_option("--mode", arguments.mode, "Whose default state directory")
        ->check(mode())
        ->capture_default_str();
    command
        .add_option("--state-dir", arguments.state_dir,
                    "Where the files of the run are, in place of the mode's default")
        ->check(not_empty());
}

// `decode`, `quote`, `swap`, `config` and `wallet`: what needs no daemon.
void add_offline_commands(CLI::App& app, Action& action);
// `doctor` and `test`: the first contact with a chain.
void add_contact_commands(CLI::App& app, Action& action);
// `report`, `explain` and `export`: what the files of runs say.
void add_records_commands(CLI::App& app, Action& action);
// `completion` and `man-page`.
void add_words_commands(CLI::App& app, Action& action);
// --color, of each command. Once all of them are there.
void add_color_options(CLI::App& app);
// `tables` and `nonce`: accounts of the wallet that only hold rent.
void add_upkeep_commands(CLI::App& app, Action& action);

}  // namespace sniperforge::app
