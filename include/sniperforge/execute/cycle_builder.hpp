// SPDX-License-Identifier: MIT
// The atomic transaction of a cycle: wrap, leg 1 (exact out), the other legs (exact in), unwrap. It
// lands as a whole or not at all; the last leg's floor makes it revert unless it profits. The
// venues may be any; where one moves lamports of the wallet itself, nothing is wrapped for it.
//
// Leg 2 spends exactly what leg 1 yields, whatever moved meanwhile. What leg 2 of three yields
// above what leg 3 spends stays in our account of that token, and so does what leg 1 yields above
// its amount where its venue has no exact-out. It is worth nothing to us here, and a later sweep
// burns it; where the account is to be closed it makes the whole revert.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/execute/offer.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/signer/policy.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::execute {

struct CycleOptions {
    ComputeUnitPrice price;
    ComputeUnits units;
    Hash blockhash;
    // Close our account of the token behind leg 1, or 2, again and get its rent back. Only when we
    // hold nothing of it: closing an account with tokens in it would revert the whole. One in which
    // a transfer fee is withheld stays open all the same.
    std::array<bool, kLegsMax - 1> are_between_closed{};
    solana::MessageVersion version = solana::MessageVersion::V0;  // Or V1, which pays the same.
    std::span<const solana::AddressLookupTable> tables{};         // Not for V1.
    std::optional<Tip> tip{};  // Behind everything else; not to an account of the tables.
};

// The message into `out` (cleared first). Fails when it would not fit a transaction.
[[nodiscard]] Result<void> build_cycle(Bytes& out, const OrderIntent& intent,
                                       const dex::PoolBook& book, signer::OwnAccounts& own,
                                       const CycleOptions& options);

// What leg `leg` yields, counted from 0.
[[nodiscard]] const Pubkey& mint_behind(const OrderIntent& intent, std::size_t leg,
                                        const dex::PoolBook& book);

// Whether the order's legs hand the mint over between them; never of an order without legs.
[[nodiscard]] bool is_between(const OrderIntent& intent, const Pubkey& mint,
                              const dex::PoolBook& book);

// What a cycle of so many legs asks for at least.
[[nodiscard]] ComputeUnits cycle_units_min(const config::ExecutionSettings& settings,
                                           std::size_t legs);

}  // namespace sniperforge::execute
