// SPDX-License-Identifier: MIT
// What we have at stake where an intent wants to go: at its venues, and with those who launched
// what its pools trade. The portfolio knows mints and amounts, the book knows pools: here they
// meet.
#pragma once

#include "sniperforge/core/key.hpp"
#include "sniperforge/detect/detector.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/engine/co_movement.hpp"
#include "sniperforge/engine/funders.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"
#include "sniperforge/portfolio/portfolio.hpp"

namespace sniperforge::engine {

// Fills in venue_stake and venue_staked: the cost of open positions and the ceilings of orders on
// their way. Bounded by both: positions_max and orders_in_flight_max.
void note_stakes(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                 const dex::PoolBook& book, Exposure& exposure);
// Fills in mints, creators and creator_positions.
void note_creators(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                   const dex::PoolBook& book, Exposure& exposure);
// Fills in who paid for an entry's creator, and the positions of creators that he paid for. Behind
// note_creators().
void note_funder(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                 const dex::PoolBook& book, const Funders& funders, Exposure& exposure);
// Fills in what an entry's token shares its name or URI with: of those held and being bought. One
// whose names are unknown is like none.
void note_launches(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                   const detect::Detector& detector, Exposure& exposure);
// Fills in the correlated positions: of an entry, those that are alike from so many percent on.
void note_correlation(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                      const CoMovement& movement, Slot now, std::uint32_t percent_min,
                      Exposure& exposure);

}  // namespace sniperforge::engine
