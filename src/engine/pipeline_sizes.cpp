// SPDX-License-Identifier: MIT
// How large an order is when it comes to the gate.
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/risk/size_caps.hpp"
#include "sniperforge/strategy/resize.hpp"

namespace sniperforge::engine {

std::optional<SizeFacts> Pipeline::fit(OrderIntent& intent, const Exposure& exposure) {
    if (intent.kind == OrderKind::Cycle) {
        fit_cycle(intent, exposure);
    }
    if (intent.kind != OrderKind::Entry) {
        return std::nullopt;
    }
    const SizeFacts facts{Lamports{intent.amount_in.raw()}, exposure.volatility,
                          risk::volatility_cap(settings_.risk, exposure), exposure.results.count(),
                          risk::kelly_cap(settings_.risk, exposure)};
    if (const auto size = risk::size_to_cut_to(settings_.risk, intent, exposure)) {
        // What cannot be quoted again stays as large as it is, and is denied.
        intent = strategy::resized_entry(intent, *size, view()).value_or(intent);
    }
    return facts;
}

// Gaps are bigger than a small capital: without this, the first rung of the ladder would see none
// but gaps that it may not take. One that leaves no profit in the smaller size is denied as it is.
void Pipeline::fit_cycle(OrderIntent& intent, const Exposure& exposure) const {
    const Lamports free = risk::free_capital(settings_.risk, intent.strategy, exposure);
    if (intent.spend_max <= free) {
        return;
    }
    if (auto smaller = arbitrage_.resized(intent, free, view())) {
        smaller->intent_id = intent.intent_id;
        smaller->pool_id = intent.pool_id;
        smaller->venues = intent.venues;
        intent = *std::move(smaller);
    }
}

}  // namespace sniperforge::engine
