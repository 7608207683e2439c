// SPDX-License-Identifier: MIT
// One route, quoted exactly by the venues.
#pragma once

#include <cstdint>
#include <optional>

#include "dex/cycle_search.hpp"

namespace sniperforge::dex {

// Better gain; of equal ones the cheaper.
[[nodiscard]] inline bool is_better(const std::optional<Attempt>& a,
                                    const std::optional<Attempt>& b) {
    if (!a || !b) {
        return a.has_value() && !b;
    }
    return a->gain() != b->gain() ? a->gain() > b->gain() : a->in() < b->in();
}

class RouteQuotes {
 public:
    RouteQuotes(const PoolBook& book, const Route& route, const CycleLimits& limits,
                const QuoteContext& context)
        : book_{book}, route_{route}, limits_{limits}, context_{context} {}

    // The whole route when the first hop yields `tokens`; nothing when a hop refuses or the ceiling
    // is passed.
    [[nodiscard]] std::optional<Attempt> at(std::uint64_t tokens) const;
    // The whole route when the first hop takes `lamports`.
    [[nodiscard]] std::optional<Attempt> spending(std::uint64_t lamports) const;
    // The most tokens that the lamports buy.
    [[nodiscard]] std::optional<std::uint64_t> tokens_for(std::uint64_t lamports) const;

    // Of what may be spent.
    [[nodiscard]] std::uint64_t lamports_max() const { return limits_.amount_in_max.raw(); }
    [[nodiscard]] const Route& route() const { return route_; }
    // A transfer of some mint on the way costs a fee.
    [[nodiscard]] bool is_taxed() const;

 private:
    [[nodiscard]] QuoteResult first_for(std::uint64_t lamports) const;
    [[nodiscard]] std::optional<Attempt> pass_on(std::uint64_t in, std::uint64_t tokens) const;

    const PoolBook& book_;
    const Route& route_;
    const CycleLimits& limits_;
    const QuoteContext& context_;
};

}  // namespace sniperforge::dex
