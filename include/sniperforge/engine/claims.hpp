// SPDX-License-Identifier: MIT
// Who was first, where what one strategy wants meets what another holds, buys or sells.
#pragma once

#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"
#include "sniperforge/portfolio/portfolio.hpp"

namespace sniperforge::engine {

// Fills in the claims of other orders and positions: of entries and cycles. Bounded by
// positions_max and orders_in_flight_max.
void note_claims(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                 Exposure& exposure);

}  // namespace sniperforge::engine
