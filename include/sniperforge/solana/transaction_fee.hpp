// SPDX-License-Identifier: MIT
// What a message pays, in one form for every version: legacy and v0 give a price for each compute
// unit that they ask for, v1 gives a total. Source: protocol wire format sections 2.3, 5 and 7.
#pragma once

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::solana {

struct TransactionFee {
    Lamports base;                    // For its signatures and those its precompiles verify.
    Lamports priority;                // In total.
    ComputeUnits compute_unit_limit;  // Asked for, or the default; at most 1,400,000.
    // The priority fee for each compute unit of the limit: as the message gives it, or for v1 the
    // total spread over the limit, rounded down (zero without a limit). For comparing versions.
    ComputeUnitPrice price;

    [[nodiscard]] Lamports total() const { return base.saturating_add(priority); }
    [[nodiscard]] bool operator==(const TransactionFee&) const = default;
};

// Fails where the runtime refuses the transaction for its compute budget: an instruction of the
// program that cannot be read (a heap or a data limit out of range among them), or a second one of
// a kind. In a v1 message such instructions have no effect and are not looked at.
[[nodiscard]] Result<TransactionFee> transaction_fee(const Message& message);

}  // namespace sniperforge::solana
