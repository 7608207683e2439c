// SPDX-License-Identifier: MIT
// Scenario: every parameter of the simulated market, with the recorded values as defaults.
// `calibrated` has the recorded rates, `demo` compresses them so that a minute shows every path,
// `stress` is the stress set. Sources: marketdata CALIBRATION (block names in the comments).
// docs/simulation.md lists each parameter with its source and its value in each scenario.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::sim {

// One token of the liquid set: moves with SOL by beta, plus its own noise.
struct TokenSpec {
    std::string symbol;
    std::uint8_t decimals = 6;
    double price_sol = 0.01;       // Starting price, SOL per token.
    double beta = 1.0;             // On SOL's 5-minute return ("alts").
    double idiosyncratic_bp = 35;  // Own 5-minute standard deviation, basis points.
    double pool_depth_sol = 800;   // SOL side of its deepest pool.
    std::uint32_t pools = 2;       // Raydium AMM v4 first, then CPMM, alternating.

    [[nodiscard]] bool operator==(const TokenSpec&) const = default;
};

// Where new tokens are launched: in a CPMM pool of their own, or on the pump.fun curve, from which
// those that complete it migrate to PumpSwap.
enum class LaunchVenue : std::uint8_t { Cpmm, Pump };

// Defaults are the recorded values: a Scenario with tokens and nothing else changed is
// `calibrated`. Rates are per minute, hour or day of market time, which runs time_compression times
// faster than the cluster's clock; what is per slot is per slot of the cluster.
struct Scenario {
    std::string name = "calibrated";
    // How many times faster than recorded the market's clock runs; 1 for `calibrated`.
    // Printed on every report line that the scenario produces.
    double time_compression = 1.0;

    // SOL ("SOL" block): GARCH(1,1)-t per minute, drift 0.
    double sol_price_usd = 150.0;
    double sol_sigma_bp_1m = 8.5;
    double garch_alpha = 0.05, garch_beta = 0.94;
    std::uint32_t garch_dof = 4;
    double sol_jumps_per_day = 1.5;
    double sol_usdc_depth_sol = 4'000;  // SOL side of each SOL/USDC pool.
    std::uint32_t sol_usdc_pools = 2;
    std::uint32_t whirlpool_pools = 0;  // Orca pools of every pair, besides the Raydium ones.

    std::vector<TokenSpec> tokens;
    double token_volatility_scale = 1.0;
    // Retail flow per liquid pool ("tape" block): trades a minute, log-normal size in SOL.
    double trades_per_minute = 6.0;
    double trade_size_log_mean = -1.86, trade_size_log_sigma = 1.2;
    double flow_sign_autocorrelation = 0.0;  // Above zero makes runs; `calibrated` has none.
    // Trends: stretches in which a token drifts and its flow leans that way. None is recorded
    // ("alts": no built-in momentum); `demo` has them so that the momentum path runs.
    double trends_per_hour = 0.0;  // Over all tokens.
    double trend_minutes = 20.0;   // Mean length.
    double trend_drift_bp_per_minute = 15.0;
    double trend_flow_bias = 0.85;      // Share of trades in the trend's direction.
    double trend_trade_factor = 4.0;    // Trade rate during a trend, times the usual.
    double trend_up_probability = 0.7;  // The others fall.

    // Cross-pool dislocations ("deep DEX-DEX" block). The calm rate is per pair of deep pools;
    // in clusters the higher one applies: 8 pairs at .18/h, 5 % of the time at 6.6/h, are 4/h.
    double dislocations_per_hour = 0.18;
    double dislocation_cluster_per_hour = 6.6;
    double dislocation_cluster_share = 0.05;    // Of all time.
    double dislocation_cluster_minutes = 15.0;  // Mean length.
    double dislocation_profit_log_median_usd = 4.0, dislocation_profit_log_sigma = 1.5;
    double dislocation_net_min_bp = 25.0;   // Gap beyond both pools' fees.
    double dislocation_end_per_slot = 0.6;  // Chance a slot that a competitor closes it.
    // What he offers for his place in the block: any share of the gap's profit up to this one,
    // alike often. Who offers more is before him. 0: he is before everybody else, whatever they
    // offer.
    double dislocation_bid_max = 0;

    // Launches ("launches", "launch seed", "peak", "collapse" blocks).
    LaunchVenue launch_venue = LaunchVenue::Pump;
    double launches_per_day = 2'300;
    double launch_no_buyer_probability = 0.45;
    double launch_seed_log_mean = -0.98, launch_seed_log_sigma = 2.33;  // SOL.
    double launch_seed_min_sol = 1.0, launch_seed_max_sol = 400.0;
    double launch_peak_tail_probability = 0.10, launch_peak_pareto_alpha = 2.8;
    double launch_rise_seconds = 8.0;    // Median time from the first buyer to the peak.
    double launch_rise_log_sigma = 2.0;  // Log-normal; recorded 3rd quartile 95 s is above it.
    double launch_trades_per_second = 1.5;
    std::uint32_t launch_trades_per_slot_max = 3;  // Bounds the work of one pool in one slot.
    double launch_collapse_per_minute = 0.05;
    double launch_rug_probability = 0.65;  // Of those that rose: liquidity or price gone.
    double launch_mint_authority_kept_probability = 0.2;
    double launch_freeze_authority_kept_probability = 0.15;
    double launch_lp_burned_probability = 0.6;
    double launch_creator_share_max = 0.3;  // Part of the supply that the creator keeps, up to.
    double launch_copy_probability = 0.0;   // Calls itself as the one before it did.
    // The next creator's key is paid for by who paid for the one before it.
    double launch_funder_again_probability = 0.0;
    double launch_life_minutes = 35;
    std::uint32_t launch_pools_max = 150;  // More are retired, oldest first: bounded memory.

    // Landing: chance that a sent transaction misses a slot's block, and how a quote skews.
    double landing_miss_probability = 0.05;
    double drop_probability = 0.01;
    std::uint32_t landing_delay_slots = 0;  // Added to every sent transaction.
    double slot_skip_probability = 0.02;
    double jupiter_quote_skew_bp = 0.0;        // Standard deviation of a quote's error.
    double jupiter_requests_per_second = 0.0;  // Above it HTTP 429; 0 is no limit.
    std::uint32_t cpmm_fee_ppm = 2'500;        // Trade fee of the CPMM pools.

    // Wallet that the daemon is given.
    Lamports wallet_lamports{40 * kLamportsPerSol};

    [[nodiscard]] bool operator==(const Scenario&) const = default;
};

// "demo", "calibrated" or "stress"; another name is an error that lists them.
[[nodiscard]] Result<Scenario> named_scenario(std::string_view name);

// One `key: value` of a scenario file with its line, quotes already removed.
struct ScenarioPair {
    std::string key;
    std::string value;
    std::size_t line = 0;
};
// `base` names the scenario that the others change (default calibrated); `token.SYMBOL.field`
// changes or adds a token, `tokens: JUP RAY` keeps only those. All problems are collected, one a
// line: an unknown key with the list of keys, a value with its range.
[[nodiscard]] Result<Scenario> scenario_from_pairs(std::span<const ScenarioPair> pairs);

// Every parameter as `key: value  # unit, source`, which scenario_from_pairs reads back.
[[nodiscard]] std::string describe(const Scenario& scenario);

// One bar of recorded prices that drives SOL/USD instead of the model.
struct PriceBar {
    std::int64_t time_ms = 0;
    double open = 0, high = 0, low = 0, close = 0;
};
// Reads a candle file (`ts_ms,open,high,low,close,volume`, .csv or .csv.gz). Bad rows are an error
// with their line number.
[[nodiscard]] Result<std::vector<PriceBar>> read_candles(const std::string& path);

}  // namespace sniperforge::sim
