// SPDX-License-Identifier: MIT
#include "app/drill_venues.hpp"

#include <fmt/format.h>

#include "sniperforge/feed/transaction_reader.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] VenueSet watched_by(const config::Settings& settings) {
    VenueSet watched;
    for (const VenueId venue : feed::venues_of(settings.feed)) {
        watched.add(venue);
    }
    return watched;
}

// Coins of the curve move to PumpSwap, and are bought there, too.
[[nodiscard]] bool is_watched(sim::LaunchVenue launches, const VenueSet& watched) {
    return launches == sim::LaunchVenue::Cpmm
               ? watched.has(VenueId::RaydiumCpmm)
               : watched.has(VenueId::PumpCurve) || watched.has(VenueId::PumpSwap);
}

}  // namespace

VenueSet venues_to_buy_at(const config::Settings& settings) {
    // Launches, and for momentum the pools that have always been there as well.
    VenueSet there;
    if (settings.sniper.is_enabled || settings.momentum.is_enabled) {
        for (const VenueId venue : {VenueId::RaydiumCpmm, VenueId::PumpCurve, VenueId::PumpSwap}) {
            there.add(venue);
        }
    }
    if (settings.momentum.is_enabled) {
        there.add(VenueId::RaydiumAmmV4);
    }
    VenueSet bought;
    for (const VenueId venue : feed::venues_of(settings.feed)) {
        if (there.has(venue)) {
            bought.add(venue);
        }
    }
    return bought;
}

sim::LaunchVenue launch_venue_of(sim::LaunchVenue drawn, const config::Settings& settings) {
    const VenueSet watched = watched_by(settings);
    const sim::LaunchVenue other =
        drawn == sim::LaunchVenue::Cpmm ? sim::LaunchVenue::Pump : sim::LaunchVenue::Cpmm;
    return !is_watched(drawn, watched) && is_watched(other, watched) ? other : drawn;
}

std::string names_of(const VenueSet& venues) {
    std::string text;
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        const auto venue = static_cast<VenueId>(i);
        if (venues.has(venue)) {
            text += fmt::format("{}{}", text.empty() ? "" : ", ", to_string(venue));
        }
    }
    return "{" + text + "}";
}

}  // namespace sniperforge::app
