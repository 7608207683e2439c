// SPDX-License-Identifier: MIT
#include "sim/program_whirlpool_layout.hpp"

#include <array>
#include <string>

#include "sim/derived.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim::whirlpool {
namespace {

using solana::seed;

// Tick of a fixed array: 113 bytes from 12 on. Of a dynamic one: a tag, and 112 bytes if it is 1.
constexpr std::size_t kFixedTicks = 12, kTickBytes = 113, kFixedPool = 9'956;
constexpr std::size_t kStart = 8, kDynamicPool = 12, kBitmap = 44, kDynamicTicks = 60;
constexpr std::size_t kNet = 1, kGross = 17, kGrowth = 33;

solana::ProgramAddress pool_derived(const PoolName& name) {
    std::array<std::uint8_t, 2> index{};
    write_le(index, 0, name.fee_tier_index);
    return solana::find_program_address(
        {seed("whirlpool"), name.config.bytes, name.mint_a.bytes, name.mint_b.bytes, index},
        kProgram);
}

bool is_dynamic(BytesView data) {
    return anchor::has_discriminator(data, kDynamicArrayDiscriminator);
}

// Where the tick's tag stands in a dynamic array; nothing when the data ends before.
std::optional<std::size_t> dynamic_tick(BytesView data, std::int32_t offset) {
    std::size_t at = kDynamicTicks;
    for (std::int32_t i = 0; i < offset && at < data.size(); ++i) {
        at += data[at] != 0 ? kTickBytes : 1;
    }
    const bool is_there = at < data.size() && (data[at] == 0 || at + kTickBytes <= data.size());
    return is_there ? std::optional{at} : std::nullopt;
}

void put_tick(Bytes& data, std::size_t at, const NewTick& tick) {
    data[at] = 1;
    write_le(data, at + kNet, tick.liquidity_net);
    write_le(data, at + kGross, tick.liquidity_gross);
}

}  // namespace

Pubkey pool_address(const PoolName& name) { return pool_derived(name).address; }
std::uint8_t pool_bump(const PoolName& name) { return pool_derived(name).bump; }
Pubkey oracle_address(const Pubkey& pool) {
    return derived({seed("oracle"), pool.bytes}, kProgram).address;
}
Pubkey tick_array_address(const Pubkey& pool, std::int32_t start) {
    const std::string digits = std::to_string(start);  // The seed is decimal text.
    return derived({seed("tick_array"), pool.bytes, seed(digits)}, kProgram).address;
}

std::int32_t array_start(std::int32_t tick, std::uint16_t spacing) {
    const std::int32_t ticks = kTicksPerArray * spacing;
    return floor_div(tick, ticks) * ticks;
}

bool is_tick_array(BytesView data) {
    return (anchor::has_discriminator(data, kFixedArrayDiscriminator) &&
            data.size() >= kFixedArrayBytes) ||
           (is_dynamic(data) && data.size() >= kDynamicArrayBytesMin);
}

std::int32_t start_of(BytesView data) { return read_le<std::int32_t>(data, kStart); }

Pubkey pool_of(BytesView data) {
    return anchor::key_at(data, is_dynamic(data) ? kDynamicPool : kFixedPool);
}

Tick tick_at(const TickArray& array, std::int32_t offset) {
    if (array.data.empty()) {
        return {};
    }
    const auto at =
        is_dynamic(array.data)
            ? dynamic_tick(array.data, offset)
            : std::optional{kFixedTicks + kTickBytes * static_cast<std::size_t>(offset)};
    if (!at || array.data[*at] == 0) {
        return {};
    }
    return {true, read_le<i128>(array.data, *at + kNet), *at + kGrowth};
}

Bytes encode_tick_array(const NewTickArray& fields) {
    Bytes data(fields.is_dynamic ? kDynamicTicks : kFixedArrayBytes, 0);
    const auto& discriminator =
        fields.is_dynamic ? kDynamicArrayDiscriminator : kFixedArrayDiscriminator;
    std::ranges::copy(discriminator, data.begin());
    write_le(data, kStart, fields.start);
    anchor::put_key(data, fields.is_dynamic ? kDynamicPool : kFixedPool, fields.pool);
    u128 bitmap = 0;
    for (std::int32_t i = 0; i < kTicksPerArray; ++i) {
        const auto tick =
            std::ranges::find(fields.ticks, fields.start + i * fields.spacing, &NewTick::tick);
        const bool is_there = tick != fields.ticks.end();
        std::size_t at = kFixedTicks + kTickBytes * static_cast<std::size_t>(i);
        if (fields.is_dynamic) {
            at = data.size();
            data.resize(at + (is_there ? kTickBytes : 1), 0);
            bitmap |= static_cast<u128>(is_there) << i;
        }
        if (is_there) {
            put_tick(data, at, *tick);
        }
    }
    if (fields.is_dynamic) {
        write_le(data, kBitmap, bitmap);
    }
    return data;
}

Bytes encode_pool(const NewPool& fields) {
    Bytes data(kPoolBytes, 0);
    std::ranges::copy(kPoolDiscriminator, data.begin());
    anchor::put_key(data, pool::kConfig, fields.name.config);
    data[pool::kBump] = pool_bump(fields.name);
    write_le(data, pool::kTickSpacing, fields.tick_spacing);
    write_le(data, pool::kFeeTierIndex, fields.name.fee_tier_index);
    write_le(data, pool::kFeeRate, fields.fee_rate);
    write_le(data, pool::kProtocolFeeRate, fields.protocol_fee_rate);
    write_le(data, pool::kLiquidity, fields.liquidity);
    write_le(data, pool::kSqrtPrice, fields.sqrt_price);
    write_le(data, pool::kTick, fields.tick);
    anchor::put_key(data, pool::kMintA, fields.name.mint_a);
    anchor::put_key(data, pool::kVaultA, fields.vault_a);
    anchor::put_key(data, pool::kMintB, fields.name.mint_b);
    anchor::put_key(data, pool::kVaultB, fields.vault_b);
    return data;
}

}  // namespace sniperforge::sim::whirlpool
