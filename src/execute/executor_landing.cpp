// SPDX-License-Identifier: MIT
// A signed transaction on its way out, and the end of an order.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "execute/executor_state.hpp"
#include "execute/token_account_bytes.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {
namespace {

// A blockhash lives 150 blocks, about a minute. It is read again this often.
constexpr Duration kBlockhashInterval = std::chrono::seconds{2};
// Where a node's was of no use, another one is asked so soon.
constexpr Duration kBlockhashRetry = std::chrono::milliseconds{200};
// For so long the one that expires last is kept against older ones.
constexpr Duration kBlockhashUnmatchedMax = std::chrono::seconds{10};
// While the node does not answer, no order is built on one that has lived half of its life.
constexpr Duration kBlockhashAgeMax = std::chrono::seconds{30};
// How often every endpoint is asked for the finalized height: something waits for it, or nothing.
constexpr Duration kFinalizedInterval = std::chrono::seconds{1};
constexpr Duration kFinalizedIdleInterval = std::chrono::seconds{10};
// How often fills that wait for finality and orders called unknown are asked about.
constexpr Duration kSlowPollInterval = std::chrono::seconds{2};

// Nobody has taken an order for so long: it ends, and a sale is decided anew, on the price of then.
// As often as sales are tried that a program refuses (strategy/exits.cpp).
constexpr Duration kTurnedAwayMax = std::chrono::seconds{10};

// What the first node that looked at it says was wrong. One that lacks the blockhash has not: its
// word counts where there is no other. A cycle's is old on purpose, and the node none the worse for
// it.
[[nodiscard]] ChainFailure refused_for(const rpc::BroadcastResult& result,
                                       const OrderIntent& intent) {
    ChainFailure about_blockhash;
    for (const auto& each : result.answers) {
        if (each.answer || !each.answer.error().is_refusal()) {
            continue;
        }
        const ChainFailure found = preflight_failure(each.answer.error(), intent.venues);
        if (found.failure != FailureClass::Rpc) {
            return found;
        }
        about_blockhash = found;
        if (intent.kind == OrderKind::Cycle) {
            about_blockhash.failure = FailureClass::Expiry;
        }
    }
    return about_blockhash;
}

// Of the newest block before the finalized one: 32 of finality, and the 50 of 200 ms, which is as
// fast as blocks come, that there are in the 10 s between two questions for the height.
constexpr std::uint64_t kNewestAheadMax = 96;

}  // namespace

bool Executor::State::is_ready() const {
    return blockhash && rent && reactor.now() - blockhash_read_at <= kBlockhashAgeMax;
}

std::string Executor::State::missing() const {
    std::string text;
    const auto add = [&](std::string_view what, const std::string& problem) {
        text += fmt::format("{}{}{}{}", text.empty() ? "" : "; ", what, problem.empty() ? "" : ": ",
                            problem);
    };
    if (!blockhash || reactor.now() - blockhash_read_at > kBlockhashAgeMax) {
        finalized.believed()
            ? add("no fresh blockhash (getLatestBlockhash)", blockhash_problem)
            : add("no block height is believed yet (getEpochInfo of each endpoint)", {});
    }
    if (!rent) {
        add("no rent of a token account (getMinimumBalanceForRentExemption)", rent_problem);
    }
    return text;
}

// Not before a height is believed, which it is held against.
void Executor::State::refresh_blockhash() {
    blockhash_due = reactor.now() + kBlockhashInterval;
    auto handler = [weak = weak_from_this()](const rpc::RpcResult<rpc::LatestBlockhash>& answer) {
        if (const auto self = weak.lock()) {
            self->on_blockhash(answer);
        }
    };
    if (blockhash_reader) {
        rpc.get_latest_blockhash_from(*blockhash_reader, Commitment::Confirmed, std::move(handler));
    } else {
        rpc.get_latest_blockhash(Commitment::Confirmed, std::move(handler));
    }
}

void Executor::State::on_blockhash(const rpc::RpcResult<rpc::LatestBlockhash>& answer) {
    if (!answer) {
        blockhash_problem = answer.error().text();
        telemetry::warning("execute", "reading the latest blockhash: {}", blockhash_problem);
        return ask_other_for_blockhash();
    }
    rpc::LatestBlockhash told = *answer;
    const bool can_be = finalized.can_be_fresh(told.last_valid_height);
    if (!can_be) {
        blockhash_problem = fmt::format(
            "a latest blockhash is said to be valid up to height {}: finalized is {}, so it is 150 "
            "above that and not many more",
            told.last_valid_height.value, finalized.chain().height.value);
        const bool is_alone = rpc.readers_serving() < 2 && finalized.believed();
        if (!std::exchange(is_blockhash_refused, true)) {
            telemetry::warning("execute", "{}; {}", blockhash_problem,
                               is_alone ? "there is no other endpoint to ask, so orders wait "
                                          "longer for their end: name a second one"
                                        : "another endpoint is asked");
        }
        if (!is_alone) {
            return ask_other_for_blockhash();
        }
        // One of its answers may lag behind the others: what could be is kept for a while.
        if (blockhash && !is_blockhash_beyond &&
            reactor.now() - blockhash_read_at < kBlockhashUnmatchedMax) {
            return;
        }
        told.last_valid_height = last_valid_of_nobody();
    }
    // A lagging endpoint may answer with an older one: what expires last is kept. But what nobody
    // has come up to for long is not what the others have.
    const bool is_newer = !blockhash || told.last_valid_height >= blockhash->last_valid_height;
    if (is_newer || reactor.now() - blockhash_read_at >= kBlockhashUnmatchedMax) {
        blockhash = told;
        blockhash_read_at = reactor.now();
        is_blockhash_beyond = !can_be;
        is_blockhash_refused = is_blockhash_refused && !can_be;
        can_be ? recent.add(told, reactor.now()) : recent.clear();
    }
}

// Of a blockhash whose only teller does not know it: later than the true one, so that no order ends
// that can still land, and soon enough that each does end.
BlockHeight Executor::State::last_valid_of_nobody() const {
    return BlockHeight{finalized.chain().height.value + solana::kBlockhashBlocks + kNewestAheadMax};
}

// The pool may go on to ask the one whose answer was of no use: it does not know. With one endpoint
// there is nobody else.
void Executor::State::ask_other_for_blockhash() {
    if (rpc.readers_serving() < 2) {
        return;
    }
    const std::size_t next = blockhash_reader ? *blockhash_reader + 1 : 0;
    if (next < rpc.readers()) {
        blockhash_reader = next;
        blockhash_due = std::min(blockhash_due, reactor.now() + kBlockhashRetry);
    } else {
        blockhash_reader.reset();
    }
}

void Executor::State::ask_finalized(MonoTime now, bool is_open) {
    const bool is_wanted = is_open || !finalized.believed();
    const Duration interval = is_wanted ? kFinalizedInterval : kFinalizedIdleInterval;
    if (!finalized_asked_at || now - *finalized_asked_at >= interval) {
        finalized_asked_at = now;
        finalized.ask();
    }
}

void Executor::State::read_rent() {
    rpc.get_minimum_balance_for_rent_exemption(
        kTokenAccountBytesMax, [weak = weak_from_this()](auto answer) {
            const auto self = weak.lock();
            if (self && answer) {
                self->rent = *answer;
            } else if (self) {
                self->rent_problem = answer.error().text();
                telemetry::warning("execute", "reading the rent of a token account: {}",
                                   self->rent_problem);
            }
        });
}

void Executor::State::send(Flight& flight) {
    const bool is_first = flight.sends == 0;
    ++flight.sends;
    flight.next_action = reactor.now() + resend_interval(flight.intent());
    MonoTime sent_at;
    ++flight.sends_open;
    // A cycle is a race and reverts by itself when it is late; any other order is checked by the
    // nodes first, which saves the fee of a certain failure, until one of them has let it pass. A
    // sale goes out unchecked where their check has failed for the nodes' own reasons.
    const OrderIntent intent = flight.intent();
    const bool is_check_vain =
        intent.kind == OrderKind::Exit && blockhash_refusals.is_check_skipped(reactor.now());
    const bool skip_preflight =
        intent.kind == OrderKind::Cycle || flight.is_accepted || is_check_vain;
    rpc.broadcast_transaction(
        flight.wire, skip_preflight, &sent_at,
        then<rpc::BroadcastResult>(flight,
                                   [skip_preflight](State& self, Flight& found, auto result) {
                                       if (result.accepted && !skip_preflight) {
                                           self.blockhash_refusals.passed();
                                       }
                                       self.on_broadcast(found, result);
                                   }));
    // After the nodes, which never wait for a lane. What a node has not let pass yet waits for
    // that, until the nodes were silent for as long as a rebroadcast takes.
    if (skip_preflight || !is_first) {
        send_to_lanes(flight);
    }
    if (is_first) {
        ++statistics.sent;
        flight.sent_slot = std::max(intent.decided_at, rpc.slot_best().value_or(Slot{}));
        flight.trace.sent = sent_at.ns != 0 ? sent_at : reactor.now();
        if (intent.kind == OrderKind::Entry || intent.kind == OrderKind::Exit) {
            ++statistics.paths.sent[static_cast<std::size_t>(flight.path)];
            ++statistics.paths.by_way[static_cast<std::size_t>(flight.choice.taken)];
        }
        events.on_sent(intent, flight.trace, flight.was_jupiter_asked);
        if (intent.kind == OrderKind::Entry || intent.kind == OrderKind::Exit) {
            events.on_path(flight.choice);
        }
    } else {
        ++statistics.rebroadcast;
    }
}

void Executor::State::on_broadcast(Flight& flight, const rpc::BroadcastResult& result) {
    flight.is_accepted = flight.is_accepted || result.accepted;
    if (result.accepted && is_sent_on(flight) && flight.lane_sends == 0) {
        send_to_lanes(flight);
    }
    if (result.has_refusal()) {
        flight.refusal = result.text();
        flight.refused_for = refused_for(result, flight.intent());
    }
    if (!result.is_over()) {
        telemetry::debug("execute", "intent {}: sending {}: {}; {} endpoints have not answered yet",
                         flight.intent().intent_id.value, flight.signature.to_string(),
                         result.text(), result.waiting);
        return;
    }
    --flight.sends_open;
    flight.may_be_out = flight.may_be_out || !result.is_nowhere();
    if (result.accepted || flight.step != Step::Sent) {
        return;
    }
    telemetry::debug("execute", "intent {}: sending {}: {}", flight.intent().intent_id.value,
                     flight.signature.to_string(), result.text());
    if (!flight.may_be_out) {
        // In a pause of all of them nobody was asked.
        flight.turned_away = result.answers.empty() ? flight.turned_away : result.text();
        on_turned_away(flight);
    }
}

// Only when every endpoint has answered to every broadcast, and none of them may have taken it, is
// nothing on its way. Where one has said why, it is over; else they are asked again for a while.
void Executor::State::on_turned_away(Flight& flight) {
    if (flight.sends_open > 0) {
        return;
    }
    if (!flight.refusal.empty()) {
        note_refusal(flight);
        return reject(flight, flight.turned_away, flight.refused_for);
    }
    const MonoTime now = reactor.now();
    if (now - flight.trace.sent < kTurnedAwayMax) {
        return;
    }
    const std::string text = fmt::format(
        "no endpoint has taken it for {} s: {}", kTurnedAwayMax / std::chrono::seconds{1},
        flight.turned_away.empty() ? "all of them are in a pause" : flight.turned_away);
    refusal_log.write(now, telemetry::Level::Warning, "execute",
                      "intent {}, {}: {}. An exit is tried again; `sniperforge doctor` tells what "
                      "each endpoint serves: name one that takes transactions in "
                      "network.endpoints",
                      flight.intent().intent_id.value, to_string(flight.intent().kind), text);
    reject(flight, text, {.failure = FailureClass::Rpc});
}

void Executor::State::on_tick(MonoTime now) {
    if (now >= blockhash_due && finalized.believed()) {
        refresh_blockhash();
        if (!rent) {
            read_rent();
        }
    }
    if (now >= tables_due) {
        refresh_tables();
    }
    watch_leases(now);
    fees.market.on_tick(now);
    if (lanes != nullptr) {
        lanes->on_tick(now);
    }
    bool is_urgent = false, is_open = !provisional.empty();
    std::vector<IntentId> undecided;
    for (auto& [id, flight] : flights) {
        is_open = is_open || is_asked_about(*flight);
        is_urgent = is_urgent || (is_asked_about(*flight) && !flight->is_unknown);
        if (is_undecided_too_long(*flight, now)) {
            undecided.push_back(flight->intent().intent_id);
        }
        if (now < flight->next_action) {
            continue;
        }
        // Where one was turned away, all that are out may be: each is waited for, so that it can
        // end. Of a node that is slower than broadcasts one would always be.
        const bool is_word_awaited = flight->is_turned_away() && flight->sends_open > 0;
        if (is_sent_on(*flight) && !flight->wire.empty() && !is_word_awaited) {
            send(*flight);
        } else if (flight->step == Step::Settling) {
            read_transaction(*flight);
        }
    }
    for (const IntentId intent : undecided) {
        if (auto* flight = find(intent)) {
            report_unknown(*flight);
        }
    }
    ask_finalized(now, is_open);
    const Duration interval = is_urgent ? settings.status_poll_interval : kSlowPollInterval;
    if (is_open && !is_polling && now - polled_at >= interval) {
        polled_at = now;
        poll();
    }
}

ExecutionReport Executor::State::report_of(const Flight& flight, Outcome outcome,
                                           std::string error) const {
    ExecutionReport report = report_on(flight.intent());
    report.outcome = outcome;
    report.signature = flight.signature;
    report.error = std::move(error);
    report.failure = outcome == Outcome::Unknown ? FailureClass::Rpc : FailureClass::None;
    if (outcome == Outcome::Expired) {
        report.failure = FailureClass::Expiry;
        if (!flight.is_accepted && flight.refused_for.failure != FailureClass::None) {
            report.failure = flight.refused_for.failure;  // That is why no block took it.
            report.failed_venue = flight.refused_for.venue;
            report.program_error = flight.refused_for.program_error;
            report.action = flight.refused_for.action;
        }
    }
    // Why it did not land, where a node has said so while another one kept us waiting.
    if ((outcome == Outcome::Expired || outcome == Outcome::Unknown) && !flight.refusal.empty()) {
        report.error += "; when it was sent: " + flight.refusal;
    }
    if (!flight.is_carried) {  // The clock of the process that sent it is not ours.
        report.decided_at = flight.trace.decided;
        report.sent_at = flight.trace.sent;
    }
    report.settled_at = reactor.now();
    return report;
}

void Executor::State::finish(Flight& flight, ExecutionReport report) {
    const auto id = flight.intent().intent_id.value;
    statistics.unknown -= flight.is_unknown ? 1 : 0;
    unreadable -= flight.unreadable.empty() ? 0 : 1;
    note_path(flight, report);
    note_fees(flight, report);
    note_nonce(flight, report.outcome);
    if (report.outcome == Outcome::Landed || report.outcome == Outcome::Reverted) {
        provisional.emplace(id, ProvisionalFill{.report = report,
                                                .last_valid_height = flight.last_valid_height,
                                                .fresh_at = flight.fresh_at,
                                                .is_carried = flight.is_carried,
                                                .intent = flight.intent(),
                                                .venue_fees = flight.venue_fees,
                                                .lease = flight.lease});
    } else if (!flight.signature.is_zero()) {
        by_signature.erase(flight.signature);
    }
    // Kept alive until the listener has returned: it may submit the next order.
    const auto node = flights.extract(id);
    events.on_report(report);
}

// Of what the chain made of an order: landed, reverted or expired.
std::uint64_t& Executor::State::count_of(bool is_carried, Outcome outcome) {
    CarriedOrders& carried = statistics.carried;
    switch (outcome) {
        case Outcome::Landed:
            return is_carried ? carried.landed : statistics.landed;
        case Outcome::Reverted:
            return is_carried ? carried.reverted : statistics.reverted;
        default:
            return is_carried ? carried.expired : statistics.expired;
    }
}

void Executor::State::reject(Flight& flight, std::string error, ChainFailure failure) {
    ++statistics.rejected;
    signatures_made.erase(flight.signature);  // It is not on its way: the same bytes may try again.
    ExecutionReport report = report_of(flight, Outcome::Rejected, std::move(error));
    report.failure = failure.failure;
    report.failed_venue = failure.venue;
    report.program_error = std::move(failure.program_error);
    report.action = failure.action;
    finish(flight, std::move(report));
}

Flight* Executor::State::find(IntentId intent) {
    const auto position = flights.find(intent.value);
    return position == flights.end() ? nullptr : position->second.get();
}

Flight* Executor::State::find(const Signature& signature) {
    const auto position = by_signature.find(signature);
    return position == by_signature.end() ? nullptr : find(position->second);
}

ProvisionalFill* Executor::State::find_fill(IntentId intent) {
    const auto position = provisional.find(intent.value);
    return position == provisional.end() ? nullptr : &position->second;
}

ProvisionalFill* Executor::State::find_fill(const Signature& signature) {
    const auto position = by_signature.find(signature);
    return position == by_signature.end() ? nullptr : find_fill(position->second);
}

}  // namespace sniperforge::execute
