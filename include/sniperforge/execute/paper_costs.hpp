// SPDX-License-Identifier: MIT
// PaperCosts: what orders on paper offer for their landing, and what their accounts cost: a live
// market tells (OrderCosts), a recording does (RecordedCosts), a tape does not (AssumedCosts).
#pragma once

#include <optional>

#include "sniperforge/execute/offer.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::execute {

class PaperCosts {
 public:
    virtual ~PaperCosts() = default;
    virtual void start() = 0;
    // Of the longest token account that an order may open; nothing before it was told.
    [[nodiscard]] virtual std::optional<Lamports> rent() const = 0;
    // As the executor's. Paper landings teach nothing: the market's price is taken as it is.
    [[nodiscard]] virtual Offer offer(std::optional<PoolIndex> pool) const = 0;
    virtual void expect_orders(PoolIndex pool) = 0;
    // Within what one order may cost, and the day, for which it is set aside. Nothing: the day has
    // no room, and this is no exit; those pay the least.
    [[nodiscard]] virtual std::optional<Offer> reserve(const Offer& offer, ComputeUnits units,
                                                       bool is_exit) = 0;
    // What it came to. Zero where it was in no block.
    virtual void settled(const Offer& reserved, ComputeUnits units, Lamports paid) = 0;
    virtual void resume(Lamports paid_today) = 0;
    virtual void on_tick(MonoTime now) = 0;
};

}  // namespace sniperforge::execute
