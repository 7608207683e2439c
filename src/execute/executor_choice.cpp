// SPDX-License-Identifier: MIT
// What each path would cost an entry or an exit, by what is known when it is decided, and what
// orders teach of the paths. ADR 0034 has the reasons.
#include <algorithm>

#include "execute/executor_state.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/sweep_builder.hpp"
#include "sniperforge/model/fill_sums.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::execute {
namespace {

constexpr std::int64_t kOne = static_cast<std::int64_t>(kBasisPointsOne);
// Requests that a probe leaves to orders: two of v1.
constexpr std::size_t kProbeLeaves = 4;

// The price moves against it, or somebody else may be out first. A profit, the clock and a person
// wait as any entry does.
[[nodiscard]] bool is_urgent(const OrderIntent& intent) {
    if (intent.kind != OrderKind::Exit) {
        return false;
    }
    return intent.exit_reason != ExitReason::TakeProfit &&
           intent.exit_reason != ExitReason::TimeLimit &&
           intent.exit_reason != ExitReason::Manual && intent.exit_reason != ExitReason::None;
}

[[nodiscard]] std::size_t requests_of(OrderPath path) {
    const bool is_of_v1 =
        path == OrderPath::JupiterV1Swap || path == OrderPath::JupiterV1Instructions;
    return is_of_v1 ? 2 : 1;
}

// How much more `amount` is, in basis points, rounded down; at most all of it, either way.
[[nodiscard]] std::int64_t basis_points_above(TokenAmount amount, TokenAmount reference) {
    if (reference.is_zero()) {
        return 0;
    }
    const i128 above = (i128{amount.raw()} - i128{reference.raw()}) * kOne;
    const i128 whole{reference.raw()};
    i128 part = above / whole;
    part -= above % whole != 0 && above < 0 ? 1 : 0;
    return static_cast<std::int64_t>(std::clamp<i128>(part, -kOne, kOne));
}

// So many basis points of an amount, rounded up: what is paid.
[[nodiscard]] LamportsDelta part_of(Lamports amount, std::int64_t basis_points) {
    const i128 product = i128{amount.raw()} * basis_points;
    i128 part = product / kOne;
    part += product % kOne != 0 && product > 0 ? 1 : 0;
    return LamportsDelta{static_cast<std::int64_t>(part)};
}

// What the order brought, of what it was to bring. SOL may come wrapped.
[[nodiscard]] TokenAmount received(const OrderIntent& intent, const Fill& fill) {
    const i128 change =
        intent.kind == OrderKind::Entry
            ? i128{change_of(fill, intent.mint_out).raw()}
            : i128{principal_of(fill).raw()} + i128{change_of(fill, solana::kWrappedSolMint).raw()};
    return TokenAmount{static_cast<std::uint64_t>(std::max<i128>(change, 0))};
}

}  // namespace

PathTerms Executor::State::terms_of(const Flight& flight, OrderPath path, PathStanding standing,
                                    MonoTime now) const {
    PathTerms terms{.path = path,
                    .standing = standing,
                    .attempt_fees = solana::base_fee(1) +
                                    solana::priority_fee(flight.offer.price, settings.swap_units),
                    .landed_fees = flight.offer.tip,
                    .latency = paths.latency(path, now),
                    .landing_millislots = paths.landing_millislots(path, now),
                    .failing_permille = paths.failing_permille(path, now)};
    if (path == OrderPath::Direct) {
        return terms;
    }
    const Pubkey& token = token_of(flight.intent());
    const Lamports notional = flight.choice.notional;
    // No more than what the order leaves to chance: beyond, somebody is wrong about the pool.
    const auto edge_max = static_cast<std::int64_t>(
        std::min(flight.intent().slippage_max, BasisPoints{kBasisPointsOne}).raw());
    terms.price = part_of(notional, -std::min(paths.edge(token, now), edge_max));
    terms.latency += jupiter.wait(requests_of(path));
    if (path == OrderPath::JupiterV2Order) {
        terms.landed_fees = {};  // No tip is in it, and no account is closed by it.
        if (flight.hints.is_token_account_emptied) {
            terms.landed_fees = sweep_fee(settings.priority_price);
        }
        terms.price += part_of(notional, static_cast<std::int64_t>(order_fees.fee_of(token).raw()));
    }
    return terms;
}

void Executor::State::choose_path(Flight& flight, PathStanding direct) {
    const OrderIntent& intent = flight.intent();
    const MonoTime now = reactor.now();
    const bool is_late = is_urgent(intent);
    PathChoice& choice = flight.choice;
    choice.intent_id = intent.intent_id;
    // An obstacle may have kept the pool from being quoted.
    const TokenAmount paid =
        flight.pool_out.is_zero() ? pool_pays(intent).value_or(TokenAmount{}) : flight.pool_out;
    const TokenAmount sold_for = std::max(paid, intent.receive_min);
    // Below what any sum of this many could overflow by.
    constexpr std::uint64_t kNotionalMax = kU64Max / 1'024;
    choice.notional = Lamports{std::min(
        (intent.kind == OrderKind::Exit ? sold_for : intent.amount_in).raw(), kNotionalMax)};
    choice.slot_price =
        slot_price({.notional = choice.notional,
                    .least = is_late ? settings.delay_cost_urgent : settings.delay_cost,
                    .move_millionths = flight.hints.move_per_slot,
                    .is_urgent = is_late});
    const DelayPrice delay{choice.slot_price, paths.slot_time()};
    choice.costs[0] = cost_of(terms_of(flight, OrderPath::Direct, direct, now), delay);
    for (std::size_t i = 1; i < kOrderPaths; ++i) {
        choice.costs[i].path = static_cast<OrderPath>(i);
    }
    // Also where the order goes directly: it may have to turn to Jupiter.
    const PathCost* best = nullptr;
    if (settings.path != "direct") {
        for (const JupiterApi api : jupiter.ways()) {
            const OrderPath path = order_path(Path::Jupiter, api);
            PathTerms terms = terms_of(flight, path, PathStanding::Open, now);
            if (!jupiter.is_answering()) {
                terms.standing = PathStanding::NotAnswering;
            } else if (jupiter.wait(requests_of(path)) > settings.quote_timeout) {
                terms.standing = PathStanding::NoRoom;
            }
            PathCost& cost = choice.costs[static_cast<std::size_t>(path)];
            cost = cost_of(terms, delay);
            if (best == nullptr || cost.total < best->total) {
                best = &cost;
                flight.api = api;
            }
        }
    }
    const bool is_pinned = settings.path != "auto" && direct == PathStanding::Open;
    const OrderPath taken =
        is_pinned
            ? OrderPath::Direct
            : cheapest(choice.costs).value_or(best != nullptr ? best->path : OrderPath::Direct);
    flight.path = taken == OrderPath::Direct ? Path::Direct : Path::Jupiter;
    if (taken != OrderPath::Direct) {
        flight.api = jupiter_api(taken);  // Not the cheapest of all, where that one has no room.
    }
    choice.chosen = choice.taken = taken;
    const bool is_cheaper = direct == PathStanding::Open && flight.path == Path::Jupiter;
    statistics.paths.cheaper += is_cheaper ? 1 : 0;
}

std::optional<TokenAmount> Executor::State::pool_pays(const OrderIntent& intent) const {
    if (intent.pool.value >= book.size() || book.is_blind(intent.pool)) {
        return std::nullopt;
    }
    const dex::Pool& pool = book.pool(intent.pool);
    const auto direction = dex::direction_spending(pool, intent.mint_in);
    if (!direction || dex::mint_bought(pool, *direction) != intent.mint_out) {
        return std::nullopt;
    }
    const Slot slot = std::max(intent.decided_at, book.updated_at(intent.pool));
    const auto quote = dex::quote_exact_in(pool, *direction, intent.amount_in,
                                           dex::quote_context(reactor.wall_now().seconds(), slot));
    return quote ? std::optional{quote->amount_out} : std::nullopt;
}

// ---- What is learnt ----

void Executor::State::note_quote(Flight& flight, const JupiterQuote& quote) {
    flight.quoted_out = quote.amount_out;
    if (const auto paid = pool_pays(flight.intent())) {
        paths.note_edge(token_of(flight.intent()), reactor.now(),
                        basis_points_above(quote.amount_out, *paid));
    }
}

void Executor::State::note_ready(const Flight& flight) {
    const OrderKind kind = flight.intent().kind;
    if (kind == OrderKind::Entry || kind == OrderKind::Exit) {
        paths.note_ready(flight.choice.taken, flight.signed_at,
                         flight.signed_at - flight.path_begun);
    }
}

void Executor::State::note_outcome(const Flight& flight, const ExecutionReport& report) {
    const MonoTime now = reactor.now();
    const OrderPath path = flight.choice.taken;
    if (report.outcome == Outcome::Unknown) {
        return;
    }
    if (report.outcome != Outcome::Landed) {
        return paths.note_failed(path, now);
    }
    const std::uint64_t slots =
        report.slot > flight.sent_slot ? report.slot.since(flight.sent_slot) : 0;
    paths.note_landed(path, now, slots);
    if (path != OrderPath::Direct && !flight.quoted_out.is_zero()) {
        const auto fee = static_cast<std::int64_t>(
            path == OrderPath::JupiterV2Order ? order_fees.fee_of(token_of(flight.intent())).raw()
                                              : 0);
        const TokenAmount got = received(flight.intent(), report.fill);
        // The platform's fee was reckoned with apart.
        paths.note_shortfall(now, -basis_points_above(got, flight.quoted_out) - fee);
    }
}

void Executor::State::probe_price(const Flight& flight) {
    const OrderIntent& intent = flight.intent();
    const MonoTime now = reactor.now();
    const bool is_swap = intent.kind == OrderKind::Entry || intent.kind == OrderKind::Exit;
    if (!is_swap || settings.path != "auto" || flight.path != Path::Direct ||
        settings.price_probe_interval == Duration{} || now < probe_due || !jupiter.is_answering() ||
        jupiter.wait(1 + kProbeLeaves) > Duration{}) {
        return;
    }
    const auto paid = pool_pays(intent);
    if (!paid) {
        return;
    }
    probe_due = now + settings.price_probe_interval;
    ++statistics.paths.probes;
    const PriceProbe probe{token_of(intent), intent.pool, book.updated_at(intent.pool), *paid};
    const auto quoted = [](const auto& answer) {
        if constexpr (requires { answer->quote; }) {
            return answer->quote.amount_out;
        } else {
            return answer->amount_out;
        }
    };
    auto handler = [weak = weak_from_this(), probe, quoted](auto answer) {
        const auto self = weak.lock();
        if (self && answer) {
            self->on_probed(probe, quoted(answer));
        }
    };
    const QuoteRequest quote{intent.mint_in, intent.mint_out, intent.amount_in,
                             intent.slippage_max};
    const RouteRequest route{quote, signer.wallet(), fee_to_ask(flight)};
    switch (flight.api) {
        case JupiterApi::V1Swap:
        case JupiterApi::V1Instructions:
            return jupiter.quote(quote, std::move(handler));
        case JupiterApi::V2Build:
            return jupiter.build(route, std::move(handler));
        case JupiterApi::V2Order:
            return jupiter.order(route, std::move(handler));
    }
}

// Where the pool has moved meanwhile, maybe by the order itself, both do not tell of one moment.
void Executor::State::on_probed(const PriceProbe& probe, TokenAmount quoted) {
    if (!book.is_blind(probe.pool) && book.updated_at(probe.pool) == probe.seen) {
        paths.note_edge(probe.token, reactor.now(), basis_points_above(quoted, probe.paid));
    }
}

}  // namespace sniperforge::execute
