// SPDX-License-Identifier: MIT
#include "app/scenario_file.hpp"

#include <filesystem>

#include "sniperforge/config/flat_mapping.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] Result<std::vector<sim::ScenarioPair>> read_pairs(const std::string& path) {
    auto entries = config::read_flat_mapping(path);
    if (!entries) {
        return Err{entries.error()};
    }
    std::vector<sim::ScenarioPair> pairs;
    for (auto& entry : *entries) {
        pairs.push_back(
            {std::move(entry.key), std::move(entry.value), static_cast<std::size_t>(entry.line)});
    }
    return pairs;
}

}  // namespace

Result<sim::Scenario> load_scenario(const std::string& name_or_path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(name_or_path, error)) {
        return sim::named_scenario(name_or_path);
    }
    const auto pairs = read_pairs(name_or_path);
    if (!pairs) {
        return Err{pairs.error()};
    }
    auto scenario = sim::scenario_from_pairs(*pairs);
    if (!scenario) {
        return fail(name_or_path, scenario.error());
    }
    return scenario;
}

Result<std::vector<sim::FaultEvent>> load_faults(const std::string& path, std::size_t node_count) {
    if (path.empty()) {
        return {};
    }
    const auto pairs = read_pairs(path);
    if (!pairs) {
        return Err{pairs.error()};
    }
    auto timeline = sim::fault_timeline(*pairs, node_count);
    if (!timeline) {
        return fail(path, timeline.error());
    }
    return timeline;
}

}  // namespace sniperforge::app
