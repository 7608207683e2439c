// SPDX-License-Identifier: MIT
// A scenario by name, or from a flat YAML file of its parameters; a timeline of faults likewise.
#pragma once

#include <string>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/sim/faults.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::app {

[[nodiscard]] Result<sim::Scenario> load_scenario(const std::string& name_or_path);
// An empty path has no faults.
[[nodiscard]] Result<std::vector<sim::FaultEvent>> load_faults(const std::string& path,
                                                               std::size_t node_count);

}  // namespace sniperforge::app
