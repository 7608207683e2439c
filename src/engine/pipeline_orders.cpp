// SPDX-License-Identifier: MIT
// What a person orders.
#include <utility>

#include "sniperforge/engine/pipeline.hpp"

namespace sniperforge::engine {

Result<void, strategy::ManualRefusal> Pipeline::enter(const strategy::ManualEntry& entry) {
    Trace trace;
    trace.received = trace.decided = clock_.now();
    offer_ = executor_->offer(entry.pool);
    auto intent = strategy::manual_entry(entry, view());
    if (!intent) {
        return Err{std::move(intent.error())};
    }
    judge(*intent, trace, true);
    return {};
}

Lamports Pipeline::lamports_for(MicroUsd amount) const {
    return risk::usd_to_lamports(amount, sol_price_.price());
}

void Pipeline::flatten() {
    stand(StateCause::FlattenRequested, true);
    exits_.flatten();
}

void Pipeline::on_unbuildable(const OrderIntent& intent) { arbitrage_.unbuildable(intent, slot_); }

}  // namespace sniperforge::engine
