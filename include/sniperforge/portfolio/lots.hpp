// SPDX-License-Identifier: MIT
// Lots: what a position bought, purchase by purchase, each with what it cost. A sale takes the
// oldest first, so the cost of what is still held is that of the newest purchases.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::portfolio {

// One purchase, or what is left or was taken of it.
struct Lot {
    IntentId order;  // That bought it. Zero: no order that is known.
    Slot slot;       // Where it landed.
    MonoTime bought_at;
    TokenAmount amount;
    Lamports cost;  // Fees included, rent of our own accounts excluded: it comes back.

    [[nodiscard]] bool operator==(const Lot&) const = default;
    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.order, self.slot, self.bought_at, self.amount, self.cost);
    }
};

[[nodiscard]] TokenAmount amount_of(std::span<const Lot> lots);
[[nodiscard]] Lamports cost_of(std::span<const Lot> lots);

class Lots {
 public:
    // Nobody buys one position more often: the entry recipes have a handful of stages. Beyond it
    // the two oldest become one, of the older one's order and with the sums of both: what they cost
    // per unit is then their average, and what all of it cost is as exact as before.
    static constexpr std::size_t kMax = 64;

    // Behind every lot of an earlier slot. Of an order that has a lot it grows that one: what was
    // taken of a lot and is given back is part of it again, exactly.
    void add(const Lot& lot);
    // So much of the oldest, or all there is. Of a lot that is taken in part the cost is rounded
    // down: what stays is not flattered.
    std::vector<Lot> take(TokenAmount amount);
    // The order's purchase never happened: its lot goes. What it lacks of `bought` (others were
    // merged into it, or the other way round) is taken of the oldest.
    void remove(const Lot& bought);
    // So many units more or less than they are, at the same cost: it stays with what is left.
    void set_amount(TokenAmount amount, const Lot& unknown);

    [[nodiscard]] std::span<const Lot> all() const { return lots_; }
    [[nodiscard]] TokenAmount amount() const { return amount_of(lots_); }
    [[nodiscard]] Lamports cost() const { return cost_of(lots_); }

    [[nodiscard]] bool operator==(const Lots&) const = default;
    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.lots_);
    }

 private:
    [[nodiscard]] std::vector<Lot>::iterator find(IntentId order);

    std::vector<Lot> lots_;  // The oldest first; none is empty.
};

}  // namespace sniperforge::portfolio
