// SPDX-License-Identifier: MIT
#include "dex/cycle_quotes.hpp"

#include <algorithm>

namespace sniperforge::dex {

std::optional<Attempt> RouteQuotes::at(std::uint64_t tokens) const {
    const Hop& first = route_.hops[0];
    const Pool& pool = book_.pool(first.pool);
    const auto bought = quote_exact_out(pool, first.direction, TokenAmount{tokens}, context_);
    if (!bought || bought->amount_in.raw() > limits_.amount_in_max.raw()) {
        return std::nullopt;
    }
    if (has_exact_out(pool, first.direction)) {
        // A little more than asked where a fee on the transfer does not divide: the same payment
        // yields it when it is asked for.
        return pass_on(bought->amount_in.raw(), bought->amount_out.raw());
    }
    return spending(bought->amount_in.raw());
}

std::optional<Attempt> RouteQuotes::spending(std::uint64_t lamports) const {
    const auto bought = first_for(lamports);
    return bought ? pass_on(lamports, bought->amount_out.raw()) : std::nullopt;
}

std::optional<std::uint64_t> RouteQuotes::tokens_for(std::uint64_t lamports) const {
    const auto bought = first_for(lamports);
    return bought ? std::optional{bought->amount_out.raw()} : std::nullopt;
}

bool RouteQuotes::is_taxed() const {
    return std::ranges::any_of(route_.used(), [&](const Hop& hop) {
        const Pool& pool = book_.pool(hop.pool);
        return (pool.transfer_a && pool.transfer_a->fee) ||
               (pool.transfer_b && pool.transfer_b->fee);
    });
}

QuoteResult RouteQuotes::first_for(std::uint64_t lamports) const {
    const Hop& first = route_.hops[0];
    return quote_exact_in(book_.pool(first.pool), first.direction, TokenAmount{lamports}, context_);
}

std::optional<Attempt> RouteQuotes::pass_on(std::uint64_t in, std::uint64_t tokens) const {
    Attempt attempt{.amounts = {in, tokens}, .count = route_.count};
    for (std::size_t i = 1; i < route_.count; ++i) {
        const Hop& hop = route_.hops[i];
        const auto sold = quote_exact_in(book_.pool(hop.pool), hop.direction,
                                         TokenAmount{attempt.amounts[i]}, context_);
        if (!sold && sold.error() == QuoteError::AmountZero) {
            return attempt;  // All of it is lost, which is worse than any size that returns.
        }
        if (!sold) {
            return std::nullopt;
        }
        attempt.amounts[i + 1] = sold->amount_out.raw();
    }
    return attempt;
}

}  // namespace sniperforge::dex
