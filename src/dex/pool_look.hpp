// SPDX-License-Identifier: MIT
// look_at(), where the way to the venue has been gone already.
#pragma once

#include "sniperforge/dex/venue.hpp"

namespace sniperforge::dex {

// Of its two mints: what their transfers cost is known.
[[nodiscard]] bool is_transferable(const Pool& pool);

template <Venue P>
[[nodiscard]] PoolLook look_of(const P& state, bool is_transferable) {
    return {{reserve_a(state), reserve_b(state)},
            marginal_price(state),
            is_transferable && is_complete(state)};
}

}  // namespace sniperforge::dex
