// SPDX-License-Identifier: MIT
// Which way an entry or an exit takes: through the one pool that it names, by our own instructions,
// or through Jupiter. ADR 0019 has the reasons.
#include <fmt/format.h>

#include "execute/executor_state.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/swap_builder.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {
namespace {

// Tokens remembered at a time. What is forgotten is tried directly again, which costs at most a
// preflight.
constexpr std::size_t kDirectFailedMax = 1'024;

}  // namespace

void Executor::State::submit_swap(Flight& flight) {
    const MonoTime decided = flight.trace.decided;
    flight.path_begun = decided.ns != 0 ? decided : reactor.now();
    if (settings.path == "direct" || settings.path == "jupiter") {
        const bool is_direct = settings.path == "direct";
        choose_path(flight, is_direct ? PathStanding::Open : PathStanding::NotAllowed);
        return take_path(flight);
    }
    // What the chain has just refused goes to Jupiter, unless it is down: waiting for that costs
    // its whole timeout, in which a price can halve.
    const auto obstacle = direct_obstacle(flight, false);
    count(obstacle);
    const bool is_refused = direct_failed.contains(token_of(flight.intent()));
    choose_path(flight, obstacle                               ? PathStanding::Obstructed
                        : is_refused && jupiter.is_answering() ? PathStanding::Refused
                                                               : PathStanding::Open);
    flight.path_other = flight.path == Path::Direct ? Path::Jupiter : Path::Direct;
    if (flight.path == Path::Direct) {
        build_direct(flight);
    } else {
        request_quote(flight);
    }
}

void Executor::State::take_path(Flight& flight) {
    if (flight.path == Path::Jupiter) {
        return request_quote(flight);
    }
    if (const auto obstacle = direct_obstacle(flight, !flight.path_other)) {
        count(obstacle);
        return fail_path(flight, obstacle->text);
    }
    build_direct(flight);
}

void Executor::State::count(const std::optional<Obstacle>& obstacle) {
    if (obstacle) {
        ++statistics.paths.obstacles[static_cast<std::size_t>(obstacle->kind)];
    }
}

void Executor::State::fail_path(Flight& flight, std::string error, ChainFailure failure) {
    if (flight.path == Path::Jupiter) {  // The direct one has cost no time.
        paths.note_given_up(flight.choice.taken, reactor.now(), reactor.now() - flight.path_begun);
    }
    if (!flight.path_other) {
        // A price was refused, and no other way was open: the market's word, as if a program had.
        if (flight.is_floor_refused) {
            failure = {FailureClass::Slippage};
        }
        return reject(flight,
                      flight.path_failures.empty() ? std::move(error)
                                                   : flight.path_failures + "; then " + error,
                      failure);
    }
    telemetry::debug("execute", "intent {}: not {}: {}; trying {}", flight.intent().intent_id.value,
                     to_string(flight.path), error, to_string(*flight.path_other));
    ++statistics.paths.fallbacks;
    flight.path_failures = std::move(error);
    flight.path = *flight.path_other;
    flight.path_other.reset();
    flight.choice.taken = order_path(flight.path, flight.api);
    flight.path_begun = reactor.now();
    leave_nonce(flight);
    flight.message.clear();
    flight.proposal.reset();
    flight.order_id.clear();
    take_path(flight);
}

std::optional<Executor::State::Obstacle> Executor::State::direct_obstacle(Flight& flight,
                                                                          bool is_only_way) const {
    const OrderIntent& intent = flight.intent();
    const auto obstacle = [&](DirectObstacle kind, std::string text) {
        return std::optional{Obstacle{kind, fmt::format("not through pool {} directly: {}",
                                                        intent.pool_id.to_string(), text)}};
    };
    if (intent.pool.value >= book.size()) {
        return obstacle(DirectObstacle::PoolUnknown, "it has not been read");
    }
    const dex::Pool& pool = book.pool(intent.pool);
    const auto direction = dex::direction_spending(pool, intent.mint_in);
    if (!direction || dex::mint_bought(pool, *direction) != intent.mint_out) {
        return obstacle(DirectObstacle::PoolUnknown,
                        fmt::format("it does not trade {} for {}", intent.mint_in.to_string(),
                                    intent.mint_out.to_string()));
    }
    if (flight.hints.venue == dex::VenueStanding::Quarantined) {
        return obstacle(DirectObstacle::VenueQuarantined,
                        fmt::format("the instructions of {} are not those we know any more",
                                    to_string(dex::venue_of(pool))));
    }
    // Whoever wants out and has no other way is let out on what was last heard: the floor holds all
    // the same.
    const bool is_last_way_out = intent.kind == OrderKind::Exit && is_only_way;
    const bool is_doubted =
        book.is_blind(intent.pool) || flight.hints.venue == dex::VenueStanding::Unproven;
    if (is_doubted && !is_last_way_out) {
        return obstacle(DirectObstacle::PoolDoubted,
                        book.is_blind(intent.pool)
                            ? "it may have changed unheard"
                            : "no live instruction of its venue was seen yet");
    }
    const Slot slot = std::max(intent.decided_at, book.updated_at(intent.pool));
    const auto quote = dex::quote_exact_in(pool, *direction, intent.amount_in,
                                           dex::quote_context(reactor.wall_now().seconds(), slot));
    if (!quote) {
        return obstacle(DirectObstacle::NotQuotable, std::string{dex::to_string(quote.error())});
    }
    flight.pool_out = quote->amount_out;
    if (quote->amount_out < intent.receive_min) {
        return obstacle(DirectObstacle::BelowFloor,
                        fmt::format("it pays {} base units, the order's floor is {}",
                                    quote->amount_out.raw(), intent.receive_min.raw()));
    }
    return std::nullopt;
}

void Executor::State::build_direct(Flight& flight) {
    const OrderIntent& intent = flight.intent();
    const auto tables = own_tables();
    flight.step = Step::Building;
    choose_lifetime(flight, tables);
    flight.tip = tip_of(flight, tables);
    SwapOptions options{
        .price = flight.offer.price,
        .units = settings.swap_units,
        .blockhash = lifetime_of(flight),
        .is_token_account_closed = flight.hints.is_token_account_emptied,
        .version = is_v1() ? solana::MessageVersion::V1 : solana::MessageVersion::V0,
        .tables = tables,
        .tip = flight.tip,
        .nonce = nonce_of(flight)};
    const dex::Pool& pool = book.pool(intent.pool);
    auto built = build_swap(flight.message, intent, pool, signer.own_accounts(), options);
    if (!built && options.nonce) {
        leave_nonce(flight);
        options.blockhash = lifetime_of(flight);
        options.nonce.reset();
        built = build_swap(flight.message, intent, pool, signer.own_accounts(), options);
    }
    if (!built && options.tip) {
        flight.tip = options.tip = std::nullopt;
        built = build_swap(flight.message, intent, pool, signer.own_accounts(), options);
    }
    if (!built) {
        count(Obstacle{DirectObstacle::Unbuildable, built.error().text});
        return fail_path(flight, built.error().text);
    }
    flight.trace.built = reactor.now();
    if (is_still_wanted(flight)) {
        sign_and_send(flight, tables);
    }
}

// The gate saw it before Jupiter was asked, which may be slots ago. What did not wait is signed
// within the call that approved it.
bool Executor::State::is_still_wanted(Flight& flight) {
    if (flight.intent().kind == OrderKind::Exit || !flight.was_jupiter_asked) {
        return true;
    }
    const auto denial = events.recheck(flight.intent());
    if (!denial) {
        return true;
    }
    ++statistics.too_late;
    // Only that it came too late is the path's doing.
    if (denial->reason == DenialReason::DataStale && flight.path == Path::Jupiter) {
        paths.note_failed(flight.choice.taken, reactor.now());
    }
    reject(flight, fmt::format("not signed, {}: {}", to_string(denial->reason), denial->detail));
    return false;
}

void Executor::State::note_path(const Flight& flight, const ExecutionReport& report) {
    const Outcome outcome = report.outcome;
    const OrderIntent& intent = flight.intent();
    const bool is_swap = intent.kind == OrderKind::Entry || intent.kind == OrderKind::Exit;
    // Not sent by us: no market was met.
    if (!is_swap || flight.sends == 0) {
        return;
    }
    note_outcome(flight, report);
    if (outcome == Outcome::Expired) {
        return;  // Dropped: the token's next attempt would fare no better elsewhere.
    }
    // Also after an attempt through Jupiter, whatever became of it: the next one is direct again.
    direct_failed.erase(token_of(intent));
    if (flight.path == Path::Direct && outcome != Outcome::Landed) {
        if (direct_failed.size() >= kDirectFailedMax) {
            direct_failed.clear();
        }
        direct_failed.insert(token_of(intent));
    }
}

// What a program says is told by who acts on it (engine/pipeline_failures.cpp).
void Executor::State::note_refusal(const Flight& flight) {
    const ChainFailure& failure = flight.refused_for;
    const bool is_about_blockhash = failure.failure == FailureClass::Rpc;
    const MonoTime now = reactor.now();
    if (is_about_blockhash) {
        blockhash_refusals.refused(now);
    } else if (failure.failure != FailureClass::None || !failure.program_error.empty()) {
        return;
    }
    refusal_log.write(
        now, telemetry::Level::Warning, "execute", "intent {}, {}: no node forwards it: {}{}",
        flight.intent().intent_id.value, to_string(flight.intent().kind), flight.turned_away,
        is_about_blockhash
            ? fmt::format(
                  ". It lags behind the node that told the blockhash, or is on another fork: from "
                  "refusal {} in a row on sales are sent without that check (skipPreflight), for "
                  "{} s after the last; what buys is not. `sniperforge doctor` compares the nodes' "
                  "slots: put one that keeps up into network.endpoints",
                  BlockhashRefusals::kRefusalsMax,
                  BlockhashRefusals::kSkippedFor / std::chrono::seconds{1})
            : "; an exit is tried again");
}

}  // namespace sniperforge::execute
