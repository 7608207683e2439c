// SPDX-License-Identifier: MIT
// From an approved order to a signed transaction.
#include <fmt/format.h>

#include <algorithm>

#include "execute/executor_state.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/execute/cycle_builder.hpp"
#include "sniperforge/execute/sweep_builder.hpp"
#include "sniperforge/solana/clock.hpp"

namespace sniperforge::execute {
namespace {

// Of what an entry buys, by the pool that it names; nothing while its mint has not been read. A
// change takes two epochs: the larger of both holds for every one of them.
[[nodiscard]] std::optional<signer::TransferFeeMax> transfer_fee_of_bought(
    const OrderIntent& intent, const dex::PoolBook& book) {
    if (intent.kind != OrderKind::Entry || intent.pool.value >= book.size()) {
        return std::nullopt;
    }
    const dex::Pool& pool = book.pool(intent.pool);
    const bool is_a = intent.mint_out == dex::mint_a(pool);
    if (!is_a && intent.mint_out != dex::mint_b(pool)) {
        return std::nullopt;
    }
    const auto& terms = is_a ? pool.transfer_a : pool.transfer_b;
    if (terms == nullptr || (terms->is_known && !terms->is_unpredictable && !terms->fee)) {
        return signer::TransferFeeMax{};
    }
    if (!terms->is_known || terms->is_unpredictable) {
        return std::nullopt;
    }
    return signer::TransferFeeMax{std::max(terms->fee->older.rate, terms->fee->newer.rate),
                                  std::max(terms->fee->older.fee_max, terms->fee->newer.fee_max)};
}

}  // namespace

Executor::State::State(const ExecutorDependencies& dependencies,
                       const config::ExecutionSettings& options)
    : reactor{dependencies.reactor},
      rpc{dependencies.rpc},
      facts{dependencies.rpc},
      jupiter{dependencies.jupiter},
      signer{dependencies.signer},
      book{dependencies.book},
      events{dependencies.events},
      lanes{dependencies.lanes},
      settings{options},
      fees{dependencies.reactor, dependencies.rpc, settings},
      nonces{dependencies.signer.wallet(), settings.nonce_orders},
      tips_known{tip_accounts_known(settings.lanes)},
      finalized{dependencies.reactor, dependencies.rpc, Commitment::Finalized} {}

void Executor::State::submit(const ApprovedOrder& order, const Trace& trace,
                             const SubmitHints& hints) {
    ++statistics.submitted;
    const auto id = order.intent().intent_id.value;
    auto [position, is_new] =
        flights.try_emplace(id, std::make_unique<Flight>(order, trace, hints));
    SF_ASSERT(is_new);  // The gate refuses duplicates.
    Flight& flight = *position->second;
    if (!is_ready()) {
        return reject(flight, "no blockhash or rent has been read from the node yet",
                      {FailureClass::Rpc});
    }
    // Exits are bounded by the positions. Those that are unknown may stay so for as long as no node
    // can tell, and must not keep the rest from trading.
    // Nonces are few, and an order waits for the advance.
    const bool is_advance = is_nonce_advance(flight.intent());
    const bool is_bounded = is_advance || flight.intent().kind == OrderKind::Exit;
    const std::size_t in_flight = flights.size() - statistics.unknown;
    if (!is_bounded && in_flight > settings.orders_in_flight_max) {
        return reject(flight, fmt::format("{} orders in flight > orders_in_flight_max {}",
                                          in_flight, settings.orders_in_flight_max));
    }
    if (!is_bounded && provisional.size() >= kProvisionalFillsMax) {
        return reject(flight, fmt::format("{} fills wait for finality >= {}: the chain finalizes "
                                          "nothing, so nothing is bought",
                                          provisional.size(), kProvisionalFillsMax));
    }
    if (is_advance) {
        return submit_advance(flight);
    }
    if (flight.intent().kind == OrderKind::Sweep) {
        return submit_sweep(flight);
    }
    flight.offer = hints.offer.value_or(fees.caps.least());
    if (flight.intent().kind == OrderKind::Cycle) {
        return submit_cycle(flight);
    }
    if (afford(flight, settings.swap_units)) {
        submit_swap(flight);
    }
}

void Executor::State::submit_cycle(Flight& flight) {
    const OrderIntent& intent = flight.intent();
    const auto known = own_tables();
    const ComputeUnits units = dex::cycle_units(book, {intent.legs.data(), intent.leg_count},
                                                cycle_units_min(settings, intent.leg_count));
    if (!afford(flight, units)) {
        return;
    }
    flight.tip = tip_of(flight, known);
    const RecentBlockhashes::Known lifetime = lifetime_of_cycle(intent);
    CycleOptions options{
        .price = flight.offer.price,
        .units = units,
        .blockhash = lifetime.blockhash,
        .are_between_closed = flight.hints.are_between_emptied,
        .version = is_v1() ? solana::MessageVersion::V1 : solana::MessageVersion::V0,
        .tables = known,
        .tip = flight.tip};
    flight.last_valid_height = lifetime.last_valid_height;
    flight.fresh_at = lifetime.read_at;
    auto built = build_cycle(flight.message, intent, book, signer.own_accounts(), options);
    if (!built && options.tip) {
        // Three legs fill a transaction: better without the lanes than not at all.
        flight.tip = options.tip = std::nullopt;
        built = build_cycle(flight.message, intent, book, signer.own_accounts(), options);
    }
    if (!built) {
        ++statistics.unbuildable;
        events.on_unbuildable(intent);
        return reject(flight, built.error().text);
    }
    flight.trace.built = reactor.now();
    sign_and_send(flight, known);
}

void Executor::State::submit_sweep(Flight& flight) {
    flight.last_valid_height = blockhash->last_valid_height;
    if (auto built = build_sweep(flight.message, flight.intent(), signer.own_accounts(),
                                 {settings.priority_price, blockhash->blockhash});
        !built) {
        return reject(flight, built.error().text);
    }
    flight.trace.built = reactor.now();
    sign_and_send(flight, {});
}

signer::SigningPolicy Executor::State::policy_of(const Flight& flight) const {
    const OrderIntent& intent = flight.intent();
    signer::SigningPolicy policy;
    if (flight.tip) {
        policy.tip_max = flight.tip->amount;
    }
    policy.kind = intent.kind;
    policy.mint_in = intent.mint_in;
    policy.mint_out = intent.mint_out;
    policy.amount_in_max = intent.amount_in;
    policy.receive_min = intent.receive_min;
    policy.lamports_max = intent.spend_max;
    policy.token_account_rent = *rent;
    policy.nonce = flight.lease;
    policy.transfer_fee_out = transfer_fee_of_bought(intent, book);
    if (intent.kind == OrderKind::Cycle) {
        policy.leg_count = intent.leg_count;
        for (std::size_t leg = 0; leg + 1 < intent.leg_count; ++leg) {
            policy.between[leg] = {mint_behind(intent, leg, book), intent.legs[leg].amount_out};
        }
    }
    return policy;
}

void Executor::State::sign_and_send(Flight& flight,
                                    std::span<const solana::AddressLookupTable> tables) {
    auto signature = sign(flight, tables);
    if (!signature) {
        ++statistics.policy_refused;
        if (flight.intent().kind == OrderKind::Cycle) {
            events.on_unbuildable(flight.intent());
        }
        return fail_path(flight, "signing refused: " + signature.error().text());
    }
    forget_expired_signatures();
    if (by_signature.contains(*signature) ||
        !signatures_made.emplace(*signature, flight.last_valid_height).second) {
        // Byte for byte an earlier order: the chain takes it once, and we would count it twice.
        return reject(flight,
                      "an earlier order was this very transaction, " + signature->to_string());
    }
    flight.signature = *signature;
    flight.trace.signed_at = flight.signed_at = reactor.now();
    if (flight.intent().kind != OrderKind::Cycle) {
        flight.fresh_at = flight.signed_at;
    }
    note_ready(flight);
    if (!write_ahead(flight)) {
        return reject(flight, "the journal did not take the signature, so it was not sent");
    }
    events.on_sending(flight.intent(), flight.signature, flight.wire);
    flight.trace.journalled = reactor.now();
    by_signature[flight.signature] = flight.intent().intent_id;
    flight.step = Step::Sent;
    const IntentId intent = flight.intent().intent_id;
    send(flight);
    if (auto* sent = find(intent)) {
        note_venue_fees(*sent);
        probe_price(*sent);
    }
}

// The chain takes a signature again once its blockhash has expired, and not before.
void Executor::State::forget_expired_signatures() {
    if (signed_on == blockhash->blockhash) {
        return;
    }
    signed_on = blockhash->blockhash;
    const std::uint64_t newest = blockhash->last_valid_height.value;
    const BlockHeight now{newest - std::min(newest, solana::kBlockhashBlocks)};
    std::erase_if(signatures_made, [&](const auto& made) { return made.second < now; });
}

// While the pools stand as they were decided on, and behind the send: nobody waits for it.
void Executor::State::note_venue_fees(Flight& flight) {
    const OrderIntent& intent = flight.intent();
    const bool is_ours = intent.kind == OrderKind::Cycle ||
                         (intent.kind != OrderKind::Sweep && flight.path == Path::Direct);
    if (is_ours) {
        flight.venue_fees =
            venue_fee_parts(intent, book,
                            dex::quote_context(reactor.wall_now().seconds(),
                                               std::max(intent.decided_at, flight.sent_slot)));
    }
}

}  // namespace sniperforge::execute
