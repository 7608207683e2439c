// SPDX-License-Identifier: MIT
// The transaction of an entry or an exit through the one pool that its order names: wrap, an
// account for what is bought, swap exact-in, unwrap. It lands as a whole or not at all; the
// program of the pool refuses to pay less than the order's floor. The venue may be any; where it
// moves lamports of the wallet itself, nothing is wrapped.
#pragma once

#include <optional>
#include <span>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/pool.hpp"
#include "sniperforge/execute/offer.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/signer/policy.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::execute {

struct SwapOptions {
    ComputeUnitPrice price;
    ComputeUnits units;
    Hash blockhash;
    // Exits that sell all we have: close our account of the token and get its rent back. One in
    // which a transfer fee is withheld stays open all the same.
    bool is_token_account_closed = false;
    solana::MessageVersion version = solana::MessageVersion::V0;  // Or V1, which pays the same.
    std::span<const solana::AddressLookupTable> tables{};         // Not for V1.
    std::optional<Tip> tip{};       // Behind everything else; not to an account of the tables.
    std::optional<Pubkey> nonce{};  // Of ours, advanced first; then the blockhash is its value.
};

// The message into `out` (cleared first). Fails when it would not fit a transaction. The pool must
// trade the order's mints and have told whatever a quote needs.
[[nodiscard]] Result<void> build_swap(Bytes& out, const OrderIntent& intent, const dex::Pool& pool,
                                      signer::OwnAccounts& own, const SwapOptions& options);

// A purchase and the sale of what it yields, in one transaction: what a node simulates of a token
// that the wallet has none of. Nobody signs it.
struct Resale {
    const OrderIntent& entry;
    const dex::Pool& before;
    const OrderIntent& exit;
    const dex::Pool& between;  // As the entry leaves it.
    // The entry buys exactly `receive_min`, where its venue has that, and spends `amount_in` at
    // most.
    bool is_bought_exactly = false;
};
// As build_swap(). The account of the token stays open; no nonce and no tip of the options is used.
// Returns the place of the sale among the instructions: what is before it belongs to the purchase.
[[nodiscard]] Result<std::size_t> build_resale(Bytes& out, const Resale& resale,
                                               signer::OwnAccounts& own,
                                               const SwapOptions& options);

}  // namespace sniperforge::execute
