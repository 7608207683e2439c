// SPDX-License-Identifier: MIT
// The fee of a whirlpool's swap: fixed, or rising with volatility where the pool has an oracle
// account. Source: protocol amm-orca section 3.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/program_whirlpool_math.hpp"
#include "sniperforge/core/bytes.hpp"

namespace sniperforge::sim::whirlpool {

// An oracle account's constants and variables.
struct Adaptive {
    std::uint16_t filter_period = 0, decay_period = 0, reduction_factor = 0;
    std::uint32_t control_factor = 0, max_volatility = 0;
    std::uint16_t tick_group_size = 1, major_swap_ticks = 0;
    std::uint64_t reference_time = 0, major_swap_time = 0;
    std::uint32_t volatility_reference = 0, volatility = 0;
    std::int32_t tick_group_reference = 0;
};
[[nodiscard]] Adaptive read_adaptive(BytesView oracle_data);
void write_adaptive(std::span<std::uint8_t> oracle_data, const Adaptive& adaptive);

class FeeManager {
 public:
    FeeManager(std::uint16_t fee_rate, const std::optional<Adaptive>& adaptive, bool is_a_to_b);

    // Call once with the pool's tick. False: the clock is before what the oracle has seen.
    [[nodiscard]] bool begin(std::int32_t tick, std::uint64_t now);
    // The rate of the next step, parts per million.
    [[nodiscard]] std::uint32_t rate();
    // How far the next step may go at this rate.
    struct Bound {
        u128 target = 0;
        bool is_group_skipped = true;  // The rate holds beyond the tick group.
    };
    [[nodiscard]] Bound bound(u128 target, u128 liquidity) const;
    // After a step from whose bound the price may have left its tick group.
    struct Position {
        u128 sqrt_price = 0, next_tick_sqrt_price = 0;
        std::int32_t next_tick = 0;
    };
    void advance(const Bound& bound, const Position& position);
    // At the end: a large move restarts the filter period.
    void end(u128 price_before, u128 price_after, std::uint64_t now);
    [[nodiscard]] const std::optional<Adaptive>& adaptive() const { return adaptive_; }

 private:
    struct Edge {
        std::int32_t group = 0;
        u128 sqrt_price = 0;
    };
    void update_volatility();

    std::uint16_t fee_rate_;
    std::optional<Adaptive> adaptive_;
    bool is_a_to_b_;
    std::int32_t group_ = 0;
    // The tick groups between which the rate changes; beyond them volatility is at its largest.
    std::optional<Edge> lower_, upper_;
};

}  // namespace sniperforge::sim::whirlpool
