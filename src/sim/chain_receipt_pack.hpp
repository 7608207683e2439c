// SPDX-License-Identifier: MIT
// Receipts that nobody asks for often, made small: what is long in them is written out and
// compressed (measured: 7.8 KB to 2.2 KB for a two-hop route), the short facts stay readable.
#pragma once

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/sim/chain.hpp"

namespace sniperforge::sim {

// Moves everything but signature, slot, time, error and fee out of `receipt`, into the result.
[[nodiscard]] Bytes pack_receipt(Receipt& receipt);
// The whole receipt again: `rest` is what pack_receipt left of it.
[[nodiscard]] Receipt unpack_receipt(const Receipt& rest, BytesView packed);

}  // namespace sniperforge::sim
