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
    check.at_most("sniper.slippage_bps", s.sniper.slippage, "risk.slippage_max_bps",
                  s.risk.slippage_max, "the gate would deny every entry");
    check.at_most("momentum.slippage_bps", s.momentum.slippage, "risk.slippage_max_bps",
                  s.risk.slippage_max, "the gate would deny every entry");
    check.at_most("exits.slippage_first_bps", s.exits.slippage_first, "risk.exit_slippage_max_bps",
                  s.risk.exit_slippage_max, "the gate would deny every sale");
    check.at_most("exits.trailing_arm_bps", s.exits.trailing_arm, "exits.take_profit_bps",
                  s.exits.take_profit, "the trailing stop could never arm");
    check.at_most("exits.trailing_distance_bps", s.exits.trailing_distance,
                  "exits.trailing_arm_bps", s.exits.trailing_arm,
                  "an armed trailing stop could sell at a loss");
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
    check.at_most("sniper.amount_sol", s.sniper.amount, "signer.transaction_outflow_max_sol",
                  s.signer.transaction_outflow_max, "no entry would be signed");
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
