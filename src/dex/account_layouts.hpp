// SPDX-License-Identifier: MIT
// Field tables of the accounts that describe_account knows: the program's name, the offset and the
// type of every field. Sources: amm-raydium sections 1 to 3, amm-orca section 1, amm-meteora
// sections 1 and 2, amm-pump, wire format sections 2.4, 3 and 6.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sniperforge::dex {

// Hex2: two bytes that the program keeps as bytes.
enum class FieldType : std::uint8_t { Bool, U8, U16, U32, U64, U128, Key, I32, I64, I128, Hex2 };

struct FieldLayout {
    std::string_view name;
    std::uint16_t offset = 0;
    FieldType type = FieldType::U8;
};

[[nodiscard]] std::span<const FieldLayout> amm_v4_pool_layout();
[[nodiscard]] std::span<const FieldLayout> cpmm_pool_layout();
[[nodiscard]] std::span<const FieldLayout> cpmm_config_layout();
[[nodiscard]] std::span<const FieldLayout> cpmm_observation_layout();
[[nodiscard]] std::span<const FieldLayout> clmm_pool_layout();
[[nodiscard]] std::span<const FieldLayout> clmm_config_layout();
[[nodiscard]] std::span<const FieldLayout> clmm_tick_array_layout();
[[nodiscard]] std::span<const FieldLayout> clmm_bitmap_extension_layout();
[[nodiscard]] std::span<const FieldLayout> whirlpool_layout();
[[nodiscard]] std::span<const FieldLayout> whirlpool_oracle_layout();
[[nodiscard]] std::span<const FieldLayout> dlmm_pool_layout();
[[nodiscard]] std::span<const FieldLayout> dlmm_bin_array_layout();
[[nodiscard]] std::span<const FieldLayout> dlmm_bitmap_extension_layout();
[[nodiscard]] std::span<const FieldLayout> pump_curve_layout();
[[nodiscard]] std::span<const FieldLayout> pump_global_layout();
[[nodiscard]] std::span<const FieldLayout> pump_swap_pool_layout();
[[nodiscard]] std::span<const FieldLayout> pump_swap_global_layout();
[[nodiscard]] std::span<const FieldLayout> meteora_damm_v2_pool_layout();
[[nodiscard]] std::span<const FieldLayout> token_account_layout();
[[nodiscard]] std::span<const FieldLayout> mint_layout();
[[nodiscard]] std::span<const FieldLayout> lookup_table_layout();
[[nodiscard]] std::span<const FieldLayout> nonce_layout();

}  // namespace sniperforge::dex
