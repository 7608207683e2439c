// SPDX-License-Identifier: MIT
// Sweeps: what trading left is proposed to be cleared away, through the same gate as any order.
#include <algorithm>

#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/execute/cycle_builder.hpp"

namespace sniperforge::engine {

void Pipeline::sweep(MonoTime now) {
    if (!is_live_ || states_.state() == TradingState::Draining || !housekeeping_.is_due(now)) {
        return;
    }
    std::vector<Residue> residues = portfolio_.residues();
    std::erase_if(residues, [this](const Residue& residue) { return is_cycled(residue.mint); });
    intents_.clear();
    housekeeping_.decide(residues, view(), intents_);
    Trace trace;
    trace.received = now;
    trace.decided = reactor_.now();
    for (OrderIntent& intent : intents_) {
        judge(intent, trace);
    }
}

// The portfolio knows an order's mints at both ends; those between a cycle's legs follow from its
// pools.
bool Pipeline::is_cycled(const Pubkey& mint) const {
    const auto& orders = portfolio_.orders_in_flight();
    return std::any_of(orders.begin(), orders.end(), [&](const auto& entry) {
        return execute::is_between(entry.second, mint, book_);
    });
}

}  // namespace sniperforge::engine
