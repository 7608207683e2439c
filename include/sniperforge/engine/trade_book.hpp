// SPDX-License-Identifier: MIT
// TradeBook: the trades that a run's records tell of, as evidence wants them. One position is one
// trade, from its first entry to its last exit; so is one landed cycle, and a cycle that failed is
// an attempt that lost its fees. Every fill of theirs is in one of them. What purchases and sales
// that reverted cost is in the next trade of their strategy, or in its last one where none follows;
// where it has none at all, each of them is an attempt that lost its fees. With unassigned() the
// sum over all is what the wallet gained or lost. Of records without reversals, as paper has them,
// or with those that were taken back left out.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/analytics/trade_result.hpp"
#include "sniperforge/engine/marks_aside.hpp"
#include "sniperforge/engine/records.hpp"

namespace sniperforge::engine {

// Of a position that is still open: what selling it now would bring.
struct OpenValue {
    Pubkey mint;
    Lamports value;
};

class TradeBook {
 public:
    TradeBook(Provenance provenance, analytics::FillBasis basis)
        : provenance_{provenance}, basis_{basis} {}

    // `is_reconciled`, of a report: its order is final, and the books equalled the chain since. A
    // trade is reconciled when all that cost or moved something in it is.
    void take(const RecorderItem& item, WallTime at, bool is_reconciled = false);
    // The liquidation value of the open position of this mint, for its excursions. While an exit of
    // it is on its way: once that has failed.
    void mark(const Pubkey& mint, Lamports value);

    // Trades that have ended, attempts that failed, and trades that are open as if sold for these
    // values at `at`: without them a sample forgets the losers that nobody has sold yet. One
    // without a value counts as worth nothing.
    [[nodiscard]] std::vector<analytics::TradeResult> with_open(std::span<const OpenValue> values,
                                                                WallTime at) const;
    // In no trade: what sweeps brought, less what those have cost that reverted.
    [[nodiscard]] LamportsDelta unassigned() const { return swept_; }
    // Of positions whose entry the records do not have: nobody knows what they came to.
    [[nodiscard]] std::uint64_t exits_without_entry() const { return exits_without_entry_; }

 private:
    struct Intended {
        Lamports liquidity;
        Lamports amount;
        std::optional<VenueId> venue;
    };
    struct Open {
        analytics::TradeResult result;
        LamportsDelta returned;  // By exits, costs excluded.
        std::optional<Lamports> lowest, highest;
        bool are_venue_fees_known = true;
        bool is_reconciled = true;  // So far.
        VenueFees venue_fees;
    };
    void note(const OrderIntent& intent);
    // Marks that were held aside.
    void count_late(const std::vector<PositionMarked>& marks);
    static void count(Open& trade, Lamports value);
    void take(const ExecutionReport& report, WallTime at, bool is_reconciled);
    // What purchases and sales of a strategy that reverted have cost since its last trade began.
    struct Reverts {
        Lamports fees;
        bool are_reconciled = true;
    };
    void fail(const ExecutionReport& report, WallTime at, bool is_reconciled);
    [[nodiscard]] analytics::TradeResult attempt_of(const ExecutionReport& report, WallTime at,
                                                    bool is_reconciled) const;
    void enter(const ExecutionReport& report, WallTime at, bool is_reconciled);
    void leave(const ExecutionReport& report, bool is_reconciled);
    void cycle(const ExecutionReport& report, WallTime at, bool is_reconciled);
    static void add_costs(Open& trade, const ExecutionReport& report, bool is_reconciled);
    void charge_last(std::vector<analytics::TradeResult>& trades) const;
    [[nodiscard]] Open begin(const ExecutionReport& report, WallTime at);
    [[nodiscard]] static analytics::TradeResult end(const Open& trade, WallTime at);
    // By the mint: numbers begin again with a journal.
    [[nodiscard]] Open* find(const ExecutionReport& report);

    Provenance provenance_;
    analytics::FillBasis basis_;
    std::map<std::uint64_t, Intended> intended_;
    std::map<Pubkey, Open> open_;  // A mint is held by one position at a time.
    MarksAside marks_;
    std::array<Reverts, kStrategyCount> reverts_{};
    std::array<bool, kStrategyCount> has_trade_{};
    // Purchases and sales that reverted before the first trade of their strategy.
    std::array<std::vector<analytics::TradeResult>, kStrategyCount> failed_{};
    std::uint64_t exits_without_entry_ = 0;
    LamportsDelta swept_;  // Rent that came back, less the fees.
    std::vector<analytics::TradeResult> closed_;
};

}  // namespace sniperforge::engine
