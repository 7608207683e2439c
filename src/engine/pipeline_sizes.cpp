// SPDX-License-Identifier: MIT
// How large an entry is when it comes to the gate.
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/risk/size_caps.hpp"
#include "sniperforge/strategy/resize.hpp"

namespace sniperforge::engine {

std::optional<SizeFacts> Pipeline::fit(OrderIntent& intent, const Exposure& exposure) {
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

}  // namespace sniperforge::engine
