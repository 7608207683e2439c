// SPDX-License-Identifier: MIT
// A scenario by name, or from a flat YAML file of its parameters.
#pragma once

#include <string>

#include "sniperforge/core/result.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::app {

[[nodiscard]] Result<sim::Scenario> load_scenario(const std::string& name_or_path);

}  // namespace sniperforge::app
