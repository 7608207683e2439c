// SPDX-License-Identifier: MIT
// What a pool pays at best, whatever its venue.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "dex/cycle_curve.hpp"
#include "sniperforge/dex/pool_graph.hpp"

namespace sniperforge::dex {
namespace {

// Fees that follow volatility or a schedule fall as time passes: the year 2096, and a slot later
// than that, see the least of them.
constexpr QuoteContext kLatest{.unix_time = 4'000'000'000, .epoch = 0, .slot = 1ULL << 40U};
// Inputs tried until one is answered: large enough that a fee rounded up to units is still told to
// a few parts in a million, small enough for most pools.
constexpr std::array<std::uint64_t, 4> kProbes{1'000'000, 1'000'000'000, 1'000'000'000'000, 1'000};
// Fees of a quote are the sum of at most three parts, each rounded up.
constexpr std::uint64_t kRoundedUp = 3;

// Part of `whole` that a fee leaves, never less than it is.
double kept_of(std::uint64_t fee, std::uint64_t whole) {
    const std::uint64_t least = fee > kRoundedUp ? fee - kRoundedUp : 0;
    return whole == 0 ? 1 : 1 - static_cast<double>(least) / static_cast<double>(whole);
}

// By the fees of a small quote. One when no quote is answered: the cycle's own quotes decide then.
double kept_by_quote(const Pool& pool, Direction direction) {
    for (const std::uint64_t probe : kProbes) {
        const auto quote = std::visit(
            [&](const auto& p) {
                return quote_exact_in(p, direction, TokenAmount{probe}, kLatest);
            },
            pool.state);
        if (!quote) {
            if (quote.error() == QuoteError::Unsupported) {
                return 0;
            }
            continue;
        }
        const std::uint64_t trade = quote->trade_fee.raw();
        const std::uint64_t creator = quote->creator_fee.raw();
        const std::uint64_t on_output = (quote->is_trade_fee_on_output ? trade : 0) +
                                        (quote->is_creator_fee_on_output ? creator : 0);
        return kept_of(trade + creator - on_output, probe) *
               kept_of(on_output, quote->amount_out.raw() + on_output);
    }
    return 1;
}

// What transfers of a mint leave at best. Fees have a ceiling, so that the largest amount there can
// be loses the smallest part; and an epoch to come may have a lower rate.
double kept_by_transfer(const TransferTerms* terms) {
    if (terms == nullptr || !terms->fee) {
        return 1;
    }
    constexpr TokenAmount kMost = TokenAmount::max();
    const TokenAmount fee =
        std::min(transfer_fee(terms, 0, kMost), transfer_fee(terms, kU64Max, kMost));
    return kept_of(fee.raw(), kMost.raw());
}

double ln_of(const MarginalPrice& price) {
    const double ratio =
        static_cast<double>(price.numerator) / static_cast<double>(price.denominator);
    return price.is_squared ? 2 * std::log(ratio) : std::log(ratio);
}

// Written so that absurd fees, whose part kept is not a number, are no rate.
double rate_of(double ln_price, double kept) {
    return kept > 0 ? ln_price + std::log(kept) : kNoRate;
}

// What a constant product with the pool's liquidity would hold of both tokens at its price.
struct Depths {
    double a = 0;
    double b = 0;
    bool is_everywhere = false;  // The liquidity is that or less at every price.
};

template <typename P>
Depths depths_of(const P& /*pool*/) {
    return {};
}
constexpr double kTwo64 = 18'446'744'073'709'551'616.0;
// `liquidity` is the root of the product.
Depths depths_at(u128 sqrt_price, double liquidity, bool is_everywhere) {
    const double root = static_cast<double>(sqrt_price) / kTwo64;
    return {liquidity / root, liquidity * root, is_everywhere};
}
Depths depths_of(const OrcaWhirlpoolPool& pool) {
    return depths_at(pool.sqrt_price, static_cast<double>(pool.liquidity), false);
}
Depths depths_of(const RaydiumClmmPool& pool) {
    return depths_at(pool.sqrt_price, static_cast<double>(pool.liquidity), false);
}
Depths depths_of(const MeteoraDammV2Pool& pool) {
    if (pool.collect_fee_mode == DammV2CollectFeeMode::Compounding) {
        return {static_cast<double>(pool.amount_a), static_cast<double>(pool.amount_b), true};
    }
    return depths_at(pool.sqrt_price, static_cast<double>(pool.liquidity) / kTwo64, true);
}

// `kept`: of what goes in, at most. A float errs by less than is taken off here.
float thinness_of(double kept, double depth) {
    return static_cast<float>(kept / depth * (1 - 1e-6));
}
float thinness_of(double kept, double depth, bool is_everywhere) {
    const float thinness = thinness_of(kept, depth);
    if (!(kept > 0) || !std::isfinite(thinness)) {
        return 0;
    }
    return is_everywhere ? thinness : -thinness;
}

}  // namespace

NetRates net_rates(const Pool& pool) {
    if (!is_complete(pool) || !is_swap_enabled(pool)) {
        return {kNoRate, kNoRate};
    }
    const MarginalPrice price = marginal_price(pool);
    if (price.numerator == 0 || price.denominator == 0) {
        return {kNoRate, kNoRate};
    }
    const double ln_price = ln_of(price);
    if (const auto product = product_of(pool, Direction::AToB)) {
        const auto back = product_of(pool, Direction::BToA);
        return {rate_of(ln_price, product->kept_in * product->kept_out),
                rate_of(-ln_price, back->kept_in * back->kept_out),
                thinness_of(product->kept_in, product->in), thinness_of(back->kept_in, back->in)};
    }
    const double kept =
        kept_by_transfer(pool.transfer_a.get()) * kept_by_transfer(pool.transfer_b.get());
    const double kept_a = kept * kept_by_quote(pool, Direction::AToB);
    const double kept_b = kept * kept_by_quote(pool, Direction::BToA);
    const Depths depths = std::visit([](const auto& p) { return depths_of(p); }, pool.state);
    return {rate_of(ln_price, kept_a), rate_of(-ln_price, kept_b),
            thinness_of(kept_a, depths.a, depths.is_everywhere),
            thinness_of(kept_b, depths.b, depths.is_everywhere)};
}

}  // namespace sniperforge::dex
