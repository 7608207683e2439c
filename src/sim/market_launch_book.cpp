// SPDX-License-Identifier: MIT
#include "sim/market_launch_book.hpp"

#include "sim/market.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::sim {

namespace {

constexpr double kMinutesPerDay = 1'440;
constexpr std::uint32_t kLaunchesPerSlotMax = 4;
// Source: marketdata CALIBRATION "tape".
constexpr double kBuyShare = 0.57;  // After graduation.
// One trade moves a launch's price by at most this part: larger steps come in several trades.
constexpr double kStepMax = 0.25;

}  // namespace

LaunchTrade draw_trade(Rng& rng, const LaunchLife& launch, double price) {
    const double progress = std::min(launch.age_minutes / std::max(launch.rise_minutes, 1e-6), 1.0);
    const double path = launch.launch_price * (1.0 + (launch.peak_multiple - 1.0) * progress);
    const bool is_rising = progress < 1.0;
    // Below the path people buy up to it; at the path and after the peak the flow is two-sided.
    const bool is_buy = is_rising && price < path ? rng.chance(0.85) : rng.chance(kBuyShare - 0.12);
    const double noise = std::exp(0.5 * rng.normal());
    const double gap = is_rising && is_buy ? std::max(path / price - 1.0, 0.01) : 0.02;
    return {is_buy, std::min(gap * noise, kStepMax)};
}

bool is_held_outside(const Chain& chain, const LaunchLife& launch, const Pubkey& token_program,
                     std::initializer_list<Pubkey> holders) {
    for (const Pubkey& key : chain.accounts_owned_by(token_program)) {
        const Account* account = chain.account(key);
        const auto amount = solana::token_account_amount(account->data);
        if (!amount || amount->is_zero() || Pubkey::from(account->data) != launch.mint) {
            continue;
        }
        const Pubkey owner = Pubkey::from(BytesView{account->data}.subspan(32));
        if (owner != launch.creator && std::ranges::find(holders, owner) == holders.end() &&
            std::ranges::find(launch.buyers, owner) == launch.buyers.end()) {
            return true;
        }
    }
    return false;
}

std::uint32_t draw_births(Rng& rng, const Scenario& scenario, double minutes) {
    return poisson(rng, scenario.launches_per_day / kMinutesPerDay * minutes, kLaunchesPerSlotMax);
}

std::uint32_t draw_trades(Rng& rng, const Scenario& scenario, double minutes) {
    return poisson(rng, scenario.launch_trades_per_second * 60.0 * minutes,
                   scenario.launch_trades_per_slot_max);
}

double draw_seed_sol(Rng& rng, const Scenario& scenario) {
    return std::clamp(
        std::exp(scenario.launch_seed_log_mean + scenario.launch_seed_log_sigma * rng.normal()),
        scenario.launch_seed_min_sol, scenario.launch_seed_max_sol);
}

}  // namespace sniperforge::sim
