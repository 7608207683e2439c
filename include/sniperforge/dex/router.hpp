// SPDX-License-Identifier: MIT
// Cycles through the pools: for a changed pool, the best of the cycles SOL → token → SOL and
// SOL → token → token → SOL that use it, in any place and either direction, with its best size and
// every amount verified in integers by the venues' own quotes.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/pool_graph.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::dex {

// Bound of the fixed table on the stack.
inline constexpr std::size_t kRoutesMax = 64;

// What the caller knows of routes and the router does not. Asked of each that may pay by its rates
// and is among the most promising so far.
class RouteCosts {
 public:
    virtual ~RouteCosts() = default;
    // Beyond the least that every transaction pays. Nothing: the route is not to be used. Of the
    // legs only pools and directions are set.
    [[nodiscard]] virtual std::optional<Lamports> more_of(std::span<const Leg> legs) const = 0;
};

struct CycleLimits {
    Lamports amount_in_max;
    // Base fee, priority fee and tip of a transaction with two legs, and what a third one adds:
    // subtracted from the profit.
    Lamports cost;
    Lamports third_leg_cost{};
    const RouteCosts* more_costs = nullptr;  // Null: no route costs more.
    Lamports profit_min{1};                  // After them.
    std::size_t legs_max = kLegsMax;         // Two or three.
    // What is looked at per change, the deepest pools first: those that trade a token against SOL
    // where the changed pool does too; those between it and other tokens; those that close a cycle
    // of three legs, at each of its open ends.
    std::size_t candidates_max = 64;
    std::size_t links_max = 256;
    std::size_t closers_max = 16;
    // Routes that may pay by their rates and are quoted, the most promising first. At most
    // kRoutesMax count.
    std::size_t routes_max = 16;
    // Also use pools whose vaults rest on different slots (PoolBook::is_torn): half a swap looks
    // like a bargain that nobody offers.
    bool is_torn_allowed = false;
};

// Every leg spends exactly what the one before it yields; leg 1 is exact-out where its venue has
// that.
struct Cycle {
    std::array<Leg, kLegsMax> legs;
    std::uint8_t leg_count = 0;
    Lamports amount_in;   // Lamports that leg 1 takes.
    Lamports amount_out;  // Lamports that the last leg returns.
    Lamports profit;      // amount_out − amount_in − costs; positive.

    [[nodiscard]] std::span<const Leg> used_legs() const { return {legs.data(), leg_count}; }
};

// The most profitable cycle through `changed`, or nothing. `graph` has followed `book`. Allocates
// nothing; its cost is bounded by the limits.
[[nodiscard]] std::optional<Cycle> best_cycle(const PoolBook& book, const PoolGraph& graph,
                                              PoolIndex changed, const CycleLimits& limits,
                                              const QuoteContext& context);

}  // namespace sniperforge::dex
