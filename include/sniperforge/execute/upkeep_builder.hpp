// SPDX-License-Identifier: MIT
// The transactions of upkeep: lookup tables and durable nonces of our own, made, changed and given
// up, one at a time.
#pragma once

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/signer/upkeep.hpp"

namespace sniperforge::execute {

struct UpkeepOptions {
    Pubkey wallet;
    ComputeUnitPrice price;
    Hash blockhash;
};

// Exactly what the chain charges, but for rent.
[[nodiscard]] Lamports upkeep_fee(ComputeUnitPrice price, signer::UpkeepKind kind);
// The most that it may cost, rent included.
[[nodiscard]] Lamports upkeep_cost_max(ComputeUnitPrice price, const signer::UpkeepPolicy& what);

// The message into `out` (cleared first): version 0, without lookup tables.
[[nodiscard]] Result<void> build_upkeep(Bytes& out, const signer::UpkeepPolicy& what,
                                        const UpkeepOptions& options);

}  // namespace sniperforge::execute
