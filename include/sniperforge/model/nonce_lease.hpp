// SPDX-License-Identifier: MIT
// A durable nonce of ours in the place of a recent blockhash, lent to one order at a time. No block
// height ends such an order: while the account holds the value, the order may land. It is over when
// an advance of ours is final behind this reading, or a finalized reading that is newer than this
// one shows another value (ADR 0026).
#pragma once

#include <optional>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge {

struct NonceLease {
    Pubkey account;
    Hash value;    // Of the account, and of the message.
    Slot read_at;  // Finalized, when it held that value.
    [[nodiscard]] bool operator==(const NonceLease&) const = default;
};

// The last valid height of an order on a nonce: whoever goes by heights alone never ends it.
inline constexpr BlockHeight kNeverByHeight{kU64Max};

// An advance of a nonce of ours goes the way of a sweep, which it resembles: it trades nothing,
// costs a fee, and nothing but the chain ends it. What tells it apart is in every record of it: it
// names the nonce account twice, where a sweep names a mint and no pool.
[[nodiscard]] inline bool is_nonce_advance(const OrderIntent& intent) {
    return intent.kind == OrderKind::Sweep && !intent.pool_id.is_zero() &&
           intent.pool_id == intent.mint_in;
}

}  // namespace sniperforge
