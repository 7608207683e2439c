// SPDX-License-Identifier: MIT
#include "dex/cycle_search.hpp"

#include <algorithm>
#include <cmath>

#include "dex/cycle_curve.hpp"

namespace sniperforge::dex {
namespace {

// Better gain; of equal ones the cheaper.
bool is_better(const std::optional<Attempt>& a, const std::optional<Attempt>& b) {
    if (!a || !b) {
        return a.has_value() && !b;
    }
    return a->gain() != b->gain() ? a->gain() > b->gain() : a->in() < b->in();
}

// One route, quoted exactly.
class RouteQuotes {
 public:
    RouteQuotes(const PoolBook& book, const Route& route, const CycleLimits& limits,
                const QuoteContext& context)
        : book_{book}, route_{route}, limits_{limits}, context_{context} {}

    // The whole route when the first hop yields `tokens`; nothing when a hop refuses or the ceiling
    // is passed.
    [[nodiscard]] std::optional<Attempt> at(std::uint64_t tokens) const {
        const Hop& first = route_.hops[0];
        const Pool& pool = book_.pool(first.pool);
        const auto bought = quote_exact_out(pool, first.direction, TokenAmount{tokens}, context_);
        if (!bought || bought->amount_in.raw() > limits_.amount_in_max.raw()) {
            return std::nullopt;
        }
        if (has_exact_out(pool, first.direction)) {
            // A little more than asked where a fee on the transfer does not divide: the same
            // payment yields it when it is asked for.
            return pass_on(bought->amount_in.raw(), bought->amount_out.raw());
        }
        return spending(bought->amount_in.raw());
    }
    // The whole route when the first hop takes `lamports`.
    [[nodiscard]] std::optional<Attempt> spending(std::uint64_t lamports) const {
        const auto bought = first_for(lamports);
        return bought ? pass_on(lamports, bought->amount_out.raw()) : std::nullopt;
    }
    // The most tokens that the lamports buy.
    [[nodiscard]] std::optional<std::uint64_t> tokens_for(std::uint64_t lamports) const {
        const auto bought = first_for(lamports);
        return bought ? std::optional{bought->amount_out.raw()} : std::nullopt;
    }

 private:
    [[nodiscard]] QuoteResult first_for(std::uint64_t lamports) const {
        const Hop& first = route_.hops[0];
        return quote_exact_in(book_.pool(first.pool), first.direction, TokenAmount{lamports},
                              context_);
    }
    [[nodiscard]] std::optional<Attempt> pass_on(std::uint64_t in, std::uint64_t tokens) const {
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

    const PoolBook& book_;
    const Route& route_;
    const CycleLimits& limits_;
    const QuoteContext& context_;
};

// Calls `visit` with `middle` and its neighbours, eight on each side; what would pass the range of
// 64 bits or fall to zero is left out.
template <typename Visit>
void for_neighbours(std::uint64_t middle, Visit visit) {
    constexpr std::uint64_t kReach = 8;
    const std::uint64_t first = middle > kReach ? middle - kReach : 1;
    for (std::uint64_t step = 0; step <= 2 * kReach; ++step) {
        if (first <= kU64Max - step) {
            visit(first + step);
        }
    }
}

// Truncated, and within [1, max].
std::uint64_t to_amount(double amount, std::uint64_t max) {
    if (!(amount > 1)) {
        return 1;
    }
    return amount >= static_cast<double>(max) ? max : static_cast<std::uint64_t>(amount);
}

// ---- Constant products: the optimum is known ----

using Products = std::array<std::optional<Product>, kLegsMax>;

struct KnownOptimum {
    std::uint64_t tokens = 0;  // That the first hop yields there.
    std::uint64_t tokens_max = 0;
};

// The best integer near the real-valued optimum. The gain is flat at its top: doubles place the
// guess to a few parts in 10^13, where it has lost less than 10^-20 of itself. What is left is
// rounding: in lamports it costs two of them; in tokens it costs a whole unit, which is 6,700
// lamports for a bitcoin of 8 decimals. Fees taken in tokens rise in whole units, so the gain is a
// saw: it climbs while the fees stay and drops where one steps. Its peaks are the last amounts
// before a step and, on a tooth wide enough to bend, the optimum with the fees held.
std::optional<Attempt> search_pair(const RouteQuotes& quotes, const Product& buy,
                                   const Product& sell, const KnownOptimum& known) {
    std::optional<Attempt> best;
    const auto offer = [&](std::uint64_t tokens) {
        const auto made = quotes.at(std::clamp<std::uint64_t>(tokens, 1, known.tokens_max));
        if (is_better(made, best)) {
            best = made;
        }
    };
    for_neighbours(known.tokens, offer);
    if (buy.in < buy.out) {
        // A unit is worth less than a lamport: take as many as each lamport buys.
        for_neighbours(best ? best->in() : 0, [&](std::uint64_t lamports) {
            offer(quotes.tokens_for(lamports).value_or(1));
        });
        return best;
    }
    // A fee of k = ceil(t·part/whole) units is taken for every t up to floor(k·whole/part).
    const auto offer_steps = [&](std::uint64_t part, std::uint64_t whole) {
        if (part == 0) {
            return 0.0;
        }
        const auto units = mul_div_ceil(known.tokens, part, whole).value_or(known.tokens_max);
        for_neighbours(units, [&](std::uint64_t k) {
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
    for_neighbours(to_amount(held, known.tokens_max), offer);
    return best;
}

// Three hops round twice more on the way, and their teeth do not line up: the neighbours are within
// a unit of each token of the best.
std::optional<Attempt> search_triple(const RouteQuotes& quotes, const KnownOptimum& known) {
    std::optional<Attempt> best;
    for_neighbours(known.tokens, [&](std::uint64_t tokens) {
        const auto made = quotes.at(std::clamp<std::uint64_t>(tokens, 1, known.tokens_max));
        if (is_better(made, best)) {
            best = made;
        }
    });
    return best;
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
    const KnownOptimum known{to_amount(first.out(best_in), *tokens_max), *tokens_max};
    return route.count == 2 ? search_pair(quotes, *products[0], *products[1], known)
                            : search_triple(quotes, known);
}

// ---- Anything else: bracket the optimum and close in on it ----

// More in never returns more for each lamport, so the gain has one top. (But for roundings, and for
// transfer fees at their ceiling, where the top that is found may be the lower of two.)
class BracketSearch {
 public:
    BracketSearch(const RouteQuotes& quotes, double rate, std::uint64_t lamports_max)
        : quotes_{quotes}, rate_{rate}, lamports_max_{lamports_max} {}

    [[nodiscard]] std::optional<Attempt> run(i128 to_beat) {
        guess();
        if (!best_ || bound() <= static_cast<double>(to_beat)) {
            return std::nullopt;
        }
        middle_ = best_->handed_over();
        offer(quotes_.at(middle_));  // Fewer lamports may yield as much.
        widen();
        close_in();
        scan();
        return best_;
    }

 private:
    // True: it is the best so far.
    bool offer(const std::optional<Attempt>& made) {
        ++attempts_;
        if (!is_better(made, best_)) {
            return false;
        }
        best_ = made;
        return true;
    }
    [[nodiscard]] bool is_left() const { return attempts_ < kAttemptsMax; }

    // Fits a constant product to what a size returns and goes to its optimum: exact at once for
    // liquidity that is even, and a good place to begin elsewhere.
    void guess() {
        constexpr int kFitsMax = 8;
        std::uint64_t lamports = lamports_max_;
        for (int i = 0; i < kFitsMax && lamports > 0; ++i) {
            const auto made = quotes_.spending(lamports);
            offer(made);
            if (!made) {
                // More than the pools hold, or than the accounts seen can show.
                lamports_max_ = lamports - 1;
                lamports /= 16;
                continue;
            }
            if (made->gain() <= 0) {
                lamports_losing_ = std::min(lamports_losing_, lamports);
            }
            const auto in = static_cast<double>(lamports);
            const double fall = rate_ * in / std::max(static_cast<double>(made->out()), 0.5) - 1;
            const Curve fit{rate_, fall > 0 ? in / fall : 1e30};
            const std::uint64_t next = to_amount(fit.best_in(), lamports_max_);
            const std::uint64_t moved = next > lamports ? next - lamports : lamports - next;
            if (moved <= lamports / 64) {
                return;
            }
            lamports = next;
        }
    }
    // No size gains more: below a size that loses none reaches the rate for next to nothing on all
    // of it, and above it every one loses.
    [[nodiscard]] double bound() const {
        return (rate_ - 1) * static_cast<double>(std::min(lamports_losing_, lamports_max_)) + 1;
    }

    // Until the middle is no worse than both ends.
    void widen() {
        std::uint64_t step = std::max<std::uint64_t>(middle_ / 8, 1);
        const auto below = [&] { return middle_ > step ? middle_ - step : 0; };
        const auto above = [&] { return middle_ < kU64Max - step ? middle_ + step : kU64Max; };
        low_ = below();
        high_ = above();
        while (is_left()) {
            if (offer(quotes_.at(high_))) {
                low_ = middle_;
                middle_ = high_;
                step *= 2;
                high_ = above();
            } else if (low_ > 0 && offer(quotes_.at(low_))) {
                high_ = middle_;
                middle_ = low_;
                low_ = below();
            } else {
                return;
            }
        }
    }

    // Golden sections: each attempt cuts the bracket by a good third.
    void close_in() {
        constexpr double kShare = 0.381966;
        while (is_left() && high_ - low_ > std::max<std::uint64_t>(middle_ / 512, kScanMax)) {
            const bool is_upper = high_ - middle_ > middle_ - low_;
            const auto part = [&](std::uint64_t width) {
                return std::max<std::uint64_t>(
                    static_cast<std::uint64_t>(static_cast<double>(width) * kShare), 1);
            };
            const std::uint64_t probe =
                is_upper ? middle_ + part(high_ - middle_) : middle_ - part(middle_ - low_);
            if (offer(quotes_.at(probe))) {
                (is_upper ? low_ : high_) = middle_;
                middle_ = probe;
            } else {
                (is_upper ? high_ : low_) = probe;
            }
        }
    }

    // What is left between the ends, where it is few units.
    void scan() {
        if (high_ - low_ > kScanMax) {
            return;
        }
        for (std::uint64_t tokens = low_ + 1; tokens < high_ && is_left(); ++tokens) {
            if (tokens != middle_) {
                offer(quotes_.at(tokens));
            }
        }
    }

    static constexpr std::uint64_t kScanMax = 16;
    const RouteQuotes& quotes_;
    double rate_;                 // Returned for a lamport, for next to nothing: at most this.
    std::uint64_t lamports_max_;  // Of what may be spent, or can be answered.
    std::uint64_t lamports_losing_ = kU64Max;  // The least size seen that gains nothing.
    std::optional<Attempt> best_;
    int attempts_ = 0;
    std::uint64_t low_ = 0, middle_ = 0, high_ = 0;  // Tokens that the first hop yields.
};

}  // namespace

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
    BracketSearch search{quotes, std::exp(route.rate), limits.amount_in_max.raw()};
    return search.run(to_beat);
}

}  // namespace sniperforge::dex
