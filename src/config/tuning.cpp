// SPDX-License-Identifier: MIT
#include "sniperforge/config/tuning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "config/keys.hpp"
#include "config/relations.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::config {
namespace {

constexpr std::array<std::string_view, 4> kTunedSections{"arbitrage", "sniper", "momentum",
                                                         "exits"};

[[nodiscard]] bool is_tuned(const Section& section) {
    return std::ranges::find(kTunedSections, section.name) != kTunedSections.end();
}

[[nodiscard]] Node node_of(const Key& key, std::string text) {
    Node node;
    node.kind = Node::Kind::Scalar;
    node.text = std::move(text);
    node.is_quoted = key.decimals > 0;  // Money is.
    return node;
}
[[nodiscard]] bool is_tunable(const Key& key) { return key.numbers || !key.choices.empty(); }
[[nodiscard]] int some_line(std::string_view /*key*/) { return 1; }

// One setting after the other is tried in a copy.
class Trying {
 public:
    explicit Trying(const Settings& settings)
        : settings_{settings}, tried_{settings}, sections_{sections_of(tried_)} {}
    Trying(const Trying&) = delete;  // The keys are bound to the copy.
    Trying& operator=(const Trying&) = delete;

    [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }

    // The last value from the one that is set to the end of the range.
    [[nodiscard]] std::uint64_t last_allowed(const Key& key, std::uint64_t end) {
        std::uint64_t allowed = number_in(key);
        for (std::uint64_t tried = end; allowed != end;) {
            if (is_allowed(key, tried)) {
                allowed = tried;
            } else {
                end = end > allowed ? tried - 1 : tried + 1;
            }
            // Rounded towards the end, so that the two meet.
            const std::uint64_t apart = end > allowed ? end - allowed : allowed - end;
            const std::uint64_t step = apart - apart / 2;
            tried = end > allowed ? allowed + step : allowed - step;
        }
        return allowed;
    }

 private:
    [[nodiscard]] std::uint64_t number_in(const Key& key) {
        tried_ = settings_;
        std::string text = key.write();
        std::erase(text, '"');
        return parse_decimal(text, key.decimals).value_or(key.numbers->min);
    }

    [[nodiscard]] bool is_allowed(const Key& key, std::uint64_t value) {
        tried_ = settings_;
        Problems problems;
        key.read(node_of(key, format_decimal(value, key.decimals)), key.name, problems);
        check_relations(tried_, some_line, problems);
        return problems.empty();
    }

    const Settings& settings_;
    Settings tried_;
    std::vector<Section> sections_;
};

}  // namespace

std::vector<Tunable> tunables(const Settings& settings) {
    Trying trying{settings};
    std::vector<Tunable> all;
    for (const Section& section : trying.sections()) {
        for (const Key& key : section.keys) {
            if (!is_tuned(section) || !is_tunable(key)) {
                continue;
            }
            Tunable tunable{fmt::format("{}.{}", section.name, key.name), 0, 0, key.decimals,
                            key.choices};
            if (key.numbers) {
                tunable.low = trying.last_allowed(key, key.numbers->min);
                tunable.high = trying.last_allowed(key, key.numbers->max);
            }
            all.push_back(std::move(tunable));
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
                if (!is_tuned(section) || !is_tunable(key) ||
                    fmt::format("{}.{}", section.name, key.name) != value.name) {
                    continue;
                }
                is_known = true;
                key.read(node_of(key, value.text), value.name, problems);
            }
        }
        if (!is_known) {
            return fail(fmt::format("{} is no setting that a search may vary", value.name));
        }
    }
    if (problems.empty()) {
        check_relations(tuned, some_line, problems);
    }
    if (!problems.empty()) {
        return fail(problems.front().text);
    }
    settings = std::move(tuned);
    return {};
}

}  // namespace sniperforge::config
