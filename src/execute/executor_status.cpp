// SPDX-License-Identifier: MIT
// What became of a sent transaction. That it landed is believed when any node says so of a
// confirmed block. That it did not is a claim about every block there will ever be, so it takes
// three answers and our own clock: the finalized height, as it is believed of all nodes, has passed
// its last valid one, and so many blocks can have passed since it was signed (ADR 0030); a node at
// least as new as that height finds its signature neither in its recent blocks nor in its history;
// and the ledger has no such transaction.
#include <fmt/format.h>

#include <algorithm>

#include "execute/executor_state.hpp"
#include "sniperforge/execute/fill.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {
namespace {

// Signatures that one getSignatureStatuses takes.
constexpr std::size_t kStatusesMax = 256;
// A search of the history is dear to the node: not more often than this.
constexpr Duration kSearchInterval = std::chrono::seconds{2};
// Finality comes 32 slots after a block. A fill that is not finalized once the chain has finalized
// blocks so much later is doubted.
constexpr std::uint64_t kFinalitySlotsMargin = 32;
// Reads of a confirmed transaction that came back empty before its status is asked for again.
constexpr std::uint32_t kReadsTrusted = 3;
// The pause between two such reads grows up to this.
constexpr Duration kReadPauseMax = std::chrono::seconds{10};
// Without an outcome for so long, an order is called unknown. Seen in a block: a node serves the
// transaction within seconds. Only sent: 150 blocks to expire and 32 to finalize are 75 s, and the
// questions need a few more.
constexpr Duration kSettlingMax = std::chrono::seconds{30};
constexpr Duration kUndecidedMax = std::chrono::seconds{120};

// The signer let nothing through that could: then either the chain or our reading of it is not what
// we think.
[[nodiscard]] FailureClass overspent(const Fill& fill, const OrderIntent& intent) {
    const bool is_beyond = fill.wallet.is_negative() && fill.wallet.magnitude() > intent.spend_max;
    return is_beyond ? FailureClass::BalanceMismatch : FailureClass::None;
}

}  // namespace

void Executor::State::poll() {
    is_polling = true;
    const std::vector<Signature> asked = signatures_open();
    if (asked.empty()) {
        is_polling = false;
        return;
    }
    rpc.get_signature_statuses(asked, rpc::StatusSearch::Recent,
                               [weak = weak_from_this(), asked](auto answer) {
                                   const auto self = weak.lock();
                                   if (!self) {
                                       return;
                                   }
                                   self->is_polling = false;
                                   if (!answer) {
                                       return;
                                   }
                                   std::vector<Signature> absent;
                                   for (std::size_t i = 0; i < asked.size(); ++i) {
                                       if (const auto& status = answer->statuses[i]) {
                                           self->on_status(asked[i], *status);
                                       } else if (self->is_overdue(asked[i])) {
                                           absent.push_back(asked[i]);
                                       }
                                   }
                                   self->search_history(std::move(absent));
                               });
}

// The recent blocks are some 150: what landed during an outage of ours may have left them.
void Executor::State::search_history(std::vector<Signature> absent) {
    const MonoTime now = reactor.now();
    if (absent.empty() || is_searching || now < search_due) {
        return;
    }
    is_searching = true;
    search_due = now + kSearchInterval;
    rpc.get_signature_statuses(
        absent, rpc::StatusSearch::History, finalized.chain().slot,
        [weak = weak_from_this(), absent, newer_than = finalized.chain().slot](auto answer) {
            const auto self = weak.lock();
            if (!self) {
                return;
            }
            self->is_searching = false;
            if (!answer) {
                return;
            }
            for (std::size_t i = 0; i < absent.size(); ++i) {
                if (const auto& status = answer->statuses[i]) {
                    self->on_status(absent[i], *status);
                } else if (answer->context_slot >= newer_than) {
                    self->on_absent(absent[i], answer->context_slot);
                }  // Else a node that lags: its silence says nothing.
            }
        });
}

rpc::ReadOptions Executor::State::new_enough() const {
    return {.commitment = Commitment::Confirmed, .context_slot_min = finalized.chain().slot};
}

bool Executor::State::is_asked_about(const Flight& flight) const {
    return flight.step == Step::Sent ||
           (flight.step == Step::Settling && flight.reads >= kReadsTrusted);
}

std::vector<Signature> Executor::State::signatures_open() const {
    std::vector<Signature> open;
    const auto add_flights = [&](bool are_unknown) {
        for (const auto& [id, flight] : flights) {
            if (flight->is_unknown == are_unknown && is_asked_about(*flight) &&
                open.size() < kStatusesMax) {
                open.push_back(flight->signature);
            }
        }
    };
    add_flights(false);
    for (const auto& [id, fill] : provisional) {
        if (open.size() < kStatusesMax) {
            open.push_back(fill.report.signature);
        }
    }
    add_flights(true);  // However many there are, they keep nobody else waiting.
    return open;
}

bool Executor::State::is_overdue(const Flight& flight) const {
    return flight.step == Step::Sent
               ? is_past(flight.last_valid_height, flight.lease, flight.fresh_at)
               : flight.step == Step::Settling;
}

bool Executor::State::is_overdue(const Signature& signature) const {
    const auto position = by_signature.find(signature);
    if (position == by_signature.end()) {
        return false;
    }
    const auto fill = provisional.find(position->second.value);
    if (fill != provisional.end()) {
        return finalized.chain().slot.since(fill->second.report.slot) > kFinalitySlotsMargin;
    }
    const auto flight = flights.find(position->second.value);
    return flight != flights.end() && is_overdue(*flight->second);
}

void Executor::State::on_status(const Signature& signature, const rpc::SignatureStatus& status) {
    if (auto* fill = find_fill(signature)) {
        return on_fill_status(*fill, status);
    }
    auto* flight = find(signature);
    // Processed is not enough: it may vanish with its fork.
    if (flight == nullptr || !status.is_confirmed) {
        return;
    }
    flight->seen_at = std::max(flight->seen_at, status.slot);
    if (flight->step == Step::Sent) {
        settle(*flight, status.slot);
    }
}

void Executor::State::on_absent(const Signature& signature, Slot context_slot) {
    if (auto* fill = find_fill(signature)) {
        return on_fill_absent(*fill, context_slot);
    }
    auto* flight = find(signature);
    if (flight == nullptr || !is_overdue(*flight)) {
        return;
    }
    if (flight->step == Step::Sent) {
        return confirm_absence(*flight);
    }
    if (context_slot > flight->seen_at) {
        telemetry::warning("execute",
                           "intent {}: {} was confirmed in slot {}, and a node at slot {} does not "
                           "know it: broadcast again",
                           flight->intent().intent_id.value, signature.to_string(),
                           flight->seen_at.value, context_slot.value);
        flight->step = Step::Sent;
        flight->next_action = reactor.now();
    }
}

void Executor::State::confirm_absence(Flight& flight) {
    if (std::exchange(flight.is_absence_asked, true)) {
        return;
    }
    rpc.get_transaction(
        flight.signature, new_enough(),
        then<rpc::RpcResult<std::optional<rpc::TransactionDetail>>>(
            flight, [](State& self, Flight& found, auto answer) {
                found.is_absence_asked = false;
                if (!answer || found.step != Step::Sent) {
                    return;  // Asked again after the next search.
                }
                if (*answer) {
                    found.step = Step::Settling;
                    found.settling_since = self.reactor.now();
                    return self.on_transaction(found, answer);
                }
                ++self.count_of(found.is_carried, Outcome::Expired);
                self.finish(found,
                            self.report_of(found, Outcome::Expired,
                                           self.past_text(found.last_valid_height, found.lease) +
                                               " and the signature is unknown"));
            }));
}

void Executor::State::settle(Flight& flight, Slot seen_at) {
    flight.step = Step::Settling;
    flight.seen_at = std::max(flight.seen_at, seen_at);
    flight.settling_since = reactor.now();
    flight.reads = 0;
    read_transaction(flight);
}

void Executor::State::read_transaction(Flight& flight) {
    // Waits longer each time: a node may know a status well before it serves the transaction.
    ++flight.reads;
    flight.next_action =
        reactor.now() + std::min(settings.status_poll_interval * flight.reads, kReadPauseMax);
    rpc.get_transaction(flight.signature, Commitment::Confirmed,
                        then<rpc::RpcResult<std::optional<rpc::TransactionDetail>>>(
                            flight, [](State& self, Flight& found, auto answer) {
                                self.on_transaction(found, answer);
                            }));
}

void Executor::State::on_transaction(
    Flight& flight, const rpc::RpcResult<std::optional<rpc::TransactionDetail>>& answer) {
    if (flight.step != Step::Settling) {
        return;
    }
    if (!answer && answer.error().kind == rpc::RpcError::Kind::BadReply) {
        return note_unreadable(flight, answer.error().text());
    }
    if (!answer || !*answer) {
        return;  // Read again when next_action comes.
    }
    const rpc::TransactionDetail& detail = **answer;
    auto fill = order_fill_of(detail, signer.wallet(), tips_known);
    if (!fill) {
        return note_unreadable(flight, fill.error().text);
    }
    auto report = report_of(flight, Outcome::Landed, {});
    tell_end(report, detail, *fill, &flight.intent());
    ++count_of(flight.is_carried, report.outcome);
    fill->venue_fees = fees_in(report, flight.venue_fees, *fill, flight.intent());
    report.fill = std::move(*fill);
    finish(flight, std::move(report));
}

// The books lack it until somebody tells more: nothing is bought by them meanwhile.
void Executor::State::note_unreadable(Flight& flight, std::string problem) {
    if (!std::exchange(flight.unreadable, std::move(problem)).empty()) {
        return;  // Said.
    }
    ++unreadable;
    telemetry::error(
        "execute",
        "intent {}, {}: a node serves the transaction, and what it did cannot be booked: {}. "
        "Nothing is bought and no cycle is sent until a node tells it; exits go on. Put an "
        "endpoint that serves getTransaction in full into network.endpoints (`sniperforge doctor` "
        "asks each)",
        flight.intent().intent_id.value, flight.signature.to_string(), flight.unreadable);
}

void Executor::State::tell_end(ExecutionReport& report, const rpc::TransactionDetail& detail,
                               const Fill& fill, const OrderIntent* intent) {
    const bool is_landed = detail.error.empty();
    ChainFailure failure =
        is_landed ? ChainFailure{intent != nullptr ? overspent(fill, *intent) : FailureClass::None}
                  : chain_failure(detail, report.venues);
    report.outcome = is_landed ? Outcome::Landed : Outcome::Reverted;
    report.error = detail.error;
    report.failure = failure.failure;
    report.failed_venue = failure.venue;
    report.program_error = std::move(failure.program_error);
    report.action = failure.action;
    report.slot = detail.slot;
}

bool Executor::State::is_undecided_too_long(const Flight& flight, MonoTime now) const {
    if (flight.is_unknown) {
        return false;
    }
    return (flight.step == Step::Settling && now - flight.settling_since >= kSettlingMax) ||
           (flight.step == Step::Sent && now - flight.trace.sent >= kUndecidedMax);
}

void Executor::State::report_unknown(Flight& flight) {
    flight.is_unknown = true;
    ++statistics.unknown;
    std::string error =
        flight.step == Step::Settling
            ? fmt::format("confirmed in slot {}, but {} for {} s", flight.seen_at.value,
                          flight.unreadable.empty()
                              ? "no node has served the transaction"
                              : "no node that served the transaction has told what it did (" +
                                    flight.unreadable + ")",
                          kSettlingMax / std::chrono::seconds{1})
            : fmt::format(
                  "{} s after it was sent no node that is new enough could tell what "
                  "became of it; the finalized height is {}, {}",
                  kUndecidedMax / std::chrono::seconds{1}, finalized.chain().height.value,
                  flight.lease
                      ? fmt::format("no advance of its nonce {} is final",
                                    flight.lease->account.to_string())
                      : fmt::format("its last valid height {}", flight.last_valid_height.value));
    telemetry::error("execute",
                     "intent {}, {}: {}; it is asked about further, and its token is not "
                     "traded until it is known",
                     flight.intent().intent_id.value, flight.signature.to_string(), error);
    events.on_report(report_of(flight, Outcome::Unknown, std::move(error)));
}

}  // namespace sniperforge::execute
