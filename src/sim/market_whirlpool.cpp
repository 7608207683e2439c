// SPDX-License-Identifier: MIT
#include "sim/market_whirlpool.hpp"

#include <array>
#include <cmath>

#include "sim/market_traders.hpp"
#include "sim/program_whirlpool_math.hpp"

namespace sniperforge::sim {

namespace {

// Spacing and fee (1e-6) as Orca's common tiers have them.
struct Tier {
    std::uint16_t spacing, fee_rate;
};
constexpr std::array<Tier, 4> kTiers{{{64, 3'000}, {8, 500}, {128, 10'000}, {4, 400}}};
constexpr double kConcentrated = 0.6;       // Share of the liquidity that is around the price.
constexpr std::int32_t kHalfWidth = 2'880;  // Ticks to either side: a third of the price.
constexpr double kVaultSlack = 1.001;       // Vaults never lack a rounding unit.

double sqrt_price_of(std::int32_t tick) { return std::pow(1.0001, tick / 2.0); }

std::int32_t aligned(std::int32_t tick, std::uint16_t spacing) {
    return whirlpool::floor_div(tick, spacing) * spacing;
}

}  // namespace

Whirlpool create_market_whirlpool(Chain& chain, const MarketWhirlpool& options) {
    const Tier& tier = kTiers.at(options.number);
    const double a = static_cast<double>(options.depth_a.raw());
    const double b = static_cast<double>(options.depth_b.raw());
    const double root = std::sqrt(b / a);
    const double liquidity = std::sqrt(a * b);
    WhirlpoolOptions pool;
    pool.mint_a = options.mint_a;
    pool.mint_b = options.mint_b;
    pool.tick_spacing = tier.spacing;
    pool.fee_rate = tier.fee_rate;
    pool.sqrt_price = static_cast<u128>(std::ldexp(root, 64));
    const std::int32_t tick = whirlpool::tick_of(pool.sqrt_price);
    const std::int32_t full = aligned(whirlpool::kTickMax, tier.spacing);
    const std::int32_t lower = aligned(tick - kHalfWidth, tier.spacing);
    const std::int32_t upper = aligned(tick + kHalfWidth, tier.spacing) + tier.spacing;
    const auto near = static_cast<i128>(liquidity * kConcentrated);
    const auto far = static_cast<i128>(liquidity) - near;
    pool.liquidity = static_cast<u128>(near + far);
    pool.ticks = {{-full, far}, {lower, near}, {upper, -near}, {full, -far}};
    pool.are_arrays_dynamic = true;
    // What the two positions hold of each side at this price.
    const double far_part = static_cast<double>(far), near_part = static_cast<double>(near);
    pool.amount_a = TokenAmount{to_amount(
        kVaultSlack * (far_part / root + near_part * (1.0 / root - 1.0 / sqrt_price_of(upper))))};
    pool.amount_b = TokenAmount{
        to_amount(kVaultSlack * (far_part * root + near_part * (root - sqrt_price_of(lower))))};
    return create_whirlpool(chain, pool);
}

}  // namespace sniperforge::sim
