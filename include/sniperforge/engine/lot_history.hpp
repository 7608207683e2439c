// SPDX-License-Identifier: MIT
// Every lot that the runs of a journal bought, and what became of it, first in first out as the
// ledger has it; and all else that won or cost lamports. The rows of one run add up to the result
// of its books (docs/ledger.md). What a fork took back is in no row.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::engine {

enum class LotRowKind : std::uint8_t {
    Sold,       // A lot, or a part of one, and the sale that took it.
    Held,       // What is still there of one: no result yet.
    MovedOut,   // What somebody moved out of a position: it left at its cost.
    Cycle,      // Bought and sold in one transaction.
    Failed,     // In a block with an error: its fees.
    Sweep,      // An account that was closed: its fees; the rent that came back is no result.
    Unmatched,  // Moved lamports and no lot: a sale of what no position had, say.
};
inline constexpr LotRowKind kLotRowKindLast = LotRowKind::Unmatched;
// Stable: exports have it.
[[nodiscard]] std::string_view to_string(LotRowKind kind);

// One side of a lot.
struct LotSide {
    IntentId order;       // Zero: no order that is known.
    Signature signature;  // Zero: of an order that the journal does not have any more.
    Slot slot;
    WallTime at;
    // Base fee, priority fee and tip that fall to this lot; nothing: as the signature.
    std::optional<Lamports> fees{};
};

struct LotRow {
    LotRowKind kind = LotRowKind::Sold;
    std::string run_id;  // That ended it, or that bought what is held.
    StrategyId strategy = StrategyId::Arbitrage;
    PositionId position;  // Zero: none.
    Pubkey mint;
    TokenAmount amount;  // Zero where there is no lot.
    std::optional<LotSide> acquired, disposed;
    Lamports cost;           // Fees of the purchase included, rent of our own accounts excluded.
    LamportsDelta proceeds;  // Less the fees of the sale, without the rent that came back.
    LamportsDelta result;    // Proceeds less cost; zero of what is held or was moved out.
    bool is_final = false;   // Both sides are finalized.
};

// An order that was wished for, whatever became of it.
struct OrderSeen {
    IntentId order;
    StrategyId strategy = StrategyId::Arbitrage;
    OrderKind kind = OrderKind::Entry;
    Pubkey mint;
    PositionId position;             // Zero: none, or none yet.
    Signature signature;             // Zero: not signed.
    std::optional<Outcome> outcome;  // The last that was told.
    bool is_denied = false;
};

struct LotHistory {
    std::vector<LotRow> rows;  // In the order of their ends; what is held stands last.
    std::map<std::uint64_t, OrderSeen> orders;  // By id.
    std::uint64_t records_gone = 0;  // Of segments that were deleted: their sales are in no row.
    std::string problem;             // The journal is damaged behind what was read; or empty.
};

// May run beside the daemon that writes it.
[[nodiscard]] Result<LotHistory> read_lots(const std::string& journal_path);

}  // namespace sniperforge::engine
