// SPDX-License-Identifier: MIT
#include "sniperforge/execute/own_impact.hpp"

#include "sniperforge/dex/displace.hpp"

namespace sniperforge::execute {

dex::Pool ImpactOverlay::as_met(PoolIndex pool) const {
    dex::Pool met = book_.pool(pool);
    if (const auto found = swaps_.find(pool.value); found != swaps_.end()) {
        for (const Swap& swap : found->second) {
            (void)dex::displace(met, swap.direction, swap.quote);
        }
    }
    return met;
}

void ImpactOverlay::swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap) {
    // Positions are few and sold in few parts. Beyond so many the oldest have been answered.
    constexpr std::size_t kSwapsMax = 64;
    std::vector<Swap>& swaps = swaps_[pool.value];
    if (swaps.size() == kSwapsMax) {
        swaps.erase(swaps.begin());
    }
    swaps.push_back({direction, swap});
}

}  // namespace sniperforge::execute
