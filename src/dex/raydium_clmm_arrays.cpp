// SPDX-License-Identifier: MIT
#include "dex/raydium_clmm_arrays.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include "dex/raydium_clmm_math.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

std::int32_t ticks_per_array(const RaydiumClmmPool& pool) {
    return kClmmTicksPerArray * pool.tick_spacing;
}

bool contains(const ArrayWindow& window, std::int32_t number) {
    return std::ranges::find(window.arrays(), number) != window.arrays().end();
}

std::uint32_t first_tick_from(const RaydiumClmmPool& pool, std::int32_t tick) {
    const auto found = std::ranges::lower_bound(pool.ticks, tick, {}, &ClmmTick::tick);
    return static_cast<std::uint32_t>(found - pool.ticks.begin());
}

// The farthest array of the window before one that was not seen, or that has nothing where the
// bitmap says that it has: there the program would fail.
std::optional<std::int32_t> reach_of(const RaydiumClmmPool& pool, const ArrayWindow& window) {
    std::optional<std::int32_t> farthest;
    const std::int32_t current = clmm_array_of(pool, pool.tick_current);
    for (const std::int32_t number : window.arrays()) {
        const auto begin = first_tick_from(pool, clmm_array_start(pool, number));
        const auto end = first_tick_from(pool, clmm_array_start(pool, number + 1));
        if (find_array(pool, number) == nullptr || (begin == end && number != current)) {
            break;
        }
        farthest = number;
    }
    return farthest;
}

// What all ticks that one direction reaches would pay, capped.
TokenAmount payable(const RaydiumClmmPool& pool, Direction direction) {
    const bool is_down = direction == Direction::AToB;
    const std::uint32_t count =
        is_down ? pool.ticks_position - pool.ticks_low : pool.ticks_high - pool.ticks_position;
    u128 total = 0;  // At most 180 ticks of 64 bits each.
    u128 price = pool.sqrt_price;
    u128 liquidity = pool.liquidity;
    for (std::uint32_t i = 0; i < count; ++i) {
        const ClmmTick& tick =
            pool.ticks[is_down ? pool.ticks_position - 1 - i : pool.ticks_position + i];
        const auto amount = is_down
                                ? clmm_amount_b(price, tick.sqrt_price, liquidity, Rounding::Down)
                                : clmm_amount_a(price, tick.sqrt_price, liquidity, Rounding::Down);
        total += amount.value_or(kU64Max);
        total += static_cast<u128>(tick.orders) + tick.part_filled;
        price = tick.sqrt_price;
        if (tick.has_liquidity) {
            const auto net = static_cast<u128>(tick.liquidity_net);
            liquidity = is_down ? liquidity - net : liquidity + net;  // Modulo 2^128, as i128 is.
        }
    }
    return TokenAmount{static_cast<std::uint64_t>(std::min<u128>(total, kU64Max))};
}

}  // namespace

std::int32_t clmm_array_of(const RaydiumClmmPool& pool, std::int32_t tick) {
    return floor_div(tick, ticks_per_array(pool));
}

std::int32_t clmm_array_start(const RaydiumClmmPool& pool, std::int32_t number) {
    return number * ticks_per_array(pool);
}

bool has_arrays_beyond(const RaydiumClmmPool& pool) {
    return clmm_array_of(pool, kClmmTickMin) < -kBitmapHalf;
}

ArrayWindow clmm_window(const RaydiumClmmPool& pool, Direction direction) {
    return nearest_arrays(
        {.bitmap = pool.array_bitmap,
         .beyond = pool.arrays_beyond,
         .may_be_beyond = has_arrays_beyond(pool),
         .is_extension_seen = pool.has_extension},
        direction, clmm_array_of(pool, pool.tick_current),
        clmm_array_of(pool, direction == Direction::AToB ? kClmmTickMin : kClmmTickMax));
}

const ClmmTickArray* find_array(const RaydiumClmmPool& pool, std::int32_t number) {
    const auto found = std::ranges::find(pool.arrays, number, &ClmmTickArray::number);
    return found == pool.arrays.end() ? nullptr : &*found;
}

Pubkey clmm_array_address(const RaydiumClmmPool& pool, std::int32_t number) {
    if (const ClmmTickArray* array = find_array(pool, number)) {
        return array->address;
    }
    const auto start = static_cast<std::uint32_t>(clmm_array_start(pool, number));
    std::array<std::uint8_t, 4> big_endian{};
    write_le(std::span{big_endian}, 0, std::byteswap(start));
    return solana::find_program_address({solana::seed("tick_array"), pool.id.bytes, big_endian},
                                        solana::kRaydiumClmmProgram)
        .address;
}

Pubkey clmm_extension_address(const RaydiumClmmPool& pool) {
    if (!pool.extension.is_zero()) {
        return pool.extension;
    }
    return solana::find_program_address(
               {solana::seed("pool_tick_array_bitmap_extension"), pool.id.bytes},
               solana::kRaydiumClmmProgram)
        .address;
}

void refresh_ticks(RaydiumClmmPool& pool) {
    const ArrayWindow down = clmm_window(pool, Direction::AToB);
    const ArrayWindow up = clmm_window(pool, Direction::BToA);
    const auto is_outside = [&](std::int32_t number) {
        return !contains(down, number) && !contains(up, number);
    };
    if (std::erase_if(pool.arrays, [&](const auto& array) { return is_outside(array.number); }) >
        0) {
        std::erase_if(pool.ticks,
                      [&](const auto& tick) { return is_outside(clmm_array_of(pool, tick.tick)); });
    }
    pool.ticks_position = first_tick_from(pool, pool.tick_current + 1);
    const auto low = reach_of(pool, down);
    const auto high = reach_of(pool, up);
    pool.ticks_low =
        low ? first_tick_from(pool, clmm_array_start(pool, *low)) : pool.ticks_position;
    pool.ticks_high =
        high ? first_tick_from(pool, clmm_array_start(pool, *high + 1)) : pool.ticks_position;
    pool.payable_a = payable(pool, Direction::BToA);
    pool.payable_b = payable(pool, Direction::AToB);
}

}  // namespace sniperforge::dex
