// SPDX-License-Identifier: MIT
// The drill's scenarios by name. docs/simulation.md says what each one does.
#pragma once

#include <array>
#include <string_view>

namespace sniperforge::app {

inline constexpr std::array<std::string_view, 14> kDrillScenarios = {
    "nodes",        "forks", "crashes", "power", "disk",   "hostile_jupiter", "limits",
    "transactions", "rugs",  "clock",   "mixed", "thefts", "halts",           "protocols"};
// The others came later.
inline constexpr std::size_t kFirstScenarios = 12;

}  // namespace sniperforge::app
