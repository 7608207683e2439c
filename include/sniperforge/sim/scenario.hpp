// SPDX-License-Identifier: MIT
// Scenario: every parameter of the simulated market, with the recorded values as defaults.
// `calibrated` has the recorded rates, `demo` compresses them so that a minute shows every path,
// `stress` is the stress set. Sources: marketdata CALIBRATION (block names in the comments).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::sim {

// One token of the liquid set: moves with SOL by beta, plus its own noise.
struct TokenSpec {
    std::string symbol;
    std::uint8_t decimals = 6;
    double price_sol = 0.01;      // Starting price, SOL per token.
    double beta = 1.0;            // On SOL's 5-minute return ("alts").
    double idiosyncratic_bp = 35;  // Own 5-minute standard deviation, basis points.
    double pool_depth_sol = 800;  // SOL side of its deepest pool.
    std::uint32_t pools = 2;      // Raydium AMM v4 first, then CPMM, alternating.
};

struct Scenario {
    std::string name = "demo";
    // How many times faster than recorded the market's events come; 1 for `calibrated`.
    // Printed on every report line that the scenario produces.
    double time_compression = 1.0;

    // SOL ("SOL" block): GARCH(1,1)-t per minute, drift 0.
    double sol_price_usd = 150.0;
    double sol_sigma_bp_1m = 8.5;
    double garch_alpha = 0.05, garch_beta = 0.94;
    int garch_dof = 4;
    double sol_jumps_per_day = 1.5;

    std::vector<TokenSpec> tokens;
    double token_volatility_scale = 1.0;
    // Retail flow per liquid pool ("tape" block): trades a minute, log-normal size in SOL.
    double trades_per_minute = 6.0;
    double trade_size_log_mean = -1.86, trade_size_log_sigma = 1.2;
    double flow_sign_autocorrelation = 0.0;  // Above zero makes trends; `calibrated` has none.

    // Cross-pool dislocations ("deep DEX-DEX" block).
    double dislocations_per_hour = 0.18;
    double dislocation_profit_log_median_usd = 4.0, dislocation_profit_log_sigma = 1.5;
    double dislocation_end_per_slot = 0.6;  // Chance a slot that a competitor closes it.

    // Launches ("launches", "launch seed", "peak", "collapse" blocks).
    double launches_per_day = 2'300;
    double launch_no_buyer_probability = 0.45;
    double launch_seed_log_mean = -0.98, launch_seed_log_sigma = 2.33;  // SOL.
    double launch_seed_min_sol = 1.0, launch_seed_max_sol = 400.0;
    double launch_peak_tail_probability = 0.10, launch_peak_pareto_alpha = 2.8;
    double launch_collapse_per_minute = 0.05;
    double launch_rug_probability = 0.65;   // Of those that rose: liquidity or price gone.
    double launch_mint_authority_kept_probability = 0.2;
    double launch_freeze_authority_kept_probability = 0.15;
    double launch_life_minutes = 35;

    // Landing: chance that a sent transaction misses a slot's block, and how a quote skews.
    double landing_miss_probability = 0.05;
    double drop_probability = 0.01;
    double jupiter_quote_skew_bp = 0.0;

    // Wallet that the daemon is given.
    Lamports wallet_lamports{40 * kLamportsPerSol};
};

// "demo", "calibrated" or "stress"; another name is an error that lists them.
[[nodiscard]] Result<Scenario> named_scenario(std::string_view name);

// One bar of recorded prices that drives SOL/USD instead of the model.
struct PriceBar {
    std::int64_t time_ms = 0;
    double open = 0, high = 0, low = 0, close = 0;
};
// Reads a candle file (`ts_ms,open,high,low,close,volume`, .csv or .csv.gz). Bad rows are an error
// with their line number.
[[nodiscard]] Result<std::vector<PriceBar>> read_candles(const std::string& path);

}  // namespace sniperforge::sim
