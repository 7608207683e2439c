// SPDX-License-Identifier: MIT
// Orders that no node can tell the end of: a node that has no history says nothing of a signature,
// for ever. What they would have moved is in balances, or it is not.
#include <fmt/format.h>

#include "execute/executor_state.hpp"

namespace sniperforge::execute {

std::optional<Executor::UnknownPast> Executor::unknown_past() const {
    const State& state = *state_;
    if (in_flight() > 0 || !state.provisional.empty()) {
        return std::nullopt;
    }
    UnknownPast past{.orders = {}, .slot = state.finalized.chain().slot};
    for (const auto& [id, flight] : state.flights) {
        // Those on a nonce end with it. What was seen in a block has landed. Balances are of what
        // is final, so the last block that may have it must be.
        const BlockHeight final_with_it = flight->last_valid_height.plus(rpc::kFinalitySlots);
        const bool is_over = flight->is_unknown && flight->step == Step::Sent && !flight->lease &&
                             state.is_past(final_with_it, flight->lease, flight->fresh_at);
        if (is_over) {
            past.orders.push_back(flight->intent());
        }
    }
    return past.orders.empty() ? std::nullopt : std::optional{std::move(past)};
}

void Executor::expire_unknown(const UnknownPast& past, const std::string& shown_by) {
    // One may have been resolved meanwhile; the rest stands.
    const auto still = unknown_past();
    for (const OrderIntent& order : past.orders) {
        Flight* const flight = state_->find(order.intent_id);
        const bool is_there =
            still && flight != nullptr && flight->is_unknown && flight->step == Step::Sent;
        if (!is_there) {
            continue;
        }
        ++state_->count_of(flight->is_carried, Outcome::Expired);
        state_->finish(
            *flight, state_->report_of(
                         *flight, Outcome::Expired,
                         fmt::format("{}, no node tells of its signature, and {}",
                                     state_->past_text(flight->last_valid_height, {}), shown_by)));
    }
}

}  // namespace sniperforge::execute
