// SPDX-License-Identifier: MIT
// What is different in a settings file that is read again, what of it a running daemon takes over,
// and whether that loosens a limit.
#pragma once

#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"

namespace sniperforge::config {

struct SettingChange {
    // "risk.trade_max_usd"; of a recipe "sniper.recipes[early].amount_sol", by its name.
    std::string key;
    // As they would be written; of a recipe that is not there: none. Beyond 1,024 bytes cut, and of
    // a list its size and sum, and what came and went.
    std::string before, after;
    bool is_live = false;    // Otherwise it takes a restart.
    bool is_looser = false;  // What was drilled allowed less.

    [[nodiscard]] bool operator==(const SettingChange&) const = default;
};

// In the order of the table of keys; nothing: they are the same. Secrets count by their reference.
[[nodiscard]] std::vector<SettingChange> changes_between(const Settings& before,
                                                         const Settings& after);

// Takes over what is live, and nothing else. `from` differs from what `into` was loaded as in
// nothing but that.
void take_live(const Settings& from, Settings& into);

}  // namespace sniperforge::config
