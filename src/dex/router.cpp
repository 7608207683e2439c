// SPDX-License-Identifier: MIT
#include "sniperforge/dex/router.hpp"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

// One pool as a leg: which of its sides is SOL.
struct Side {
    PoolIndex index;
    const Pool* pool = nullptr;
    Direction buying = Direction::AToB;  // Spends SOL, receives the token.
    std::uint64_t depth = 0;             // Lamports on the SOL side.
};

// Exact fee fractions of one direction.
struct Fees {
    std::uint64_t input = 0;   // Taken from what goes in.
    std::uint64_t output = 0;  // Taken from what the curve gives.
    std::uint64_t one = 1;     // The denominator of both.
};

Fees fees_of(const RaydiumAmmV4Pool& pool, Direction /*direction*/) {
    return {pool.swap_fee_numerator, 0, pool.swap_fee_denominator};
}

Fees fees_of(const RaydiumCpmmPool& pool, Direction direction) {
    const CpmmRates rates = cpmm_rates(pool, direction);
    return {rates.trade + rates.creator_on_input, rates.creator_on_output, kCpmmRateOne};
}

// Pools of other shapes have no optimum in closed form: no cycle leads through them.
template <typename P>
concept ClosedForm = requires(const P& pool, Direction direction) {
    { fees_of(pool, direction) } -> std::same_as<Fees>;
};
bool has_closed_form(const Pool& pool) {
    return std::visit([]<typename P>(const P&) { return ClosedForm<P>; }, pool.state);
}

// Reserves and fees in floating point: only for the first guess of a size and for skipping
// hopeless pairs. Money is computed in integers below.
struct Shape {
    Fees fees;
    double in = 0;
    double out = 0;
    double kept_in = 1;   // Part of the input that reaches the curve.
    double kept_out = 1;  // Part of the curve's output that is paid out.
};

Shape shape_of(const Pool& pool, Direction direction) {
    const Fees fees = std::visit(
        [&]<typename P>(const P& p) {
            if constexpr (ClosedForm<P>) {
                return fees_of(p, direction);
            } else {
                return Fees{};
            }
        },
        pool.state);
    const auto a = static_cast<double>(reserve_a(pool).raw());
    const auto b = static_cast<double>(reserve_b(pool).raw());
    const auto kept = [&](std::uint64_t fee) {
        return 1.0 - static_cast<double>(fee) / static_cast<double>(fees.one);
    };
    return direction == Direction::AToB ? Shape{fees, a, b, kept(fees.input), kept(fees.output)}
                                        : Shape{fees, b, a, kept(fees.input), kept(fees.output)};
}

std::optional<Side> side_of(const PoolBook& book, PoolIndex index, const CycleLimits& limits) {
    const Pool& pool = book.pool(index);
    const auto buying = direction_spending(pool, solana::kWrappedSolMint);
    if (!buying || !has_closed_form(pool) || !is_complete(pool) || !is_swap_enabled(pool) ||
        (!limits.is_torn_allowed && book.is_torn(index))) {
        return std::nullopt;
    }
    const auto depth = *buying == Direction::AToB ? reserve_a(pool) : reserve_b(pool);
    return Side{index, &pool, *buying, depth.raw()};
}

// The real-valued optimum of buying t tokens in one pool and selling them in the other.
// cost(t) = in₁·t / (kept₁·(X − t)) with X = kept_out₁·out₁, and
// proceeds(t) = kept_out₂·out₂·a·t / (in₂ + a·t) with a = kept_in₂; both derivatives are squares,
// so the optimum is linear in their roots.
struct Optimum {
    double tokens = 0;
    double profit = 0;
};

Optimum optimum_of(const Shape& buy, const Shape& sell) {
    const double available = buy.kept_out * buy.out;
    const double root_buy = std::sqrt(buy.in * available / buy.kept_in);
    const double root_sell = std::sqrt(sell.kept_out * sell.out * sell.kept_in * sell.in);
    const double tokens =
        (root_sell * available - root_buy * sell.in) / (root_sell + sell.kept_in * root_buy);
    // Written so that a NaN or an infinity (empty or absurd pools) is no optimum.
    if (!(tokens > 0) || !(tokens < available)) {
        return {};
    }
    const double cost = buy.in * tokens / (buy.kept_in * (available - tokens));
    const double net = sell.kept_in * tokens;
    return {tokens, sell.kept_out * sell.out * net / (sell.in + net) - cost};
}

// Both legs at exactly `tokens`, or nothing when one refuses or the ceiling is passed.
struct Attempt {
    std::uint64_t tokens = 0;
    std::uint64_t in = 0;
    std::uint64_t out = 0;

    // Before costs; compares attempts, so it keeps its sign.
    [[nodiscard]] i128 gain() const { return static_cast<i128>(out) - static_cast<i128>(in); }
};

struct Pair {
    const Side& buy;
    const Side& sell;
    const CycleLimits& limits;
    const QuoteContext& context;

    [[nodiscard]] std::optional<Attempt> at(std::uint64_t tokens) const {
        const auto bought = quote_exact_out(*buy.pool, buy.buying, TokenAmount{tokens}, context);
        if (!bought || bought->amount_in.raw() > limits.amount_in_max.raw()) {
            return std::nullopt;
        }
        const auto sold =
            quote_exact_in(*sell.pool, reverse(sell.buying), TokenAmount{tokens}, context);
        if (!sold) {
            return std::nullopt;
        }
        return Attempt{tokens, bought->amount_in.raw(), sold->amount_out.raw()};
    }
};

// Better gain; of equal ones the cheaper.
bool is_better(const std::optional<Attempt>& a, const std::optional<Attempt>& b) {
    if (!a || !b) {
        return a.has_value() && !b;
    }
    return a->gain() != b->gain() ? a->gain() > b->gain() : a->in < b->in;
}

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
std::uint64_t to_tokens(double tokens, std::uint64_t max) {
    if (!(tokens > 1)) {
        return 1;
    }
    return tokens >= static_cast<double>(max) ? max : static_cast<std::uint64_t>(tokens);
}

// The best integer near the real-valued optimum. The gain is flat at its top: doubles place the
// guess to a few parts in 10^13, where it has lost less than 10^-20 of itself. What is left is
// rounding: in lamports it costs two of them; in tokens it costs a whole unit, which is 6,700
// lamports for a bitcoin of 8 decimals. Fees taken in tokens rise in whole units, so the gain is a
// saw: it climbs while the fees stay and drops where one steps. Its peaks are the last amounts
// before a step and, on a tooth wide enough to bend, the optimum with the fees held.
std::optional<Attempt> search(const Pair& pair, const Shape& buy, const Shape& sell,
                              std::uint64_t guess, std::uint64_t tokens_max) {
    std::optional<Attempt> best;
    const auto offer = [&](std::uint64_t tokens) {
        const auto made = pair.at(std::clamp<std::uint64_t>(tokens, 1, tokens_max));
        if (is_better(made, best)) {
            best = made;
        }
    };
    for_neighbours(guess, offer);
    if (buy.in < buy.out) {
        // A unit is worth less than a lamport: take as many as each lamport buys.
        for_neighbours(best ? best->in : 0, [&](std::uint64_t lamports) {
            const auto most = quote_exact_in(*pair.buy.pool, pair.buy.buying, TokenAmount{lamports},
                                             pair.context);
            offer(most ? most->amount_out.raw() : 1);
        });
        return best;
    }
    // A fee of k = ceil(t·part/whole) units is taken for every t up to floor(k·whole/part).
    const auto offer_steps = [&](std::uint64_t part, std::uint64_t whole) {
        if (part == 0) {
            return 0.0;
        }
        const auto units = mul_div_ceil(guess, part, whole).value_or(tokens_max);
        for_neighbours(units, [&](std::uint64_t k) {
            offer(mul_div_floor(k, whole, part).value_or(tokens_max));
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
    for_neighbours(to_tokens(held, tokens_max), offer);
    return best;
}

// The best integer amounts of one ordered pair of pools, or nothing when they cannot pay `to_beat`
// lamports.
std::optional<Attempt> best_attempt(const Pair& pair, i128 to_beat) {
    const Shape buy = shape_of(*pair.buy.pool, pair.buy.buying);
    const Shape sell = shape_of(*pair.sell.pool, reverse(pair.sell.buying));
    const Optimum optimum = optimum_of(buy, sell);
    // Roundings only take away, so the real-valued profit bounds the exact one, but for the error
    // of the doubles (a few parts in 10^15 of the amounts; a thousand times that is allowed for).
    const double error = 1 + 1e-12 * (buy.in + sell.out);
    if (!(optimum.tokens > 0) || optimum.profit + error <= static_cast<double>(to_beat)) {
        return std::nullopt;
    }
    // The most tokens that amount_in_max buys: their exact-out price is within it.
    const auto affordable =
        quote_exact_in(*pair.buy.pool, pair.buy.buying,
                       TokenAmount{pair.limits.amount_in_max.raw()}, pair.context);
    if (!affordable) {
        return std::nullopt;
    }
    const std::uint64_t tokens_max = affordable->amount_out.raw();
    const std::uint64_t guess = to_tokens(optimum.tokens, tokens_max);
    return search(pair, buy, sell, guess, tokens_max);
}

Cycle to_cycle(const Pair& pair, const Attempt& attempt, Lamports cost) {
    Cycle cycle;
    cycle.legs[0] =
        Leg{pair.buy.index, pair.buy.buying, TokenAmount{attempt.in}, TokenAmount{attempt.tokens}};
    cycle.legs[1] = Leg{pair.sell.index, reverse(pair.sell.buying), TokenAmount{attempt.tokens},
                        TokenAmount{attempt.out}};
    cycle.amount_in = Lamports{attempt.in};
    cycle.amount_out = Lamports{attempt.out};
    cycle.profit = cycle.amount_out - cycle.amount_in - cost;
    return cycle;
}

// The deepest pools first, of equally deep ones the lower index; a fixed table on the stack.
class Candidates {
 public:
    explicit Candidates(std::size_t limit) : limit_{std::min(limit, kCycleCandidatesMax)} {}

    void offer(const Side& side) {
        if (limit_ == 0 || (count_ == limit_ && sides_[count_ - 1].depth >= side.depth)) {
            return;
        }
        std::size_t at = count_ < limit_ ? count_++ : count_ - 1;
        for (; at > 0 && sides_[at - 1].depth < side.depth; --at) {
            sides_[at] = sides_[at - 1];
        }
        sides_[at] = side;
    }
    [[nodiscard]] std::span<const Side> deepest_first() const { return {sides_.data(), count_}; }

 private:
    std::size_t limit_;
    std::size_t count_ = 0;
    std::array<Side, kCycleCandidatesMax> sides_;
};

}  // namespace

std::optional<Cycle> best_cycle(const PoolBook& book, PoolIndex changed, const CycleLimits& limits,
                                const QuoteContext& context) {
    const auto self = side_of(book, changed, limits);
    if (!self || limits.amount_in_max.is_zero()) {
        return std::nullopt;
    }
    const Pubkey& token =
        self->buying == Direction::AToB ? mint_b(*self->pool) : mint_a(*self->pool);
    Candidates candidates{limits.candidates_max};
    for (const PoolIndex index : book.sol_pools_of(token)) {
        if (index == changed) {
            continue;
        }
        if (const auto side = side_of(book, index, limits)) {
            candidates.offer(*side);
        }
    }
    std::optional<Cycle> best;
    i128 to_beat = static_cast<i128>(limits.cost.raw());
    for (const Side& other : candidates.deepest_first()) {
        for (const Pair& pair :
             {Pair{*self, other, limits, context}, Pair{other, *self, limits, context}}) {
            const auto attempt = best_attempt(pair, to_beat);
            if (attempt && attempt->gain() > to_beat) {
                best = to_cycle(pair, *attempt, limits.cost);
                to_beat = attempt->gain();
            }
        }
    }
    return best;
}

}  // namespace sniperforge::dex
