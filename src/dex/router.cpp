// SPDX-License-Identifier: MIT
#include "sniperforge/dex/router.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "dex/cycle_search.hpp"

namespace sniperforge::dex {
namespace {

// The most promising routes, of equally promising ones the earlier; a fixed table on the stack.
class RouteTable {
 public:
    // A route and what it is ranked by.
    struct Rank {
        double value = 0;
        std::uint32_t at = 0;
    };

    explicit RouteTable(std::size_t limit) : limit_{std::min(limit, kRoutesMax)} {}

    [[nodiscard]] bool takes(double score) const {
        return limit_ != 0 && (count_ < limit_ || ranks_[count_ - 1].value < score);
    }
    // takes(score).
    void put(double score, const Route& route) {
        const auto at =
            static_cast<std::uint32_t>(count_ < limit_ ? count_ : ranks_[count_ - 1].at);
        count_ = std::min(count_ + 1, limit_);
        place(count_ - 1, {score, at});
        routes_[at] = route;
    }
    // Ranks them anew, by what a route will likely gain. After the last put().
    void rank_by_gain(double stake) {
        for (std::size_t i = 0; i < count_; ++i) {
            const std::uint32_t at = ranks_[i].at;
            place(i, {likely_gain(routes_[at], stake), at});
        }
    }
    [[nodiscard]] std::span<const Rank> best_first() const { return {ranks_.data(), count_}; }
    [[nodiscard]] const Route& operator[](const Rank& rank) const { return routes_[rank.at]; }

 private:
    // The ranks before `end` are in order; what stands at `end` gives way.
    void place(std::size_t end, const Rank& rank) {
        for (; end > 0 && ranks_[end - 1].value < rank.value; --end) {
            ranks_[end] = ranks_[end - 1];
        }
        ranks_[end] = rank;
    }

    std::size_t limit_;
    std::size_t count_ = 0;
    std::array<Rank, kRoutesMax> ranks_;
    std::array<Route, kRoutesMax> routes_;
};

// Enumerates the routes through one pool whose rates may pay for the transaction.
class Walk {
 public:
    Walk(const PoolGraph& graph, PoolIndex changed, const CycleLimits& limits)
        : graph_{graph}, changed_{changed}, limits_{limits}, routes_{limits.routes_max} {
        rate_min_two_ = rate_min(limits.cost);
        rate_min_three_ = rate_min(limits.cost.saturating_add(limits.third_leg_cost));
    }

    [[nodiscard]] const RouteTable& run(const PoolGraph::Place& place) {
        const PoolEdge from_a{.pool = changed_,
                              .other = place.b,
                              .rate_out = place.rates.a_to_b,
                              .rate_in = place.rates.b_to_a,
                              .thinness_out = place.rates.thinness_a_to_b,
                              .thinness_in = place.rates.thinness_b_to_a,
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
        routes_.rank_by_gain(static_cast<double>(limits_.amount_in_max.raw()));
        return routes_;
    }

 private:
    // A gain of (e^rate − 1) · stake is the most that there can be.
    [[nodiscard]] double rate_min(Lamports cost) const {
        const Lamports gain_min = cost.saturating_add(limits_.profit_min);
        return std::log1p(static_cast<double>(gain_min.raw()) /
                          static_cast<double>(limits_.amount_in_max.raw())) -
               kRateError;
    }
    [[nodiscard]] static Hop hop_out(const PoolEdge& edge) {
        return {edge.pool, edge.out, edge.thinness_out, edge.rate_out};
    }
    [[nodiscard]] static Hop hop_in(const PoolEdge& edge) {
        return {edge.pool, reverse(edge.out), edge.thinness_in, edge.rate_in};
    }

    // For ranking only: a gain has its rate's share of the stake, and of what the shallower end
    // holds.
    [[nodiscard]] double score_of(double rate, const PoolEdge& buy, const PoolEdge& sell) const {
        const std::uint64_t depth = std::min({limits_.amount_in_max.raw(), buy.depth, sell.depth});
        return rate * static_cast<double>(depth);
    }

    void offer_two(const PoolEdge& buy, const PoolEdge& sell) {
        const double rate = buy.rate_in + sell.rate_out;
        if (rate > rate_min_two_) {
            offer({.hops = {hop_in(buy), hop_out(sell)},
                   .count = 2,
                   .rate = rate,
                   .cost = limits_.cost},
                  score_of(rate, buy, sell));
        }
    }
    void offer_three(const PoolEdge& buy, const Hop& link, const PoolEdge& sell) {
        const double rate = buy.rate_in + link.rate + sell.rate_out;
        if (rate > rate_min_three_) {
            offer({.hops = {hop_in(buy), link, hop_out(sell)},
                   .count = 3,
                   .rate = rate,
                   .cost = limits_.cost.saturating_add(limits_.third_leg_cost)},
                  score_of(rate, buy, sell));
        }
    }
    void offer(Route route, double score) {
        if (!routes_.takes(score)) {
            return;
        }
        if (limits_.more_costs != nullptr) {
            std::array<Leg, kLegsMax> legs;
            for (std::size_t i = 0; i < route.count; ++i) {
                legs[i] = {route.hops[i].pool, route.hops[i].direction, {}, {}};
            }
            const auto more = limits_.more_costs->more_of({legs.data(), route.count});
            if (!more) {
                return;
            }
            route.cost = route.cost.saturating_add(*more);
            if (!more->is_zero() && route.rate <= rate_min(route.cost)) {
                return;
            }
        }
        routes_.put(score, route);
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
        const auto may_count = [&](double rate) {
            return rate > rate_min_three_ && routes_.takes(score_of(rate, own, own));
        };
        const auto links = graph_.cross_edges(token);
        for (const PoolEdge& link : links.first(std::min(links.size(), limits_.links_max))) {
            if (may_count(own.rate_in + link.rate_out + graph_.best_sell(link.other))) {
                for (const PoolEdge& sell : closers(link.other)) {
                    offer_three(own, hop_out(link), sell);
                }
            }
            if (may_count(graph_.best_buy(link.other) + link.rate_in + own.rate_out)) {
                for (const PoolEdge& buy : closers(link.other)) {
                    offer_three(buy, hop_in(link), own);
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
                    offer_three(buy, hop_out(own), sell);
                }
            }
        }
        if (graph_.best_buy(far) + own.rate_in + graph_.best_sell(near) > rate_min_three_) {
            for (const PoolEdge& buy : closers(far)) {
                for (const PoolEdge& sell : closers(near)) {
                    offer_three(buy, hop_in(own), sell);
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

Cycle to_cycle(const Route& route, const Attempt& attempt) {
    Cycle cycle;
    cycle.leg_count = route.count;
    for (std::size_t i = 0; i < route.count; ++i) {
        cycle.legs[i] = {route.hops[i].pool, route.hops[i].direction,
                         TokenAmount{attempt.amounts[i]}, TokenAmount{attempt.amounts[i + 1]}};
    }
    cycle.amount_in = Lamports{attempt.in()};
    cycle.amount_out = Lamports{attempt.out()};
    cycle.profit = cycle.amount_out - cycle.amount_in - route.cost;
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
    const auto stake = static_cast<double>(limits.amount_in_max.raw());
    const RouteTable& routes = walk.run(*place);
    for (const RouteTable::Rank& rank : routes.best_first()) {
        const Route& route = routes[rank];
        const i128 to_beat = profit_to_beat + static_cast<i128>(route.cost.raw());
        const auto gain_min = static_cast<double>(to_beat);
        if ((rank.value <= gain_min && gain_ceiling(route, stake) <= gain_min) ||
            !std::ranges::all_of(
                route.used(), [&](const Hop& hop) { return is_usable(book, hop.pool, limits); })) {
            continue;
        }
        const auto attempt = best_attempt(book, route, limits, context, to_beat);
        if (attempt && attempt->gain() > to_beat) {
            best = to_cycle(route, *attempt);
            profit_to_beat = static_cast<i128>(best->profit.raw());
        }
    }
    return best;
}

}  // namespace sniperforge::dex
