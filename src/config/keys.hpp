// SPDX-License-Identifier: MIT
// The table of keys: name, member, reader, writer and range of each, once. load, show, show_json
// and known_keys all walk it, so they cannot disagree.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/strict_yaml.hpp"
#include "config/values.hpp"
#include "sniperforge/config/settings.hpp"

namespace sniperforge::config {

// Which change of a live setting loosens a limit: the drill's certificate is not for what it
// allows.
enum class Looser : std::uint8_t {
    Never,         // It is no limit.
    Higher,        // Of a truth: true.
    HigherOrZero,  // Zero: never asked for.
    Lower,         // Of a truth: false.
    MoreItems,
    FewerItems,
    Recipes,  // Larger amounts, or a token that nothing allowed before.
};

struct Key {
    std::string name;
    std::string range;
    // Puts the node's value into the member, or adds problems; `path` is the key's full name.
    std::function<void(const Node&, const std::string& path, Problems&)> read;
    // The member as JSON, which is YAML in flow style too.
    std::function<std::string()> write;
    bool is_required = false;  // Of an entry of a list: no default.
    // Of whole numbers, amounts, times and truths, and of lists of words or keys: what tells which
    // of two is looser.
    std::function<std::uint64_t()> number{};
    std::function<std::vector<std::string>()> items{};
    // From live_keys.cpp: a running daemon takes a change.
    bool is_live = false;
    Looser looser = Looser::Never;
    // What a search may try: whole numbers of the member's smallest unit, which has so many digits
    // behind the point as it is written; or one of the choices. Of other members neither.
    std::optional<AmountRange> numbers{};
    unsigned decimals = 0;
    std::vector<std::string> choices{};
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

// As people read it: "higher". Empty: never.
[[nodiscard]] std::string_view words_of(Looser looser);
// Marks those of live_keys.cpp.
void mark_live(std::vector<Section>& sections);

// Reads a mapping's entries into the keys: unknown, empty and missing ones become problems. `path`
// is the mapping's full name.
void read_keys(const Node& mapping, const std::vector<Key>& keys, const std::string& path,
               Problems& problems);

}  // namespace sniperforge::config
