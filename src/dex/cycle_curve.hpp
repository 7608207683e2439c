// SPDX-License-Identifier: MIT
// Swaps and cycles in real numbers: for guessing sizes and for skipping what cannot pay. Money is
// computed in integers, by the venues' quotes.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "sniperforge/dex/venue.hpp"

namespace sniperforge::dex {

// out(in) = rate · in / (1 + in / depth). A constant-product swap is one, with `rate` the price for
// next to nothing and half of it paid at `depth`; one after another they are one again; and any
// other venue is close to one for as long as its liquidity is even.
struct Curve {
    double rate = 0;
    double depth = 0;

    [[nodiscard]] double out(double in) const { return rate * in / (1 + in / depth); }
    // What goes in for the most of out − in; not positive: nothing pays.
    [[nodiscard]] double best_in() const { return depth * (std::sqrt(rate) - 1); }
};

// `second` spends what `first` yields.
[[nodiscard]] inline Curve chain(const Curve& first, const Curve& second) {
    return {first.rate * second.rate, 1 / (1 / first.depth + first.rate / second.depth)};
}

// Truncated, and within [1, max].
[[nodiscard]] inline std::uint64_t to_amount(double amount, std::uint64_t max) {
    if (!(amount > 1)) {
        return 1;
    }
    return amount >= static_cast<double>(max) ? max : static_cast<std::uint64_t>(amount);
}

// The fractions that a constant-product pool takes in one direction, exactly.
struct FeeParts {
    std::uint64_t input = 0;   // Taken from what goes in.
    std::uint64_t output = 0;  // Taken from what the curve gives.
    std::uint64_t one = 1;     // The denominator of both.
};

// A constant-product pool in one direction.
struct Product {
    FeeParts fees;
    double in = 0;
    double out = 0;
    double kept_in = 1;   // Part of the input that reaches the curve.
    double kept_out = 1;  // Part of the curve's output that is paid out.

    [[nodiscard]] Curve curve() const { return {kept_in * kept_out * out / in, in / kept_in}; }
};

// Nothing: the venue is of another kind, has no price, or transfers of its mints cost something.
// `pool` is complete.
[[nodiscard]] std::optional<Product> product_of(const Pool& pool, Direction direction);

}  // namespace sniperforge::dex
