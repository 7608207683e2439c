// SPDX-License-Identifier: MIT
#pragma once

#include "sniperforge/execute/offer.hpp"

namespace sniperforge::execute {

// What is offered, whatever there would be room for.
[[nodiscard]] inline Offer priced(Offer offer) {
    offer.fee_max = {};
    return offer;
}

}  // namespace sniperforge::execute
