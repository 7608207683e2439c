// SPDX-License-Identifier: MIT
#include "sniperforge/engine/lot_history.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <variant>

#include "engine/lot_shares.hpp"
#include "engine/replay.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/model/fill_sums.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::engine {
namespace {

using portfolio::BookedFill;
using portfolio::Lot;

// What a fill adds to the result of the books before lots are counted: rent of our own accounts is
// a deposit.
[[nodiscard]] LamportsDelta net_of(const Fill& fill) {
    return sol_change(fill, solana::kWrappedSolMint) + rent_of(fill);
}

[[nodiscard]] Lamports fees_of(const Fill& fill) {
    return fill.base_fee + fill.priority_fee + fill.tip;
}

[[nodiscard]] LotSide side_of(const BookedFill& fill) {
    return {fill.report.intent_id, fill.report.signature, fill.report.slot, fill.reported_at,
            fees_of(fill.report.fill)};
}

using LotsHeld = std::map<std::uint64_t, std::vector<Lot>>;

// Watches the books and writes a row wherever a lot ends. A sale is a row once it is final: until
// then a fork may give its lots back, or have others taken for it.
class LotWatch final : public ReplayObserver {
 public:
    explicit LotWatch(const History& history) : history_{history} {}

    void before(const RecorderItem& item, WallTime at) override {
        if (const auto* finalized = std::get_if<OrderFinalized>(&item)) {
            end(finalized->intent_id, true);
        } else if (std::holds_alternative<LedgerAdopted>(item)) {
            // Nothing is open then, and every fill counts as final.
            for (const ExecutionReport& fill : books().fills_provisional()) {
                end(fill.intent_id, true);
            }
            held_before_ = held();
        } else if (std::holds_alternative<WithdrawalSettled>(item)) {
            held_before_ = held();
        } else {
            note(item, at);
        }
    }

    void after(const RecorderItem& item, WallTime at) override {
        if (const auto* report = std::get_if<ExecutionReport>(&item)) {
            note_fill(*report);
        } else if (std::holds_alternative<LedgerAdopted>(item) ||
                   std::holds_alternative<WithdrawalSettled>(item)) {
            end_moved(at);
        }
    }

    // Behind the last record.
    void finish() {
        for (const ExecutionReport& fill : books().fills_provisional()) {
            end(fill.intent_id, false);
        }
        std::ranges::stable_sort(found_.rows, {}, [](const LotRow& row) {
            return std::tuple{row.disposed->slot, row.disposed->order};
        });
        for (const PositionView& view : books().positions()) {
            for (const Lot& lot : books().lots(view.position_id)) {
                LotRow row = row_of(LotRowKind::Held, lot, view.mint, view.position_id);
                row.strategy = view.strategy;
                row.run_id = run_of(lot.order);
                row.is_final = !books().is_provisional(lot.order);
                found_.rows.push_back(std::move(row));
            }
        }
    }

    [[nodiscard]] LotHistory& found() { return found_; }

 private:
    struct Purchase {
        LotSide side;
        std::string run_id;
        LotShares fees;  // Of all of it, as lots leave.
    };

    [[nodiscard]] const portfolio::Portfolio& books() const { return history_.portfolio; }

    void note(const RecorderItem& item, WallTime /*at*/) {
        if (const auto* run = std::get_if<RunStarted>(&item)) {
            run_id_ = run->run_id;
        } else if (const auto* intent = std::get_if<OrderIntent>(&item)) {
            const ExecutionReport report = report_on(*intent);
            found_.orders[intent->intent_id.value] = {.order = intent->intent_id,
                                                      .strategy = intent->strategy,
                                                      .kind = intent->kind,
                                                      .mint = report.mint,
                                                      .position = intent->position_id,
                                                      .signature = {},
                                                      .outcome = {}};
        } else if (const auto* denied = std::get_if<IntentDenied>(&item)) {
            if (OrderSeen* const seen = find(denied->intent_id)) {
                seen->is_denied = true;
            }
        } else if (const auto* order = std::get_if<OrderSigned>(&item)) {
            if (OrderSeen* const seen = find(order->intent_id)) {
                seen->signature = order->signature;
            }
        } else if (const auto* told = std::get_if<ExecutionReport>(&item)) {
            if (OrderSeen* const seen = find(told->intent_id)) {
                seen->outcome = told->outcome;
                // What the quote service sends has the signature with its outcome alone.
                seen->signature = told->signature.is_zero() ? seen->signature : told->signature;
            }
        }
    }

    [[nodiscard]] OrderSeen* find(IntentId order) {
        const auto found = found_.orders.find(order.value);
        return found == found_.orders.end() ? nullptr : &found->second;
    }

    void note_fill(const ExecutionReport& told) {
        const auto fill = books().fill_booked(told.intent_id);
        if (!fill) {
            return;
        }
        if (OrderSeen* const seen = find(told.intent_id); seen != nullptr) {
            seen->position = fill->position != PositionId{} ? fill->position : seen->position;
        }
        if (fill->report.kind == OrderKind::Entry && !fill->amount.is_zero()) {
            purchases_[told.intent_id.value] = {
                side_of(*fill), run_id_, LotShares{fill->amount, fees_of(fill->report.fill)}};
        }
    }

    [[nodiscard]] std::string run_of(IntentId order) const {
        const auto found = purchases_.find(order.value);
        return found == purchases_.end() ? std::string{} : found->second.run_id;
    }

    // Of one that is older than the journal the checkpoint has only its lot.
    [[nodiscard]] LotRow row_of(LotRowKind kind, const Lot& lot, const Pubkey& mint,
                                PositionId position) {
        LotRow row;
        row.kind = kind;
        row.run_id = run_id_;
        row.position = position;
        row.mint = mint;
        row.amount = lot.amount;
        row.cost = lot.cost;
        row.acquired = LotSide{lot.order, {}, lot.slot, WallTime{lot.bought_at.ns}};
        const auto found = purchases_.find(lot.order.value);
        if (found != purchases_.end()) {
            row.acquired = found->second.side;
            row.acquired->fees = found->second.fees.take(lot.amount);
        }
        return row;
    }

    void end(IntentId order, bool is_final) {
        const auto fill = books().fill_booked(order);
        if (!fill) {
            return;
        }
        const ExecutionReport& report = fill->report;
        const LamportsDelta net = net_of(report.fill);
        if (report.outcome == Outcome::Reverted) {
            return end_without_lot(*fill, LotRowKind::Failed, net, is_final);
        }
        if (report.kind == OrderKind::Exit && !fill->taken.empty()) {
            return end_sold(*fill, net, is_final);
        }
        if (report.kind == OrderKind::Cycle || report.kind == OrderKind::Sweep) {
            const bool is_cycle = report.kind == OrderKind::Cycle;
            return end_without_lot(*fill, is_cycle ? LotRowKind::Cycle : LotRowKind::Sweep, net,
                                   is_final);
        }
        // An entry has its cost in its lot.
        const LamportsDelta rest =
            report.kind == OrderKind::Entry ? net + fill->cost.minus(Lamports{}) : net;
        if (rest != LamportsDelta{}) {
            end_without_lot(*fill, LotRowKind::Unmatched, rest, is_final);
        }
    }

    void end_without_lot(const BookedFill& fill, LotRowKind kind, LamportsDelta net,
                         bool is_final) {
        LotRow row;
        row.kind = kind;
        row.run_id = run_id_;
        row.strategy = fill.report.strategy;
        row.position = fill.position;
        row.mint = fill.report.mint;
        row.disposed = side_of(fill);
        row.proceeds = row.result = net;
        row.is_final = is_final;
        found_.rows.push_back(std::move(row));
    }

    // What the sale brought and cost is shared among its lots by their amounts; the last has what
    // rounding leaves, so that the parts add up.
    void end_sold(const BookedFill& fill, LamportsDelta net, bool is_final) {
        const TokenAmount sold = portfolio::amount_of(fill.taken);
        LotShares proceeds{sold, net.magnitude()}, fees{sold, fees_of(fill.report.fill)};
        for (const Lot& lot : fill.taken) {
            LotRow row = row_of(LotRowKind::Sold, lot, fill.report.mint, fill.position);
            row.strategy = fill.report.strategy;
            row.disposed = side_of(fill);
            row.disposed->fees = fees.take(lot.amount);
            const LamportsDelta part = proceeds.take(lot.amount).minus(Lamports{});
            row.proceeds = net.is_negative() ? -part : part;
            row.result = row.proceeds + Lamports{}.minus(row.cost);
            row.is_final = is_final && !books().is_provisional(lot.order);
            found_.rows.push_back(std::move(row));
        }
    }

    [[nodiscard]] LotsHeld held() const {
        LotsHeld held;
        for (const PositionView& view : books().positions()) {
            const auto lots = books().lots(view.position_id);
            held[view.position_id.value].assign(lots.begin(), lots.end());
        }
        return held;
    }

    // Whatever is less than before: nothing was sold in between.
    void end_moved(WallTime at) {
        const LotsHeld now = held();
        for (const auto& [position, lots] : std::exchange(held_before_, {})) {
            const auto still = now.find(position);
            for (const Lot& lot : lots) {
                Lot moved = lot;
                if (still != now.end()) {
                    const auto rest = std::ranges::find(still->second, lot.order, &Lot::order);
                    moved.amount -= rest == still->second.end() ? TokenAmount{} : rest->amount;
                    moved.cost -= rest == still->second.end() ? Lamports{} : rest->cost;
                }
                if (!moved.amount.is_zero()) {
                    end_moved(moved, PositionId{position}, at);
                }
            }
        }
    }
    void end_moved(const Lot& lot, PositionId position, WallTime at) {
        const auto seen = found_.orders.find(lot.order.value);
        const bool is_known = seen != found_.orders.end();
        LotRow row =
            row_of(LotRowKind::MovedOut, lot, is_known ? seen->second.mint : Pubkey{}, position);
        row.strategy = is_known ? seen->second.strategy : row.strategy;
        row.disposed = LotSide{{}, {}, books().slot_finalized(), at};
        row.is_final = true;
        found_.rows.push_back(std::move(row));
    }

    const History& history_;
    LotHistory found_;
    std::string run_id_;
    std::map<std::uint64_t, Purchase> purchases_;  // By order.
    LotsHeld held_before_;                         // What may move lots away.
};

}  // namespace

std::string_view to_string(LotRowKind kind) {
    static constexpr std::array<std::string_view, 7> kNames{"sold",   "held",  "moved_out", "cycle",
                                                            "failed", "sweep", "unmatched"};
    static_assert(static_cast<std::size_t>(kLotRowKindLast) + 1 == kNames.size());
    return kNames.at(static_cast<std::size_t>(kind));
}

Result<LotHistory> read_lots(const std::string& journal_path) {
    History history;
    LotWatch watch{history};
    // Of a clock that is zero at the epoch: lots then have the wall's times.
    Replay replay{history, Now{}, &watch};
    simdjson::dom::parser parser;
    Result<void> followed;
    bool is_told = false;  // Something but the oldest segment's checkpoint.
    const auto read = journal::read_journal(journal_path, [&](const journal::Record& record) {
        const bool is_checkpoint = record.kind == journal::RecordKind::Checkpoint;
        if (followed && !(is_checkpoint && is_told)) {
            followed = replay.follow(record, parser);
        }
        is_told = is_told || !is_checkpoint;
    });
    if (!read) {
        return Err{read.error()};
    }
    if (!followed) {
        return Err{followed.error()};
    }
    watch.finish();
    LotHistory found = std::move(watch.found());
    found.records_gone = read->records_gone;
    // The end of a file that is being written, or was as it ended, has told nothing yet.
    const bool is_torn_end = read->bytes_bad > 0 && read->bytes_bad_sound == 0;
    found.problem = is_torn_end ? std::string{} : read->problem;
    return found;
}

}  // namespace sniperforge::engine
