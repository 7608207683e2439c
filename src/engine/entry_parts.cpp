// SPDX-License-Identifier: MIT
#include "engine/entry_parts.hpp"

#include <algorithm>
#include <utility>

namespace sniperforge::engine {
namespace {

// By what the books say and not by when checkpoints were made: a sale may be taken back.
void bound_parts(History& history, IntentId newest) {
    if (history.parts.size() <= kPartsMax) {
        return;
    }
    std::erase_if(history.parts, [&](const auto& entry) {
        const auto& [mint, last] = entry;
        return last.order != newest && !is_part_open(history.portfolio, last.order) &&
               part_held(history.portfolio, mint, last.order).lot == nullptr;
    });
}

}  // namespace

void note_part(History& history, const OrderIntent& intent) {
    if (intent.kind != OrderKind::Entry || intent.part.number == 0) {
        return;
    }
    History::PartOrdered& last = history.parts[intent.mint_out];
    last = {intent.part, intent.intent_id, intent.part.number > 1 ? last.order : IntentId{},
            intent.decided_at, intent.position_id};
    bound_parts(history, intent.intent_id);
}

void part_denied(History& history, const IntentDenied& denied) {
    const auto found = std::ranges::find_if(
        history.parts, [&](const auto& entry) { return entry.second.order == denied.intent_id; });
    if (found == history.parts.end()) {
        return;
    }
    History::PartOrdered& last = found->second;
    if (!is_asked_again(denied.denial.reason) || last.order_before == IntentId{}) {
        history.parts.erase(found);
        return;
    }
    last.order = std::exchange(last.order_before, IntentId{});
    --last.part.number;
}

PartHeld part_held(const portfolio::Portfolio& portfolio, const Pubkey& mint, IntentId order) {
    const auto position =
        std::ranges::find_if(portfolio.positions(), [&](const PositionView& view) {
            return view.mint == mint && view.strategy == StrategyId::Sniper;
        });
    if (position == portfolio.positions().end()) {
        return {};
    }
    const auto lots = portfolio.lots(position->position_id);
    const auto lot = std::ranges::find(lots, order, &portfolio::Lot::order);
    return {&*position, lot == lots.end() ? nullptr : &*lot};
}

bool is_part_open(const portfolio::Portfolio& portfolio, IntentId order) {
    return portfolio.orders_in_flight().contains(order.value) || portfolio.is_provisional(order);
}

}  // namespace sniperforge::engine
