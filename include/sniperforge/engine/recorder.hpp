// SPDX-License-Identifier: MIT
// Recorder: what the pipeline did, to disk. Plain values cross one bounded ring; the recorder's own
// thread turns them into journal records and store rows and commits them in groups. Under virtual
// time there is no thread: the same work is done in place, so that a fast run cannot outpace it,
// unless the disk keeps writers waiting: then the ring fills as it would behind a waiting thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sniperforge/analytics/store.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/detect/safety_book.hpp"
#include "sniperforge/engine/funders.hpp"
#include "sniperforge/engine/size_facts.hpp"
#include "sniperforge/journal/disk.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"
#include "sniperforge/portfolio/ledger.hpp"

namespace sniperforge::engine {

struct IntentDenied {
    IntentId intent_id;
    StrategyId strategy = StrategyId::Arbitrage;
    Denial denial;
};
struct IntentApproved {
    IntentId intent_id;
    std::optional<SizeFacts> size{};      // Of entries, as this:
    std::optional<FunderFacts> funder{};  // Who paid for their creator.
};
struct OrderSigned {
    IntentId intent_id;
    Signature signature;
    BlockHeight last_valid_height;
    std::optional<NonceLease> lease{};  // Then the height is kNeverByHeight.
};
struct RunNote {
    std::string text;
};
// What a new token was found to be: that it may be bought, or why not. Once for each.
struct TokenVerdict {
    Slot slot;
    detect::SafetyNote note;
};
// A process began to write; what it writes concerns this wallet only.
struct RunStarted {
    std::string run_id, build_id;
    std::string boot_id;  // The machine's: another one says that its memory was lost meanwhile.
    Pubkey wallet;
};
// Nothing more follows of this run. Without it the run was cut.
struct RunStopped {
    std::uint64_t orders_in_flight = 0;
};
// The chain has less than the books, and no order of ours explains it. Stands until the books were
// adopted: they are equal again, or a person accepts what is missing.
struct BooksDoubted {
    std::vector<portfolio::BalanceMismatch> mismatches;
};
// A person has said that what is missing is known. The adoption of the chain's figures follows.
struct ShortfallAccepted {
    std::vector<portfolio::BalanceMismatch> mismatches;
};
// Somebody sent us something, and it was taken in.
struct GiftTaken {
    portfolio::Gift gift;
};
// Around all that the wallet's history told: those records count only with their end. Begun and not
// ended, they are passed over by the next start, which reads that history again.
struct RecoveryBegun {};
struct RecoveryEnded {};
// Tokens that belonged to no position are one now: a person wants them sold.
struct PositionAdopted {
    Pubkey mint;
    TokenAmount amount;
};
// What the books begin with, and on which chain.
struct LedgerOpened {
    Hash genesis;
    portfolio::ChainBalances balances;
};
// The books were set to what the chain says: somebody moved money past us.
struct LedgerAdopted {
    portfolio::ChainBalances balances;
};

// What upkeep makes, changes and gives up: accounts of ours that only hold rent.
enum class UpkeptAccount : std::uint8_t { None, LookupTable, Nonce };

// A withdrawal to the cold address, or upkeep of an account of ours, was signed and may be sent
// from here on. Written before it is.
struct WithdrawalSigned {
    Signature signature;
    BlockHeight last_valid_height;
    Pubkey destination;
    Pubkey mint;         // Zero: lamports, by a transfer of their own.
    TokenAmount amount;  // Base units of the mint, or lamports.
    // Of upkeep: what is at the destination. Nothing but rent goes there, or comes from there.
    UpkeptAccount upkept = UpkeptAccount::None;
    // What it may cost beside, as the signer has computed and counted it. Not in older records.
    std::optional<Lamports> cost{};

    [[nodiscard]] std::optional<Pubkey> rent_account() const {
        return upkept == UpkeptAccount::None ? std::nullopt : std::optional{destination};
    }
};
// What became of it, for good: finalized or expired.
struct WithdrawalSettled {
    Signature signature;
    Outcome outcome = Outcome::Unknown;
    Slot slot;
    Fill fill;  // Empty unless landed or reverted.
};

using RecorderItem =
    std::variant<RunNote, OrderIntent, IntentDenied, IntentApproved, OrderSigned, ExecutionReport,
                 OrderFinalized, OrderReversed, PositionOpened, PositionChanged, PositionClosed,
                 PositionPlaced, PositionPeak, LedgerOpened, LedgerAdopted, RunStarted, RunStopped,
                 BooksDoubted, ShortfallAccepted, GiftTaken, PositionAdopted, WithdrawalSigned,
                 WithdrawalSettled, RecoveryBegun, RecoveryEnded, TokenVerdict>;

// An order that was signed, with all of it that is needed to follow it after a crash.
struct SignedOrder {
    OrderIntent intent;
    OrderSigned signed_as;
};

// The journal body of an item: a JSON object with fixed key order and no receive times, equal for
// equal decisions.
[[nodiscard]] std::string body_of(const RecorderItem& item);

// One that only the write-ahead ring of an earlier run has, and what of it the journal has.
struct OrderAhead : SignedOrder {
    bool is_intent_known = false, is_approval_known = false;
};

struct RecorderOptions {
    std::string state_dir;  // journal.sfj and trades.sqlite live here.
    RunStarted run{};
    std::vector<OrderAhead> signed_before{};  // Written first.
    bool is_threaded = true;
    config::RecorderSettings settings;
    config::RiskSettings limits{};  // Of the breakers that a checkpoint of the journal has.
    std::size_t ring_capacity = 2'048;
    journal::Disk* disk =
        nullptr;  // Below the journal; outlives the recorder. The daemon has none.
};

struct RecorderSummary {
    std::string decision_sha256;
    std::uint64_t journal_bytes = 0;
    std::uint64_t records = 0;
};

class Recorder {
 public:
    [[nodiscard]] static Result<std::unique_ptr<Recorder>> open(const RecorderOptions& options,
                                                                const analytics::RunInfo& run);
    ~Recorder();  // As close(), errors logged.
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    // Loop thread. False when the ring is full and the item is lost. Where it is one that the books
    // rest on, nothing more is recorded, and has_failed().
    bool record(RecorderItem item, WallTime at);
    // Loop thread. When it returns true the order survives the end of this process: it is in the
    // write-ahead ring, with its intent, whose own record may still wait for the journal.
    bool record_signed(const OrderIntent& intent, const OrderSigned& order, WallTime at);
    // Loop thread: more than half of the ring waits to be written, or the journal has reached its
    // size limit. No entries while it is so.
    [[nodiscard]] bool is_pressed() const;
    // The disk failed, or something was lost: the journal ends before it.
    [[nodiscard]] bool has_failed() const;
    // Loop thread: waits until all of it is written, so that many more fit. Not while trading.
    void write_waiting();
    // Writes everything, stores the run's report, joins the thread.
    [[nodiscard]] Result<RecorderSummary> close(WallTime at, const std::string& report_json);
    // Everything so far, before the report exists. Loop thread; waits for the recorder's thread.
    [[nodiscard]] Result<RecorderSummary> flush();

 private:
    struct State;
    explicit Recorder(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::engine
