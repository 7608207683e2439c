// SPDX-License-Identifier: MIT
// What is written down of a run, and who takes it: the recorder on disk, or whoever only counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sniperforge/config/reload.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/detect/creator_history.hpp"
#include "sniperforge/detect/safety_book.hpp"
#include "sniperforge/engine/funders.hpp"
#include "sniperforge/engine/held_causes.hpp"
#include "sniperforge/engine/size_facts.hpp"
#include "sniperforge/journal/record.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/path_choice.hpp"
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
// What the run goes on with: the settings with this sum, after these changes.
struct SettingsChanged {
    std::string config_sha256;
    std::vector<config::SettingChange> changes;
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
// The chain has less than the books, and no order of ours explains it; or, of rebuilt books, more
// than what could be read does; empty: something was not read. Stands until the books were
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

// The capital that trading may use from now on, by what it has earned (docs/evidence.md). Results
// count anew.
struct RungBegun {
    std::uint32_t rung = 0;
    MicroUsd capital_max;  // None at all: nothing is bought until a person has looked.
    // At the SOL price of the moment: that capital, and the most that a day may lose.
    Lamports capital, loss_bound;
    LamportsDelta counted;  // Portfolio::result() of the moment: of before it.
    std::string reason;
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

// What was seen of creators, over runs, and on which chain. Beside the journal: no books rest on
// it.
struct CreatorBook {
    Hash genesis;
    std::vector<detect::CreatorRecord> creators;
};

using RecorderItem =
    std::variant<RunNote, OrderIntent, IntentDenied, IntentApproved, OrderSigned, ExecutionReport,
                 OrderFinalized, OrderReversed, PositionOpened, PositionChanged, PositionClosed,
                 PositionPlaced, PositionPeak, LedgerOpened, LedgerAdopted, RunStarted, RunStopped,
                 BooksDoubted, ShortfallAccepted, GiftTaken, PositionAdopted, WithdrawalSigned,
                 WithdrawalSettled, RecoveryBegun, RecoveryEnded, TokenVerdict, RungBegun,
                 SettingsChanged, PositionMarked, DayBegun, CauseChanged, PathChoice>;

// An order that was signed, with all of it that is needed to follow it after a crash.
struct SignedOrder {
    OrderIntent intent;
    OrderSigned signed_as;
};

// The journal body of an item: a JSON object with fixed key order and no receive times, equal for
// equal decisions.
[[nodiscard]] std::string body_of(const RecorderItem& item);
// Of the record with that body.
[[nodiscard]] journal::RecordKind kind_of(const RecorderItem& item);

// How much waits to be written, and how much is: with what entries wait beyond.
struct RecorderLoad {
    std::uint64_t records_waiting = 0, records_waiting_max = 0;
    std::uint64_t journal_bytes = 0, journal_bytes_max = 0;
};

class RecordKeeper {
 public:
    virtual ~RecordKeeper() = default;
    // False when there is no room and the item is lost. Where it is one that the books rest on,
    // nothing more is recorded, and has_failed().
    virtual bool record(RecorderItem item, WallTime at) = 0;
    // When it returns true the order survives the end of this process, with its intent.
    virtual bool record_signed(const OrderIntent& intent, const OrderSigned& order,
                               WallTime at) = 0;
    // Much waits to be written: no entries while it is so.
    [[nodiscard]] virtual bool is_pressed() const = 0;
    // Memos, no records: what is known of creators as a run begins, and what changes of it then.
    virtual void keep_creators(CreatorBook /*known*/, WallTime /*at*/) {}
    virtual void note_creator(detect::CreatorRecord /*creator*/, WallTime /*at*/) {}
    // Something was lost: the journal ends before it.
    [[nodiscard]] virtual bool has_failed() const = 0;
    // The figures behind is_pressed(). Of whoever is never pressed, none.
    [[nodiscard]] virtual RecorderLoad load() const { return {}; }
    // Waits until all of it is written, so that many more fit. Not while trading.
    virtual void write_waiting() = 0;
};

}  // namespace sniperforge::engine
