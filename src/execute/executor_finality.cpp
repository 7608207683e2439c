// SPDX-License-Identifier: MIT
// Fills of confirmed blocks until they are finalized. That a confirmed block is dropped has never
// been seen on mainnet; if it is, the books must say so and not hope.
#include <fmt/format.h>

#include "execute/executor_state.hpp"
#include "sniperforge/execute/fill.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {

void Executor::State::on_fill_status(ProvisionalFill& fill, const rpc::SignatureStatus& status) {
    if (status.slot == fill.report.slot) {
        return status.is_finalized ? finalize(fill, status.slot) : void();
    }
    // Finality is seconds away, and until then what is held is sold by these books. Of two blocks
    // that are not final only the later one is news: nodes that differ do not turn it back and
    // forth.
    if (status.is_finalized) {
        read_moved_fill(fill, Commitment::Finalized);
    } else if (status.is_confirmed && status.slot > fill.report.slot) {
        read_moved_fill(fill, Commitment::Confirmed);
    }
}

void Executor::State::finalize(ProvisionalFill& fill, Slot slot) {
    const OrderFinalized order{fill.report.intent_id, fill.report.signature, slot};
    note_nonce(fill, fill.report.outcome, slot);
    forget(fill);
    events.on_finalized(order);
}

// Its first block was dropped and another one took it: what it did there may differ.
void Executor::State::read_moved_fill(ProvisionalFill& fill, Commitment commitment) {
    if (std::exchange(fill.is_being_read, true)) {
        return;
    }
    rpc.get_transaction(
        fill.report.signature, commitment,
        [weak = weak_from_this(), intent = fill.report.intent_id, commitment](auto answer) {
            const auto self = weak.lock();
            auto* found = self ? self->find_fill(intent) : nullptr;
            if (found == nullptr) {
                return;
            }
            found->is_being_read = false;
            if (answer && *answer) {
                self->on_moved_fill(*found, **answer, commitment == Commitment::Finalized);
            }  // Else read again after the next status.
        });
}

void Executor::State::on_moved_fill(ProvisionalFill& fill, const rpc::TransactionDetail& detail,
                                    bool is_final) {
    if (!is_final && detail.slot <= fill.report.slot) {
        return;  // Of a node that is still on the branch that we know.
    }
    auto moved = order_fill_of(detail, signer.wallet(), tips_known);
    if (!moved) {
        telemetry::error("execute", "transaction {}: {}", fill.report.signature.to_string(),
                         moved.error().text);
        return;
    }
    ExecutionReport report = fill.report;
    tell_end(report, detail, *moved, fill.intent ? &*fill.intent : nullptr);
    if (fill.intent) {
        moved->venue_fees = fees_in(report, fill.venue_fees, *moved, *fill.intent);
    } else if (report.outcome == fill.report.outcome) {
        moved->venue_fees = fill.report.fill.venue_fees;  // As an earlier process knew them.
    }
    report.fill = std::move(*moved);
    report.settled_at = reactor.now();
    const bool is_same = report.outcome == fill.report.outcome && report.fill == fill.report.fill;
    if (!is_final) {
        return is_same ? void(fill.report.slot = report.slot) : tell_again(fill, report);
    }
    if (is_same) {
        return finalize(fill, detail.slot);
    }
    const OrderFinalized order{report.intent_id, report.signature, report.slot};
    replace(fill, report);
    events.on_finalized(order);
}

void Executor::State::on_fill_absent(ProvisionalFill& fill, Slot context_slot) {
    if (!std::exchange(fill.is_doubted, true)) {
        ++doubted;
        telemetry::error(
            "execute",
            "intent {}: {} was confirmed in slot {}; slot {} is finalized and a node at slot {} "
            "does not know it: nothing is bought until that is decided",
            fill.report.intent_id.value, fill.report.signature.to_string(), fill.report.slot.value,
            finalized.chain().slot.value, context_slot.value);
    }
    // Until its blockhash has expired in finalized blocks, another block may take it.
    if (is_past(fill.last_valid_height, fill.lease, fill.fresh_at)) {
        confirm_reversal(fill);
    } else if (fill.lease) {
        nonces.end(*fill.lease);
    }
}

void Executor::State::confirm_reversal(ProvisionalFill& fill) {
    if (std::exchange(fill.is_being_read, true)) {
        return;
    }
    rpc.get_transaction(fill.report.signature, new_enough(),
                        [weak = weak_from_this(), intent = fill.report.intent_id](auto answer) {
                            const auto self = weak.lock();
                            auto* found = self ? self->find_fill(intent) : nullptr;
                            if (found == nullptr) {
                                return;
                            }
                            found->is_being_read = false;
                            if (!answer || *answer) {
                                return;  // It cannot be told, or it is there: its status decides.
                            }
                            ExecutionReport report = found->report;
                            report.outcome = Outcome::Expired;
                            report.failure = FailureClass::Expiry;
                            report.failed_venue = {};
                            report.program_error.clear();
                            report.action = FailureAction::None;
                            report.error = fmt::format(
                                "its confirmed block of slot {} was dropped, and {}",
                                found->report.slot.value,
                                self->past_text(found->last_valid_height, found->lease));
                            report.slot = {};
                            report.fill = {};
                            report.settled_at = self->reactor.now();
                            self->replace(*found, report);
                        });
}

void Executor::State::replace(ProvisionalFill& fill, const ExecutionReport& report) {
    count_again(fill, report.outcome);
    const OrderReversed order{fill.report.intent_id, fill.report.signature, fill.report.slot};
    note_nonce(fill, report.outcome, report.slot);
    forget(fill);
    events.on_reversed(order);
    events.on_report(report);
}

void Executor::State::tell_again(ProvisionalFill& fill, const ExecutionReport& report) {
    count_again(fill, report.outcome);
    const OrderReversed order{fill.report.intent_id, fill.report.signature, fill.report.slot};
    doubted -= std::exchange(fill.is_doubted, false) ? 1 : 0;
    fill.report = report;
    events.on_reversed(order);
    events.on_report(report);
}

void Executor::State::count_again(const ProvisionalFill& fill, Outcome outcome) {
    --count_of(fill.is_carried, fill.report.outcome);
    ++count_of(fill.is_carried, outcome);
    ++statistics.reversed;
    if (!fill.is_carried && fill.intent && is_nonce_advance(*fill.intent)) {
        statistics.advances -= fill.report.outcome == Outcome::Landed ? 1 : 0;
        statistics.advances += outcome == Outcome::Landed ? 1 : 0;
    }
}

void Executor::State::forget(const ProvisionalFill& fill) {
    doubted -= fill.is_doubted ? 1 : 0;
    by_signature.erase(fill.report.signature);
    provisional.erase(fill.report.intent_id.value);
}

}  // namespace sniperforge::execute
