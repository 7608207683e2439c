// SPDX-License-Identifier: MIT
// The fee along one swap through a Whirlpool: fixed, or changing from one group of ticks to the
// next with the distance from where the price was (orca-so/whirlpools 630c0e01, fee_rate_manager).
#pragma once

#include <cstdint>

#include "dex/orca_whirlpool_math.hpp"
#include "sniperforge/dex/orca_whirlpool.hpp"

namespace sniperforge::dex::whirlpool {

// Where a step ends at the latest.
struct StepEnd {
    std::int32_t tick = 0;
    u128 sqrt_price = 0;
};

class FeeAlongSwap {
 public:
    // `unix_time` of the swap; before the oracle's own times it counts as the later of them, since
    // the chain's clock cannot be behind what it wrote.
    FeeAlongSwap(const OrcaWhirlpoolPool& pool, Direction direction, std::int64_t unix_time);

    // Parts per million, from here to the end of the next step.
    [[nodiscard]] std::uint32_t rate() const;
    // The next step towards `target`: it ends where the rate may change.
    [[nodiscard]] StepEnd limit(const StepEnd& target, u128 liquidity);
    // The step that limit() answered last has reached its end, `end`.
    void advance(const StepEnd& end);

 private:
    [[nodiscard]] StepEnd up_to(std::int64_t tick, const StepEnd& target) const;

    bool is_down_;
    std::uint32_t fixed_rate_;
    const WhirlpoolAdaptiveFee* adaptive_;  // Null: the rate is fixed.
    // Everything below is for adaptive fees; groups are tick / tick_group_size.
    std::int64_t group_ = 0;
    std::int64_t group_reference_ = 0;
    std::uint64_t volatility_reference_ = 0;
    // From this group down, and from that group up, volatility is at its maximum.
    std::int64_t group_low_ = 0;
    std::int64_t group_high_ = 0;
    bool is_long_step_ = false;  // Over many groups, all of one rate.
};

}  // namespace sniperforge::dex::whirlpool
