// SPDX-License-Identifier: MIT
// Whether anything may be bought at all: our state, the venues, the age of what we know.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "risk/rules.hpp"

namespace sniperforge::risk::rules {

Verdict engine_is_running(const Case& c) {
    const Exposure& exposure = c.exposure;
    switch (exposure.state) {
        case TradingState::Active:
            break;
        case TradingState::Reducing:
            if (exposure.cause == StateCause::FlattenRequested) {
                return deny(DenialReason::EngineHalted, "REDUCING, exits only: {}",
                            to_string(exposure.cause));
            }
            return deny(DenialReason::DrawdownReached,
                        "REDUCING, exits only: drawdown_max of {} USD was reached in this run, "
                        "{} lamports below the peak now; raise it and restart to enter again",
                        c.limits.drawdown_max.raw() / kMicroUsdPerUsd, exposure.drawdown.raw());
        case TradingState::Blind:
            return deny(DenialReason::FeedBlind, "no entries while {}", to_string(exposure.cause));
        case TradingState::Halted:
        case TradingState::Draining:
            return deny(DenialReason::EngineHalted, "{}: no entries while {}",
                        to_string(exposure.state), to_string(exposure.cause));
    }
    if (exposure.pools_blind > 0) {
        return deny(DenialReason::FeedBlind,
                    "{} of the order's pools may have changed unheard: no entries until their "
                    "accounts are read again",
                    exposure.pools_blind);
    }
    return {};
}

Verdict venues_are_known(const Case& c) {
    if (const auto& venue = c.exposure.venue_quarantined) {
        return deny(DenialReason::VenueQuarantined,
                    "{} is quarantined: its live instructions are not what we know; status says "
                    "which. Update, and restart",
                    to_string(*venue));
    }
    if (const auto& venue = c.exposure.venue_unproven) {
        return deny(DenialReason::VenueUnproven,
                    "no live instructions of {} have been read yet; entries wait for the first",
                    to_string(*venue));
    }
    return {};
}

Verdict deny_lists(const Case& c) {
    const auto is_listed = [](const std::vector<Pubkey>& list, const Pubkey& key) {
        return !key.is_zero() && std::ranges::binary_search(list, key);
    };
    for (const Pubkey& mint : c.exposure.mints) {
        if (is_listed(c.limits.deny_mints, mint)) {
            return deny(DenialReason::DenyListed, "mint {} is one of the {} in deny_mints",
                        mint.to_string(), c.limits.deny_mints.size());
        }
    }
    for (const Pubkey& creator : c.exposure.creators) {
        if (is_listed(c.limits.deny_creators, creator)) {
            return deny(DenialReason::DenyListed, "creator {} is one of the {} in deny_creators",
                        creator.to_string(), c.limits.deny_creators.size());
        }
    }
    return {};
}

Verdict data_is_fresh(const Case& c) {
    const auto age = c.exposure.slot_latest.since(c.intent.decided_at);
    if (age > c.limits.data_age_slots_max || age > c.intent.slots_valid) {
        return deny(DenialReason::DataStale,
                    "data of slot {} is {} slots old, at most {} (intent: {}) allowed",
                    c.intent.decided_at.value, age, c.limits.data_age_slots_max,
                    c.intent.slots_valid);
    }
    return {};
}

Verdict price_is_known(const Case& c) {
    if (c.exposure.sol_pools > 0 && c.exposure.sol_price.is_zero()) {
        return deny(DenialReason::SolPriceDiverged,
                    "{} of {} SOL/USD pools are within {} bps of their median, more than half must "
                    "be: nobody knows what a SOL is worth",
                    c.exposure.sol_pools_agreeing, c.exposure.sol_pools,
                    c.limits.sol_price_divergence_max.raw());
    }
    if (c.exposure.sol_price.is_zero()) {
        return deny(DenialReason::SolPriceUnknown,
                    "no SOL/USD pool is deep enough to price limits");
    }
    return {};
}

Verdict breakers(const Case& c) {
    if (!c.exposure.breaker) {
        return {};
    }
    const BreakerHold& hold = *c.exposure.breaker;
    const std::string where =
        hold.scope == BreakerScope::Everything
            ? std::string{}
            : fmt::format(" at {} {}", to_string(hold.scope), scope_text(hold));
    if (!hold.until_probe) {
        return deny(DenialReason::BreakerOpen,
                    "{}{}: no entries until the books equal the chain's balances",
                    to_string(hold.failure), where);
    }
    // Rounded up: whoever comes back then is not too early.
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*hold.until_probe).count();
    if (hold.is_probing) {
        return deny(DenialReason::BreakerOpen,
                    "{}{} after {} failures in a row: one order is trying, at most {} s more",
                    to_string(hold.failure), where, hold.failures, seconds);
    }
    return deny(DenialReason::BreakerOpen, "{}{}: {} failures in a row; one order may try in {} s",
                to_string(hold.failure), where, hold.failures, seconds);
}

}  // namespace sniperforge::risk::rules
