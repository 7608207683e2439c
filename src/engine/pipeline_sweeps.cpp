// SPDX-License-Identifier: MIT
// Sweeps: what trading left is proposed to be cleared away, through the same gate as any order.
#include <algorithm>

#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/execute/cycle_builder.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/solana/program_ids.hpp"

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
    trace.decided = clock_.now();
    for (OrderIntent& intent : intents_) {
        judge(intent, trace);
    }
}

// Also while nothing is traded: an order on a nonce ends by nothing else.
void Pipeline::advance_nonces(MonoTime now) {
    if (!is_live_) {
        return;
    }
    // Books that are to be held against the chain wait until nothing is on its way: meanwhile, and
    // at the end, no nonce is made ready for orders to come.
    const bool only_for_orders =
        states_.state() == TradingState::Draining || is_reconciliation_due_;
    for (const Pubkey& nonce : executor_->take_nonces_due(now, only_for_orders)) {
        OrderIntent intent;
        intent.strategy = StrategyId::Housekeeping;
        intent.kind = OrderKind::Sweep;
        intent.mint_in = intent.pool_id = nonce;
        intent.mint_out = solana::kWrappedSolMint;
        intent.spend_max = executor_->nonce_advance_cost();
        intent.decided_at = slot_;
        intent.slots_valid = 1;
        Trace trace;
        trace.received = trace.decided = now;
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
