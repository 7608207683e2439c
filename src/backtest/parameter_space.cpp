// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/parameter_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include "sniperforge/config/tuning.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::backtest {
namespace {

using analytics::IntegerRange;
using analytics::Parameter;
using analytics::Scale;

constexpr std::string_view kTimeLimit = "exits.time_limit_s";

// What a strategy spends is for its owner to say, and a ratio of gain to risk does not know it;
// tokens of tapes count as safe, so that whom to trust cannot be learned from them.
constexpr std::array<std::string_view, 5> kNotSearched{"enabled", "amount_sol", "amount_max_sol",
                                                       "mint_authority_allowed",
                                                       "freeze_authority_allowed"};

[[nodiscard]] std::string_view section_of(std::string_view key) {
    return key.substr(0, key.find('.'));
}
[[nodiscard]] bool is_searched(std::string_view key) {
    return std::ranges::find(kNotSearched, key.substr(key.find('.') + 1)) == kNotSearched.end();
}

// Of what spans two orders of magnitude, doubling counts alike everywhere.
constexpr std::uint64_t kWide = 100;

[[nodiscard]] IntegerRange range_of(std::uint64_t low, std::uint64_t high, unsigned decimals) {
    const bool is_wide = high / kWide >= std::max<std::uint64_t>(low, 1);
    if (is_wide) {
        low = std::max<std::uint64_t>(low, 1);
    }
    return {static_cast<std::int64_t>(low), static_cast<std::int64_t>(high),
            is_wide ? Scale::Log : Scale::Linear, decimals};
}

struct Wish {
    std::string_view key;
    std::optional<std::pair<std::string_view, std::string_view>> range;
};
[[nodiscard]] Result<Wish> wish_of(std::string_view text) {
    const std::size_t equals = text.find('=');
    Wish wish{text.substr(0, equals), std::nullopt};
    if (equals == std::string_view::npos) {
        return wish;
    }
    const std::string_view range = text.substr(equals + 1);
    const std::size_t dots = range.find("..");
    if (dots == std::string_view::npos) {
        return fail(fmt::format("--vary \"{}\": write KEY, or KEY=LOW..HIGH", text));
    }
    wish.range = {range.substr(0, dots), range.substr(dots + 2)};
    return wish;
}

[[nodiscard]] Result<Parameter> parameter_of(const config::Tunable& key, const Wish& wish) {
    if (!key.choices.empty()) {
        if (wish.range) {
            return fail(fmt::format("--vary {}: it is one of {}, which are no range; name it alone",
                                    key.name, fmt::join(key.choices, ", ")));
        }
        return Parameter{key.name, analytics::Choices{key.choices}};
    }
    if (!wish.range) {
        return Parameter{key.name, range_of(key.low, key.high, key.decimals)};
    }
    const auto low = parse_decimal(wish.range->first, key.decimals);
    const auto high = parse_decimal(wish.range->second, key.decimals);
    if (!low || !high) {
        return fail(fmt::format("--vary {}", key.name), (low ? high : low).error());
    }
    if (*low > *high || *low < key.low || *high > key.high) {
        return fail(fmt::format(
            "--vary {}: {} to {} is not within {} to {}, which is what the "
            "configuration leaves",
            key.name, wish.range->first, wish.range->second, format_decimal(key.low, key.decimals),
            format_decimal(key.high, key.decimals)));
    }
    // Who names a 0 wants it tried.
    return Parameter{key.name, *low == 0 ? IntegerRange{0, static_cast<std::int64_t>(*high),
                                                        Scale::Linear, key.decimals}
                                         : range_of(*low, *high, key.decimals)};
}

// The tapes know nothing of a second set of settings.
[[nodiscard]] Result<void> check_recipes(const config::Settings& settings, StrategyId strategy) {
    if (strategy == StrategyId::Sniper && !settings.sniper.recipes.empty()) {
        return fail(
            "searching settings of the sniper: sniper.recipes stand in place of them, and "
            "a search varies the flat ones; take the recipes out of the configuration");
    }
    return {};
}

}  // namespace

Result<ParameterSpace> ParameterSpace::of(const config::Settings& settings, StrategyId strategy,
                                          std::span<const std::string> varied) {
    if (auto checked = check_recipes(settings, strategy); !checked) {
        return Err{checked.error()};
    }
    const std::string_view own = to_string(strategy);
    const std::vector<config::Tunable> all = config::tunables(settings);
    std::vector<Wish> wishes;
    for (const std::string& text : varied) {
        auto wish = wish_of(text);
        if (!wish) {
            return Err{wish.error()};
        }
        if (std::ranges::find(all, wish->key, &config::Tunable::name) == all.end()) {
            return fail(
                fmt::format("--vary {}: no search may vary that; name a number or a choice "
                            "of arbitrage, sniper, momentum or exits",
                            wish->key));
        }
        wishes.push_back(*wish);
    }
    std::vector<Parameter> parameters;
    for (const config::Tunable& key : all) {
        const auto wish = std::ranges::find(wishes, key.name, &Wish::key);
        const std::string_view section = section_of(key.name);
        const bool is_own = section == own;
        const bool is_exit = section == "exits" && strategy != StrategyId::Arbitrage;
        const bool is_wanted = varied.empty() ? is_own && is_searched(key.name)
                                              : (is_own || is_exit) && wish != wishes.end();
        if (!is_wanted) {
            continue;
        }
        auto parameter = parameter_of(key, varied.empty() ? Wish{key.name, std::nullopt} : *wish);
        if (!parameter) {
            return Err{parameter.error()};
        }
        parameters.push_back(std::move(*parameter));
    }
    if (parameters.empty()) {
        return fail(
            fmt::format("--vary names no setting of {} or of its exits; name one, or leave "
                        "the strategy out with --strategy",
                        own));
    }
    auto space = analytics::SearchSpace::of(std::move(parameters));
    if (!space) {
        return Err{space.error()};
    }
    return ParameterSpace{settings, std::move(*space)};
}

std::vector<std::pair<std::string, std::string>> ParameterSpace::texts(
    const analytics::ParameterValues& values) const {
    std::vector<std::pair<std::string, std::string>> texts;
    const auto parameters = space_.parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        texts.emplace_back(parameters[i].name, space_.text(values, i));
    }
    return texts;
}

Result<config::Settings> ParameterSpace::settings_at(
    const analytics::ParameterValues& values) const {
    std::vector<config::TunedValue> tuned;
    for (auto& [name, text] : texts(values)) {
        tuned.push_back({std::move(name), std::move(text)});
    }
    config::Settings settings = settings_;
    if (auto set = config::tune(settings, tuned); !set) {
        return Err{set.error()};
    }
    return settings;
}

Duration ParameterSpace::time_limit_max() const {
    Duration longest = settings_.exits.time_limit;
    for (const Parameter& parameter : space_.parameters()) {
        if (const auto* range = std::get_if<IntegerRange>(&parameter.domain);
            range != nullptr && parameter.name == kTimeLimit) {
            longest = std::max<Duration>(longest, std::chrono::seconds{range->high});
        }
    }
    return longest;
}

}  // namespace sniperforge::backtest
