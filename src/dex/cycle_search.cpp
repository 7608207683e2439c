// SPDX-License-Identifier: MIT
#include "dex/cycle_search.hpp"

#include <algorithm>
#include <cmath>

#include "dex/cycle_bracket.hpp"
#include "dex/cycle_curve.hpp"
#include "dex/cycle_quotes.hpp"

namespace sniperforge::dex {
namespace {

// Calls `visit` with `middle` and its neighbours, `reach` on each side; what would pass the range
// of 64 bits or fall to zero is left out.
template <typename Visit>
void for_neighbours(std::uint64_t middle, std::uint64_t reach, Visit visit) {
    const std::uint64_t first = middle > reach ? middle - reach : 1;
    for (std::uint64_t step = 0; step <= 2 * reach; ++step) {
        if (first <= kU64Max - step) {
            visit(first + step);
        }
    }
}
constexpr std::uint64_t kReach = 8;

// ---- Constant products: the optimum is known ----

using Products = std::array<std::optional<Product>, kLegsMax>;

struct KnownOptimum {
    std::uint64_t lamports = 0;
    std::uint64_t tokens = 0;  // That the first hop yields there.
    std::uint64_t tokens_max = 0;
};

// A unit of the first token is worth less than a lamport: as many as each of a few neighbouring
// lamports buys, and at the end no more lamports than they cost.
std::optional<Attempt> search_lamports(const RouteQuotes& quotes, std::uint64_t lamports,
                                       std::uint64_t reach) {
    std::optional<Attempt> best;
    for_neighbours(lamports, reach, [&](std::uint64_t in) {
        if (in > quotes.lamports_max()) {
            return;
        }
        const auto made = quotes.spending(in);
        if (is_better(made, best)) {
            best = made;
        }
    });
    return best ? quotes.at(best->handed_over()) : best;
}

// The best integer near the real-valued optimum. The gain is flat at its top: doubles place the
// guess to a few parts in 10^13, where it has lost less than 10^-20 of itself. What is left is
// rounding: in lamports it costs two of them; in tokens it costs a whole unit, which is 6,700
// lamports for a bitcoin of 8 decimals. Fees taken in tokens rise in whole units, so the gain is a
// saw: it climbs while the fees stay and drops where one steps. Its peaks are the last amounts
// before a step and, on a tooth wide enough to bend, the optimum with the fees held.
std::optional<Attempt> search_pair(const RouteQuotes& quotes, const Product& buy,
                                   const Product& sell, const KnownOptimum& known) {
    if (buy.in < buy.out) {
        return search_lamports(quotes, known.lamports, kReach);
    }
    std::optional<Attempt> best;
    const auto offer = [&](std::uint64_t tokens) {
        const auto made = quotes.at(std::clamp<std::uint64_t>(tokens, 1, known.tokens_max));
        if (is_better(made, best)) {
            best = made;
        }
    };
    // A fee of k = ceil(t·part/whole) units is taken for every t up to floor(k·whole/part).
    const auto offer_steps = [&](std::uint64_t part, std::uint64_t whole) {
        if (part == 0) {
            return 0.0;
        }
        const auto units = mul_div_ceil(known.tokens, part, whole).value_or(known.tokens_max);
        for_neighbours(units, kReach, [&](std::uint64_t k) {
            offer(mul_div_floor(k, whole, part).value_or(known.tokens_max));
        });
        return static_cast<double>(units);
    };
    const double sold = offer_steps(sell.fees.input, sell.fees.one);
    // The creator's share of the purchase comes on top of what we receive.
    const double bought = offer_steps(buy.fees.output, buy.fees.one - buy.fees.output);
    // The optimum with both fees held: t + bought leaves the curve, t − sold enters the other.
    const double root_buy = std::sqrt(buy.in * buy.out / buy.kept_in);
    const double root_sell = std::sqrt(sell.kept_out * sell.out * sell.in);
    const double held =
        (root_sell * (buy.out - bought) - root_buy * (sell.in - sold)) / (root_sell + root_buy);
    for_neighbours(to_amount(held, known.tokens_max), kReach, offer);
    offer(known.tokens);
    return best;
}

std::optional<Attempt> search_tokens(const RouteQuotes& quotes, const KnownOptimum& known) {
    std::optional<Attempt> best;
    for_neighbours(known.tokens, kReach, [&](std::uint64_t tokens) {
        const auto made = quotes.at(std::clamp<std::uint64_t>(tokens, 1, known.tokens_max));
        if (is_better(made, best)) {
            best = made;
        }
    });
    return best;
}

// Three hops round twice more on the way, and their teeth do not line up: the neighbours are within
// a unit of each token of the best.
std::optional<Attempt> search_triple(const RouteQuotes& quotes, const Product& buy,
                                     const KnownOptimum& known) {
    return buy.in < buy.out ? search_lamports(quotes, known.lamports, kReach / 2)
                            : search_tokens(quotes, known);
}

std::optional<Attempt> search_products(const RouteQuotes& quotes, const Route& route,
                                       const Products& products, const CycleLimits& limits,
                                       i128 to_beat) {
    const Curve first = products[0]->curve();
    Curve whole = first;
    for (std::size_t i = 1; i < route.count; ++i) {
        whole = chain(whole, products[i]->curve());
    }
    const double best_in = whole.best_in();
    // Written so that a NaN or an infinity (empty or absurd pools) is no optimum.
    if (!(best_in > 0)) {
        return std::nullopt;
    }
    // Roundings only take away, so the real-valued profit bounds the exact one, but for the error
    // of the doubles (a few parts in 10^15 of the amounts; a thousand times that is allowed for).
    const double in = std::min(best_in, static_cast<double>(limits.amount_in_max.raw()));
    const double error = 1 + 1e-12 * (products[0]->in + products[route.count - 1U]->out);
    if (!(whole.out(in) - in + error > static_cast<double>(to_beat))) {
        return std::nullopt;
    }
    // The most tokens that amount_in_max buys: their exact-out price is within it.
    const auto tokens_max = quotes.tokens_for(limits.amount_in_max.raw());
    if (!tokens_max) {
        return std::nullopt;
    }
    const KnownOptimum known{to_amount(best_in, limits.amount_in_max.raw()),
                             to_amount(first.out(best_in), *tokens_max), *tokens_max};
    auto best = route.count == 2 ? search_pair(quotes, *products[0], *products[1], known)
                                 : search_triple(quotes, *products[0], known);
    if (!best || best->gain() <= to_beat) {
        // By a lamport or two: perhaps other roundings are kinder.
        const auto kinder = search_tokens(quotes, known);
        best = is_better(kinder, best) ? kinder : best;
    }
    return best;
}

double gain_at_most(const Route& route, double stake,
                    const std::array<double, kLegsMax>& thinness) {
    // Of absurd pools these may be no numbers: then there is no ceiling, or none by the thinness.
    const double gain = std::expm1(route.rate + kRateError);
    if (gain <= 0) {
        return 0;
    }
    // Of all hops, per lamport: what comes later sees the units that those before have made of it.
    const auto& hops = route.hops;
    const double last = route.count < 3 ? 0 : std::exp(hops[1].rate) * thinness[2];
    const double whole = thinness[0] + std::exp(hops[0].rate) * (thinness[1] + last);
    if (!std::isfinite(whole) || whole <= 0) {
        return gain * stake;
    }
    // (1 + gain) · in / (1 + whole · in) − in is largest at (√(1 + gain) − 1) / whole.
    const double best_in = gain / (std::sqrt(1 + gain) + 1) / whole;
    const double in = best_in < stake ? best_in : stake;
    return in * (gain - whole * in) / (1 + whole * in);
}

}  // namespace

double gain_ceiling(const Route& route, double stake) {
    const auto known = [&](std::size_t i) { return std::max(double{route.hops[i].thinness}, 0.0); };
    return gain_at_most(route, stake, {known(0), known(1), known(2)});
}

double likely_gain(const Route& route, double stake) {
    const auto any = [&](std::size_t i) { return std::abs(double{route.hops[i].thinness}); };
    return gain_at_most(route, stake, {any(0), any(1), any(2)});
}

std::optional<Attempt> best_attempt(const PoolBook& book, const Route& route,
                                    const CycleLimits& limits, const QuoteContext& context,
                                    i128 to_beat) {
    const RouteQuotes quotes{book, route, limits, context};
    Products products;
    bool are_products = true;
    for (std::size_t i = 0; i < route.count && are_products; ++i) {
        products[i] = product_of(book.pool(route.hops[i].pool), route.hops[i].direction);
        are_products = products[i].has_value();
    }
    if (are_products) {
        return search_products(quotes, route, products, limits, to_beat);
    }
    return bracket_attempt(quotes, to_beat);
}

}  // namespace sniperforge::dex
