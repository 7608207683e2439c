// SPDX-License-Identifier: MIT
// A blockhash expires by block height. Slots run ahead of it, so comparing with a slot expires
// early.
#include "sniperforge/core/chain_position.hpp"

using sniperforge::BlockHeight;
using sniperforge::Slot;

bool is_expired([[maybe_unused]] BlockHeight height, [[maybe_unused]] Slot slot,
                BlockHeight last_valid) {
#ifdef SF_WRONG
    return slot > last_valid;
#else
    return height > last_valid;
#endif
}
