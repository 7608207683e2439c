// SPDX-License-Identifier: MIT
// From a signed transaction to what became of it.
#include <fmt/format.h>

#include "execute/executor_state.hpp"
#include "sniperforge/execute/fill.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {
namespace {

// A blockhash lives 150 blocks, about a minute. It is read again this often.
constexpr Duration kBlockhashInterval = std::chrono::seconds{2};
// While the node does not answer, no order is built on one that has lived half of its life.
constexpr Duration kBlockhashAgeMax = std::chrono::seconds{30};
// Statuses that one getSignatureStatuses takes.
constexpr std::size_t kStatusesMax = 256;

// JSON-RPC codes of a node that looked at the transaction and will not forward it.
constexpr int kPreflightFailure = -32002;
constexpr int kSignatureFailure = -32003;
constexpr int kInvalidParams = -32602;

[[nodiscard]] bool is_refusal(const rpc::RpcError& error) {
    return error.kind == rpc::RpcError::Kind::Node &&
           (error.code == kPreflightFailure || error.code == kSignatureFailure ||
            error.code == kInvalidParams) &&
           error.data.find("AlreadyProcessed") == std::string::npos;
}

}  // namespace

bool Executor::State::is_ready() const {
    return blockhash && rent && reactor.now() - blockhash_read_at <= kBlockhashAgeMax;
}

void Executor::State::refresh_blockhash() {
    blockhash_due = reactor.now() + kBlockhashInterval;
    rpc.get_latest_blockhash(Commitment::Confirmed, [weak = weak_from_this()](auto answer) {
        const auto self = weak.lock();
        if (!self) {
            return;
        }
        if (!answer) {
            telemetry::warning("execute", "reading the latest blockhash: {}",
                               answer.error().text());
            return;
        }
        // A lagging endpoint may answer with an older one: keep what expires last.
        if (!self->blockhash || answer->last_valid_height >= self->blockhash->last_valid_height) {
            self->blockhash = *answer;
            self->blockhash_read_at = self->reactor.now();
        }
    });
}

void Executor::State::read_rent() {
    constexpr std::size_t kTokenAccountBytes = 165;
    rpc.get_minimum_balance_for_rent_exemption(
        kTokenAccountBytes, [weak = weak_from_this()](auto answer) {
            const auto self = weak.lock();
            if (self && answer) {
                self->rent = *answer;
            } else if (self) {
                telemetry::warning("execute", "reading the rent of a token account: {}",
                                   answer.error().text());
            }
        });
}

void Executor::State::send(Flight& flight) {
    const bool is_first = flight.sends == 0;
    ++flight.sends;
    flight.next_action = reactor.now() + settings.rebroadcast_interval;
    MonoTime sent_at;
    // A cycle is a race and reverts by itself when it is late; an entry or exit is checked by the
    // node first, which saves the fee of a certain failure.
    const bool skip_preflight = flight.intent().kind == OrderKind::Cycle || !is_first;
    const OrderIntent intent = flight.intent();
    rpc.broadcast_transaction(
        flight.wire, skip_preflight, &sent_at,
        then<rpc::BroadcastResult>(flight, [is_first](State& self, Flight& found, auto result) {
            self.on_broadcast(found, result, is_first);
        }));
    if (is_first) {
        ++statistics.sent;
        flight.trace.sent = sent_at.ns != 0 ? sent_at : reactor.now();
        events.on_sent(intent, flight.trace);
    } else {
        ++statistics.rebroadcast;
    }
}

void Executor::State::on_broadcast(Flight& flight, const rpc::BroadcastResult& result,
                                   bool is_first) {
    if (result.accepted || flight.step != Step::Sent) {
        return;
    }
    // Only a refusal of the first and only broadcast, by every endpoint that got any of it, proves
    // that nothing is on its way.
    if (is_first && flight.sends == 1 && result.is_refused(is_refusal)) {
        return reject(flight, result.text());
    }
    telemetry::debug("execute", "intent {}: sending {}: {}", flight.intent().intent_id.value,
                     flight.signature.to_string(), result.text());
}

void Executor::State::on_tick(MonoTime now) {
    if (now >= blockhash_due) {
        refresh_blockhash();
        if (!rent) {
            read_rent();
        }
    }
    bool is_poll_wanted = false;
    for (auto& [id, flight] : flights) {
        is_poll_wanted = is_poll_wanted || flight->step == Step::Sent;
        if (now < flight->next_action) {
            continue;
        }
        if (flight->step == Step::Sent) {
            send(*flight);
        } else if (flight->step == Step::Settling) {
            read_transaction(*flight);
        }
    }
    if (is_poll_wanted && !is_polling && now >= poll_due) {
        poll_due = now + settings.status_poll_interval;
        poll_heights();
    }
}

// First the height, then the statuses: a status that is absent after the height had passed the
// last valid one can no longer appear.
void Executor::State::poll_heights() {
    is_polling = true;
    rpc.get_block_height(Commitment::Confirmed, [weak = weak_from_this()](auto answer) {
        if (const auto self = weak.lock()) {
            if (answer) {
                self->poll_statuses(*answer);
            } else {
                self->is_polling = false;
            }
        }
    });
}

void Executor::State::poll_statuses(BlockHeight height) {
    std::vector<Signature> signatures;
    for (const auto& [id, flight] : flights) {
        if (flight->step == Step::Sent && signatures.size() < kStatusesMax) {
            signatures.push_back(flight->signature);
        }
    }
    if (signatures.empty()) {
        is_polling = false;
        return;
    }
    rpc.get_signature_statuses(signatures,
                               [weak = weak_from_this(), signatures, height](auto answer) {
                                   const auto self = weak.lock();
                                   if (!self) {
                                       return;
                                   }
                                   self->is_polling = false;
                                   if (!answer) {
                                       return;
                                   }
                                   for (std::size_t i = 0; i < signatures.size(); ++i) {
                                       if (auto* flight = self->find(signatures[i])) {
                                           self->on_status(*flight, answer->statuses[i], height);
                                       }
                                   }
                               });
}

void Executor::State::on_status(Flight& flight, const std::optional<rpc::SignatureStatus>& status,
                                BlockHeight height) {
    if (flight.step != Step::Sent) {
        return;
    }
    if (status && status->is_confirmed) {
        return settle(flight);
    }
    if (!status && height > flight.last_valid_height && !flight.is_absence_asked) {
        confirm_absence(flight, height);
    }
}

// The status cache forgets within some 150 blocks: after an outage a landed transaction may be
// absent from it. Only the ledger says that there is none.
void Executor::State::confirm_absence(Flight& flight, BlockHeight height) {
    flight.is_absence_asked = true;
    rpc.get_transaction(
        flight.signature, Commitment::Confirmed,
        then<rpc::RpcResult<std::optional<rpc::TransactionDetail>>>(
            flight, [height](State& self, Flight& found, auto answer) {
                found.is_absence_asked = false;
                if (!answer || found.step != Step::Sent) {
                    return;  // Asked again after the next poll.
                }
                if (*answer) {
                    found.step = Step::Settling;
                    return self.on_transaction(found, answer);
                }
                ++self.statistics.expired;
                self.finish(found, self.report_of(
                                       found, Outcome::Expired,
                                       fmt::format("block height {} passed the last valid height "
                                                   "{} and the signature is unknown",
                                                   height.value, found.last_valid_height.value)));
            }));
}

void Executor::State::settle(Flight& flight) {
    flight.step = Step::Settling;
    read_transaction(flight);
}

void Executor::State::read_transaction(Flight& flight) {
    // Waits longer each time: a node may know a status well before it serves the transaction.
    ++flight.reads;
    flight.next_action = reactor.now() + settings.status_poll_interval * flight.reads;
    rpc.get_transaction(flight.signature, Commitment::Confirmed,
                        then<rpc::RpcResult<std::optional<rpc::TransactionDetail>>>(
                            flight, [](State& self, Flight& found, auto answer) {
                                self.on_transaction(found, answer);
                            }));
}

void Executor::State::on_transaction(
    Flight& flight, const rpc::RpcResult<std::optional<rpc::TransactionDetail>>& answer) {
    if (!answer || !*answer || flight.step != Step::Settling) {
        return;  // Read again when next_action comes.
    }
    const rpc::TransactionDetail& detail = **answer;
    auto fill = fill_of(detail, signer.wallet());
    if (!fill) {
        telemetry::error("execute", "transaction {}: {}", flight.signature.to_string(),
                         fill.error().text);
        return;
    }
    const bool is_landed = detail.error.empty();
    ++(is_landed ? statistics.landed : statistics.reverted);
    auto report = report_of(flight, is_landed ? Outcome::Landed : Outcome::Reverted, detail.error);
    report.slot = detail.slot;
    report.fill = std::move(*fill);
    finish(flight, std::move(report));
}

ExecutionReport Executor::State::report_of(const Flight& flight, Outcome outcome,
                                           std::string error) const {
    const OrderIntent& intent = flight.intent();
    ExecutionReport report;
    report.intent_id = intent.intent_id;
    report.strategy = intent.strategy;
    report.kind = intent.kind;
    report.exit_reason = intent.exit_reason;
    report.position_id = intent.position_id;
    report.mint = intent.kind == OrderKind::Exit ? intent.mint_in : intent.mint_out;
    report.outcome = outcome;
    report.signature = flight.signature;
    report.error = std::move(error);
    report.spend_max = intent.spend_max;
    report.decided_at = flight.trace.decided;
    report.sent_at = flight.trace.sent;
    report.settled_at = reactor.now();
    return report;
}

void Executor::State::finish(Flight& flight, ExecutionReport report) {
    const auto id = flight.intent().intent_id.value;
    if (!flight.signature.is_zero()) {
        by_signature.erase(flight.signature);
    }
    // Kept alive until the listener has returned: it may submit the next order.
    const auto node = flights.extract(id);
    events.on_report(report);
}

void Executor::State::reject(Flight& flight, std::string error) {
    ++statistics.rejected;
    signatures_made.erase(flight.signature);  // It is not on its way: the same bytes may try again.
    finish(flight, report_of(flight, Outcome::Rejected, std::move(error)));
}

Flight* Executor::State::find(IntentId intent) {
    const auto position = flights.find(intent.value);
    return position == flights.end() ? nullptr : position->second.get();
}

Flight* Executor::State::find(const Signature& signature) {
    const auto position = by_signature.find(signature);
    return position == by_signature.end() ? nullptr : find(position->second);
}

}  // namespace sniperforge::execute
