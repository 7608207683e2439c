// SPDX-License-Identifier: MIT
#include "sniperforge/config/reload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <span>

#include "config/keys.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/sha256.hpp"

namespace sniperforge::config {
namespace {

constexpr std::string_view kNone = "none";

// What a change says goes to a journal record, a log line and an answer, all of which have an end.
// So many bytes of a value are told whole, so many items of a longer list by their names.
constexpr std::size_t kWrittenMax = 1'024;
constexpr std::size_t kItemsTold = 8;

using Items = std::vector<std::string>;

// Those of `items` that are none of `others`, as they stand.
[[nodiscard]] Items items_beyond(const Items& items, const Items& others) {
    const std::set<std::string_view> known{others.begin(), others.end()};
    Items beyond;
    std::ranges::copy_if(items, std::back_inserter(beyond),
                         [&](const std::string& item) { return !known.contains(item); });
    return beyond;
}

// Every item of `some` is one of `all`.
[[nodiscard]] bool are_among(const Items& some, const Items& all) {
    return items_beyond(some, all).empty();
}

[[nodiscard]] std::string sum_of(const std::string& text) {
    Sha256 sum;
    sum.update({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    return hex_encode(sum.digest());
}

[[nodiscard]] std::string shortened(std::string text) {
    if (text.size() <= kWrittenMax) {
        return text;
    }
    return fmt::format("{}... ({} bytes, sha256 {})", text.substr(0, kWrittenMax), text.size(),
                       sum_of(text));
}

[[nodiscard]] std::string told_items(std::string_view what, const Items& items) {
    if (items.empty()) {
        return {};
    }
    const std::span told{items.data(), std::min(items.size(), kItemsTold)};
    return fmt::format(
        "; {}: {}{}", what, shortened(fmt::format("{}", fmt::join(told, ", "))),
        items.size() > kItemsTold ? fmt::format(" and {} more", items.size() - kItemsTold) : "");
}

// A long list by its size and its sum, and by what came and went.
[[nodiscard]] SettingChange change_of(std::string key, const Key& was, const Key& is) {
    const std::string before = was.write();
    const std::string after = is.write();
    SettingChange change{std::move(key), {}, {}, is.is_live, false};
    if (!is.items || std::max(before.size(), after.size()) <= kWrittenMax) {
        change.before = shortened(before);
        change.after = shortened(after);
        return change;
    }
    const Items old = was.items();
    const Items fresh = is.items();
    change.before = fmt::format("{} items (sha256 {})", old.size(), sum_of(before));
    change.after = fmt::format("{} items (sha256 {}){}{}", fresh.size(), sum_of(after),
                               told_items("added", items_beyond(fresh, old)),
                               told_items("removed", items_beyond(old, fresh)));
    return change;
}

[[nodiscard]] bool is_looser(const Key& before, const Key& after) {
    switch (after.looser) {
        case Looser::Never:
        case Looser::Recipes:  // Told of by themselves.
            return false;
        case Looser::Higher:
            return after.number() > before.number();
        case Looser::Lower:
            return after.number() < before.number();
        case Looser::HigherOrZero:
            // Less one zero is the highest.
            return after.number() - 1 > before.number() - 1;
        case Looser::MoreItems:
            return !are_among(after.items(), before.items());
        case Looser::FewerItems:
            return !are_among(before.items(), after.items());
    }
    return true;
}

// What the sniper may buy at most, by whichever recipe: of any token, of one that somebody may
// mint, of one that somebody may freeze, and of one with both. Nothing: no recipe takes such a one.
struct Reach {
    Lamports any, mintable, freezable, both;

    template <typename Recipe>
    void add(const Recipe& recipe) {
        const bool is_mintable = recipe.is_mint_authority_allowed;
        const bool is_freezable = recipe.is_freeze_authority_allowed;
        any = std::max(any, recipe.amount);
        mintable = is_mintable ? std::max(mintable, recipe.amount) : mintable;
        freezable = is_freezable ? std::max(freezable, recipe.amount) : freezable;
        both = is_mintable && is_freezable ? std::max(both, recipe.amount) : both;
    }
    [[nodiscard]] bool exceeds(const Reach& other) const {
        return any > other.any || mintable > other.mintable || freezable > other.freezable ||
               both > other.both;
    }
};
[[nodiscard]] Reach reach_of(const SniperSettings& sniper) {
    Reach reach;
    if (sniper.recipes.empty()) {
        reach.add(sniper);
    }
    for (const SniperRecipe& recipe : sniper.recipes) {
        reach.add(recipe);
    }
    return reach;
}

[[nodiscard]] const SniperRecipe* named(const std::vector<SniperRecipe>& recipes,
                                        const std::string& name) {
    const auto found = std::ranges::find(recipes, name, &SniperRecipe::name);
    return found == recipes.end() ? nullptr : &*found;
}

[[nodiscard]] std::string written(SniperRecipe recipe) {
    std::vector<std::string> fields;
    for (const Key& field : keys_of(recipe)) {
        fields.push_back(fmt::format("{}: {}", field.name, field.write()));
    }
    return fmt::format("{{{}}}", fmt::join(fields, ", "));
}

[[nodiscard]] std::vector<std::string> names_of(const std::vector<SniperRecipe>& recipes) {
    std::vector<std::string> names;
    for (const SniperRecipe& recipe : recipes) {
        names.push_back(recipe.name);
    }
    return names;
}

// Recipes are called by their names, wherever they stand; that the order is another one is told
// where nothing else is. One that reaches further than all before did is looser.
void add_recipe_changes(const SniperSettings& before, const SniperSettings& after,
                        std::vector<SettingChange>& changes) {
    const bool is_reaching = reach_of(after).exceeds(reach_of(before));
    const auto add = [&](std::string key, std::string was, std::string is) {
        changes.push_back({std::move(key), shortened(std::move(was)), shortened(std::move(is)),
                           true, is_reaching});
    };
    for (SniperRecipe recipe : after.recipes) {
        const std::string key = fmt::format("sniper.recipes[{}]", recipe.name);
        const SniperRecipe* old = named(before.recipes, recipe.name);
        if (old == nullptr) {
            add(key, std::string{kNone}, written(recipe));
            continue;
        }
        SniperRecipe was = *old;
        const std::vector<Key> old_fields = keys_of(was);
        const std::vector<Key> fields = keys_of(recipe);
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (old_fields[i].write() != fields[i].write()) {
                add(fmt::format("{}.{}", key, fields[i].name), old_fields[i].write(),
                    fields[i].write());
            }
        }
    }
    for (const SniperRecipe& recipe : before.recipes) {
        if (named(after.recipes, recipe.name) == nullptr) {
            add(fmt::format("sniper.recipes[{}]", recipe.name), written(recipe),
                std::string{kNone});
        }
    }
    const auto old_names = names_of(before.recipes);
    const auto names = names_of(after.recipes);
    if (old_names != names && old_names.size() == names.size() && are_among(names, old_names)) {
        add("sniper.recipes", fmt::format("[{}]", fmt::join(old_names, ", ")),
            fmt::format("[{}]", fmt::join(names, ", ")));
    }
}

}  // namespace

std::vector<SettingChange> changes_between(const Settings& before, const Settings& after) {
    Settings old = before;  // Keys bind to an object that may change.
    Settings fresh = after;
    const std::vector<Section> old_sections = sections_of(old);
    const std::vector<Section> sections = sections_of(fresh);
    std::vector<SettingChange> changes;
    for (std::size_t i = 0; i < sections.size(); ++i) {
        for (std::size_t j = 0; j < sections[i].keys.size(); ++j) {
            const Key& was = old_sections[i].keys[j];
            const Key& is = sections[i].keys[j];
            if (was.write() == is.write()) {
                continue;
            }
            if (is.looser == Looser::Recipes) {
                add_recipe_changes(before.sniper, after.sniper, changes);
                continue;
            }
            changes.push_back(change_of(fmt::format("{}.{}", sections[i].name, is.name), was, is));
            changes.back().is_looser = is.is_live && is_looser(was, is);
        }
    }
    return changes;
}

void take_live(const Settings& from, Settings& into) {
    into.risk = from.risk;
    into.arbitrage = from.arbitrage;
    into.sniper = from.sniper;
    into.safety = from.safety;
    into.momentum = from.momentum;
    into.exits = from.exits;
    into.feed.new_pools_by = from.feed.new_pools_by;
}

}  // namespace sniperforge::config
