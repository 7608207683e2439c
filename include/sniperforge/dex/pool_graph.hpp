// SPDX-License-Identifier: MIT
// PoolGraph: mints as dense nodes, pools as edges between them, each with what a swap of next to
// nothing pays. The router walks it to find the few cycles worth quoting; no amount of money is
// ever computed from it.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "sniperforge/dex/pool_book.hpp"

namespace sniperforge::dex {

// Dense position of a mint in a graph; never reused.
struct MintIndex {
    std::uint32_t value = 0;
    [[nodiscard]] constexpr auto operator<=>(const MintIndex&) const = default;
};
// Where every cycle starts and ends.
inline constexpr MintIndex kSolNode{0};

// The rate of a pool that cannot be swapped through.
inline constexpr double kNoRate = -std::numeric_limits<double>::infinity();

// Natural logarithms of base units received for one paid, every proportional fee taken off. No
// swap of any size, now or later in the same state, pays more: a sum along a cycle that is not
// positive rules the cycle out.
struct NetRates {
    double a_to_b = 0;
    double b_to_a = 0;
    // What size takes from the rate: `in` units yield at most e^rate · in / (1 + thinness · in).
    // Rounded down. Negative: its amount is an estimate, by the liquidity at the price, and ranks
    // cycles without ruling any out. Zero: not known.
    float thinness_a_to_b = 0;
    float thinness_b_to_a = 0;
};
[[nodiscard]] NetRates net_rates(const Pool& pool);

// One pool, seen from one of its two mints.
struct PoolEdge {
    PoolIndex pool;
    MintIndex other;
    double rate_out = 0;      // ln: spends this mint.
    double rate_in = 0;       // ln: receives this mint.
    std::uint64_t depth = 0;  // Lamports on the SOL side, or else base units of this mint.
    float thinness_out = 0, thinness_in = 0;  // Per unit of what goes in, in each direction.
    Direction out = Direction::AToB;          // Spends this mint.
};

class PoolGraph {
 public:
    PoolGraph();

    // Takes in what the book's pools have become since the last call.
    void follow(PoolBook& book);
    // Takes in one pool. New pools and mints allocate, known ones do not. A pool that changed its
    // rank among the pools of a mint moves past those between.
    void update(const PoolBook& book, PoolIndex index);
    // No cycle goes through the venue's pools any more.
    void exclude(const PoolBook& book, VenueId venue);
    // Makes room, so that adding up to `pools` pools rehashes nothing on the way.
    void reserve(std::size_t pools);

    [[nodiscard]] std::size_t mints() const { return nodes_.size(); }
    [[nodiscard]] std::optional<MintIndex> find(const Pubkey& mint) const;

    struct Place {
        MintIndex a, b;
        NetRates rates;
        std::uint32_t at_a = 0, at_b = 0;  // Positions among the edges of both nodes.
        bool is_linked = false;            // Both mints are known.
    };
    [[nodiscard]] const Place* find(PoolIndex index) const;

    // Pools between the mint and SOL, and between it and other mints; the deepest first, of equally
    // deep ones the lower index. SOL's own pools are listed at the other mints only.
    [[nodiscard]] std::span<const PoolEdge> sol_edges(MintIndex mint) const;
    [[nodiscard]] std::span<const PoolEdge> cross_edges(MintIndex mint) const;
    // The best rates of any pool between the mint and SOL; minus infinity where there is none.
    [[nodiscard]] double best_buy(MintIndex mint) const { return bests_[mint.value].buy; }
    [[nodiscard]] double best_sell(MintIndex mint) const { return bests_[mint.value].sell; }

 private:
    struct Node {
        std::vector<PoolEdge> sol;
        std::vector<PoolEdge> cross;
    };
    // Apart from the nodes: the walk reads one per neighbour.
    struct Best {
        double buy;
        double sell;
    };
    [[nodiscard]] MintIndex node_of(const Pubkey& mint);
    void link(Place& place, const Pool& pool, PoolIndex index);
    void set_edge(MintIndex node, std::vector<PoolEdge>& edges, const PoolEdge& edge);
    void place_edge(MintIndex node, const PoolEdge& edge, std::size_t position);
    void set_best(MintIndex node, const PoolEdge& before, const PoolEdge& after);

    std::unordered_map<Pubkey, MintIndex, KeyHash> by_mint_;
    std::vector<Node> nodes_;
    std::vector<Best> bests_;
    std::vector<Place> places_;  // By PoolIndex.
    std::vector<PoolIndex> touched_;
    std::array<bool, kVenueCount> are_excluded_{};
};

}  // namespace sniperforge::dex
