// SPDX-License-Identifier: MIT
// A whirlpool's swap over up to three tick arrays, without accounts: what the program executes and
// what the market reckons with. Source: protocol amm-orca section 3.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "sim/program_whirlpool_fee.hpp"
#include "sim/program_whirlpool_layout.hpp"

namespace sniperforge::sim::whirlpool {

struct PoolState {
    std::uint16_t tick_spacing = 0, fee_rate = 0, protocol_fee_rate = 0;
    u128 liquidity = 0, sqrt_price = 0, growth_a = 0, growth_b = 0;
    std::int32_t tick = 0;
    std::optional<Adaptive> adaptive;
};
[[nodiscard]] PoolState read_state(BytesView pool_data);

struct SwapQuery {
    std::uint64_t amount = 0;
    u128 sqrt_price_limit = 0;  // 0: none.
    bool is_exact_in = true, is_a_to_b = true;
    std::uint64_t now = 0;  // Unix seconds.
};
// The starts of the arrays that the swap may use, in its order.
[[nodiscard]] std::vector<std::int32_t> array_starts(const PoolState& state, bool is_a_to_b);

enum class SwapFault : std::uint8_t {
    ZeroAmount,
    LimitOutOfBounds,
    LimitInWrongDirection,
    ClockBeforeOracle,
    OutOfArrays,  // The amount would need more tick arrays.
    Arithmetic,
    PartlyFilled,  // An exact output without a limit, and the pool has not so much.
};

// An initialised tick that the price crossed: its fee growth outside becomes what it was inside.
struct Crossing {
    std::size_t array = 0;            // Index into the arrays.
    std::size_t growth_at = 0;        // Offset in its data.
    u128 growth_a = 0, growth_b = 0;  // Of the whole pool at the crossing.
};
struct SwapResult {
    std::uint64_t amount_in = 0, amount_out = 0, fee = 0, protocol_fee = 0;
    u128 liquidity = 0, sqrt_price = 0, growth_a = 0, growth_b = 0;
    std::int32_t tick = 0;
    std::vector<Crossing> crossings;
    std::optional<Adaptive> adaptive;
};
[[nodiscard]] std::expected<SwapResult, SwapFault> swap(const PoolState& state,
                                                        std::span<const TickArray> arrays,
                                                        const SwapQuery& query);

}  // namespace sniperforge::sim::whirlpool
