// SPDX-License-Identifier: MIT
// What the gate is told: our state, and how much an intent's pools, venues and mints are exposed.
#include <algorithm>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {

void Pipeline::stand(StateCause cause, bool stands) {
    const TradingState before = states_.state();
    states_.set(cause, stands);
    const TradingState after = states_.state();
    if (after == before) {
        return;
    }
    if (after == TradingState::Active || after == TradingState::Draining) {
        telemetry::info("engine", "{} -> {}", to_string(before), to_string(after));
        return;
    }
    telemetry::warning("engine", "{} -> {}: no entries while {}", to_string(before),
                       to_string(after), to_string(states_.cause()));
    if (after == TradingState::Reducing) {
        recorder_.record(
            RunNote{"REDUCING: the drawdown limit was reached; exits go on, and entries only "
                    "after a restart with a higher risk.drawdown_max_usd"},
            reactor_.wall_now());
    }
}

// The causes that nobody tells of when they change.
void Pipeline::refresh_state() {
    stand(StateCause::FillDoubted, is_reconciliation_due_ || executor_->fills_doubted() > 0);
    stand(StateCause::RecorderBehind, recorder_.is_pressed() || recorder_.has_failed());
    stand(StateCause::DrawdownReached,
          risk::is_drawdown_reached(settings_.risk, portfolio_.drawdown(),
                                    sol_price_.price_heard(book_)));
}

Exposure Pipeline::exposure_of(const OrderIntent& intent) {
    refresh_state();
    Exposure exposure = portfolio_.exposure(intent, reactor_.wall_now());
    exposure.sol_price = sol_price_.price_heard(book_);
    exposure.slot_latest = slot_;
    exposure.pools_blind = pools_blind(intent);
    exposure.state = states_.state();
    exposure.cause = states_.cause();
    note_venues(intent, exposure);
    return exposure;
}

std::uint32_t Pipeline::pools_blind(const OrderIntent& intent) const {
    if (intent.kind != OrderKind::Cycle) {
        return book_.is_blind(intent.pool) ? 1 : 0;
    }
    return static_cast<std::uint32_t>(
        std::count_if(intent.legs.begin(), intent.legs.begin() + intent.leg_count,
                      [this](const Leg& leg) { return book_.is_blind(leg.pool); }));
}

void Pipeline::note_venues(const OrderIntent& intent, Exposure& exposure) const {
    const auto note = [&](PoolIndex pool) {
        const VenueId venue = dex::venue_of(book_.pool(pool));
        const dex::VenueStanding standing = shapes_.standing(venue);
        if (standing == dex::VenueStanding::Quarantined) {
            exposure.venue_quarantined = venue;
        } else if (standing == dex::VenueStanding::Unproven && transactions_ != nullptr &&
                   transactions_->is_checking()) {
            exposure.venue_unproven = venue;
        }
    };
    if (intent.kind != OrderKind::Cycle) {
        return note(intent.pool);
    }
    for (std::size_t leg = 0; leg < intent.leg_count; ++leg) {
        note(intent.legs[leg].pool);
    }
}

}  // namespace sniperforge::engine
