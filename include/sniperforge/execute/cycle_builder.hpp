// SPDX-License-Identifier: MIT
// The atomic transaction of a cycle: wrap, leg 1 (exact out), leg 2 (exact in), unwrap. It lands as
// a whole or not at all; leg 2's floor makes it revert unless it profits.
#pragma once

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/signer/policy.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::execute {

struct CycleOptions {
    ComputeUnitPrice price;
    ComputeUnits units;
    Hash blockhash;
    // Close our account of the token between the legs again and get its rent back. Only when we
    // hold nothing of it: closing an account with tokens in it would revert the whole.
    bool is_token_account_closed = false;
    solana::MessageVersion version = solana::MessageVersion::V0;  // Or V1, which pays the same.
};

// The message into `out` (cleared first). Fails when it would not fit a transaction.
[[nodiscard]] Result<void> build_cycle(Bytes& out, const OrderIntent& intent,
                                       const dex::PoolBook& book, signer::OwnAccounts& own,
                                       const CycleOptions& options);

// The token between the two legs.
[[nodiscard]] const Pubkey& mint_between(const OrderIntent& intent, const dex::PoolBook& book);

}  // namespace sniperforge::execute
