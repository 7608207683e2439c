// SPDX-License-Identifier: MIT
#include "app/scenario_file.hpp"

#include <filesystem>

#include "sniperforge/config/flat_mapping.hpp"

namespace sniperforge::app {

Result<sim::Scenario> load_scenario(const std::string& name_or_path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(name_or_path, error)) {
        return sim::named_scenario(name_or_path);
    }
    auto entries = config::read_flat_mapping(name_or_path);
    if (!entries) {
        return Err{entries.error()};
    }
    std::vector<sim::ScenarioPair> pairs;
    for (const auto& entry : *entries) {
        pairs.push_back({entry.key, entry.value, static_cast<std::size_t>(entry.line)});
    }
    auto scenario = sim::scenario_from_pairs(pairs);
    if (!scenario) {
        return fail(name_or_path, scenario.error());
    }
    return scenario;
}

}  // namespace sniperforge::app
