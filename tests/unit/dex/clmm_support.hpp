// SPDX-License-Identifier: MIT
// Raydium CLMM pools and their accounts, made of ticks.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "dex/raydium_clmm_arrays.hpp"
#include "dex/raydium_clmm_math.hpp"
#include "sniperforge/dex/raydium_clmm.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex::test {

inline constexpr u128 kLiquidity = 1'000'000'000'000;

// As the program keeps a tick.
struct RawTick {
    std::int32_t tick = 0;
    i128 liquidity_net = 0;
    u128 liquidity_gross = 0;
    std::uint64_t orders = 0, part_filled = 0;
};

inline constexpr std::int64_t kClmmOpenTime = 1'600'000'000;

// A pool as decode_clmm_pool leaves it, with its config seen.
inline RaydiumClmmPool clmm_pool(std::int32_t tick, u128 sqrt_price, u128 liquidity,
                                 std::uint16_t spacing) {
    RaydiumClmmPool pool;
    pool.id = key_of(31);
    pool.amm_config = key_of(32);
    pool.vault_a = key_of(33);
    pool.vault_b = key_of(34);
    pool.mint_a = solana::kWrappedSolMint;
    pool.mint_b = key_of(35);
    pool.observation = key_of(36);
    pool.program_a = solana::kTokenProgram;
    pool.program_b = solana::kTokenProgram;
    pool.tick_spacing = spacing;
    pool.tick_current = tick;
    pool.sqrt_price = sqrt_price;
    pool.liquidity = liquidity;
    pool.open_time = kClmmOpenTime;
    pool.has_config = true;
    pool.trade_fee_rate = 2'500;
    return pool;
}

inline AccountUpdate account(const Pubkey& pubkey, BytesView data,
                             const Pubkey& owner = solana::kRaydiumClmmProgram) {
    return {Slot{1}, pubkey, owner, Lamports{data.empty() ? 0U : 1U}, data};
}

inline Bytes tick_array_bytes(const RaydiumClmmPool& pool, std::int32_t number,
                              const std::vector<RawTick>& ticks) {
    Bytes data(kClmmTickArrayBytes, 0);
    const std::span bytes{data};
    std::ranges::copy(kClmmTickArrayDiscriminator, data.begin());
    std::ranges::copy(pool.id.bytes, data.begin() + 8);
    const std::int32_t start = clmm_array_start(pool, number);
    write_le(bytes, 40, start);
    for (const RawTick& tick : ticks) {
        const auto place = static_cast<std::size_t>((tick.tick - start) / pool.tick_spacing);
        const std::size_t offset = 44 + place * 168;
        write_le(bytes, offset, tick.tick);
        write_le(bytes, offset + 4, tick.liquidity_net);
        write_le(bytes, offset + 20, tick.liquidity_gross);
        write_le(bytes, offset + 124, tick.orders);
        write_le(bytes, offset + 132, tick.part_filled);
    }
    data[10'124] = static_cast<std::uint8_t>(ticks.size());
    return data;
}

// Flags an array in the pool's own bitmap or in the numbers beyond it.
inline void flag_array(RaydiumClmmPool& pool, std::int32_t number) {
    if (is_beyond_bitmap(number)) {
        const auto place = std::ranges::lower_bound(pool.arrays_beyond, number);
        pool.arrays_beyond.insert(place, static_cast<std::int16_t>(number));
        return;
    }
    const auto bit = static_cast<std::size_t>(number + 512);
    pool.array_bitmap[bit / 64] |= std::uint64_t{1} << bit % 64;
}

inline std::map<std::int32_t, std::vector<RawTick>> arrays_with(const RaydiumClmmPool& pool,
                                                                const std::vector<RawTick>& ticks) {
    std::map<std::int32_t, std::vector<RawTick>> arrays;
    for (const RawTick& tick : ticks) {
        arrays[clmm_array_of(pool, tick.tick)].push_back(tick);
    }
    return arrays;
}

// Flags the arrays of these ticks and applies those that the pool looks at. The extension counts
// as seen.
inline void put_ticks(RaydiumClmmPool& pool, const std::vector<RawTick>& ticks) {
    pool.has_extension = true;
    pool.extension = key_of(37);
    const auto arrays = arrays_with(pool, ticks);
    for (const auto& [number, raw] : arrays) {
        flag_array(pool, number);
    }
    for (const auto& [number, raw] : arrays) {
        const Bytes data = tick_array_bytes(pool, number, raw);
        const auto address = key_of(1'000'000 + static_cast<std::uint64_t>(number + 100'000));
        const auto applied = apply_account(pool, account(address, data));
        SF_ASSERT(applied.has_value());
    }
}

// By definition: the greatest tick at or below the price.
inline std::int32_t tick_at(u128 sqrt_price) {
    std::int32_t low = kClmmTickMin;
    std::int32_t high = kClmmTickMax;
    while (low < high) {
        const std::int32_t middle = low + (high - low + 1) / 2;
        if (clmm_sqrt_price_at(middle) <= sqrt_price) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

}  // namespace sniperforge::dex::test
