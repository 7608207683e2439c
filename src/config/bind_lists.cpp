// SPDX-License-Identifier: MIT
// Lists whose entries have keys of their own, and mostly a name.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/bind.hpp"

namespace sniperforge::config {
namespace {

// `one` and `many` are the entries for people: "an endpoint" and "endpoints".
struct Words {
    std::string_view one;
    std::string_view many;
};

template <typename Item>
void check_name(const Item& item, const std::vector<Item>& above, const Words& words, int line,
                const std::string& path, Problems& problems) {
    if constexpr (requires { item.name; }) {
        const bool is_taken =
            std::ranges::any_of(above, [&](const Item& other) { return other.name == item.name; });
        if (is_taken && !item.name.empty()) {
            problems.push_back(
                {line, fmt::format("{}.name: {} is the name of {} above; choose another", path,
                                   quoted(item.name), words.one)});
        }
    }
}

template <typename Item>
Key list_key(std::string name, std::vector<Item>& member, Words words) {
    Key key;
    key.name = std::move(name);
    key.range = fmt::format("a list of {}", words.many);
    key.read = [&member, words](const Node& node, const std::string& path, Problems& problems) {
        if (node.kind != Node::Kind::List) {
            problems.push_back(
                {node.line, fmt::format("{}: write a list of {}, [] for none", path, words.many)});
            return;
        }
        std::vector<Item> items;
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            const Node& entry = node.items[i];
            const std::string item_path = fmt::format("{}[{}]", path, i);
            Item item;
            read_keys(entry, keys_of(item), item_path, problems);
            check_name(item, items, words, entry.line, item_path, problems);
            items.push_back(std::move(item));
        }
        member = std::move(items);
    };
    key.write = [&member] {
        std::vector<std::string> texts;
        for (Item item : member) {
            std::vector<std::string> fields;
            for (const Key& field : keys_of(item)) {
                fields.push_back(fmt::format("{}: {}", json_string(field.name), field.write()));
            }
            texts.push_back(fmt::format("{{{}}}", fmt::join(fields, ", ")));
        }
        return fmt::format("[{}]", fmt::join(texts, ", "));
    };
    return key;
}

}  // namespace

Key endpoints_key(std::string name, std::vector<EndpointSettings>& member) {
    return list_key(std::move(name), member, {"an endpoint", "endpoints"});
}

Key lanes_key(std::string name, std::vector<LaneSettings>& member) {
    return list_key(std::move(name), member, {"a lane", "lanes"});
}

Key recipes_key(std::string name, std::vector<SniperRecipe>& member) {
    return list_key(std::move(name), member, {"a recipe", "recipes"});
}

Key profit_steps_key(std::string name, std::vector<ProfitStep>& member) {
    return list_key(std::move(name), member, {"a step", "steps"});
}

Key stages_key(std::string name, std::vector<SniperStage>& member) {
    return list_key(std::move(name), member, {"a stage", "stages"});
}

}  // namespace sniperforge::config
