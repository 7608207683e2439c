// SPDX-License-Identifier: MIT
// TradeBook: the trades that a run's records tell of, as evidence wants them. One position is one
// trade, from its first entry to its last exit; so is one landed cycle. Every fill of theirs is in
// one of them, and what reverted orders cost is in the next trade of their strategy; with
// unassigned() the sum over the trades is what the wallet gained or lost. Of records without
// reversals, as paper has them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/analytics/trade_result.hpp"
#include "sniperforge/engine/records.hpp"

namespace sniperforge::engine {

// Of a position that is still open: what selling it now would bring.
struct OpenValue {
    PositionId position_id;
    Lamports value;
};

class TradeBook {
 public:
    TradeBook(Provenance provenance, analytics::FillBasis basis)
        : provenance_{provenance}, basis_{basis} {}

    void take(const RecorderItem& item, WallTime at);
    // The liquidation value of an open position, for its excursions.
    void mark(PositionId position, Lamports value);

    // Trades that have ended, and those that are open as if sold for these values at `at`: without
    // them a sample forgets the losers that nobody has sold yet. One without a value counts as
    // worth nothing.
    [[nodiscard]] std::vector<analytics::TradeResult> with_open(std::span<const OpenValue> values,
                                                                WallTime at) const;
    // In no trade: what sweeps brought, less what reverts have cost since the last trade of their
    // strategy began.
    [[nodiscard]] LamportsDelta unassigned() const;

 private:
    struct Intended {
        Lamports liquidity;
        Lamports amount;
        std::optional<VenueId> venue;
    };
    struct Open {
        analytics::TradeResult result;
        PositionId position_id;
        LamportsDelta returned;  // By exits, costs excluded.
        std::optional<Lamports> lowest, highest;
        bool are_venue_fees_known = true;
        VenueFees venue_fees;
    };
    void note(const OrderIntent& intent);
    void take(const ExecutionReport& report, WallTime at);
    void enter(const ExecutionReport& report, WallTime at);
    void leave(const ExecutionReport& report);
    void cycle(const ExecutionReport& report, WallTime at);
    static void add_costs(Open& trade, const Fill& fill);
    [[nodiscard]] Open begin(const ExecutionReport& report, WallTime at);
    [[nodiscard]] static analytics::TradeResult end(const Open& trade, WallTime at);
    [[nodiscard]] Open* find(PositionId position);

    Provenance provenance_;
    analytics::FillBasis basis_;
    std::map<std::uint64_t, Intended> intended_;
    std::map<Pubkey, Open> open_;  // A mint is held by one position at a time.
    std::array<Lamports, kStrategyCount> reverts_{};
    LamportsDelta swept_;  // Rent that came back, less the fees.
    std::vector<analytics::TradeResult> closed_;
};

}  // namespace sniperforge::engine
