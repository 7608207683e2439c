// SPDX-License-Identifier: MIT
// Meteora DLMM pools for the tests, built the only way there is: from the bytes of their accounts.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "dex/meteora_dlmm_math.hpp"
#include "dex/meteora_dlmm_window.hpp"
#include "sniperforge/dex/meteora_dlmm.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex::test {

inline constexpr u128 kOne = static_cast<u128>(1) << 64;

// As the program keeps a bin.
struct DlmmRawBin {
    std::uint64_t amount_x = 0, amount_y = 0;
    u128 price = 0;  // Zero: never touched.
    std::uint64_t open_orders = 0, processed_orders = 0;
    bool is_ask = false;
};

// A pool with everything that its accounts say. Every array with a bin in it is flagged.
struct DlmmSpec {
    std::uint16_t bin_step = 10;
    std::int32_t active_id = 0;
    std::int32_t bin_min = -35'163, bin_max = 35'163;
    std::uint16_t base_factor = 10'000;
    std::uint8_t power = 0;
    std::uint16_t filter_period = 30, decay_period = 600, reduction_factor = 5'000;
    std::uint32_t control_factor = 0;
    std::uint32_t volatility_max = 350'000, volatility = 0, volatility_reference = 0;
    std::int32_t index_reference = 0;
    std::int64_t updated_at = 1'700'000'000;
    std::uint16_t protocol_share = 1'000;
    std::uint8_t pair_type = 3, status = 0;
    std::uint8_t activation_type = 0;
    std::uint64_t activation_point = 0;
    std::uint8_t function_type = 2, collect_fee_mode = 0;
    bool has_rewards = false;
    std::uint8_t version = 1, array_version = 2;
    std::uint8_t program_flag_a = 0, program_flag_b = 0;
    Pubkey mint_a = key_of(64);
    Pubkey mint_b = solana::kWrappedSolMint;
    std::map<std::int32_t, DlmmRawBin> bins;

    [[nodiscard]] std::set<std::int32_t> flagged() const {
        std::set<std::int32_t> indices;
        for (const auto& [id, bin] : bins) {
            indices.insert(dlmm::array_of(id));
        }
        return indices;
    }
};

inline const Pubkey& dlmm_id() {
    static const Pubkey id = key_of(60);
    return id;
}

inline void put_dlmm_key(Bytes& data, std::size_t offset, const Pubkey& key) {
    std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
}

inline void put_dlmm_fee(const DlmmSpec& spec, std::span<std::uint8_t> out) {
    write_le(out, 8, spec.base_factor);
    write_le(out, 10, spec.filter_period);
    write_le(out, 12, spec.decay_period);
    write_le(out, 14, spec.reduction_factor);
    write_le(out, 16, spec.control_factor);
    write_le(out, 20, spec.volatility_max);
    out[34] = spec.power;
    write_le(out, 40, spec.volatility);
    write_le(out, 44, spec.volatility_reference);
    write_le(out, 48, spec.index_reference);
    write_le(out, 56, spec.updated_at);
}

inline Bytes dlmm_pool_bytes(const DlmmSpec& spec) {
    Bytes data(kDlmmPoolBytes, 0);
    const std::span<std::uint8_t> out{data};
    std::ranges::copy(kDlmmPoolDiscriminator, data.begin());
    put_dlmm_fee(spec, out);
    write_le(out, 24, spec.bin_min);
    write_le(out, 28, spec.bin_max);
    write_le(out, 32, spec.protocol_share);
    data[35] = spec.function_type;
    data[36] = spec.collect_fee_mode;
    data[75] = spec.pair_type;
    write_le(out, 76, spec.active_id);
    write_le(out, 80, spec.bin_step);
    data[82] = spec.status;
    data[86] = spec.activation_type;
    put_dlmm_key(data, 88, spec.mint_a);
    put_dlmm_key(data, 120, spec.mint_b);
    put_dlmm_key(data, 152, key_of(61));
    put_dlmm_key(data, 184, key_of(62));
    if (spec.has_rewards) {
        put_dlmm_key(data, 264 + 144, key_of(65));
    }
    put_dlmm_key(data, 552, key_of(63));
    for (const std::int32_t index : spec.flagged()) {
        if (!is_beyond_bitmap(index)) {
            const auto bit = static_cast<std::size_t>(index + 512);
            data[584 + bit / 8] |= static_cast<std::uint8_t>(1U << bit % 8);
        }
    }
    write_le(out, 816, spec.activation_point);
    data[880] = spec.program_flag_a;
    data[881] = spec.program_flag_b;
    data[882] = spec.version;
    return data;
}

inline Bytes dlmm_array_bytes(const DlmmSpec& spec, std::int32_t index) {
    Bytes data(kDlmmBinArrayBytes, 0);
    const std::span<std::uint8_t> out{data};
    std::ranges::copy(kDlmmBinArrayDiscriminator, data.begin());
    write_le(out, 8, std::int64_t{index});
    data[16] = spec.array_version;
    put_dlmm_key(data, 24, dlmm_id());
    for (const auto& [id, bin] : spec.bins) {
        if (dlmm::array_of(id) != index) {
            continue;
        }
        const auto at = 56 + static_cast<std::size_t>(id - index * kDlmmBinsPerArray) * 144;
        write_le(out, at, bin.amount_x);
        write_le(out, at + 8, bin.amount_y);
        write_le(out, at + 16, bin.price);
        write_le(out, at + 112, bin.open_orders);
        write_le(out, at + 128, bin.processed_orders);
        data[at + 140] = bin.is_ask ? 1 : 0;
    }
    return data;
}

inline Bytes dlmm_extension_bytes(const DlmmSpec& spec) {
    Bytes data(kDlmmBitmapExtensionBytes, 0);
    std::ranges::copy(kDlmmBitmapExtensionDiscriminator, data.begin());
    put_dlmm_key(data, 8, dlmm_id());
    for (const std::int32_t index : spec.flagged()) {
        if (is_beyond_bitmap(index)) {
            // Rows of 512 away from zero: 512 is the first bit above, -513 the first below.
            const auto bit = static_cast<std::size_t>(index < 0 ? -index - 1 : index) - 512;
            data[(index < 0 ? 808 : 40) + bit / 8] |= static_cast<std::uint8_t>(1U << bit % 8);
        }
    }
    return data;
}

// An account of the DLMM program's; without data it is missing.
inline AccountUpdate dlmm_update(const Pubkey& pubkey, const Bytes& data) {
    return data.empty()
               ? AccountUpdate{Slot{1}, pubkey, solana::kSystemProgram, Lamports{}, {}}
               : AccountUpdate{Slot{1}, pubkey, solana::kMeteoraDlmmProgram, Lamports{1}, data};
}

inline void apply_or_die(MeteoraDlmmPool& pool, const AccountUpdate& update) {
    const auto applied = apply_account(pool, update);
    SF_ASSERT(applied.has_value() && *applied);
}

inline MeteoraDlmmPool decoded_dlmm(const DlmmSpec& spec) {
    auto pool = decode_meteora_dlmm_pool(dlmm_id(), dlmm_pool_bytes(spec));
    SF_ASSERT(pool.has_value());
    return *pool;
}

inline Bytes dlmm_mint_bytes(std::uint8_t decimals) {
    const auto encoded = solana::encode_mint({.mint_authority = {},
                                              .supply = TokenAmount{1},
                                              .decimals = decimals,
                                              .is_initialized = true,
                                              .freeze_authority = {}});
    return {encoded.begin(), encoded.end()};
}

// Derived once for all pools of a test.
inline const Pubkey& dlmm_array_address(std::int32_t index) {
    static std::map<std::int32_t, Pubkey> known;
    const auto [found, is_new] = known.try_emplace(index);
    if (is_new) {
        found->second = dlmm_bin_array_address(dlmm_id(), index);
    }
    return found->second;
}
inline const Pubkey& dlmm_extension_address() {
    static const Pubkey address = dlmm_bitmap_extension_address(dlmm_id());
    return address;
}

inline void apply_dlmm_array(MeteoraDlmmPool& pool, const DlmmSpec& spec, std::int32_t index) {
    const Bytes data = dlmm_array_bytes(spec, index);
    apply_or_die(pool, dlmm_update(dlmm_array_address(index), data));
}

// Complete, with every array of its window seen.
inline MeteoraDlmmPool dlmm_of(const DlmmSpec& spec) {
    auto pool = decoded_dlmm(spec);
    const Bytes extension = dlmm_extension_bytes(spec);
    pool.extension = dlmm_extension_address();
    apply_or_die(pool, dlmm_update(pool.extension, extension));
    for (std::size_t i = 0; i < pool.array_count; ++i) {
        pool.arrays[i].address = dlmm_array_address(pool.arrays[i].index);
        apply_dlmm_array(pool, spec, pool.arrays[i].index);
    }
    for (const Pubkey* mint : {&spec.mint_a, &spec.mint_b}) {
        const bool is_2022 =
            (mint == &spec.mint_a ? spec.program_flag_a : spec.program_flag_b) != 0;
        const Bytes data = dlmm_mint_bytes(6);
        apply_or_die(pool,
                     {Slot{1}, *mint, is_2022 ? solana::kToken2022Program : solana::kTokenProgram,
                      Lamports{1}, data});
    }
    return pool;
}

// Every bin from -220 to 220 holds something: X above the active bin, Y below it, both in it. The
// arrays -4 to 3 are flagged; a pool at bin 0 looks at -2 to 2. The fee is 1 %.
inline DlmmSpec dlmm_ladder() {
    DlmmSpec spec;
    spec.power = 1;
    for (std::int32_t id = -220; id <= 220; ++id) {
        spec.bins[id] = {.amount_x = id >= 0 ? 1'000'000'000U : 0U,
                         .amount_y = id <= 0 ? 1'000'000'000U : 0U};
    }
    return spec;
}

}  // namespace sniperforge::dex::test
