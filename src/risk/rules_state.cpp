// SPDX-License-Identifier: MIT
// Whether anything may be bought at all: our state, the venues, the age of what we know.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "risk/rules.hpp"
#include "sniperforge/core/utc_text.hpp"

namespace sniperforge::risk::rules {

namespace {

// Who is told it knows what to wait for, or what to do.
[[nodiscard]] std::string told_of(const StandingCause& standing) {
    std::string text;
    if (!standing.by.empty()) {
        text += fmt::format(", by `{}`", standing.by);
    }
    if (!standing.reason.empty()) {
        text += fmt::format(" (\"{}\")", standing.reason);
    }
    if (!standing.figures.empty()) {
        text += fmt::format(": {}", standing.figures);
    }
    if (!standing.ending.empty()) {
        text += fmt::format("; ends with {}", standing.ending);
    }
    return text;
}

[[nodiscard]] DenialReason reason_of(TradingState state, StateCause cause) {
    if (state == TradingState::Blind) {
        return DenialReason::FeedBlind;
    }
    return cause == StateCause::DrawdownReached ? DenialReason::DrawdownReached
                                                : DenialReason::EngineHalted;
}

}  // namespace

std::string state_text(const Exposure& exposure) {
    const std::string since =
        exposure.standing ? fmt::format(" since {}", utc_text(exposure.standing->since)) : "";
    return fmt::format("{}{}", to_string(exposure.state), since);
}

std::string cause_text(const Exposure& exposure) {
    return fmt::format("{}{}", to_string(exposure.cause),
                       exposure.standing ? told_of(*exposure.standing) : "");
}

Verdict engine_is_running(const Case& c) {
    const Exposure& exposure = c.exposure;
    if (exposure.state != TradingState::Active) {
        return deny(reason_of(exposure.state, exposure.cause), "{}: no entries while {}",
                    state_text(exposure), cause_text(exposure));
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
