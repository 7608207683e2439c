// SPDX-License-Identifier: MIT
#include "sniperforge/dex/pool_graph.hpp"

#include <algorithm>
#include <limits>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

// Deeper, or equally deep with the lower index.
bool is_before(const PoolEdge& a, const PoolEdge& b) {
    return a.depth != b.depth ? a.depth > b.depth : a.pool < b.pool;
}

// The pool as seen from its mint A, or from its mint B.
PoolEdge edge_from(bool is_from_a, PoolIndex index, const PoolGraph::Place& place,
                   std::uint64_t depth) {
    const NetRates& rates = place.rates;
    return is_from_a ? PoolEdge{.pool = index,
                                .other = place.b,
                                .rate_out = rates.a_to_b,
                                .rate_in = rates.b_to_a,
                                .depth = depth,
                                .thinness_out = rates.thinness_a_to_b,
                                .thinness_in = rates.thinness_b_to_a,
                                .out = Direction::AToB}
                     : PoolEdge{.pool = index,
                                .other = place.a,
                                .rate_out = rates.b_to_a,
                                .rate_in = rates.a_to_b,
                                .depth = depth,
                                .thinness_out = rates.thinness_b_to_a,
                                .thinness_in = rates.thinness_a_to_b,
                                .out = Direction::BToA};
}

}  // namespace

PoolGraph::PoolGraph() { (void)node_of(solana::kWrappedSolMint); }

void PoolGraph::follow(PoolBook& book) {
    book.take_touched(touched_);
    for (const PoolIndex index : touched_) {
        update(book, index);
    }
}

void PoolGraph::update(const PoolBook& book, PoolIndex index) {
    if (index.value >= places_.size()) {
        places_.resize(book.size());
    }
    const Pool& pool = book.pool(index);
    Place& place = places_[index.value];
    const bool is_excluded = are_excluded_[static_cast<std::size_t>(venue_of(pool))];
    place.rates = is_excluded ? NetRates{kNoRate, kNoRate} : net_rates(pool);
    if (!place.is_linked) {
        link(place, pool, index);
        if (!place.is_linked) {
            return;
        }
    }
    const bool is_usable = place.rates.a_to_b != kNoRate || place.rates.b_to_a != kNoRate;
    const std::uint64_t depth_a = is_usable ? reserve_a(pool).raw() : 0;
    const std::uint64_t depth_b = is_usable ? reserve_b(pool).raw() : 0;
    if (place.a == kSolNode) {
        set_edge(place.b, nodes_[place.b.value].sol, edge_from(false, index, place, depth_a));
    } else if (place.b == kSolNode) {
        set_edge(place.a, nodes_[place.a.value].sol, edge_from(true, index, place, depth_b));
    } else {
        set_edge(place.a, nodes_[place.a.value].cross, edge_from(true, index, place, depth_a));
        set_edge(place.b, nodes_[place.b.value].cross, edge_from(false, index, place, depth_b));
    }
}

void PoolGraph::exclude(const PoolBook& book, VenueId venue) {
    are_excluded_[static_cast<std::size_t>(venue)] = true;
    for (std::uint32_t i = 0; i < book.size(); ++i) {
        if (venue_of(book.pool(PoolIndex{i})) == venue) {
            update(book, PoolIndex{i});
        }
    }
}

// A curve does not say which coin it sells before it was told; then its mint is zero.
void PoolGraph::link(Place& place, const Pool& pool, PoolIndex index) {
    const Pubkey& a = mint_a(pool);
    const Pubkey& b = mint_b(pool);
    if (a.is_zero() || b.is_zero() || a == b) {
        return;
    }
    place.a = node_of(a);
    place.b = node_of(b);
    place.is_linked = true;
    // Without rates and depth: at the end, until set_edge puts it where it belongs.
    const auto append = [&](std::vector<PoolEdge>& edges, std::uint32_t& at, MintIndex other) {
        at = static_cast<std::uint32_t>(edges.size());
        edges.push_back({.pool = index, .other = other, .rate_out = kNoRate, .rate_in = kNoRate});
    };
    const bool is_sol = place.a == kSolNode || place.b == kSolNode;
    if (place.a != kSolNode) {
        Node& node = nodes_[place.a.value];
        append(is_sol ? node.sol : node.cross, place.at_a, place.b);
    }
    if (place.b != kSolNode) {
        Node& node = nodes_[place.b.value];
        append(is_sol ? node.sol : node.cross, place.at_b, place.a);
    }
}

// Writes the edge and moves it to its rank.
void PoolGraph::set_edge(MintIndex node, std::vector<PoolEdge>& edges, const PoolEdge& edge) {
    const Place& place = places_[edge.pool.value];
    std::size_t at = place.a == node ? place.at_a : place.at_b;
    const PoolEdge before = edges[at];
    for (; at > 0 && is_before(edge, edges[at - 1]); --at) {
        edges[at] = edges[at - 1];
        place_edge(node, edges[at], at);
    }
    for (; at + 1 < edges.size() && is_before(edges[at + 1], edge); ++at) {
        edges[at] = edges[at + 1];
        place_edge(node, edges[at], at);
    }
    edges[at] = edge;
    place_edge(node, edge, at);
    if (edge.other == kSolNode) {
        set_best(node, before, edge);
    }
}

void PoolGraph::place_edge(MintIndex node, const PoolEdge& edge, std::size_t position) {
    Place& place = places_[edge.pool.value];
    (place.a == node ? place.at_a : place.at_b) = static_cast<std::uint32_t>(position);
}

void PoolGraph::set_best(MintIndex node, const PoolEdge& before, const PoolEdge& after) {
    const auto set = [&](double& best, double PoolEdge::* rate) {
        if (after.*rate >= best) {
            best = after.*rate;
        } else if (before.*rate == best) {
            // What was the best is not any more.
            const auto& edges = nodes_[node.value].sol;
            best = (*std::ranges::max_element(edges, {}, rate)).*rate;
        }
    };
    set(bests_[node.value].buy, &PoolEdge::rate_in);
    set(bests_[node.value].sell, &PoolEdge::rate_out);
}

void PoolGraph::reserve(std::size_t pools) {
    by_mint_.reserve(pools);
    nodes_.reserve(pools);
    bests_.reserve(pools);
    places_.reserve(pools);
    touched_.reserve(pools);
}

MintIndex PoolGraph::node_of(const Pubkey& mint) {
    const auto [found, is_new] =
        by_mint_.try_emplace(mint, MintIndex{static_cast<std::uint32_t>(nodes_.size())});
    if (is_new) {
        nodes_.emplace_back();
        bests_.push_back({kNoRate, kNoRate});
    }
    return found->second;
}

std::optional<MintIndex> PoolGraph::find(const Pubkey& mint) const {
    const auto found = by_mint_.find(mint);
    return found == by_mint_.end() ? std::nullopt : std::optional{found->second};
}

const PoolGraph::Place* PoolGraph::find(PoolIndex index) const {
    const bool is_known = index.value < places_.size() && places_[index.value].is_linked;
    return is_known ? &places_[index.value] : nullptr;
}

std::span<const PoolEdge> PoolGraph::sol_edges(MintIndex mint) const {
    return nodes_[mint.value].sol;
}

std::span<const PoolEdge> PoolGraph::cross_edges(MintIndex mint) const {
    return nodes_[mint.value].cross;
}

}  // namespace sniperforge::dex
