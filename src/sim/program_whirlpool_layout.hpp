// SPDX-License-Identifier: MIT
// Orca Whirlpool: addresses and accounts as offsets, and ticks read from arrays of both kinds.
// Source: protocol amm-orca sections 1 and 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/anchor.hpp"
#include "sim/program_whirlpool_math.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim::whirlpool {

inline constexpr Pubkey kProgram =
    solana::detail::key_literal("whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc");

inline constexpr anchor::Discriminator kPoolDiscriminator{0x3f, 0x95, 0xd1, 0x0c,
                                                          0xe1, 0x80, 0x63, 0x09};
inline constexpr anchor::Discriminator kFixedArrayDiscriminator{0x45, 0x61, 0xbd, 0xbe,
                                                                0x6e, 0x07, 0x42, 0xbb};
inline constexpr anchor::Discriminator kDynamicArrayDiscriminator{0x11, 0xd8, 0xf6, 0x8e,
                                                                  0xe1, 0xc7, 0xda, 0x38};
inline constexpr anchor::Discriminator kOracleDiscriminator{0x8b, 0xc2, 0x83, 0xb3,
                                                            0x8c, 0xb3, 0xe5, 0xf4};
inline constexpr std::size_t kPoolBytes = 653, kFixedArrayBytes = 9'988, kOracleBytes = 254,
                             kDynamicArrayBytesMin = 148;
inline constexpr std::int32_t kTicksPerArray = 88;

namespace pool {
inline constexpr std::size_t kConfig = 8, kBump = 40, kTickSpacing = 41, kFeeTierIndex = 43,
                             kFeeRate = 45, kProtocolFeeRate = 47, kLiquidity = 49, kSqrtPrice = 65,
                             kTick = 81, kOwedA = 85, kOwedB = 93, kMintA = 101, kVaultA = 133,
                             kGrowthA = 165, kMintB = 181, kVaultB = 213, kGrowthB = 245,
                             kRewardTime = 261;
}  // namespace pool

namespace oracle {
inline constexpr std::size_t kWhirlpool = 8, kTradeEnableTime = 40, kFilterPeriod = 48,
                             kDecayPeriod = 50, kReductionFactor = 52, kControlFactor = 54,
                             kMaxVolatility = 58, kTickGroupSize = 62, kMajorSwapTicks = 64,
                             kReferenceTime = 82, kMajorSwapTime = 90, kVolatilityReference = 98,
                             kTickGroupReference = 102, kVolatility = 106;
}  // namespace oracle

struct PoolName {
    Pubkey config, mint_a, mint_b;
    std::uint16_t fee_tier_index = 0;
};
[[nodiscard]] Pubkey pool_address(const PoolName& name);
[[nodiscard]] std::uint8_t pool_bump(const PoolName& name);
[[nodiscard]] Pubkey oracle_address(const Pubkey& pool);
[[nodiscard]] Pubkey tick_array_address(const Pubkey& pool, std::int32_t start);
// The start of the array that holds the tick.
[[nodiscard]] std::int32_t array_start(std::int32_t tick, std::uint16_t spacing);

// One array of a pool as a swap sees it; without data one that nobody has initialised.
struct TickArray {
    std::int32_t start = 0;
    BytesView data;
};
struct Tick {
    bool is_initialized = false;
    i128 liquidity_net = 0;
    std::size_t growth_at = 0;  // Offset of the fee growth outside: a, then b.
};
[[nodiscard]] bool is_tick_array(BytesView data);
[[nodiscard]] std::int32_t start_of(BytesView data);
[[nodiscard]] Pubkey pool_of(BytesView data);
// `offset` counts the array's ticks from 0 to 87.
[[nodiscard]] Tick tick_at(const TickArray& array, std::int32_t offset);

struct NewTick {
    std::int32_t tick = 0;
    i128 liquidity_net = 0;
    u128 liquidity_gross = 0;
};
struct NewTickArray {
    Pubkey pool;
    std::int32_t start = 0;
    std::uint16_t spacing = 0;
    std::vector<NewTick> ticks;  // Of this array, in any order.
    bool is_dynamic = false;
};
[[nodiscard]] Bytes encode_tick_array(const NewTickArray& fields);

struct NewPool {
    PoolName name;
    Pubkey vault_a, vault_b;
    std::uint16_t tick_spacing = 0, fee_rate = 0, protocol_fee_rate = 0;
    u128 liquidity = 0, sqrt_price = 0;
    std::int32_t tick = 0;
};
[[nodiscard]] Bytes encode_pool(const NewPool& fields);

}  // namespace sniperforge::sim::whirlpool
