// SPDX-License-Identifier: MIT
#include "dex/cycle_curve.hpp"

#include <variant>

namespace sniperforge::dex {
namespace {

std::optional<FeeParts> fees_of(const RaydiumAmmV4Pool& pool, Direction /*direction*/) {
    return FeeParts{pool.swap_fee_numerator, 0, pool.swap_fee_denominator};
}

std::optional<FeeParts> fees_of(const RaydiumCpmmPool& pool, Direction direction) {
    const CpmmRates rates = cpmm_rates(pool, direction);
    return FeeParts{rates.trade + rates.creator_on_input, rates.creator_on_output, kCpmmRateOne};
}

template <typename P>
std::optional<FeeParts> fees_of(const P& /*pool*/, Direction /*direction*/) {
    return std::nullopt;
}

}  // namespace

std::optional<Product> product_of(const Pool& pool, Direction direction) {
    const auto fees = std::visit([&](const auto& p) { return fees_of(p, direction); }, pool.state);
    if (!fees || (pool.transfer_a && pool.transfer_a->fee) ||
        (pool.transfer_b && pool.transfer_b->fee)) {
        return std::nullopt;
    }
    const auto a = static_cast<double>(reserve_a(pool).raw());
    const auto b = static_cast<double>(reserve_b(pool).raw());
    const auto kept = [&](std::uint64_t fee) {
        return 1.0 - static_cast<double>(fee) / static_cast<double>(fees->one);
    };
    Product product{*fees, a, b, kept(fees->input), kept(fees->output)};
    if (direction == Direction::BToA) {
        std::swap(product.in, product.out);
    }
    return product;
}

}  // namespace sniperforge::dex
