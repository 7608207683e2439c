// SPDX-License-Identifier: MIT
#include "dex/cycle_curve.hpp"

#include <utility>
#include <variant>

namespace sniperforge::dex {
namespace {

FeeParts fees_of(const RaydiumAmmV4Pool& pool, Direction /*direction*/) {
    return {pool.swap_fee_numerator, 0, pool.swap_fee_denominator};
}

FeeParts fees_of(const RaydiumCpmmPool& pool, Direction direction) {
    const CpmmRates rates = cpmm_rates(pool, direction);
    return {rates.trade + rates.creator_on_input, rates.creator_on_output, kCpmmRateOne};
}

// What a buyer pays is the curve's part and the fees on top of it. Each of the three is rounded by
// itself.
FeeParts fees_of(const PumpSwapPool& pool, Direction direction) {
    const PumpFees fees = current_fees(pool);
    const std::uint64_t rate = std::uint64_t{fees.lp} + fees.protocol + fees.creator;
    return direction == Direction::AToB ? FeeParts{0, rate, kPumpRateOne}
                                        : FeeParts{rate, 0, kPumpRateOne + rate};
}

// The venue quotes by the curve, as far as the pool's flags are known.
bool is_product(const RaydiumAmmV4Pool& /*pool*/) { return true; }
bool is_product(const RaydiumCpmmPool& /*pool*/) { return true; }
bool is_product(const PumpSwapPool& pool) {
    return !pool.is_mayhem && pool.creator_fee_rate <= kPumpRateOne &&
           (pool.disable_flags & ~kPumpSwapFlagsKnown) == 0;
}

template <typename P>
concept ProductVenue = requires(const P& pool) { is_product(pool); };

template <typename P>
std::optional<Product> product_by_state(const P& /*pool*/, Direction /*direction*/) {
    return std::nullopt;
}

template <ProductVenue P>
std::optional<Product> product_by_state(const P& pool, Direction direction) {
    // Of these venues: the reserves, as the curve sees them.
    const MarginalPrice price = marginal_price(pool);
    if (price.numerator == 0 || price.denominator == 0 || !is_product(pool)) {
        return std::nullopt;
    }
    const FeeParts fees = fees_of(pool, direction);
    const auto kept = [&](std::uint64_t fee) {
        return 1.0 - static_cast<double>(fee) / static_cast<double>(fees.one);
    };
    Product product{fees, static_cast<double>(price.denominator),
                    static_cast<double>(price.numerator), kept(fees.input), kept(fees.output)};
    if (direction == Direction::BToA) {
        std::swap(product.in, product.out);
    }
    return product;
}

}  // namespace

std::optional<Product> product_of(const Pool& pool, Direction direction) {
    if ((pool.transfer_a && pool.transfer_a->fee) || (pool.transfer_b && pool.transfer_b->fee)) {
        return std::nullopt;
    }
    return std::visit([&](const auto& p) { return product_by_state(p, direction); }, pool.state);
}

}  // namespace sniperforge::dex
