// SPDX-License-Identifier: MIT
// An order of ours as the chain alone tells it, for books that have lost it. What counts is the
// form of the transactions that we build and sign (swap_builder, cycle_builder, sweep_builder,
// Jupiter's direct routes): our wallet pays and signs alone, and nothing else is in it. Transfers
// to others, fees of a wallet's user interface, other programs: somebody else made it.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::execute {

struct OwnOrder {
    OrderKind kind = OrderKind::Cycle;
    Outcome outcome = Outcome::Landed;  // Or Reverted: then its kind is unknown, and says Cycle.
    // Bought, sold or swept; wSOL of a cycle and of what reverted.
    Pubkey mint;
    Slot slot;
    Fill fill;
    std::string error{};
    VenueSet venues{};
    // Accounts of an entry's or exit's swap call: its pool is among them.
    std::vector<Pubkey> accounts{};
};

// Nothing for a transaction of another form, or one that moved what no order of ours moves.
// `tip_accounts`: where orders of ours may have paid a tip.
[[nodiscard]] std::optional<OwnOrder> own_order_of(const rpc::TransactionDetail& transaction,
                                                   const Pubkey& wallet,
                                                   std::span<const Pubkey> tip_accounts = {});

}  // namespace sniperforge::execute
