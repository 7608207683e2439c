// SPDX-License-Identifier: MIT
// An order of ours that no file knows any more, as the wallet's history on the chain tells it.
#pragma once

#include <string>

#include "sniperforge/core/time.hpp"
#include "sniperforge/model/execution.hpp"

namespace sniperforge::engine {

struct RecoveredOrder {
    OrderKind kind = OrderKind::Cycle;
    Outcome outcome = Outcome::Landed;  // Or Reverted.
    Pubkey mint;                        // As ExecutionReport.
    Signature signature;
    Slot slot;
    WallTime at;  // Of its block; zero where the node does not know it.
    Fill fill;
    std::string error{};
    Pubkey pool{};  // Zero: not found.
    VenueSet venues{};
};

}  // namespace sniperforge::engine
