// SPDX-License-Identifier: MIT
#include "sniperforge/engine/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/journal_item.hpp"
#include "engine/signed_record.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/journal/intent_ring.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::engine {
namespace {

// A transaction that was signed before the last decision lands at most so many slots after it, and
// what the files lack was signed later: a blockhash lives 150 blocks, and slots may stay empty.
constexpr std::uint64_t kTransactionSlots = 300;

// An hour of whole minutes, the begun one included.
constexpr Duration kHourOfMinutes = std::chrono::minutes{61};

// Keeps the books again.
class Replay {
 public:
    Replay(History& history, const Now& now) : history_{history}, now_{now} {}

    void apply(const RecorderItem& item, WallTime at) {
        if (std::holds_alternative<RunStarted>(item)) {
            pass_over_recovered();  // The run before was cut in the middle of it.
        }
        if (recovered_) {
            recovered_->emplace_back(item, at);
        } else {
            std::visit([&](const auto& value) { on(value, at); }, item);
        }
        if (std::holds_alternative<RecoveryEnded>(item) && recovered_) {
            const auto whole = std::move(*recovered_);
            recovered_.reset();
            for (const auto& [each, then] : whole) {
                std::visit([&, then](const auto& value) { on(value, then); }, each);
            }
        } else if (const auto* intent = std::get_if<OrderIntent>(&item)) {
            // Also of one that is passed over: no id is given twice.
            history_.intent_last = std::max(history_.intent_last, intent->intent_id);
        }
    }

    // After the last record.
    void finish(const std::string& boot_id) {
        pass_over_recovered();
        for (const auto& [id, intent] : history_.portfolio.orders_in_flight()) {
            if (const auto found = signed_.find(id); found != signed_.end()) {
                history_.orders_open.push_back({intent, found->second});
            } else {
                history_.orders_unsigned.push_back(intent);
            }
        }
        for (ExecutionReport& report : history_.portfolio.fills_provisional()) {
            const auto found = signed_.find(report.intent_id.value);
            const BlockHeight height =
                found == signed_.end() ? BlockHeight{} : found->second.last_valid_height;
            history_.fills_provisional.push_back({std::move(report), height});
        }
        std::erase_if(history_.reverted, [&](const History::Settled& settled) {
            return settled.at.utc_day() != now_.wall.utc_day();
        });
        for (const PositionView& view : history_.portfolio.positions()) {
            keep_pool(view.mint);
        }
        for (const SignedOrder& order : history_.orders_open) {
            keep_pool(order.intent.mint_out);
        }
        for (const History::Fill& fill : history_.fills_provisional) {
            keep_pool(fill.report.mint);  // A sale that is reversed opens its position again.
        }
        history_.slot_last = history_.portfolio.slot_filled();
        // Of what a cut took nothing is known until it was searched, whatever was decided since.
        const std::uint64_t decided = (is_doubted_ ? slot_decided_then_ : slot_decided_).value;
        history_.slot_known =
            std::max(slot_adopted_, Slot{decided - std::min(decided, kTransactionSlots)});
        history_.is_rebuilding_cut = is_rebuilding_cut_ && !history_.has_ledger();
        history_.is_cut_by_power =
            is_doubted_ || (history_.records > 0 && !history_.is_stopped && is_other_boot(boot_id));
    }

    // What the write-ahead ring has; the oldest first.
    void add_ahead(const SignedOrder& order) {
        const std::uint64_t id = order.intent.intent_id.value;
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
    void on(const OrderIntent& intent, WallTime /*at*/) {
        history_.intent_last =
            std::max(history_.intent_last, intent.intent_id);  // The ring's, too.
        intents_[intent.intent_id.value] = intent;
        slot_decided_ = std::max(slot_decided_, intent.decided_at);
    }
    void on(const IntentDenied& denied, WallTime /*at*/) { intents_.erase(denied.intent_id.value); }
    void on(const IntentApproved& approved, WallTime at) {
        if (const auto found = intents_.find(approved.intent_id.value); found != intents_.end()) {
            history_.portfolio.order_submitted(found->second);
            history_.breakers.order_submitted(found->second, at);
            if (found->second.kind == OrderKind::Entry) {
                pools_[found->second.mint_out] = found->second.pool_id;
            }
        }
    }
    void on(const OrderSigned& order, WallTime at) {
        const auto intent = intents_.find(order.intent_id.value);
        if (intent != intents_.end() && is_lately(at)) {
            history_.signed_lately.push_back({intent->second, at});
        }
        signed_[order.intent_id.value] = order;
        signed_ids_.insert(order.intent_id.value);
        history_.signatures.insert(order.signature);
    }
    void on(const ExecutionReport& told, WallTime at) {
        const auto found = intents_.find(told.intent_id.value);
        if (found == intents_.end()) {
            return;  // Its intent was cut off with an older end of the journal.
        }
        const ExecutionReport report = completed(told, found->second, at);
        const bool is_fill =
            report.outcome == Outcome::Landed || report.outcome == Outcome::Reverted;
        if (is_fill && history_.portfolio.is_provisional(report.intent_id)) {
            return;  // Its reversal was not written, so the chain is asked about the first one.
        }
        (void)history_.breakers.settled(report, at);
        (void)history_.portfolio.apply(report, at);
        if (is_fill) {
            history_.fees.count(execute::chosen_fees(report.fill), at);
        }
        if (report.outcome == Outcome::Reverted) {
            history_.reverted.push_back({report, at});
        }
        if (report.outcome == Outcome::Rejected || report.outcome == Outcome::Expired) {
            forget(report.intent_id);
        }
    }
    void on(const OrderFinalized& order, WallTime /*at*/) {
        history_.portfolio.finalize(order.intent_id);
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
    void on(const WithdrawalSigned& withdrawal, WallTime /*at*/) {
        history_.withdrawals_open.push_back(withdrawal);
        if (withdrawal.upkept == UpkeptAccount::LookupTable) {
            table_of_[withdrawal.signature] = withdrawal.destination;
            if (std::ranges::find(history_.lookup_tables, withdrawal.destination) ==
                history_.lookup_tables.end()) {
                history_.lookup_tables.push_back(withdrawal.destination);
            }
        }
        // One that closes an empty account has the form of a sweep: it is not booked as one, too.
        history_.signatures.insert(withdrawal.signature);
    }
    void on(const WithdrawalSettled& withdrawal, WallTime at) {
        if (const auto table = table_of_.find(withdrawal.signature);
            table != table_of_.end() && withdrawal.outcome == Outcome::Landed) {
            table_landed(table->second, !withdrawal.fill.rent_refunded.is_zero());
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
    // What was signed for and never made is forgotten once another was.
    void table_landed(const Pubkey& table, bool is_closed) {
        is_closed ? (void)tables_made_.erase(table) : (void)tables_made_.insert(table);
        std::erase_if(history_.lookup_tables,
                      [&](const Pubkey& each) { return !tables_made_.contains(each); });
    }
    // Not read from a journal: they follow from the others.
    void on(const RunNote& /*note*/, WallTime /*at*/) {}
    void on(const PositionOpened& /*event*/, WallTime /*at*/) {}
    void on(const PositionChanged& /*event*/, WallTime /*at*/) {}
    void on(const PositionClosed& /*event*/, WallTime /*at*/) {}

    // A reversed fill's order may report again, so it is forgotten only when it is over.
    void forget(IntentId intent) {
        intents_.erase(intent.value);
        signed_.erase(intent.value);
    }

    void pass_over_recovered() {
        if (recovered_) {
            is_rebuilding_cut_ = std::ranges::any_of(*recovered_, [](const auto& each) {
                return std::holds_alternative<LedgerOpened>(each.first);
            });
            recovered_.reset();
        }
    }

    [[nodiscard]] bool is_lately(WallTime at) const {
        return at.utc_day() >= now_.wall.utc_day() || now_.wall.ns - at.ns < kHourOfMinutes.count();
    }

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

    [[nodiscard]] MonoTime mono_of(WallTime at) const {
        return MonoTime{now_.mono.ns - (now_.wall.ns - at.ns)};
    }

    History& history_;
    Now now_;
    std::map<std::uint64_t, OrderIntent> intents_;  // Not denied and not over, by id.
    std::map<std::uint64_t, OrderSigned> signed_;   // Of them.
    std::unordered_set<std::uint64_t> signed_ids_;  // All, whatever became of them.
    std::map<Pubkey, Pubkey> pools_;                // By mint.
    std::map<Signature, Pubkey> table_of_;          // What upkeep was signed for.
    std::set<Pubkey> tables_made_;
    Slot slot_decided_, slot_adopted_;
    Slot slot_decided_then_;  // When the doubt of a cut began.
    bool is_begun_ = false, is_doubted_ = false, is_rebuilding_cut_ = false;
    // Between the marks of a recovery, its end not yet read.
    std::optional<std::vector<std::pair<RecorderItem, WallTime>>> recovered_;
    std::string boot_id_;
};

[[nodiscard]] Result<void> read_records(const std::string& path, History& history, Replay& replay) {
    std::string problem;
    simdjson::dom::parser parser;
    const auto read = journal::read_journal(path, [&](const journal::Record& record) {
        auto item =
            problem.empty() ? item_of(record, parser) : Result<std::optional<RecorderItem>>{};
        if (!item) {
            problem = item.error().text;
        } else if (*item) {
            replay.apply(**item, WallTime{record.wall_ns});
        }
    });
    if (!read) {
        return Err{read.error()};
    }
    if (!problem.empty()) {
        return fail(problem);
    }
    history.records = read->records;
    return {};
}

[[nodiscard]] Result<void> read_ring(const std::string& path, History& history, Replay& replay) {
    const auto ring = journal::read_intent_ring(path);
    if (!ring) {
        return Err{ring.error()};
    }
    history.slots_damaged = ring->slots_damaged;
    for (const journal::RingRecord& record : ring->records) {
        const auto order = decode_signed(bytes_of(record.body));
        if (!order) {
            return Err{order.error()};
        }
        replay.add_ahead(*order);
    }
    return {};
}

}  // namespace

Result<History> read_history(const std::string& state_dir, const Now& now,
                             const std::string& boot_id, const config::RiskSettings& limits) {
    History history;
    history.breakers = risk::CircuitBreakers{limits};
    Replay replay{history, now};
    const auto read = [&](const char* name, auto reader) -> Result<void> {
        const std::string path = state_dir + "/" + name;
        return std::filesystem::exists(path) ? reader(path, history, replay) : Result<void>{};
    };
    if (auto records = read("journal.sfj", read_records); !records) {
        return fail("reading the journal of earlier runs", records.error());
    }
    if (auto ahead = read("intents.ring", read_ring); !ahead) {
        return fail("reading the write-ahead ring of earlier runs", ahead.error());
    }
    replay.finish(boot_id);
    return history;
}

}  // namespace sniperforge::engine
