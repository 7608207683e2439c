// SPDX-License-Identifier: MIT
#include "sniperforge/config/tuning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "config/keys.hpp"
#include "config/relations.hpp"

namespace sniperforge::config {
namespace {

constexpr std::array<std::string_view, 4> kTunedSections{"arbitrage", "sniper", "momentum",
                                                         "exits"};

[[nodiscard]] bool is_tuned(const Section& section) {
    return std::ranges::find(kTunedSections, section.name) != kTunedSections.end();
}

}  // namespace

std::vector<Tunable> tunables() {
    Settings defaults;
    std::vector<Tunable> all;
    for (const Section& section : sections_of(defaults)) {
        for (const Key& key : section.keys) {
            if (!is_tuned(section) || (!key.numbers && key.choices.empty())) {
                continue;
            }
            const AmountRange range = key.numbers.value_or(AmountRange{});
            all.push_back({fmt::format("{}.{}", section.name, key.name), range.min, range.max,
                           key.decimals, key.choices});
        }
    }
    return all;
}

Result<void> tune(Settings& settings, std::span<const TunedValue> values) {
    Settings tuned = settings;
    Problems problems;
    const std::vector<Section> sections = sections_of(tuned);
    for (const TunedValue& value : values) {
        bool is_known = false;
        for (const Section& section : sections) {
            for (const Key& key : section.keys) {
                if (!is_tuned(section) || (!key.numbers && key.choices.empty()) ||
                    fmt::format("{}.{}", section.name, key.name) != value.name) {
                    continue;
                }
                is_known = true;
                Node node;
                node.kind = Node::Kind::Scalar;
                node.text = value.text;
                node.is_quoted = key.decimals > 0;  // Money is.
                key.read(node, value.name, problems);
            }
        }
        if (!is_known) {
            return fail(fmt::format("{} is no setting that a search may vary", value.name));
        }
    }
    if (problems.empty()) {
        check_relations(tuned, [](std::string_view /*key*/) { return 1; }, problems);
    }
    if (!problems.empty()) {
        return fail(problems.front().text);
    }
    settings = std::move(tuned);
    return {};
}

}  // namespace sniperforge::config
