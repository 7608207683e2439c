// SPDX-License-Identifier: MIT
// History: what the files of earlier runs say about our money. The journal is read from its
// beginning and the books are kept again, by the same calls that kept them then; what only the
// write-ahead ring knows is added. What the chain made of the orders since, the executor asks.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/execute/fee_budget.hpp"
#include "sniperforge/portfolio/portfolio.hpp"
#include "sniperforge/risk/circuit_breakers.hpp"

namespace sniperforge::engine {

// Less was on the chain than in the books, and nobody has said since that this is known.
struct Doubt {
    WallTime since;                                      // When it was seen first.
    std::vector<portfolio::BalanceMismatch> mismatches;  // As they were seen last.
};

// The rung of the capital ladder that was stepped on last.
struct Rung {
    RungBegun begun;
    WallTime at;
};

// The newest that was written down of the runs before this one, if anything was.
struct PastRuns {
    WallTime written_last;
    Slot slot_last;  // Of the newest fill; zero: there is none.
};

struct History {
    portfolio::Portfolio portfolio;
    risk::CircuitBreakers breakers{config::RiskSettings{}};  // As they stood at the end.
    // Whose money, on which chain.
    Pubkey wallet;
    Hash genesis;
    IntentId intent_last;
    Slot slot_last;  // The newest that a fill was in.

    // Signed and without an outcome, called unknown or not.
    std::vector<SignedOrder> orders_open;
    // Approved and never signed, so never sent; unless are_orders_lost, then nobody knows.
    std::vector<OrderIntent> orders_unsigned;
    // Landed or reverted in blocks that were confirmed and not yet finalized.
    struct Fill {
        ExecutionReport report;
        BlockHeight last_valid_height;
        std::optional<NonceLease> lease{};
    };
    std::vector<Fill> fills_provisional;
    // Where what is held, or may be bought or sold yet, is traded: pools by mint.
    std::map<Pubkey, Pubkey> pools;
    // The part of each entry in parts that was ordered last, by token.
    struct PartOrdered {
        EntryPart part;
        IntentId order;
        IntentId order_before{};  // Of the part before it; zero: nobody asks for that again.
        Slot decided_at;
        PositionId position{};  // That it was to add to; zero: it is the first part.

        [[nodiscard]] bool operator==(const PartOrdered&) const = default;
    };
    std::map<Pubkey, PartOrdered> parts;
    // Of the last UTC day, for the budget of reverts.
    struct Settled {
        ExecutionReport report;
        WallTime at;
    };
    std::vector<Settled> reverted;
    // Of the newest cycles that landed, reverted or expired, the oldest first. From so many, half
    // of them in blocks, arbitrage has its odds again, whatever was assumed of them at its first
    // start: that weighs a twenty-fourth then (strategy/cycle_odds.hpp).
    static constexpr std::size_t kCyclesMax = 1'600;
    std::deque<CycleEnd> cycles_ended;
    execute::FeeBudget fees;  // Priority fees and tips of the last UTC day.
    // Of this UTC day, or of the last hour: the signer's budgets go on where they were. What only
    // the ring has may have been signed at any time, and stands as of now. What upkeep and
    // withdrawals cost is an intent of that cost. Where the clock is doubted they are those of the
    // last record's window and of the new clock's, as of now.
    struct Signed {
        OrderIntent intent;
        WallTime at;
    };
    std::vector<Signed> signed_lately;
    std::optional<WallTime> written_last;  // When the last record was.
    bool is_clock_doubted = false;
    // Those of the ring that the journal lacks.
    std::vector<OrderAhead> signed_before;
    // Signed by a sweep, or by upkeep, that did not live to see what became of them.
    std::vector<WithdrawalSigned> withdrawals_open;
    // Our own that were made and not closed again, and the last that was signed for and not made,
    // in the order of their making. Whether they are there the chain knows.
    std::vector<Pubkey> lookup_tables;

    std::optional<Doubt> doubt;  // An open one.
    std::optional<Rung> rung;
    HeldCauses held;
    // Every signature that was written down: what the wallet's history on the chain has beyond them
    // these files do not know.
    std::set<Signature> signatures;
    // What landed before it is in the books, or under one of the signatures: the slot of the last
    // balances that were taken over, or that of the last decision less the life of a transaction.
    Slot slot_known;

    std::uint64_t records = 0;
    std::uint32_t slots_damaged = 0;  // Of the ring.
    bool is_stopped = false;          // The last run wrote everything before it ended.
    bool is_rebuilding_cut = false;   // From the wallet's history, and never done again.
    // The machine went down under a run, or its files were lost and the books rebuilt, and they
    // were not held against the chain since.
    bool are_orders_lost = false;
    // These files lack orders by themselves: records behind damage, or older than all that the ring
    // still has. What the ring has is not followed then; the wallet's history tells all of it in
    // its order. Whoever goes on with them writes it down first (RecorderOptions).
    bool is_gap_found = false;

    // What earlier runs saw of creators; from a file of its own (creator_file.hpp).
    CreatorBook creators{};

    // Behind these records there were others, of whatever: what they held, or let go of, nobody
    // knows. It is among `held`; whoever goes on writes it down first (RecorderOptions).
    std::optional<CauseChanged> records_missing{};
    bool is_drawdown_accepted = false;  // By a person, for the start that goes on with it.

    [[nodiscard]] std::optional<PastRuns> past() const {
        return written_last ? std::optional{PastRuns{*written_last, slot_last}} : std::nullopt;
    }
    // For RecorderOptions.
    [[nodiscard]] std::optional<BooksDoubted> gap() const {
        return is_gap_found ? std::optional{BooksDoubted{doubt.value_or(Doubt{}).mismatches}}
                            : std::nullopt;
    }
    // The books were opened. A run that was cut at once may have traded without our knowing it.
    [[nodiscard]] bool has_ledger() const { return !genesis.is_zero(); }
    // There is something to go on with: books, or orders that may have no outcome. Books whose
    // rebuilding was cut are none: they are rebuilt.
    [[nodiscard]] bool has_books() const {
        return has_ledger() || (intent_last.value > 0 && !is_rebuilding_cut);
    }
    [[nodiscard]] bool has_past() const {
        return has_ledger() || intent_last.value > 0 || are_orders_lost ||
               !withdrawals_open.empty() || (records > 0 && !is_stopped);
    }
};

// How far the clock may be from the last record without being called wrong: behind it by what
// clocks are corrected by, ahead of it by a night and a day.
inline constexpr Duration kClockBehindMax = std::chrono::minutes{1};
inline constexpr Duration kClockAheadMax = std::chrono::hours{36};
[[nodiscard]] bool is_clock_doubted(const std::optional<WallTime>& written_last, WallTime now);

// Times of the old runs become times of this one through `now`, which is one moment on both clocks.
struct Now {
    MonoTime mono;
    WallTime wall;
};

// Reads the newest segment of journal.sfj, which begins with a checkpoint of all before it, and
// intents.ring of the directory; what is not there says nothing. Fails where
// a file is no journal, or a record is of another version; never because a tail is torn.
// `limits` are those of the breakers: what failed then is judged by the settings of now.
[[nodiscard]] Result<History> read_history(const std::string& state_dir, const Now& now,
                                           const std::string& boot_id,
                                           const config::RiskSettings& limits);

// Reads all segments of the journal and holds each checkpoint against what the records before it
// come to. What is wrong; empty: nothing is. The oldest segment's checkpoint is believed.
[[nodiscard]] Result<std::string> check_checkpoints(const std::string& journal_path);

}  // namespace sniperforge::engine
