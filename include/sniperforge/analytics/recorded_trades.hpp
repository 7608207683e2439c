// SPDX-License-Identifier: MIT
// What the store has of the trades of a state directory's runs, as far as evidence asks: orders
// that cost or moved something, and the positions that they belong to.
#pragma once

#include <optional>
#include <vector>

#include "sniperforge/core/time.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::analytics {

// What an entry or a cycle was decided on.
struct RecordedIntent {
    Lamports amount_in;
    Lamports pool_liquidity;
    VenueSet venues;
};

// Landed or reverted, and not taken back since. Of its fill only the lamports.
struct RecordedOrder {
    ExecutionReport report;
    WallTime at;
    // Its block is final, and the books were found equal to the chain twice since.
    bool is_reconciled = false;
    std::optional<RecordedIntent> intent;  // Nothing: of an exit, or written before there was one.
};

struct RecordedPosition {
    PositionId position_id;
    StrategyId strategy = StrategyId::Sniper;
    Pubkey mint;
    std::optional<WallTime> opened_at, closed_at;  // Nothing: not recorded, still open.
    ExitReason reason = ExitReason::None;
    bool is_adopted = false;  // Opened without a cost: a person's own tokens, to be sold.
    // What selling it would have brought while it was open; nothing: nobody looked.
    std::optional<Lamports> value_low, value_high, value_last;
};

struct RecordedTrades {
    std::vector<RecordedOrder> orders;        // In the order of their reports.
    std::vector<RecordedPosition> positions;  // In the order of their openings.
    // Of orders that were deleted by age or size, the youngest; the begin of the first run that
    // was.
    std::optional<WallTime> deleted_until{}, begun{};
    Lamports missing{};  // SOL that the wallet lacked, which a person accepted.
    // Positions that may be two of one number, of before and after a journal that was lost.
    std::uint64_t doubtful = 0;
};

}  // namespace sniperforge::analytics
