// SPDX-License-Identifier: MIT
// What the gate is told: our state, and what stands against an intent's pools and venues.
#include "engine/pools_of.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/engine/claims.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/engine/stakes.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {

Exposure Pipeline::exposure_of(const OrderIntent& intent) {
    const SolVerdict sol = sol_price_.heard(book_);
    const MicroUsd sol_price = sol.is_diverged() ? MicroUsd{} : sol.price;
    const WallTime now = clock_.wall_now();
    begin_day(now);
    refresh_state(sol_price);
    Exposure exposure = portfolio_.exposure(intent, now);
    exposure.sol_price = sol_price;
    exposure.slot_latest = slot_;
    exposure.state = states_.state();
    exposure.cause = states_.cause();
    if (exposure.state != TradingState::Active && intent.kind != OrderKind::Exit) {
        exposure.standing = standing(exposure.cause);  // Only who is denied pays for the texts.
    }
    if (is_ladder_enforced_) {
        exposure.capital_earned = rung_ ? rung_->begun.capital_max : MicroUsd{};
    }
    if (intent.kind == OrderKind::Exit) {
        return exposure;  // Nothing of the rest keeps anybody from selling.
    }
    if (sol.is_diverged()) {
        exposure.sol_pools = sol.voting;
        exposure.sol_pools_agreeing = sol.agreeing;
    }
    exposure.breaker = breakers_.hold(intent, now);
    if (intent.kind == OrderKind::Sweep) {
        exposure.is_mint_in_flight = exposure.is_mint_in_flight || is_cycled(intent.mint_in);
    }
    exposure.pools_blind = pools_blind(intent);
    note_venues(intent, exposure);
    note_stakes(intent, portfolio_, book_, exposure);
    note_claims(intent, portfolio_, exposure);
    note_creators(intent, portfolio_, book_, exposure);
    note_stuck(exposure);
    note_funder(intent, portfolio_, book_, funders_, exposure);
    note_launches(intent, portfolio_, detector_, exposure);
    exposure.is_launch_name_pending =
        intent.kind == OrderKind::Entry && names_pending_.contains(intent.mint_out);
    note_correlation(intent, portfolio_, movement_, slot_, settings_.risk.correlation_percent,
                     exposure);
    if (intent.kind == OrderKind::Entry) {
        exposure.volatility =
            movement_.volatility(intent.pool, slot_, settings_.risk.volatility_horizon_slots);
    }
    return exposure;
}

std::uint32_t Pipeline::pools_blind(const OrderIntent& intent) const {
    std::uint32_t blind = 0;
    for_each_pool(intent,
                  [&](std::size_t, PoolIndex pool) { blind += book_.is_blind(pool) ? 1 : 0; });
    return blind;
}

void Pipeline::note_venues(const OrderIntent& intent, Exposure& exposure) const {
    for_each_pool(intent, [&](std::size_t, PoolIndex pool) {
        const VenueId venue = dex::venue_of(book_.pool(pool));
        const dex::VenueStanding standing = shapes_.standing(venue);
        if (standing == dex::VenueStanding::Quarantined) {
            exposure.venue_quarantined = venue;
        } else if (standing == dex::VenueStanding::Unproven && is_checking_shapes()) {
            exposure.venue_unproven = venue;
        }
    });
}

}  // namespace sniperforge::engine
