// SPDX-License-Identifier: MIT
// Replay: keeps the books again from journal records, by the calls that kept them then; and its
// checkpoint, all of what the records so far have left, from which another replay goes on. Whoever
// writes a journal keeps one beside it, fed with what was written (ADR 0025).
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/entry_parts.hpp"
#include "engine/signed_lately.hpp"
#include "sniperforge/core/archive.hpp"
#include "sniperforge/engine/archive.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/journal/record.hpp"
#include "sniperforge/model/archive.hpp"

namespace sniperforge::engine {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<WithdrawalSigned> auto& withdrawal) {
    archive(withdrawal.signature, withdrawal.last_valid_height, withdrawal.destination,
            withdrawal.mint, withdrawal.amount, withdrawal.upkept, withdrawal.cost);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<Doubt> auto& doubt) {
    archive(doubt.since, doubt.mismatches);
}
// Of the intent what the signer's budgets ask (signer::outflow_of): there are as many as a day has
// orders.
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<History::Signed> auto& lately) {
    auto& intent = lately.intent;
    archive.some(intent.intent_id, intent.kind, intent.mint_in, intent.mint_out, intent.amount_in,
                 intent.receive_min, intent.spend_max, lately.at);
}

// Is told of each item as the books are about to take it, and once they have.
class ReplayObserver {
 public:
    virtual ~ReplayObserver() = default;
    virtual void before(const RecorderItem& item, WallTime at) = 0;
    virtual void after(const RecorderItem& item, WallTime at) = 0;
};

class Replay {
 public:
    // `history` outlives it, and so does the observer.
    Replay(History& history, const Now& now, ReplayObserver* observer = nullptr)
        : history_{history}, now_{now}, observer_{observer} {}

    // What the next record says: a part of a checkpoint, or what apply() is told. The parser is of
    // whoever reads.
    [[nodiscard]] Result<void> follow(const journal::Record& record, simdjson::dom::parser& parser);
    void apply(const RecorderItem& item, WallTime at);
    // Between the marks of a recovery, which counts with its end only: no checkpoint is made there.
    [[nodiscard]] bool is_recovering() const { return recovered_.has_value(); }

    // A part of a checkpoint. With its last part all that was kept before is replaced.
    [[nodiscard]] Result<void> take_part(const journal::Record& record);
    // Forgets what nothing can ask for any more, and gives the rest as the bodies of the records
    // that take_part() reads. The figures of a run start from zero.
    [[nodiscard]] std::vector<std::string> checkpoint(WallTime at);
    // Whether the checkpoint, written at that time, is what these records come to. Its breakers are
    // its own: settings of then have judged them. One of an older layout is taken over.
    [[nodiscard]] Result<bool> equals(const std::vector<std::string>& bodies, WallTime at);

    // After the last record.
    void finish(const std::string& boot_id);

    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        auto& history = self.history_;
        archive(history.portfolio, history.breakers, history.wallet, history.genesis,
                history.intent_last, history.reverted, history.fees, history.signed_lately,
                history.written_last, history.withdrawals_open, history.lookup_tables,
                history.doubt, history.is_stopped, self.intents_, self.signed_, self.signed_order_,
                self.seen_, self.pools_, self.table_of_, self.tables_made_, self.slot_decided_,
                self.slot_adopted_, self.slot_decided_then_, self.is_begun_, self.is_doubted_,
                self.is_rebuilding_cut_, self.boot_id_);
        if constexpr (Archive::is_reading) {
            if (archive.layout() >= kLayoutWithRung) {
                archive(history.rung);
            } else {
                history.rung.reset();
            }
            if (archive.layout() >= kLayoutWithHeldCauses) {
                archive(history.held);
            } else {
                history.held = {};
            }
            if (archive.layout() >= kLayoutWithEntryParts) {
                archive(history.parts);
            } else {
                history.parts.clear();
            }
            if (archive.layout() >= kLayoutWithBids) {
                archive(history.cycles_ended);
            } else if (archive.layout() >= kLayoutWithCycles) {
                std::deque<bool> are_reverted;
                archive(are_reverted);
                self.take_cycles(are_reverted);
            } else {
                self.take_cycles_reverted();
            }
            self.signed_ids_ = {self.signed_order_.begin(), self.signed_order_.end()};
        } else {
            archive(history.rung);
            archive(history.held, history.parts, history.cycles_ended);
        }
    }

    // Whether an order of this id was signed, as far as the journal tells.
    [[nodiscard]] bool knows(IntentId intent) const { return signed_ids_.contains(intent.value); }
    // Behind the records so far some are missing, whatever the ring has: the wallet's history is
    // searched from here on, and is not believed to be whole before the books equal the chain.
    void note_gap();

    // What the write-ahead ring has; the oldest first. Behind a gap only its ids count.
    void add_ahead(const SignedOrder& order) {
        const std::uint64_t id = order.intent.intent_id.value;
        // Of what the journal lacks nothing is known by having been decided later.
        slot_journal_ = slot_journal_.value_or(slot_decided_);
        if (history_.is_gap_found) {
            history_.intent_last = std::max(history_.intent_last, order.intent.intent_id);
            return;
        }
        if (signed_ids_.contains(id)) {
            return;  // The journal has it. Cycles are signed at once, others wait for Jupiter: ids
                     // say nothing about the order of signing.
        }
        const auto known = intents_.find(id);
        OrderAhead ahead{order};
        ahead.is_intent_known = known != intents_.end();
        ahead.is_approval_known = history_.portfolio.orders_in_flight().contains(id);
        if (ahead.is_intent_known) {
            ahead.intent = known->second;
        }
        history_.signed_before.push_back(ahead);
        on(ahead.intent, now_.wall);
        on(IntentApproved{ahead.intent.intent_id}, now_.wall);
        on(order.signed_as, now_.wall);
    }

 private:
    void take(const RecorderItem& item, WallTime at);
    // All of the state is what these bytes say; whether they say all of it.
    [[nodiscard]] bool take_over(BytesView state, std::uint64_t layout);
    void on(const OrderIntent& intent, WallTime /*at*/) {
        history_.intent_last =
            std::max(history_.intent_last, intent.intent_id);  // The ring's, too.
        intents_[intent.intent_id.value] = intent;
        note_part(history_, intent);
        slot_decided_ = std::max(slot_decided_, intent.decided_at);
    }
    void on(const IntentDenied& denied, WallTime /*at*/) {
        intents_.erase(denied.intent_id.value);
        part_denied(history_, denied);
    }
    void on(const IntentApproved& approved, WallTime at) {
        if (const auto found = intents_.find(approved.intent_id.value); found != intents_.end()) {
            history_.portfolio.order_submitted(found->second);
            history_.breakers.order_submitted(found->second, at);
            if (found->second.kind == OrderKind::Entry) {
                pools_[found->second.mint_out] = found->second.pool_id;
                bound_pools();
            }
        }
    }
    void on(const OrderSigned& order, WallTime at) {
        // From the wallet's history: no ring has had it, and it was signed when it landed.
        const bool is_recovered = order.last_valid_height == BlockHeight{};
        const auto intent = intents_.find(order.intent_id.value);
        if (intent != intents_.end() && is_recovered) {
            history_.signed_lately.push_back({intent->second, at});
        } else if (intent != intents_.end()) {
            keep_signed(history_, intent->second, at);
        }
        signed_[order.intent_id.value] = order;
        if (!is_recovered && signed_ids_.insert(order.intent_id.value).second) {
            signed_order_.push_back(order.intent_id.value);
        }
        seen_[order.signature] = slot_decided_;
    }
    void on(const ExecutionReport& told, WallTime at) {
        const auto found = intents_.find(told.intent_id.value);
        if (found == intents_.end()) {
            return;  // Its intent was cut off with an older end of the journal.
        }
        const ExecutionReport report = completed(told, found->second, at);
        const bool is_fill =
            report.outcome == Outcome::Landed || report.outcome == Outcome::Reverted;
        if (is_fill) {
            see(report.signature, report.slot);
        }
        if (is_fill && history_.portfolio.is_provisional(report.intent_id)) {
            return;  // Its reversal was not written, so the chain is asked about the first one.
        }
        (void)history_.breakers.settled(report, at);
        (void)history_.portfolio.apply(report, at);
        // What was found in the wallet's history may be of long before, by no clock of ours.
        if (is_fill && at.utc_day() + 1 >= history_.written_last.value_or(at).utc_day()) {
            history_.fees.count(execute::chosen_fees(report.fill), at);
        }
        if (report.outcome == Outcome::Reverted) {
            history_.reverted.push_back({report, at});
        }
        if (const auto end = cycle_end_of(report)) {
            note_cycle(*end);
        }
        if (report.outcome == Outcome::Rejected || report.outcome == Outcome::Expired) {
            forget(report.intent_id);
        }
    }
    void on(const OrderFinalized& order, WallTime /*at*/) {
        history_.portfolio.finalize(order.intent_id, order.slot);
        forget(order.intent_id);
    }
    void on(const OrderReversed& order, WallTime at) {
        (void)history_.portfolio.reverse(order.intent_id, at);
    }
    void on(const PositionPlaced& placed, WallTime /*at*/) {
        for (const PositionView& view : history_.portfolio.positions()) {
            if (view.position_id == placed.position_id) {
                pools_[view.mint] = placed.pool;
            }
        }
    }
    void on(const PositionPeak& peak, WallTime /*at*/) {
        history_.portfolio.raise_peak(peak.position_id, peak.value_peak);
    }
    void on(const PositionMarked& marked, WallTime at) {
        (void)history_.portfolio.begin_day(at);
        history_.portfolio.mark(marked.position_id, marked.value);
    }
    void on(const DayBegun& begun, WallTime at) {
        (void)history_.portfolio.begin_day(at);
        history_.portfolio.begin_day(begun);
    }
    void on(const LedgerOpened& opened, WallTime at) {
        history_.genesis = opened.genesis;
        history_.withdrawals_open.clear();
        history_.portfolio.start(opened.balances, at);
        slot_adopted_ = opened.balances.slots.oldest;
    }
    void on(const BooksDoubted& doubted, WallTime at) {
        history_.doubt = Doubt{history_.doubt ? history_.doubt->since : at, doubted.mismatches};
        (void)history_.breakers.reconciled(false, at);
        history_.portfolio.miss(doubted.mismatches);
    }
    // The adoption that follows ends the doubt: both or none.
    void on(const ShortfallAccepted& /*accepted*/, WallTime /*at*/) {}
    void on(const GiftTaken& taken, WallTime /*at*/) { history_.portfolio.take_in(taken.gift); }
    void on(const PositionAdopted& adopted, WallTime at) {
        (void)history_.portfolio.adopt_position(adopted.mint, adopted.amount, mono_of(at));
    }
    void on(const LedgerAdopted& adopted, WallTime at) {
        // Nothing was open then, whatever the journal lacks of it.
        for (const ExecutionReport& fill : history_.portfolio.fills_provisional()) {
            history_.portfolio.finalize(fill.intent_id);
            forget(fill.intent_id);
        }
        const auto in_flight = history_.portfolio.orders_in_flight();
        for (const auto& [id, intent] : in_flight) {
            ExecutionReport report = report_on(intent);
            report.outcome = Outcome::Rejected;
            (void)history_.portfolio.apply(report, at);
            forget(intent.intent_id);
        }
        for (const WithdrawalSigned& open : history_.withdrawals_open) {
            see(open.signature, adopted.balances.slots.newest);
        }
        history_.withdrawals_open.clear();
        (void)history_.portfolio.adopt(adopted.balances, at);
        (void)history_.breakers.reconciled(true, at);
        is_doubted_ = false;
        history_.doubt.reset();
        slot_adopted_ = std::max(slot_adopted_, adopted.balances.slots.oldest);
    }
    void on(const RunStarted& run, WallTime /*at*/) {
        // A run that was cut is followed by one that saw another start of the machine: whether that
        // one has found its books true is told by its adoption.
        const bool is_cut = is_begun_ && !history_.is_stopped && is_other_boot(run.boot_id);
        if (is_cut && !is_doubted_) {
            slot_decided_then_ = slot_decided_;
        }
        is_doubted_ = is_doubted_ || is_cut;
        is_begun_ = true;
        history_.wallet = run.wallet;
        boot_id_ = run.boot_id;
        history_.is_stopped = false;
    }
    void on(const RunStopped& /*run*/, WallTime /*at*/) { history_.is_stopped = true; }
    void on(const WithdrawalSigned& withdrawal, WallTime at) {
        history_.withdrawals_open.push_back(withdrawal);
        keep_signed(history_, withdrawal, at);
        if (withdrawal.upkept == UpkeptAccount::LookupTable) {
            table_of_[withdrawal.signature] = withdrawal.destination;
            if (std::ranges::find(history_.lookup_tables, withdrawal.destination) ==
                history_.lookup_tables.end()) {
                history_.lookup_tables.push_back(withdrawal.destination);
            }
        }
        // One that closes an empty account has the form of a sweep: it is not booked as one, too.
        seen_[withdrawal.signature] = slot_decided_;
    }
    void on(const WithdrawalSettled& withdrawal, WallTime at) {
        see(withdrawal.signature, withdrawal.slot);
        if (const auto table = table_of_.extract(withdrawal.signature);
            !table.empty() && withdrawal.outcome == Outcome::Landed) {
            table_landed(table.mapped(), !withdrawal.fill.rent_refunded.is_zero());
        }
        // One that an adoption has covered is in the chain's figure already.
        const auto settled = std::erase_if(history_.withdrawals_open, [&](const auto& open) {
            return open.signature == withdrawal.signature;
        });
        if (settled > 0) {
            (void)history_.portfolio.withdraw(withdrawal.fill, withdrawal.slot, at);
        }
    }
    void on(const RecoveryBegun& /*mark*/, WallTime /*at*/) { recovered_.emplace(); }
    void on(const RecoveryEnded& /*mark*/, WallTime /*at*/) {}
    void on(const RungBegun& begun, WallTime at) {
        history_.rung = Rung{begun, at};
        history_.portfolio.begin_settled(begun.counted);
    }
    void on(const CauseChanged& change, WallTime at) {
        history_.held.note(change, at);
        if (change.is_fall_accepted) {
            history_.portfolio.accept_drawdown();
        }
    }
    // Not read from a journal: they follow from the others.
    void on(const RunNote& /*note*/, WallTime /*at*/) {}
    void on(const TokenVerdict& /*verdict*/, WallTime /*at*/) {}
    void on(const SettingsChanged& /*change*/, WallTime /*at*/) {}
    void on(const PathChoice& /*choice*/, WallTime /*at*/) {}
    void on(const PositionOpened& /*event*/, WallTime /*at*/) {}
    void on(const PositionChanged& /*event*/, WallTime /*at*/) {}
    void on(const PositionClosed& /*event*/, WallTime /*at*/) {}

    // The transaction was in this slot.
    void see(const Signature& signature, Slot slot) {
        if (const auto found = seen_.find(signature); found != seen_.end()) {
            found->second = std::max(found->second, slot);
        }
    }

    void note_cycle(const CycleEnd& end) {
        history_.cycles_ended.push_back(end);
        if (history_.cycles_ended.size() > History::kCyclesMax) {
            history_.cycles_ended.pop_front();
        }
    }
    // Of an older checkpoint, whose cycles all offered the least.
    void take_cycles(const std::deque<bool>& are_reverted) {
        history_.cycles_ended.clear();
        for (const bool is_reverted : are_reverted) {
            note_cycle({is_reverted ? Outcome::Reverted : Outcome::Landed, 0});
        }
    }
    // Of an older checkpoint, which does not tell of cycles that landed.
    void take_cycles_reverted() {
        history_.cycles_ended.clear();
        for (const History::Settled& settled : history_.reverted) {
            if (settled.report.kind == OrderKind::Cycle) {
                note_cycle({Outcome::Reverted, 0});
            }
        }
    }

    // A reversed fill's order may report again, so it is forgotten only when it is over.
    void forget(IntentId intent) {
        intents_.erase(intent.value);
        signed_.erase(intent.value);
    }

    void table_landed(const Pubkey& table, bool is_closed);
    void pass_over_recovered();
    void meet_clock(WallTime now);

    // Where the kernel does not name its starts, each may be another one.
    [[nodiscard]] bool is_other_boot(const std::string& boot_id) const {
        return boot_id.empty() || boot_id_ != boot_id;
    }

    void keep_pool(const Pubkey& mint) {
        if (const auto found = pools_.find(mint); found != pools_.end()) {
            history_.pools.insert(*found);
        }
    }

    // What the journal does not repeat of the order's intent.
    [[nodiscard]] ExecutionReport completed(const ExecutionReport& told, const OrderIntent& intent,
                                            WallTime at) const {
        ExecutionReport report = report_on(intent);
        report.outcome = told.outcome;
        report.signature = told.signature;
        report.slot = told.slot;
        report.fill = told.fill;
        report.error = told.error;
        report.failure = told.failure;
        report.failed_venue = told.failed_venue;
        // The age of a position is measured from here, also across a restart of the machine.
        report.decided_at = report.sent_at = report.settled_at = mono_of(at);
        return report;
    }

    [[nodiscard]] Duration wall_less_mono() const { return Duration{now_.wall.ns - now_.mono.ns}; }
    [[nodiscard]] Slot slot_known() const;
    void forget_the_old(WallTime at);
    void bound_pools();
    [[nodiscard]] Bytes state() const;

    [[nodiscard]] MonoTime mono_of(WallTime at) const {
        return MonoTime{now_.mono.ns - (now_.wall.ns - at.ns)};
    }

    History& history_;
    Now now_;
    ReplayObserver* observer_;
    std::map<std::uint64_t, OrderIntent> intents_;  // Not denied and not over, by id.
    std::map<std::uint64_t, OrderSigned> signed_;   // Of them.
    // Those that the write-ahead ring may have, whatever became of them; in the order of signing.
    std::unordered_set<std::uint64_t> signed_ids_;
    std::deque<std::uint64_t> signed_order_;
    // Every signature that the wallet's history may be asked about, with the newest slot that it
    // can be in as far as the files tell.
    std::map<Signature, Slot> seen_;
    std::map<Pubkey, Pubkey> pools_;        // By mint.
    std::map<Signature, Pubkey> table_of_;  // What upkeep was signed for, until it is settled.
    std::set<Pubkey> tables_made_;
    Slot slot_decided_, slot_adopted_;
    Slot slot_decided_then_;            // When the doubt of a cut began.
    std::optional<Slot> slot_journal_;  // Of the last decision that the journal has.
    bool is_begun_ = false, is_doubted_ = false, is_rebuilding_cut_ = false;
    // Between the marks of a recovery, its end not yet read.
    std::optional<std::vector<std::pair<RecorderItem, WallTime>>> recovered_;
    std::string boot_id_;
    std::vector<std::string> parts_;  // Of a checkpoint that is being read.
};

}  // namespace sniperforge::engine
