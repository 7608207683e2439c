// SPDX-License-Identifier: MIT
// A YAML file of plain `key: value` lines, read with the strictness of the settings but without
// knowing the keys: for scenario files, whose keys their module knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/result.hpp"

namespace sniperforge::config {

struct FlatEntry {
    std::string key;
    std::string value;  // Unquoted; may be empty only when it was written "".
    int line = 1;       // Counts from 1.
};

// Entries in file order; an empty file has none. Lists, nested mappings, keys without a value and
// whatever load() refuses are errors, all of them in one text, one per line: "FILE:LINE: ...".
[[nodiscard]] Result<std::vector<FlatEntry>> read_flat_mapping(const std::string& path);
[[nodiscard]] Result<std::vector<FlatEntry>> parse_flat_mapping(std::string_view yaml,
                                                                const std::string& name);

}  // namespace sniperforge::config
