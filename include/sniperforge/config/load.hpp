// SPDX-License-Identifier: MIT
// Reads a YAML file into Settings, strictly: unknown and duplicate keys, wrong types, octal
// numbers, aliases and out-of-range values are errors. All of them are collected, each with
// file:line, key, value, what was expected and what to write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::config {

// Every problem of a file, in line order. Each text is complete: "FILE:LINE: KEY: ...".
struct LoadErrors {
    std::vector<std::string> problems;
    [[nodiscard]] std::string text() const;  // One per line.
};

[[nodiscard]] std::expected<Settings, LoadErrors> load_file(const std::string& path);
// The same for text; `name` stands for the file in messages.
[[nodiscard]] std::expected<Settings, LoadErrors> load_text(std::string_view yaml,
                                                            const std::string& name);

// Reads env: and file: references into Secret::value and the endpoints' URLs, and checks what it
// got. Every problem is in the error, one per line; it names the reference, never the value.
[[nodiscard]] Result<void> resolve_secrets(Settings& settings);

// The effective settings as YAML with every key, defaults included; secrets as references. Beside
// each stands whether a running daemon takes a change of it: live, or restart.
// load_text(show(s)) gives s again, as it was before resolve_secrets().
[[nodiscard]] std::string show(const Settings& settings);
// The same as one JSON object.
[[nodiscard]] std::string show_json(const Settings& settings);

// What load knows, one per key in the order of show(); the keys of one endpoint are named
// `network.endpoints[].name` and so on, those of a recipe's stage
// `sniper.recipes[].stages[].percent`.
struct KeyInfo {
    std::string name;           // "risk.trade_max_usd"
    std::string range;          // What may be written, with the unit.
    std::string default_value;  // As it would be written.
    bool is_live = false;       // A running daemon takes a change (reload.hpp); else a restart.
    std::string loosened_by;    // Which changes of a live one loosen a limit; empty: none does.
};
[[nodiscard]] std::vector<KeyInfo> known_keys();

}  // namespace sniperforge::config
