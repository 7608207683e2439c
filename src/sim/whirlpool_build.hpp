// SPDX-License-Identifier: MIT
// A whirlpool's swap instruction for a pool whose state is already read.
#pragma once

#include <cstdint>
#include <span>

#include "sniperforge/sim/whirlpool.hpp"

namespace sniperforge::sim {

// `starts`: of the tick arrays in the order of the swap, at least one.
struct WhirlpoolArrays {
    std::span<const std::int32_t> starts;
    bool has_oracle = false;
};
[[nodiscard]] solana::Instruction build_whirlpool_swap(const Whirlpool& pool,
                                                       const WhirlpoolArrays& arrays,
                                                       const WhirlpoolSwap& swap,
                                                       const SwapParties& parties, bool is_v2);

}  // namespace sniperforge::sim
