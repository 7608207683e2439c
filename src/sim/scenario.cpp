// SPDX-License-Identifier: MIT
#include "sniperforge/sim/scenario.hpp"

#include <fmt/format.h>

#include <cmath>

namespace sniperforge::sim {

namespace {

TokenSpec token(std::string symbol, std::uint8_t decimals, double price_sol, double beta,
                double idiosyncratic_bp, double depth_sol) {
    return {.symbol = std::move(symbol),
            .decimals = decimals,
            .price_sol = price_sol,
            .beta = beta,
            .idiosyncratic_bp = idiosyncratic_bp,
            .pool_depth_sol = depth_sol,
            .pools = 2};
}

// Beta and idiosyncratic deviation: CALIBRATION "alts". Prices in SOL are the early-2026 order of
// magnitude at SOL = 150 USD; depths are an assumption.
std::vector<TokenSpec> recorded_tokens() {
    return {token("JUP", 6, 0.0027, 0.98, 26, 1'200), token("RAY", 6, 0.0115, 1.07, 34, 1'000),
            token("JTO", 9, 0.0067, 0.89, 36, 700),   token("BONK", 5, 8.2e-8, 0.99, 39, 900),
            token("WIF", 6, 0.0031, 1.10, 46, 800),   token("PNUT", 6, 0.00085, 0.87, 50, 500),
            token("TRUMP", 6, 0.043, 1.05, 57, 900)};
}

Scenario calibrated() {
    Scenario scenario;
    scenario.tokens = recorded_tokens();
    return scenario;
}

// A minute of the cluster is an hour of the market, and what is still too rare for a minute is made
// more frequent. docs/simulation.md lists every factor.
Scenario demo() {
    Scenario scenario = calibrated();
    scenario.name = "demo";
    scenario.time_compression = 60;
    scenario.trades_per_minute = 1.0;  // 60 a real minute and pool.
    scenario.flow_sign_autocorrelation = 0.2;
    scenario.trends_per_hour = 8;
    scenario.dislocations_per_hour = 2;
    scenario.dislocation_cluster_per_hour = 8;
    scenario.dislocation_end_per_slot = 0.25;
    scenario.dislocation_profit_log_sigma = 0.8;
    scenario.launches_per_day = 600;      // 25 a real minute.
    scenario.launch_seed_log_mean = 3.4;  // Median 30 SOL: enough to pass a liquidity floor.
    scenario.launch_seed_log_sigma = 0.8;
    scenario.launch_peak_tail_probability = 0.35;
    scenario.launch_rise_seconds = 420;  // 7 real seconds.
    scenario.launch_rise_log_sigma = 0.5;
    scenario.launch_trades_per_second = 0.04;  // 2.4 a real second.
    scenario.launch_funder_again_probability = 0.5;
    return scenario;
}

// CALIBRATION's stress set: volatility x1.5, t with 3 degrees of freedom, half-life of cross-venue
// gaps halved (the chance to survive a slot is squared), one slot more latency, fees +50 % where a
// fee is config (CPMM), and more drops.
Scenario stress() {
    Scenario scenario = calibrated();
    scenario.name = "stress";
    scenario.sol_sigma_bp_1m *= 1.5;
    scenario.token_volatility_scale = 1.5;
    scenario.garch_dof = 3;
    const double survival = 1.0 - scenario.dislocation_end_per_slot;
    scenario.dislocation_end_per_slot = 1.0 - survival * survival;
    scenario.landing_delay_slots = 1;
    scenario.landing_miss_probability = 0.15;
    scenario.drop_probability = 0.05;
    scenario.slot_skip_probability = 0.05;
    scenario.jupiter_quote_skew_bp = 15;
    scenario.cpmm_fee_ppm = 3'750;
    return scenario;
}

}  // namespace

Result<Scenario> named_scenario(std::string_view name) {
    if (name == "demo") {
        return demo();
    }
    if (name == "calibrated") {
        return calibrated();
    }
    if (name == "stress") {
        return stress();
    }
    return fail(fmt::format(
        "there is no scenario '{}': use demo, calibrated, stress or the path of a scenario file",
        name));
}

}  // namespace sniperforge::sim
