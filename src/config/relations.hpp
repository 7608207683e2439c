// SPDX-License-Identifier: MIT
// What must hold between keys that are each within their range.
#pragma once

#include <functional>
#include <string_view>

#include "config/strict_yaml.hpp"
#include "sniperforge/config/settings.hpp"

namespace sniperforge::config {

// The line where a key was written, 0 when it was not or when it was written wrongly.
using LineOf = std::function<int(std::string_view key)>;

void check_relations(const Settings& settings, const LineOf& line_of, Problems& problems);

}  // namespace sniperforge::config
