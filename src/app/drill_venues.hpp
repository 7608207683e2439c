// SPDX-License-Identifier: MIT
// Where settings may buy tokens in the market that a drill plays in, and where that launches them.
#pragma once

#include <string>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::app {

// Of feed.venues those where the market has something that an enabled strategy buys. Empty: these
// settings hold no token in any run.
[[nodiscard]] VenueSet venues_to_buy_at(const config::Settings& settings);

// What nobody watches nobody buys: the drawn one where these settings look there, else the other
// one, and the drawn one again where they look at neither.
[[nodiscard]] sim::LaunchVenue launch_venue_of(sim::LaunchVenue drawn,
                                               const config::Settings& settings);

// As settings name them: "{pump, pumpswap}".
[[nodiscard]] std::string names_of(const VenueSet& venues);

}  // namespace sniperforge::app
