// SPDX-License-Identifier: MIT
// Orders on a durable nonce of ours: what their lifetime is, and what ends it (ADR 0026).
#include <fmt/format.h>

#include <utility>

#include "execute/executor_state.hpp"
#include "sniperforge/execute/upkeep_builder.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {
namespace {

// An order that is not in a block so many slots after it was sent has most likely been dropped:
// some 13 s. Its nonce is advanced then.
constexpr std::uint64_t kLeaseSlots = 32;
// Finalized values change with what lands, 13 s after it.
constexpr Duration kNoncesInterval = std::chrono::seconds{2};
// While fewer are there than may be lent: a node may lag behind the one that has told of them.
constexpr Duration kMissingInterval = std::chrono::seconds{5};

}  // namespace

// ---- Building ----

void Executor::State::choose_lifetime(Flight& flight,
                                      std::span<const solana::AddressLookupTable> tables) {
    // Whether a message of version 1 may be on a nonce nobody has shown us.
    flight.lease = is_v1() ? std::nullopt : nonces.lend(tables);
    flight.last_valid_height = flight.lease ? kNeverByHeight : blockhash->last_valid_height;
}

void Executor::State::leave_nonce(Flight& flight) {
    if (flight.lease) {
        nonces.give_back(*flight.lease);
        flight.lease.reset();
    }
    flight.last_valid_height = blockhash->last_valid_height;
}

Hash Executor::State::lifetime_of(const Flight& flight) const {
    return flight.lease ? flight.lease->value : blockhash->blockhash;
}

std::optional<Pubkey> Executor::State::nonce_of(const Flight& flight) {
    return flight.lease ? std::optional{flight.lease->account} : std::nullopt;
}

// What orders offer now, up to a fee of some 20,000 lamports: it ends an order that was outbid.
ComputeUnitPrice Executor::State::advance_price() const {
    constexpr ComputeUnitPrice kMost{15'000'000};
    return std::max(settings.priority_price, std::min(offer({}).price, kMost));
}

Lamports Executor::State::advance_cost() const {
    return upkeep_fee(advance_price(), signer::UpkeepKind::NonceAdvance);
}

void Executor::State::submit_advance(Flight& flight) {
    const OrderIntent& intent = flight.intent();
    nonces.advancing(intent.mint_in);
    flight.last_valid_height = blockhash->last_valid_height;
    // Prices may have risen since it was decided what it may cost.
    const ComputeUnitPrice price =
        advance_cost() <= intent.spend_max ? advance_price() : settings.priority_price;
    if (auto built = build_upkeep(
            flight.message, {.kind = signer::UpkeepKind::NonceAdvance, .account = intent.mint_in},
            {signer.wallet(), price, blockhash->blockhash});
        !built) {
        return reject(flight, built.error().text);
    }
    flight.trace.built = reactor.now();
    sign_and_send(flight, {});
}

Result<Signature, signer::Refusal> Executor::State::sign(
    Flight& flight, std::span<const solana::AddressLookupTable> tables) {
    const signer::SigningTime at{reactor.now(), reactor.wall_now()};
    const OrderIntent& intent = flight.intent();
    if (!is_nonce_advance(intent)) {
        return signer.sign(flight.wire, flight.message, policy_of(flight), at, tables);
    }
    const signer::UpkeepPolicy advance{.kind = signer::UpkeepKind::NonceAdvance,
                                       .account = intent.mint_in,
                                       .cost_max = intent.spend_max};
    return signer.sign(flight.wire, flight.message, advance, at);
}

bool Executor::State::write_ahead(const Flight& flight) {
    return flight.lease
               ? events.on_leased(flight.intent(), flight.signature, *flight.lease)
               : events.on_signed(flight.intent(), flight.signature, flight.last_valid_height);
}

// ---- Ending ----

bool Executor::State::is_late(const Flight& flight) const {
    if (!flight.lease || flight.step != Step::Sent) {
        return false;
    }
    const Slot now = rpc.slot_best().value_or(Slot{});
    return flight.is_ending || flight.is_carried || now.since(flight.sent_slot) >= kLeaseSlots;
}

void Executor::State::watch_leases(MonoTime now) {
    nonces.believe(finalized.chain().slot);
    for (const auto& [id, flight] : flights) {
        if (is_late(*flight)) {
            // For good: the slot that it was told by may be taken back.
            flight->is_ending = true;
            nonces.end(*flight->lease);
        }
    }
    const bool is_missing = nonces.count_there() < settings.nonce_orders &&
                            now >= nonces_due + (kMissingInterval - kNoncesInterval);
    const bool is_wanted = finalized.believed() && (nonces.is_reading_wanted() || is_missing);
    if (is_wanted && !is_reading_nonces && now >= nonces_due) {
        read_nonces();
    }
}

void Executor::State::read_nonces() {
    is_reading_nonces = true;
    nonces_due = reactor.now() + kNoncesInterval;
    rpc.get_accounts_from_two(
        nonces.accounts(),
        {.commitment = Commitment::Finalized, .context_slot_min = nonces.reading_slot_min()},
        [weak = weak_from_this()](rpc::RpcResult<rpc::TwoReads> read) {
            const auto self = weak.lock();
            if (!self) {
                return;
            }
            self->is_reading_nonces = false;
            if (read) {
                self->nonces.on_reading(*read);
                self->note_missing_nonces();
            } else {
                telemetry::warning("execute", "reading our nonces: {}", read.error().text());
            }
        });
}

void Executor::State::note_missing_nonces() {
    const std::size_t there = nonces.count_there();
    if (there < settings.nonce_orders && !std::exchange(are_nonces_missed, true)) {
        telemetry::warning("execute",
                           "execution.nonce_orders is {} and {} nonces of the wallet are there: "
                           "orders that find none go on a blockhash; `sniperforge nonce create "
                           "--count {}` makes the rest",
                           settings.nonce_orders, there, settings.nonce_orders);
    }
}

bool Executor::State::is_past(BlockHeight last_valid_height, const std::optional<NonceLease>& lease,
                              MonoTime fresh_at) const {
    return lease ? nonces.is_over(*lease, finalized.chain().slot)
                 : finalized.has_passed(last_valid_height, fresh_at);
}

std::string Executor::State::past_text(BlockHeight last_valid_height,
                                       const std::optional<NonceLease>& lease) const {
    return lease ? fmt::format("its nonce {} has another value in finalized slot {}",
                               lease->account.to_string(), finalized.chain().slot.value)
                 : fmt::format("finalized block height {} passed the last valid height {}",
                               finalized.chain().height.value, last_valid_height.value);
}

// A fill keeps its nonce until it is final.
void Executor::State::note_nonce(const Flight& flight, Outcome outcome) {
    const bool is_fill = outcome == Outcome::Landed || outcome == Outcome::Reverted;
    if (flight.lease) {
        signatures_made.erase(flight.signature);  // Its value never comes back.
        if (!is_fill && flight.signature.is_zero()) {
            nonces.give_back(*flight.lease);
        } else if (!is_fill) {
            nonces.ended(*flight.lease);
        }
    }
    if (!flight.is_carried && is_nonce_advance(flight.intent())) {
        statistics.advances += outcome == Outcome::Landed ? 1 : 0;
        if (!is_fill) {
            nonces.not_advanced(flight.intent().mint_in, reactor.now());
        }
    }
}

void Executor::State::note_nonce(const ProvisionalFill& fill, Outcome outcome, Slot finalized_at) {
    if (fill.lease && outcome == Outcome::Expired) {
        nonces.ended(*fill.lease);
    } else if (fill.lease) {
        nonces.used(*fill.lease, finalized_at, fill.is_carried);
    }
    if (fill.is_carried || !fill.intent || !is_nonce_advance(*fill.intent)) {
        return;
    }
    if (outcome == Outcome::Landed) {
        nonces.advanced(fill.intent->mint_in, finalized_at);
    } else {
        nonces.not_advanced(fill.intent->mint_in, reactor.now());
    }
}

}  // namespace sniperforge::execute
