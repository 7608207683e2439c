// SPDX-License-Identifier: MIT
#include "sniperforge/dex/router.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "dex/cycle_search.hpp"

namespace sniperforge::dex {
namespace {

// Of a sum of logarithms, a hundred times what their roundings can come to.
constexpr double kRateError = 1e-12;

// The most promising routes first, of equally promising ones the earlier; a fixed table on the
// stack.
class RouteTable {
 public:
    explicit RouteTable(std::size_t limit) : limit_{std::min(limit, kRoutesMax)} {}

    void offer(const Route& route) {
        if (limit_ == 0 || (count_ == limit_ && routes_[count_ - 1].score >= route.score)) {
            return;
        }
        std::size_t at = count_ < limit_ ? count_++ : count_ - 1;
        for (; at > 0 && routes_[at - 1].score < route.score; --at) {
            routes_[at] = routes_[at - 1];
        }
        routes_[at] = route;
    }
    [[nodiscard]] std::span<const Route> best_first() const { return {routes_.data(), count_}; }

 private:
    std::size_t limit_;
    std::size_t count_ = 0;
    std::array<Route, kRoutesMax> routes_;
};

// Enumerates the routes through one pool whose rates may pay for the transaction.
class Walk {
 public:
    Walk(const PoolGraph& graph, PoolIndex changed, const CycleLimits& limits)
        : graph_{graph}, changed_{changed}, limits_{limits}, routes_{limits.routes_max} {
        // A gain of (e^rate − 1) · stake is the most that there can be.
        const auto stake = static_cast<double>(limits.amount_in_max.raw());
        const auto rate_min = [&](Lamports cost) {
            const Lamports gain_min = cost.saturating_add(limits.profit_min);
            return std::log1p(static_cast<double>(gain_min.raw()) / stake) - kRateError;
        };
        rate_min_two_ = rate_min(limits.cost);
        rate_min_three_ = rate_min(limits.cost.saturating_add(limits.third_leg_cost));
    }

    [[nodiscard]] std::span<const Route> run(const PoolGraph::Place& place) {
        const PoolEdge from_a{.pool = changed_,
                              .other = place.b,
                              .rate_out = place.rates.a_to_b,
                              .rate_in = place.rates.b_to_a,
                              .out = Direction::AToB};
        if (place.a != kSolNode && place.b != kSolNode) {
            through_link(place.a, from_a);
        } else {
            const MintIndex token = place.a == kSolNode ? place.b : place.a;
            const auto edges = graph_.sol_edges(token);
            const PoolEdge& own = edges[place.a == kSolNode ? place.at_b : place.at_a];
            through_pair(own, edges);
            if (limits_.legs_max > 2) {
                through_first_or_last(token, own);
            }
        }
        return routes_.best_first();
    }

 private:
    [[nodiscard]] static Hop hop_out(const PoolEdge& edge) { return {edge.pool, edge.out}; }
    [[nodiscard]] static Hop hop_in(const PoolEdge& edge) { return {edge.pool, reverse(edge.out)}; }

    // For ranking only: a gain has its rate's share of the stake, and of what the shallower end
    // holds.
    [[nodiscard]] double score_of(double rate, const PoolEdge& buy, const PoolEdge& sell) const {
        const std::uint64_t depth = std::min({limits_.amount_in_max.raw(), buy.depth, sell.depth});
        return rate * static_cast<double>(depth);
    }

    void offer_two(const PoolEdge& buy, const PoolEdge& sell) {
        const double rate = buy.rate_in + sell.rate_out;
        if (rate > rate_min_two_) {
            routes_.offer({.hops = {hop_in(buy), hop_out(sell)},
                           .count = 2,
                           .rate = rate,
                           .score = score_of(rate, buy, sell)});
        }
    }
    // `link_rate` is that of `link` in its direction here.
    void offer_three(const PoolEdge& buy, const Hop& link, double link_rate, const PoolEdge& sell) {
        const double rate = buy.rate_in + link_rate + sell.rate_out;
        if (rate > rate_min_three_) {
            routes_.offer({.hops = {hop_in(buy), link, hop_out(sell)},
                           .count = 3,
                           .rate = rate,
                           .score = score_of(rate, buy, sell)});
        }
    }
    [[nodiscard]] std::span<const PoolEdge> closers(MintIndex mint) const {
        const auto edges = graph_.sol_edges(mint);
        return edges.first(std::min(edges.size(), limits_.closers_max));
    }

    // SOL → token → SOL, with every other pool of the token.
    void through_pair(const PoolEdge& own, std::span<const PoolEdge> edges) {
        std::size_t left = limits_.candidates_max;
        for (const PoolEdge& other : edges) {
            if (other.pool == changed_) {
                continue;
            }
            if (left-- == 0) {
                return;
            }
            offer_two(own, other);
            offer_two(other, own);
        }
    }

    // The changed pool as the first or the last of three.
    void through_first_or_last(MintIndex token, const PoolEdge& own) {
        const auto links = graph_.cross_edges(token);
        for (const PoolEdge& link : links.first(std::min(links.size(), limits_.links_max))) {
            if (own.rate_in + link.rate_out + graph_.best_sell(link.other) > rate_min_three_) {
                for (const PoolEdge& sell : closers(link.other)) {
                    offer_three(own, hop_out(link), link.rate_out, sell);
                }
            }
            if (graph_.best_buy(link.other) + link.rate_in + own.rate_out > rate_min_three_) {
                for (const PoolEdge& buy : closers(link.other)) {
                    offer_three(buy, hop_in(link), link.rate_in, own);
                }
            }
        }
    }

    // The changed pool between the two others, in both directions. `own` is seen from `near`.
    void through_link(MintIndex near, const PoolEdge& own) {
        if (limits_.legs_max < 3) {
            return;
        }
        const MintIndex far = own.other;
        if (graph_.best_buy(near) + own.rate_out + graph_.best_sell(far) > rate_min_three_) {
            for (const PoolEdge& buy : closers(near)) {
                for (const PoolEdge& sell : closers(far)) {
                    offer_three(buy, hop_out(own), own.rate_out, sell);
                }
            }
        }
        if (graph_.best_buy(far) + own.rate_in + graph_.best_sell(near) > rate_min_three_) {
            for (const PoolEdge& buy : closers(far)) {
                for (const PoolEdge& sell : closers(near)) {
                    offer_three(buy, hop_in(own), own.rate_in, sell);
                }
            }
        }
    }

    const PoolGraph& graph_;
    PoolIndex changed_;
    const CycleLimits& limits_;
    double rate_min_two_ = 0;
    double rate_min_three_ = 0;
    RouteTable routes_;
};

bool is_usable(const PoolBook& book, PoolIndex index, const CycleLimits& limits) {
    const Pool& pool = book.pool(index);
    return is_complete(pool) && is_swap_enabled(pool) &&
           (limits.is_torn_allowed || !book.is_torn(index));
}

Cycle to_cycle(const Route& route, const Attempt& attempt, Lamports cost) {
    Cycle cycle;
    cycle.leg_count = route.count;
    for (std::size_t i = 0; i < route.count; ++i) {
        cycle.legs[i] = {route.hops[i].pool, route.hops[i].direction,
                         TokenAmount{attempt.amounts[i]}, TokenAmount{attempt.amounts[i + 1]}};
    }
    cycle.amount_in = Lamports{attempt.in()};
    cycle.amount_out = Lamports{attempt.out()};
    cycle.profit = cycle.amount_out - cycle.amount_in - cost;
    return cycle;
}

}  // namespace

std::optional<Cycle> best_cycle(const PoolBook& book, const PoolGraph& graph, PoolIndex changed,
                                const CycleLimits& limits, const QuoteContext& context) {
    const PoolGraph::Place* place = graph.find(changed);
    if (place == nullptr || limits.amount_in_max.is_zero() || !is_usable(book, changed, limits)) {
        return std::nullopt;
    }
    Walk walk{graph, changed, limits};
    std::optional<Cycle> best;
    i128 profit_to_beat = static_cast<i128>(std::max(limits.profit_min, Lamports{1}).raw()) - 1;
    for (const Route& route : walk.run(*place)) {
        const Lamports cost =
            route.count == 2 ? limits.cost : limits.cost.saturating_add(limits.third_leg_cost);
        const i128 to_beat = profit_to_beat + static_cast<i128>(cost.raw());
        const double gain_max =
            std::expm1(route.rate + kRateError) * static_cast<double>(limits.amount_in_max.raw());
        if (gain_max <= static_cast<double>(to_beat) ||
            !std::ranges::all_of(
                route.used(), [&](const Hop& hop) { return is_usable(book, hop.pool, limits); })) {
            continue;
        }
        const auto attempt = best_attempt(book, route, limits, context, to_beat);
        if (attempt && attempt->gain() > to_beat) {
            best = to_cycle(route, *attempt, cost);
            profit_to_beat = static_cast<i128>(best->profit.raw());
        }
    }
    return best;
}

}  // namespace sniperforge::dex
