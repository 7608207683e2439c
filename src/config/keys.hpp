// SPDX-License-Identifier: MIT
// The table of keys: name, member, reader, writer and range of each, once. load, show, show_json
// and known_keys all walk it, so they cannot disagree.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/strict_yaml.hpp"
#include "sniperforge/config/settings.hpp"

namespace sniperforge::config {

struct Key {
    std::string name;
    std::string range;
    // Puts the node's value into the member, or adds problems; `path` is the key's full name.
    std::function<void(const Node&, const std::string& path, Problems&)> read;
    // The member as JSON, which is YAML in flow style too.
    std::function<std::string()> write;
    bool is_required = false;  // Of an entry of a list: no default.
};

struct Section {
    std::string name;
    std::vector<Key> keys;
};

// Bound to this object: valid as long as it is.
[[nodiscard]] std::vector<Section> sections_of(Settings& settings);
[[nodiscard]] std::vector<Key> keys_of(EndpointSettings& endpoint);
[[nodiscard]] std::vector<Key> keys_of(LaneSettings& lane);
[[nodiscard]] std::vector<Key> keys_of(SniperRecipe& recipe);
[[nodiscard]] std::vector<Key> keys_of(SniperStage& stage);
[[nodiscard]] std::vector<Key> keys_of(ProfitStep& step);

// Reads a mapping's entries into the keys: unknown, empty and missing ones become problems. `path`
// is the mapping's full name.
void read_keys(const Node& mapping, const std::vector<Key>& keys, const std::string& path,
               Problems& problems);

}  // namespace sniperforge::config
