// SPDX-License-Identifier: MIT
// Whirlpools for the tests, built the only way there is: from the bytes of their accounts.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dex/orca_whirlpool_math.hpp"
#include "dex/orca_whirlpool_window.hpp"
#include "sniperforge/dex/orca_whirlpool.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex::test {

inline constexpr std::size_t kCentre = 3;  // Position of the array of the price.

// A pool with everything that its accounts say. Ticks by index, with their net liquidity.
struct WhirlpoolSpec {
    std::uint16_t tick_spacing = 64;
    std::optional<std::uint16_t>
        fee_tier_index;  // The tick spacing, unless the pool has an oracle.
    std::uint16_t fee_rate = 3'000;
    std::uint16_t protocol_fee_rate = 300;
    u128 liquidity = 0;
    u128 sqrt_price = static_cast<u128>(1) << 64;
    std::int32_t tick_current = 0;
    Pubkey mint_a = solana::kWrappedSolMint;
    Pubkey mint_b = key_of(4);
    std::map<std::int32_t, i128> ticks;
    std::optional<WhirlpoolAdaptiveFee> adaptive_fee;
};

inline const Pubkey& whirlpool_id() {
    static const Pubkey id = key_of(50);
    return id;
}

inline Bytes whirlpool_bytes(const WhirlpoolSpec& spec) {
    Bytes data(kWhirlpoolBytes, 0);
    const std::span<std::uint8_t> out{data};
    std::ranges::copy(kWhirlpoolDiscriminator, data.begin());
    put_key(data, 8, key_of(51));
    write_le(out, 41, spec.tick_spacing);
    write_le(out, 43, spec.fee_tier_index.value_or(spec.tick_spacing));
    write_le(out, 45, spec.fee_rate);
    write_le(out, 47, spec.protocol_fee_rate);
    write_le(out, 49, spec.liquidity);
    write_le(out, 65, spec.sqrt_price);
    write_le(out, 81, spec.tick_current);
    put_key(data, 101, spec.mint_a);
    put_key(data, 133, key_of(52));
    put_key(data, 181, spec.mint_b);
    put_key(data, 213, key_of(53));
    return data;
}

inline Bytes fixed_ticks_bytes(const WhirlpoolSpec& spec, std::int32_t start) {
    Bytes data(kWhirlpoolFixedTicksBytes, 0);
    std::ranges::copy(kWhirlpoolFixedTicksDiscriminator, data.begin());
    write_le(std::span{data}, 8, start);
    put_key(data, 9956, whirlpool_id());
    for (const auto& [index, net] : spec.ticks) {
        const std::int32_t offset = (index - start) / spec.tick_spacing;
        if (index < start || offset >= kWhirlpoolTicksPerArray) {
            continue;
        }
        const auto at = 12 + static_cast<std::size_t>(offset) * 113;
        data[at] = 1;
        write_le(std::span{data}, at + 1, net);
        write_le(std::span{data}, at + 17, net < 0 ? -net : net);
    }
    return data;
}

inline Bytes dynamic_ticks_bytes(const WhirlpoolSpec& spec, std::int32_t start) {
    Bytes data(60, 0);
    std::ranges::copy(kWhirlpoolDynamicTicksDiscriminator, data.begin());
    write_le(std::span{data}, 8, start);
    put_key(data, 12, whirlpool_id());
    u128 bitmap = 0;
    for (std::int32_t i = 0; i < kWhirlpoolTicksPerArray; ++i) {
        const auto found = spec.ticks.find(start + i * spec.tick_spacing);
        data.push_back(found == spec.ticks.end() ? 0 : 1);
        if (found != spec.ticks.end()) {
            bitmap |= static_cast<u128>(1) << i;
            append_le(data, found->second);
            append_le(data, found->second < 0 ? -found->second : found->second);
            data.resize(data.size() + 80, 0);
        }
    }
    write_le(std::span{data}, 44, bitmap);
    return data;
}

inline Bytes oracle_bytes(const WhirlpoolAdaptiveFee& fee) {
    Bytes data(kWhirlpoolOracleBytes, 0);
    const std::span<std::uint8_t> out{data};
    std::ranges::copy(kWhirlpoolOracleDiscriminator, data.begin());
    put_key(data, 8, whirlpool_id());
    write_le(out, 40, fee.trade_enabled_at);
    write_le(out, 48, fee.filter_period);
    write_le(out, 50, fee.decay_period);
    write_le(out, 52, fee.reduction_factor);
    write_le(out, 54, fee.control_factor);
    write_le(out, 58, fee.volatility_max);
    write_le(out, 62, fee.tick_group_size);
    write_le(out, 82, fee.reference_updated_at);
    write_le(out, 90, fee.major_swap_at);
    write_le(out, 98, fee.volatility_reference);
    write_le(out, 102, fee.tick_group_reference);
    write_le(out, 106, fee.volatility);
    return data;
}

// An account of the Whirlpool program's; without data it is missing.
inline AccountUpdate whirlpool_update(const Pubkey& pubkey, const Bytes& data) {
    return data.empty()
               ? AccountUpdate{Slot{1}, pubkey, solana::kSystemProgram, Lamports{}, {}}
               : AccountUpdate{Slot{1}, pubkey, solana::kOrcaWhirlpoolProgram, Lamports{1}, data};
}

inline Bytes mint_bytes(std::uint8_t decimals) {
    const auto encoded = solana::encode_mint({.mint_authority = {},
                                              .supply = TokenAmount{1},
                                              .decimals = decimals,
                                              .is_initialized = true,
                                              .freeze_authority = {}});
    return {encoded.begin(), encoded.end()};
}

inline void apply_or_die(OrcaWhirlpoolPool& pool, const AccountUpdate& update) {
    const auto applied = apply_account(pool, update);
    SF_ASSERT(applied.has_value() && *applied);
}

inline Bytes ticks_bytes(const WhirlpoolSpec& spec, std::int32_t start, bool is_dynamic) {
    return is_dynamic ? dynamic_ticks_bytes(spec, start) : fixed_ticks_bytes(spec, start);
}

// Complete; every other tick array is of the dynamic kind.
inline OrcaWhirlpoolPool whirlpool_of(const WhirlpoolSpec& spec) {
    auto pool = decode_orca_whirlpool_pool(whirlpool_id(), whirlpool_bytes(spec));
    SF_ASSERT(pool.has_value());
    for (std::size_t i = 0; i < kWhirlpoolArrays; ++i) {
        const std::int32_t start = whirlpool::window_start(*pool, i);
        const Bytes bytes = ticks_bytes(spec, start, i % 2 == 0);
        const auto address = whirlpool_tick_array_address(whirlpool_id(), start);
        const auto applied = apply_account(*pool, whirlpool_update(address, bytes));
        SF_ASSERT(applied.has_value());
    }
    if (spec.adaptive_fee) {
        apply_or_die(*pool, whirlpool_update(whirlpool_oracle_address(whirlpool_id()),
                                             oracle_bytes(*spec.adaptive_fee)));
    }
    for (const Pubkey* mint : {&spec.mint_a, &spec.mint_b}) {
        const Bytes data = mint_bytes(6);
        apply_or_die(*pool, {Slot{1}, *mint, solana::kTokenProgram, Lamports{1}, data});
    }
    return *pool;
}

// One position around the price 1, a wide one, and empty arrays on both sides.
inline WhirlpoolSpec two_positions() {
    WhirlpoolSpec spec;
    spec.liquidity = 3'000'000'000;
    spec.ticks = {{-6'400, 1'000'000'000},
                  {-640, 2'000'000'000},
                  {640, -2'000'000'000},
                  {6'400, -1'000'000'000}};
    return spec;
}

}  // namespace sniperforge::dex::test
