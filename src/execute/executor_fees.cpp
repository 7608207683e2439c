// SPDX-License-Identifier: MIT
// What an order pays for its place in a block, and what its landing teaches.
#include <fmt/format.h>

#include "execute/executor_state.hpp"

namespace sniperforge::execute {

Offer Executor::State::offer(std::optional<PoolIndex> pool) const {
    const bool is_known = pool && pool->value < book.size();
    return fees.offer(is_known ? std::optional{dex::id_of(book.pool(*pool))} : std::nullopt,
                      lanes != nullptr ? lanes->tip() : std::nullopt);
}

std::optional<Tip> Executor::State::tip_of(
    const Flight& flight, std::span<const solana::AddressLookupTable> tables) const {
    if (lanes == nullptr || flight.offer.tip.is_zero()) {
        return std::nullopt;
    }
    const auto account = lanes->account(flight.offer.tip, flight.intent().intent_id, tables);
    return account ? std::optional{Tip{*account, flight.offer.tip}} : std::nullopt;
}

// The same bytes as the nodes have: the chain takes them once.
void Executor::State::send_to_lanes(Flight& flight) {
    send_to_jupiter(flight);
    if (lanes == nullptr || !flight.tip || lanes->send(flight.wire, *flight.tip) == 0) {
        return;
    }
    statistics.tipped += flight.lane_sends++ == 0 ? 1 : 0;
    flight.may_be_out = true;  // No node can say any more that it is nowhere.
}

// False: the order is rejected. Whoever wants out is let out at the least price.
bool Executor::State::afford(Flight& flight, ComputeUnits units) {
    const bool is_exit = flight.intent().kind == OrderKind::Exit;
    const auto offer = fees.caps.reserve(flight.offer, units, is_exit);
    if (!offer) {
        const Lamports cost = cost_of(fees.caps.within_order(flight.offer, units), units);
        reject(flight,
               fmt::format("{} lamports of priority fee and tip, and {} that the UTC "
                           "day has used > {}: raise execution.daily_fee_max_sol if "
                           "so much is meant",
                           cost.raw(), fees.caps.used().raw(), settings.daily_fee_max.raw()));
        return false;
    }
    flight.offer = *offer;
    flight.fee_reserved = cost_of(*offer, units);
    return true;
}

void Executor::State::expect_orders(PoolIndex pool) {
    if (fees.is_market() && pool.value < book.size()) {
        fees.market.want(dex::id_of(book.pool(pool)), book.own_accounts_of(pool));
    }
}

void Executor::State::note_fees(const Flight& flight, const ExecutionReport& report) {
    fees.caps.release(flight.fee_reserved);
    const bool is_in_block =
        report.outcome == Outcome::Landed || report.outcome == Outcome::Reverted;
    if (is_in_block) {
        fees.caps.count(chosen_fees(report.fill));
    }
    // Of an earlier process, or one that no node has taken: that says nothing about the price.
    const bool is_lost = report.outcome == Outcome::Expired && flight.is_accepted;
    // Nor does what a cycle has bid say what the others' price is worth.
    const bool is_priced =
        flight.intent().kind != OrderKind::Sweep && flight.intent().bid.amount.is_zero();
    if (flight.sends > 0 && is_priced && (is_in_block || is_lost)) {
        const std::uint64_t slots =
            report.slot > flight.sent_slot ? report.slot.since(flight.sent_slot) : 0;
        fees.ledger.note({flight.offer.price, flight.offer.factor, is_in_block, slots});
    }
}

}  // namespace sniperforge::execute
