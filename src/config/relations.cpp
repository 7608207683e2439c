// SPDX-License-Identifier: MIT
#include "config/relations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "config/url.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::config {
namespace {

std::string shown(MicroUsd amount) { return format_usd(amount) + " USD"; }
std::string shown(Lamports amount) { return format_sol(amount) + " SOL"; }
std::string shown(BasisPoints amount) { return fmt::format("{} bps", amount.raw()); }
std::string shown(ComputeUnits amount) { return fmt::format("{}", amount.raw()); }
std::string shown(std::uint32_t count) { return fmt::format("{}", count); }
std::string shown(std::uint64_t bytes) { return fmt::format("{} bytes", bytes); }
std::string shown(Duration time) {
    return fmt::format("{} ms",
                       std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

class Checker {
 public:
    Checker(const LineOf& line_of, Problems& problems) : line_of_{line_of}, problems_{problems} {}

    // `smaller` <= `larger`, or a problem at the line of the one that was written.
    template <typename Value>
    void at_most(std::string_view smaller_key, const Value& smaller, std::string_view larger_key,
                 const Value& larger, std::string_view reason) {
        if (smaller <= larger) {
            return;
        }
        const int smaller_line = line_of_(smaller_key);
        const int larger_line = line_of_(larger_key);
        if (smaller_line == 0 && larger_line == 0) {
            return;  // Only a key that has a problem of its own gets here: defaults agree.
        }
        problems_.push_back({std::max(smaller_line, larger_line),
                             fmt::format("{}: {} is above {} ({}): {}", smaller_key, shown(smaller),
                                         larger_key, shown(larger), reason)});
    }

 private:
    const LineOf& line_of_;
    Problems& problems_;
};

void check_paper(const PaperSettings& paper, const LineOf& line_of, Problems& problems) {
    const std::uint32_t landed =
        paper.landed_after_1_percent + paper.landed_after_2_percent + paper.landed_after_3_percent;
    if (landed > 100) {
        problems.push_back(
            {std::max({line_of("paper.landed_after_1_percent"),
                       line_of("paper.landed_after_2_percent"),
                       line_of("paper.landed_after_3_percent")}),
             fmt::format("paper.landed_after_1_percent, _2_ and _3_ are {} + {} + {} = {}: of a "
                         "hundred orders no more than 100 land",
                         paper.landed_after_1_percent, paper.landed_after_2_percent,
                         paper.landed_after_3_percent, landed)});
    }
}

// Of solana/program_ids.hpp, which is above us.
constexpr std::string_view kWrappedSol = "So11111111111111111111111111111111111111112";

void check_tokens_out(const Settings& s, const LineOf& line_of, Checker& check,
                      Problems& problems) {
    check.at_most("signer.transaction_stables_max_usd", s.signer.transaction_stables_max,
                  "signer.hourly_stables_max_usd", s.signer.hourly_stables_max,
                  "the hour would not allow one transaction");
    check.at_most("signer.hourly_stables_max_usd", s.signer.hourly_stables_max,
                  "signer.daily_stables_max_usd", s.signer.daily_stables_max,
                  "a limit that cannot be reached protects nothing");
    check.at_most("signer.tokens_kept", static_cast<std::uint32_t>(s.signer.tokens_kept.size()),
                  "the keys that may be listed", static_cast<std::uint32_t>(kTokensKeptMax),
                  "give other tokens a wallet of their own");
    for (const Pubkey& mint : s.signer.tokens_kept) {
        if (mint.to_string() == kWrappedSol) {
            problems.push_back(
                {line_of("signer.tokens_kept"),
                 fmt::format(
                     "signer.tokens_kept: {} is wrapped SOL, which every order pays with or "
                     "is paid in: no order would be signed, sales neither; take it out",
                     kWrappedSol)});
        } else if (std::ranges::find(s.risk.deny_mints, mint) == s.risk.deny_mints.end()) {
            problems.push_back(
                {line_of("signer.tokens_kept"),
                 fmt::format(
                     "signer.tokens_kept: {} is not in risk.deny_mints: orders for it would "
                     "be made and never signed; list it there, too",
                     mint.to_string())});
        }
    }
}

void check_endpoints(const NetworkSettings& network, const LineOf& line_of, Problems& problems) {
    for (std::size_t i = 0; i < network.endpoints.size(); ++i) {
        const EndpointSettings& endpoint = network.endpoints[i];
        if (!endpoint.api_key) {
            continue;
        }
        for (const auto& [key, url] : {std::pair{"rpc_url", &endpoint.rpc_url},
                                       std::pair{"pubsub_url", &endpoint.pubsub_url}}) {
            if (!url->empty() && !is_private_on_the_wire(*url)) {
                problems.push_back({std::max(line_of("network.endpoints"), 1),
                                    fmt::format("network.endpoints[{}].{}: the API key would cross "
                                                "the network unencrypted; use https:// and wss://",
                                                i, key)});
            }
        }
    }
}

// What each order pays at least, and a tip on top of it, must be within what it may.
void check_fees(const ExecutionSettings& s, const LineOf& line_of, Checker& check,
                Problems& problems) {
    constexpr std::uint64_t kMicroLamports = 1'000'000;
    const ComputeUnits units = s.cycle_units + s.third_leg_units;
    const Lamports floor{mul_div_ceil(s.priority_price.raw(), units.raw(), kMicroLamports)
                             .value_or(Lamports::max().raw())};
    check.at_most("execution.priority_price_micro_lamports_per_cu", floor,
                  "execution.trade_fee_max_sol", s.trade_fee_max,
                  "this is what a cycle of three legs pays at that price");
    check.at_most("execution.trade_fee_max_sol", s.trade_fee_max, "execution.daily_fee_max_sol",
                  s.daily_fee_max, "the day would not allow one order");
    check.at_most("execution.delay_cost_bps_per_slot", s.delay_cost,
                  "execution.delay_cost_urgent_bps_per_slot", s.delay_cost_urgent,
                  "who must get out would wait longer than who need not");
    const auto lanes = static_cast<std::uint32_t>(s.lanes.size());
    check.at_most("execution.lanes", lanes, "the lanes that may be listed",
                  static_cast<std::uint32_t>(kLanesMax), "each keeps connections open");
    for (std::size_t i = 0; i < s.lanes.size(); ++i) {
        const LaneSettings& lane = s.lanes[i];
        const int line = std::max(line_of("execution.lanes"), 1);
        if (lane.tip_floor > s.trade_fee_max) {
            problems.push_back(
                {line, fmt::format("execution.lanes[{}].tip_floor_sol: {} is above "
                                   "execution.trade_fee_max_sol ({}): no order could pay it",
                                   i, shown(lane.tip_floor), shown(s.trade_fee_max))});
        }
        if (lane.kind == "sender" && s.transaction_version == "v1") {
            problems.push_back(
                {line, fmt::format("execution.lanes[{}].kind: a sender wants a compute unit price "
                                   "instruction, and a transaction of version v1 has none; write "
                                   "transaction_version: \"v0\"",
                                   i)});
        }
        if (lane.auth && !lane.url.empty() && !is_private_on_the_wire(lane.url)) {
            problems.push_back({line, fmt::format("execution.lanes[{}].url: the key of auth would "
                                                  "cross the network unencrypted; use https://",
                                                  i)});
        }
    }
}

// Where there is a ladder it stands in place of the one gain.
void check_exits(const ExitSettings& s, const LineOf& line_of, Checker& check, Problems& problems) {
    constexpr std::uint32_t kPercentAll = 100;
    const std::vector<ProfitStep>& steps = s.take_profit_ladder;
    check.at_most("exits.trailing_distance_bps", s.trailing_distance, "exits.trailing_arm_bps",
                  s.trailing_arm, "an armed trailing stop could sell at a loss");
    check.at_most("exits.take_profit_ladder", static_cast<std::uint32_t>(steps.size()),
                  "the steps that may be listed", kProfitStepsMax, "each is a sale with its fees");
    const int line = std::max(line_of("exits.take_profit_ladder"), 1);
    std::uint32_t sold = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        sold += steps[i].percent;
        if (i > 0 && steps[i].gain <= steps[i - 1].gain) {
            problems.push_back(
                {line,
                 fmt::format("exits.take_profit_ladder[{}].gain_bps: {} is not above the {} "
                             "of the step before; write the steps in the order of their gains",
                             i, shown(steps[i].gain), shown(steps[i - 1].gain))});
        }
    }
    if (steps.empty() || sold >= kPercentAll) {
        check.at_most("exits.trailing_arm_bps", s.trailing_arm,
                      steps.empty() ? "exits.take_profit_bps" : "exits.take_profit_ladder",
                      steps.empty() ? s.take_profit : steps.back().gain,
                      "the trailing stop could never arm");
    }
    if (sold > kPercentAll) {
        problems.push_back(
            {line, fmt::format("exits.take_profit_ladder: the steps sell {} percent of what was "
                               "bought, and there are 100; what they leave is for the other exits",
                               sold)});
    }
}

// Of no endpoints at all there is nothing to say here: sim mode needs none.
void check_roles(const NetworkSettings& network, const LineOf& line_of, Problems& problems) {
    const auto has_none_but = [&](std::string_view role) {
        return !network.endpoints.empty() &&
               std::all_of(network.endpoints.begin(), network.endpoints.end(),
                           [&](const EndpointSettings& endpoint) { return endpoint.role == role; });
    };
    const int line = std::max(line_of("network.endpoints"), 1);
    if (has_none_but("read")) {
        problems.push_back({line,
                            "network.endpoints: none has role send or both, and orders could not "
                            "be sent; give one of them role: both"});
    }
    if (has_none_but("send")) {
        problems.push_back({line,
                            "network.endpoints: none has role read or both, and nothing could be "
                            "read; give one of them role: both"});
    }
}

// A part of a staged entry: the first is bought when the recipe fits, the others at a gain only.
void check_stages(const SniperRecipe& recipe, const std::string& path, const LineOf& line_of,
                  Problems& problems) {
    constexpr std::uint32_t kPercentAll = 100;
    const int line = std::max(line_of(path), 1);
    std::uint32_t sum = 0;
    bool is_read = true;  // Each has a percentage; a wrong one was told of already.
    for (std::size_t i = 0; i < recipe.stages.size(); ++i) {
        const SniperStage& stage = recipe.stages[i];
        const std::string stage_path = fmt::format("{}[{}]", path, i);
        const std::string gain = stage_path + ".gain_min_bps";
        const std::string after = stage_path + ".after_slots_min";
        sum += stage.percent;
        is_read = is_read && line_of(stage_path + ".percent") > 0;
        if (i == 0 && !stage.gain_min.is_zero()) {
            problems.push_back(
                {line_of(gain), fmt::format("{}: {} for the first part, which is bought when the "
                                            "recipe fits; leave it out",
                                            gain, shown(stage.gain_min))});
        }
        if (i == 0 && stage.after_slots_min > 0) {
            problems.push_back({line_of(after),
                                fmt::format("{}: {} slots for the first part, which is bought when "
                                            "the recipe fits; use age_slots_min",
                                            after, stage.after_slots_min)});
        }
        if (i > 0 && stage.gain_min.is_zero()) {
            problems.push_back(
                {std::max(line_of(gain), line), fmt::format("{}: 0 bps would add to a position "
                                                            "that has not gained; write 1 to "
                                                            "1000000 bps",
                                                            gain)});
        }
    }
    if (!recipe.stages.empty() && is_read && sum != kPercentAll) {
        problems.push_back(
            {line, fmt::format("{}: the parts add up to {} percent; write percentages that add up "
                               "to {}",
                               path, sum, kPercentAll)});
    }
}

// The flat settings are a recipe where none is listed.
void check_recipes(const Settings& s, const LineOf& line_of, Checker& check, Problems& problems) {
    if (s.sniper.recipes.empty()) {
        check.at_most("sniper.slippage_bps", s.sniper.slippage, "risk.slippage_max_bps",
                      s.risk.slippage_max, "the gate would deny every entry");
        check.at_most("sniper.amount_sol", s.sniper.amount, "signer.transaction_outflow_max_sol",
                      s.signer.transaction_outflow_max, "no entry would be signed");
    }
    const auto count = static_cast<std::uint32_t>(s.sniper.recipes.size());
    check.at_most("sniper.recipes", count, "the recipes that may be listed",
                  static_cast<std::uint32_t>(kRecipesMax), "each new pool is held against all");
    for (std::size_t i = 0; i < s.sniper.recipes.size(); ++i) {
        const SniperRecipe& recipe = s.sniper.recipes[i];
        const auto key = [&](std::string_view name) {
            return fmt::format("sniper.recipes[{}].{}", i, name);
        };
        const auto ordered = [&](std::string_view min_key, const auto& min,
                                 std::string_view max_key, const auto& max) {
            check.at_most(key(min_key), min, key(max_key), max, "no pool would fit");
        };
        ordered("age_slots_min", recipe.age_slots_min, "age_slots_max", recipe.age_slots_max);
        ordered("liquidity_min_sol", recipe.liquidity_min, "liquidity_max_sol",
                recipe.liquidity_max);
        ordered("curve_progress_min_bps", recipe.curve_progress_min, "curve_progress_max_bps",
                recipe.curve_progress_max);
        check.at_most(key("slippage_bps"), recipe.slippage, "risk.slippage_max_bps",
                      s.risk.slippage_max, "the gate would deny every entry");
        check.at_most(key("amount_sol"), recipe.amount, "signer.transaction_outflow_max_sol",
                      s.signer.transaction_outflow_max, "no entry would be signed");
        check.at_most(key("stages"), static_cast<std::uint32_t>(recipe.stages.size()),
                      "the stages that may be listed", static_cast<std::uint32_t>(kStagesMax),
                      "each pays fees of its own");
        check_stages(recipe, key("stages"), line_of, problems);
    }
}

}  // namespace

void check_relations(const Settings& s, const LineOf& line_of, Problems& problems) {
    Checker check{line_of, problems};
    check.at_most("risk.trade_max_usd", s.risk.trade_max, "risk.capital_max_usd",
                  s.risk.capital_max, "one trade cannot use more than all capital");
    check.at_most("risk.trade_max_usd", s.risk.trade_max, "risk.strategy_capital_max_usd",
                  s.risk.strategy_capital_max, "no strategy could make such a trade");
    check.at_most("risk.trade_max_usd", s.risk.trade_max, "risk.venue_capital_max_usd",
                  s.risk.venue_capital_max, "no venue could have such a trade");
    check.at_most("risk.daily_loss_max_usd", s.risk.daily_loss_max, "risk.capital_max_usd",
                  s.risk.capital_max, "a limit that cannot be reached protects nothing");
    check.at_most("risk.trade_max_usd", s.risk.trade_max, "risk.daily_volume_max_usd",
                  s.risk.daily_volume_max, "the day's volume would not allow one trade");
    check.at_most("momentum.slippage_bps", s.momentum.slippage, "risk.slippage_max_bps",
                  s.risk.slippage_max, "the gate would deny every entry");
    check.at_most("exits.slippage_first_bps", s.exits.slippage_first, "risk.exit_slippage_max_bps",
                  s.risk.exit_slippage_max, "the gate would deny every sale");
    check_exits(s.exits, line_of, check, problems);
    check.at_most("arbitrage.profit_min_sol", s.arbitrage.profit_min, "arbitrage.amount_max_sol",
                  s.arbitrage.amount_max, "no cycle doubles its stake");
    check.at_most("arbitrage.slots_valid", s.arbitrage.slots_valid, "risk.data_age_slots_max",
                  s.risk.data_age_slots_max, "the order would outlive the data that it rests on");
    check.at_most("execution.swap_compute_units", s.execution.swap_units,
                  "execution.cycle_compute_units", s.execution.cycle_units,
                  "a cycle holds two or three swaps");
    check.at_most("signer.transaction_outflow_max_sol", s.signer.transaction_outflow_max,
                  "signer.hourly_outflow_max_sol", s.signer.hourly_outflow_max,
                  "the hour would not allow one transaction");
    check.at_most("signer.hourly_outflow_max_sol", s.signer.hourly_outflow_max,
                  "signer.daily_outflow_max_sol", s.signer.daily_outflow_max,
                  "a limit that cannot be reached protects nothing");
    check_tokens_out(s, line_of, check, problems);
    check.at_most("momentum.amount_sol", s.momentum.amount, "signer.transaction_outflow_max_sol",
                  s.signer.transaction_outflow_max, "no entry would be signed");
    check.at_most("network.reconnect_delay_min_ms", s.network.reconnect_delay_min,
                  "network.reconnect_delay_max_ms", s.network.reconnect_delay_max,
                  "delays grow from the minimum to the maximum");
    check.at_most("risk.breaker_open_s", s.risk.breaker_open, "risk.breaker_open_max_s",
                  s.risk.breaker_open_max, "a breaker's time grows from the first to the second");
    check.at_most("recorder.segment_bytes", 4 * s.recorder.segment_bytes,
                  "recorder.journal_bytes_max", s.recorder.journal_bytes_max,
                  "the budget must have room for four segments");
    check.at_most("feed.pools", static_cast<std::uint32_t>(s.feed.pools.size()), "feed.pools_max",
                  s.feed.pools_max, "there is no room for the listed pools");
    check.at_most("execution.lookup_tables",
                  static_cast<std::uint32_t>(s.execution.lookup_tables.size()),
                  "the tables that may be listed", static_cast<std::uint32_t>(kLookupTablesMax),
                  "each is searched for every account of a cycle");
    for (const auto& [key, list] : {std::pair{"risk.deny_mints", &s.risk.deny_mints},
                                    std::pair{"risk.deny_creators", &s.risk.deny_creators}}) {
        check.at_most(key, static_cast<std::uint32_t>(list->size()), "the keys that may be listed",
                      static_cast<std::uint32_t>(kDenyListMax), "keep those that are still traded");
    }
    if (s.execution.nonce_orders > 0 && s.execution.transaction_version == "v1") {
        problems.push_back({line_of("execution.nonce_orders"),
                            "execution.nonce_orders: orders of version v1 are on no nonce; write "
                            "nonce_orders: 0, or transaction_version: \"v0\""});
    }
    check_paper(s.paper, line_of, problems);
    check.at_most("momentum.volatility_min_bps", s.momentum.volatility_min,
                  "momentum.volatility_max_bps", s.momentum.volatility_max,
                  "no market would be calm and lively enough");
    check_recipes(s, line_of, check, problems);
    const bool are_holders_needed =
        s.sniper.is_enabled &&
        std::ranges::find(s.safety.unknown_allowed, "holders") == s.safety.unknown_allowed.end();
    if (s.safety.calls_per_minute == 0 && are_holders_needed) {
        problems.push_back({line_of("safety.calls_per_minute"),
                            "safety.calls_per_minute: at 0 nobody reads the holders, and the "
                            "sniper would buy nothing; allow some calls, write unknown_allowed: "
                            "[\"holders\"], or sniper.enabled: false"});
    }
    check_fees(s.execution, line_of, check, problems);
    check_endpoints(s.network, line_of, problems);
    check_roles(s.network, line_of, problems);
}

}  // namespace sniperforge::config
