// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/lots.hpp"

#include <algorithm>
#include <tuple>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::portfolio {
namespace {

[[nodiscard]] bool is_older(const Lot& a, const Lot& b) {
    return std::tuple{a.slot, a.order} < std::tuple{b.slot, b.order};
}

// So much of the lot, which has more. Its part of the cost, rounded down.
[[nodiscard]] Lot part_of(Lot& lot, TokenAmount amount) {
    Lot part = lot;
    part.amount = amount;
    part.cost = Lamports{mul_div_floor(lot.cost.raw(), amount.raw(), lot.amount.raw()).value_or(0)};
    lot.amount -= part.amount;
    lot.cost -= part.cost;
    return part;
}

}  // namespace

TokenAmount amount_of(std::span<const Lot> lots) {
    TokenAmount sum;
    for (const Lot& lot : lots) {
        sum += lot.amount;
    }
    return sum;
}

Lamports cost_of(std::span<const Lot> lots) {
    Lamports sum;
    for (const Lot& lot : lots) {
        sum += lot.cost;
    }
    return sum;
}

std::vector<Lot>::iterator Lots::find(IntentId order) {
    return std::ranges::find(lots_, order, &Lot::order);
}

void Lots::add(const Lot& lot) {
    if (lot.amount.is_zero()) {
        return;
    }
    if (const auto same = find(lot.order); same != lots_.end()) {
        same->amount += lot.amount;
        same->cost += lot.cost;
        return;
    }
    lots_.insert(std::upper_bound(lots_.begin(), lots_.end(), lot, is_older), lot);
    if (lots_.size() > kMax) {
        lots_[0].amount += lots_[1].amount;
        lots_[0].cost += lots_[1].cost;
        lots_.erase(lots_.begin() + 1);
    }
}

std::vector<Lot> Lots::take(TokenAmount amount) {
    std::vector<Lot> taken;
    auto lot = lots_.begin();
    for (; lot != lots_.end() && lot->amount <= amount; ++lot) {
        taken.push_back(*lot);
        amount -= lot->amount;
    }
    if (lot != lots_.end() && !amount.is_zero()) {
        taken.push_back(part_of(*lot, amount));
    }
    lots_.erase(lots_.begin(), lot);
    return taken;
}

void Lots::remove(const Lot& bought) {
    TokenAmount lacking = bought.amount;
    auto lot = find(bought.order);
    // Books of older versions knew one lot without an order, at the cost of all purchases.
    const bool is_named = lot != lots_.end();
    lot = is_named ? lot : find(IntentId{});
    if (lot != lots_.end()) {
        if (lot->amount > lacking) {
            lot->amount -= lacking;
            lot->cost = lot->cost.saturating_sub(bought.cost);
            return;
        }
        lacking -= lot->amount;
        lots_.erase(lot);
    }
    (void)take(lacking);
}

void Lots::set_amount(TokenAmount amount, const Lot& unknown) {
    const TokenAmount before = this->amount();
    if (before < amount) {
        Lot more = unknown;
        more.amount = amount - before;
        more.cost = {};
        return add(more);
    }
    const Lamports cost = cost_of(take(before - amount));
    if (!lots_.empty()) {
        lots_.front().cost += cost;
    }
}

}  // namespace sniperforge::portfolio
