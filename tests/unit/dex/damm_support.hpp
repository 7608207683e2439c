// SPDX-License-Identifier: MIT
// DAMM v2 pools for the tests, built the only way there is: from the bytes of their accounts.
#pragma once

#include <algorithm>

#include "dex/meteora_damm_v2_curve.hpp"
#include "sniperforge/dex/meteora_damm_v2.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex::test {

inline constexpr TokenAmount kThousand{1'000};

inline constexpr std::uint64_t kDammActivation = 1'750'000'000;

inline QuoteContext seconds_after_activation(std::int64_t seconds) {
    return {.unix_time = static_cast<std::int64_t>(kDammActivation) + seconds};
}
inline constexpr QuoteContext kDammNow{.unix_time = kDammActivation + 1'000};

// Price 1, an eighth of a price each way, 1 % of what comes out.
inline MeteoraDammV2Pool damm_spec() {
    MeteoraDammV2Pool pool;
    pool.id = key_of(70);
    pool.mint_a = key_of(71);
    pool.mint_b = solana::kWrappedSolMint;
    pool.vault_a = key_of(72);
    pool.vault_b = key_of(73);
    pool.program_a = solana::kTokenProgram;
    pool.program_b = solana::kTokenProgram;
    pool.creator = key_of(74);
    pool.activation_type = 1;
    pool.activation_point = kDammActivation;
    pool.fee_version = 1;
    pool.base_fee.cliff_rate = kDammV2FeeOne / 100;
    pool.protocol_fee_percent = 20;
    pool.referral_fee_percent = 20;
    constexpr u128 kOne = static_cast<u128>(1) << 64;
    pool.liquidity = static_cast<u128>(1'000'000'000'000) << 64;
    pool.sqrt_price = kOne;
    pool.sqrt_price_min = kOne - kOne / 8;
    pool.sqrt_price_max = kOne + kOne / 8;
    pool.sqrt_price_initial = kOne;
    return pool;
}

// The same as x·y = k over a million of each.
inline MeteoraDammV2Pool compounding_spec() {
    MeteoraDammV2Pool pool = damm_spec();
    pool.collect_fee_mode = DammV2CollectFeeMode::Compounding;
    pool.compounding_fee_bps = 5'000;
    pool.layout_version = 1;
    pool.amount_a = pool.amount_b = 1'000'000;
    return pool;
}

inline void put_damm_key(Bytes& data, std::size_t offset, const Pubkey& key) {
    std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
}

inline Bytes damm_bytes(const MeteoraDammV2Pool& pool) {
    Bytes data(kDammV2PoolBytes, 0);
    const std::span<std::uint8_t> out{data};
    std::ranges::copy(kDammV2PoolDiscriminator, data.begin());
    write_le(out, 8, pool.base_fee.cliff_rate);
    write_le(out, 16, static_cast<std::uint8_t>(pool.base_fee.mode));
    write_le(out, 22, pool.base_fee.first_factor);
    write_le(out, 24, pool.base_fee.second_factor);
    write_le(out, 32, pool.base_fee.third_factor);
    write_le(out, 48, pool.protocol_fee_percent);
    write_le(out, 50, pool.referral_fee_percent);
    write_le(out, 54, pool.compounding_fee_bps);
    write_le(out, 56, std::uint8_t{pool.dynamic_fee.is_enabled});
    write_le(out, 68, pool.dynamic_fee.control);
    write_le(out, 72, pool.dynamic_fee.bin_step);
    write_le(out, 120, pool.dynamic_fee.volatility);
    write_le(out, 152, pool.sqrt_price_initial);
    put_damm_key(data, 168, pool.mint_a);
    put_damm_key(data, 200, pool.mint_b);
    put_damm_key(data, 232, pool.vault_a);
    put_damm_key(data, 264, pool.vault_b);
    write_le(out, 360, pool.liquidity);
    write_le(out, 424, pool.sqrt_price_min);
    write_le(out, 440, pool.sqrt_price_max);
    write_le(out, 456, pool.sqrt_price);
    write_le(out, 472, pool.activation_point);
    write_le(out, 480, pool.activation_type);
    write_le(out, 481, pool.status);
    write_le(out, 482, std::uint8_t{pool.program_a == solana::kToken2022Program});
    write_le(out, 483, std::uint8_t{pool.program_b == solana::kToken2022Program});
    write_le(out, 484, static_cast<std::uint8_t>(pool.collect_fee_mode));
    write_le(out, 486, pool.fee_version);
    write_le(out, 552, pool.liquidity_locked);
    put_damm_key(data, 648, pool.creator);
    write_le(out, 680, pool.amount_a);
    write_le(out, 688, pool.amount_b);
    write_le(out, 696, pool.layout_version);
    return data;
}

inline MeteoraDammV2Pool damm_pool(const MeteoraDammV2Pool& spec) {
    auto pool = decode_meteora_damm_v2_pool(spec.id, damm_bytes(spec));
    SF_ASSERT(pool.has_value());
    return *pool;
}

inline std::uint64_t two_halves(std::uint32_t low, std::uint32_t high) {
    return (std::uint64_t{high} << 32) | low;
}

// 1 %, one per mille more for every further `reference`, for an hour, up to 50 %.
inline DammV2BaseFee limiter_fee(std::uint64_t reference) {
    return {.mode = DammV2BaseFeeMode::RateLimiter,
            .first_factor = 10,
            .second_factor = two_halves(3'600, 5'000),
            .third_factor = reference,
            .cliff_rate = kDammV2FeeOne / 100};
}

inline damm::Range damm_range(const MeteoraDammV2Pool& pool) {
    return {pool.liquidity, pool.sqrt_price, pool.sqrt_price_min, pool.sqrt_price_max};
}

}  // namespace sniperforge::dex::test
