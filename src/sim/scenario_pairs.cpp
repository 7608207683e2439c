// SPDX-License-Identifier: MIT
// A scenario as flat `key: value` pairs, both ways. One table names every parameter.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <variant>

#include "sniperforge/core/decimal.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::sim {

namespace {

struct Parameter {
    std::string_view key;
    std::variant<double Scenario::*, std::uint32_t Scenario::*> member;
    double min = 0, max = 0;
    std::string_view note;  // Unit and the block of CALIBRATION; "assumption" where there is none.
};

constexpr double kDay = 1e6;  // Upper bound of rates: far beyond what a slot can carry.

const std::array kParameters = std::to_array<Parameter>({
    {"time_compression", &Scenario::time_compression, 1, 1'000, "market time per time; 1 recorded"},
    {"sol_price_usd", &Scenario::sol_price_usd, 0.01, 1e6, "USD at the start"},
    {"sol_sigma_bp_1m", &Scenario::sol_sigma_bp_1m, 0, 1'000, "bp a minute, SOL"},
    {"garch_alpha", &Scenario::garch_alpha, 0, 0.999, "SOL"},
    {"garch_beta", &Scenario::garch_beta, 0, 0.999, "SOL; alpha + beta must stay below 1"},
    {"garch_dof", &Scenario::garch_dof, 3, 100, "degrees of freedom, SOL"},
    {"sol_jumps_per_day", &Scenario::sol_jumps_per_day, 0, kDay, "a day, SOL"},
    {"sol_usdc_depth_sol", &Scenario::sol_usdc_depth_sol, 1, 1e6, "SOL a pool, assumption"},
    {"sol_usdc_pools", &Scenario::sol_usdc_pools, 1, 4, "pools, assumption"},
    {"whirlpool_pools", &Scenario::whirlpool_pools, 0, 4, "Orca pools of every pair, assumption"},
    {"token_volatility_scale", &Scenario::token_volatility_scale, 0, 100, "factor on alts"},
    {"trades_per_minute", &Scenario::trades_per_minute, 0, 10'000, "a pool, assumption"},
    {"trade_size_log_mean", &Scenario::trade_size_log_mean, -20, 10, "log SOL, tape"},
    {"trade_size_log_sigma", &Scenario::trade_size_log_sigma, 0, 5, "log SOL, tape (tail cut)"},
    {"flow_sign_autocorrelation", &Scenario::flow_sign_autocorrelation, -0.99, 0.99,
     "retail flow; 0 recorded for liquid pools"},
    {"trends_per_hour", &Scenario::trends_per_hour, 0, kDay, "over all tokens; 0 recorded, alts"},
    {"trend_minutes", &Scenario::trend_minutes, 0.01, 10'000, "mean, assumption"},
    {"trend_drift_bp_per_minute", &Scenario::trend_drift_bp_per_minute, 0, 1'000, "bp, assumption"},
    {"trend_flow_bias", &Scenario::trend_flow_bias, 0.5, 1, "share, assumption"},
    {"trend_trade_factor", &Scenario::trend_trade_factor, 0, 100, "factor, assumption"},
    {"trend_up_probability", &Scenario::trend_up_probability, 0, 1, "probability, assumption"},
    {"dislocations_per_hour", &Scenario::dislocations_per_hour, 0, kDay,
     "an hour and pair, deep DEX-DEX calm"},
    {"dislocation_cluster_per_hour", &Scenario::dislocation_cluster_per_hour, 0, kDay,
     "an hour and pair in a cluster, deep DEX-DEX mean 4/h"},
    {"dislocation_cluster_share", &Scenario::dislocation_cluster_share, 0, 0.99,
     "of time, assumption"},
    {"dislocation_cluster_minutes", &Scenario::dislocation_cluster_minutes, 0.01, 10'000,
     "mean, assumption"},
    {"dislocation_profit_log_median_usd", &Scenario::dislocation_profit_log_median_usd, 0.01, 1e6,
     "USD, deep DEX-DEX"},
    {"dislocation_profit_log_sigma", &Scenario::dislocation_profit_log_sigma, 0, 5,
     "deep DEX-DEX median and p90"},
    {"dislocation_net_min_bp", &Scenario::dislocation_net_min_bp, 0, 1'000,
     "bp beyond fees, deep DEX-DEX"},
    {"dislocation_end_per_slot", &Scenario::dislocation_end_per_slot, 0.001, 1,
     "probability, deep DEX-DEX"},
    {"dislocation_bid_max", &Scenario::dislocation_bid_max, 0, 1,
     "share of the profit, 0 is before all others, assumption"},
    {"launches_per_day", &Scenario::launches_per_day, 0, kDay, "a day, launches"},
    {"launch_no_buyer_probability", &Scenario::launch_no_buyer_probability, 0, 1,
     "probability, launches"},
    {"launch_seed_log_mean", &Scenario::launch_seed_log_mean, -20, 10, "log SOL, launch seed"},
    {"launch_seed_log_sigma", &Scenario::launch_seed_log_sigma, 0, 5, "log SOL, launch seed"},
    {"launch_seed_min_sol", &Scenario::launch_seed_min_sol, 0.01, 1e5, "SOL, assumption"},
    {"launch_seed_max_sol", &Scenario::launch_seed_max_sol, 0.01, 1e5, "SOL, assumption"},
    {"launch_peak_tail_probability", &Scenario::launch_peak_tail_probability, 0, 1,
     "probability of a peak above 1.41 x, peak"},
    {"launch_peak_pareto_alpha", &Scenario::launch_peak_pareto_alpha, 1, 100, "peak"},
    {"launch_rise_seconds", &Scenario::launch_rise_seconds, 0.1, 1e6, "s, median, NOTES 3.3"},
    {"launch_rise_log_sigma", &Scenario::launch_rise_log_sigma, 0, 5, "NOTES 3.3 (tail cut)"},
    {"launch_trades_per_second", &Scenario::launch_trades_per_second, 0, 1'000, "post-grad"},
    {"launch_trades_per_slot_max", &Scenario::launch_trades_per_slot_max, 1, 100, "bound"},
    {"launch_collapse_per_minute", &Scenario::launch_collapse_per_minute, 0, 1'000,
     "hazard, collapse"},
    {"launch_rug_probability", &Scenario::launch_rug_probability, 0, 1,
     "probability for risers, collapse"},
    {"launch_mint_authority_kept_probability", &Scenario::launch_mint_authority_kept_probability, 0,
     1, "probability, assumption"},
    {"launch_freeze_authority_kept_probability",
     &Scenario::launch_freeze_authority_kept_probability, 0, 1, "probability, assumption"},
    {"launch_lp_burned_probability", &Scenario::launch_lp_burned_probability, 0, 1,
     "probability, assumption"},
    {"launch_creator_share_max", &Scenario::launch_creator_share_max, 0, 0.9,
     "of the supply, assumption"},
    {"launch_copy_probability", &Scenario::launch_copy_probability, 0, 1,
     "probability, pump alone, assumption"},
    {"launch_funder_again_probability", &Scenario::launch_funder_again_probability, 0, 1,
     "probability, assumption"},
    {"launch_life_minutes", &Scenario::launch_life_minutes, 0.1, 1e6, "minutes, launches"},
    {"launch_pools_max", &Scenario::launch_pools_max, 1, 2'000, "bound"},
    {"landing_miss_probability", &Scenario::landing_miss_probability, 0, 0.99,
     "probability a slot, assumption"},
    {"drop_probability", &Scenario::drop_probability, 0, 0.99, "probability, assumption"},
    {"landing_delay_slots", &Scenario::landing_delay_slots, 0, 100, "slots, stress set"},
    {"slot_skip_probability", &Scenario::slot_skip_probability, 0, 0.9, "probability, assumption"},
    {"jupiter_quote_skew_bp", &Scenario::jupiter_quote_skew_bp, 0, 1'000, "bp, assumption"},
    {"jupiter_requests_per_second", &Scenario::jupiter_requests_per_second, 0, 10'000,
     "a second, 0 no limit"},
    {"cpmm_fee_ppm", &Scenario::cpmm_fee_ppm, 0, 100'000, "parts per million, config index 0"},
});

struct TokenField {
    std::string_view key;
    std::variant<double TokenSpec::*, std::uint8_t TokenSpec::*, std::uint32_t TokenSpec::*> member;
    double min = 0, max = 0;
    std::string_view note;
};

const std::array kTokenFields = std::to_array<TokenField>({
    {"decimals", &TokenSpec::decimals, 0, 12, "digits"},
    {"price_sol", &TokenSpec::price_sol, 1e-12, 1e6, "SOL a token at the start, assumption"},
    {"beta", &TokenSpec::beta, -5, 5, "alts"},
    {"idiosyncratic_bp", &TokenSpec::idiosyncratic_bp, 0, 10'000, "bp in 5 minutes, alts"},
    {"pool_depth_sol", &TokenSpec::pool_depth_sol, 1, 1e6, "SOL, assumption"},
    {"pools", &TokenSpec::pools, 1, 4, "pools, assumption"},
});

std::string known_keys() {
    std::string text = "base, name, tokens, wallet_sol, launch_venue";
    for (const Parameter& parameter : kParameters) {
        fmt::format_to(std::back_inserter(text), ", {}", parameter.key);
    }
    for (const TokenField& field : kTokenFields) {
        fmt::format_to(std::back_inserter(text), ", token.SYMBOL.{}", field.key);
    }
    return text;
}

template <typename Owner, typename Entry>
Result<void> assign(Owner& owner, const Entry& entry, std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() ||
        !(value >= entry.min && value <= entry.max)) {
        return fail(fmt::format("'{}' is not a number from {} to {}", text, entry.min, entry.max));
    }
    return std::visit(
        [&](auto member) -> Result<void> {
            using Field = std::remove_reference_t<decltype(owner.*member)>;
            if constexpr (std::is_integral_v<Field>) {
                if (value != static_cast<double>(static_cast<Field>(value))) {
                    return fail(fmt::format("'{}' is not a whole number", text));
                }
            }
            owner.*member = static_cast<Field>(value);
            return {};
        },
        entry.member);
}

bool is_symbol(std::string_view text) {
    return !text.empty() && text.size() <= 12 && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

Result<void> keep_tokens(Scenario& scenario, std::string_view names) {
    std::vector<TokenSpec> kept;
    while (!names.empty()) {
        const std::size_t end = std::min(names.find_first_of(" ,"), names.size());
        const std::string_view name = names.substr(0, end);
        names.remove_prefix(std::min(end + 1, names.size()));
        if (name.empty()) {
            continue;
        }
        const auto found = std::ranges::find(scenario.tokens, name, &TokenSpec::symbol);
        if (found != scenario.tokens.end()) {
            kept.push_back(*found);
        } else if (is_symbol(name)) {
            kept.push_back(TokenSpec{.symbol = std::string{name}});
        } else {
            return fail(fmt::format("'{}' is not a symbol of 1 to 12 capitals and digits", name));
        }
    }
    scenario.tokens = std::move(kept);
    return {};
}

Result<void> assign_token(Scenario& scenario, std::string_view path, std::string_view value) {
    const std::size_t dot = path.find('.');
    const std::string_view symbol = path.substr(0, dot);
    const std::string_view name = dot == std::string_view::npos ? "" : path.substr(dot + 1);
    const auto field = std::ranges::find(kTokenFields, name, &TokenField::key);
    if (!is_symbol(symbol) || field == kTokenFields.end()) {
        return fail("unknown key; the keys are " + known_keys());
    }
    auto found = std::ranges::find(scenario.tokens, symbol, &TokenSpec::symbol);
    if (found == scenario.tokens.end()) {
        scenario.tokens.push_back(TokenSpec{.symbol = std::string{symbol}});
        found = std::prev(scenario.tokens.end());
    }
    return assign(*found, *field, value);
}

Result<void> assign_wallet(Scenario& scenario, std::string_view value) {
    auto amount = parse_sol(value);
    if (!amount) {
        return Err{amount.error()};
    }
    scenario.wallet_lamports = *amount;
    return {};
}

constexpr std::string_view name_of(LaunchVenue venue) {
    return venue == LaunchVenue::Pump ? "pump" : "cpmm";
}

Result<void> assign_venue(Scenario& scenario, std::string_view value) {
    for (const LaunchVenue venue : {LaunchVenue::Cpmm, LaunchVenue::Pump}) {
        if (value == name_of(venue)) {
            scenario.launch_venue = venue;
            return {};
        }
    }
    return fail(fmt::format("'{}' is not a venue of launches: write cpmm or pump", value));
}

Result<void> assign_pair(Scenario& scenario, const ScenarioPair& pair) {
    if (pair.key == "base" || pair.key == "tokens") {
        return {};  // Read before the others, wherever they stand.
    }
    if (pair.key == "name") {
        if (pair.value.empty() || pair.value.size() > 40) {
            return fail("must have 1 to 40 characters");
        }
        scenario.name = pair.value;
        return {};
    }
    if (pair.key == "wallet_sol") {
        return assign_wallet(scenario, pair.value);
    }
    if (pair.key == "launch_venue") {
        return assign_venue(scenario, pair.value);
    }
    if (pair.key.starts_with("token.")) {
        return assign_token(scenario, std::string_view{pair.key}.substr(6), pair.value);
    }
    const auto found = std::ranges::find(kParameters, pair.key, &Parameter::key);
    if (found == kParameters.end()) {
        return fail("unknown key; the keys are " + known_keys());
    }
    return assign(scenario, *found, pair.value);
}

// What no single value shows.
std::vector<std::string> contradictions(const Scenario& scenario) {
    std::vector<std::string> problems;
    if (scenario.garch_alpha + scenario.garch_beta >= 1.0) {
        problems.push_back(fmt::format("garch_alpha {} + garch_beta {} must stay below 1",
                                       scenario.garch_alpha, scenario.garch_beta));
    }
    if (scenario.launch_seed_min_sol > scenario.launch_seed_max_sol) {
        problems.push_back(fmt::format("launch_seed_min_sol {} is above launch_seed_max_sol {}",
                                       scenario.launch_seed_min_sol, scenario.launch_seed_max_sol));
    }
    if (scenario.tokens.size() > 64) {
        problems.push_back(fmt::format("{} tokens, at most 64", scenario.tokens.size()));
    }
    return problems;
}

}  // namespace

Result<Scenario> scenario_from_pairs(std::span<const ScenarioPair> pairs) {
    Scenario scenario = *named_scenario("calibrated");
    std::vector<std::string> problems;
    const auto note = [&](const ScenarioPair& pair, const Error& error) {
        problems.push_back(fmt::format("{}: {}: {}", pair.line, pair.key, error.text));
    };
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto earlier = std::ranges::find(pairs.first(i), pairs[i].key, &ScenarioPair::key);
        if (earlier != pairs.begin() + static_cast<std::ptrdiff_t>(i)) {
            note(pairs[i], Error{fmt::format("stands in line {} already", earlier->line)});
        }
        if (pairs[i].key == "base") {
            if (auto base = named_scenario(pairs[i].value)) {
                scenario = std::move(*base);
            } else {
                note(pairs[i], base.error());
            }
        }
    }
    for (const ScenarioPair& pair : pairs) {
        if (pair.key == "tokens") {
            if (auto kept = keep_tokens(scenario, pair.value); !kept) {
                note(pair, kept.error());
            }
        }
    }
    for (const ScenarioPair& pair : pairs) {
        if (auto assigned = assign_pair(scenario, pair); !assigned) {
            note(pair, assigned.error());
        }
    }
    for (std::string& problem : contradictions(scenario)) {
        problems.push_back(std::move(problem));
    }
    if (!problems.empty()) {
        return fail(fmt::format("{}", fmt::join(problems, "\n")));
    }
    return scenario;
}

std::string describe(const Scenario& scenario) {
    std::string text = fmt::format("name: {}\nwallet_sol: {}  # SOL given to the daemon\n",
                                   scenario.name, format_sol(scenario.wallet_lamports));
    fmt::format_to(std::back_inserter(text), "launch_venue: {}  # cpmm or pump\n",
                   name_of(scenario.launch_venue));
    for (const Parameter& parameter : kParameters) {
        std::visit(
            [&](auto member) {
                fmt::format_to(std::back_inserter(text), "{}: {}  # {}\n", parameter.key,
                               scenario.*member, parameter.note);
            },
            parameter.member);
    }
    text += "tokens:";
    for (const TokenSpec& token : scenario.tokens) {
        text += ' ' + token.symbol;
    }
    text += '\n';
    for (const TokenSpec& token : scenario.tokens) {
        for (const TokenField& field : kTokenFields) {
            std::visit(
                [&](auto member) {
                    fmt::format_to(std::back_inserter(text), "token.{}.{}: {}  # {}\n",
                                   token.symbol, field.key, token.*member, field.note);
                },
                field.member);
        }
    }
    return text;
}

}  // namespace sniperforge::sim
