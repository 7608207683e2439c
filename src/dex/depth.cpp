// SPDX-License-Identifier: MIT
#include "sniperforge/dex/depth.hpp"

namespace sniperforge::dex {
namespace {

constexpr unsigned kBits = 64;

}  // namespace

Depth depth_within(const Pool& pool, Direction direction, BasisPoints impact_max,
                   const QuoteContext& context) {
    Depth depth;
    const auto take_if_within = [&](std::uint64_t amount) {
        const auto quote = quote_exact_in(pool, direction, TokenAmount{amount}, context);
        if (!quote || price_impact(pool, direction, *quote) > impact_max) {
            return false;
        }
        depth = {quote->amount_in, quote->amount_out, false};
        return true;
    };
    if (take_if_within(kU64Max)) {
        depth.is_cut_off = true;
        return depth;
    }
    // From above, because dust is outside of every limit: one unit of output is a lot of it.
    unsigned bit = kBits;
    while (bit > 0 && !take_if_within(std::uint64_t{1} << (bit - 1))) {
        --bit;
    }
    if (bit == 0) {
        return depth;
    }
    std::uint64_t within = std::uint64_t{1} << (bit - 1);
    std::uint64_t beyond = bit == kBits ? kU64Max : within * 2;
    while (beyond - within > 1) {
        const std::uint64_t middle = within + (beyond - within) / 2;
        (take_if_within(middle) ? within : beyond) = middle;
    }
    depth.is_cut_off = !quote_exact_in(pool, direction, TokenAmount{beyond}, context);
    return depth;
}

}  // namespace sniperforge::dex
