// SPDX-License-Identifier: MIT
#include "dex/account_layouts.hpp"

namespace sniperforge::dex {
namespace {

using enum FieldType;

constexpr FieldLayout kPool[] = {
    {"bump", 8, U8},
    {"amm_config", 9, Key},
    {"owner", 41, Key},
    {"token_mint_0", 73, Key},
    {"token_mint_1", 105, Key},
    {"token_vault_0", 137, Key},
    {"token_vault_1", 169, Key},
    {"observation_key", 201, Key},
    {"mint_decimals_0", 233, U8},
    {"mint_decimals_1", 234, U8},
    {"tick_spacing", 235, U16},
    {"liquidity", 237, U128},
    {"sqrt_price_x64", 253, U128},
    {"tick_current", 269, I32},
    {"fee_growth_global_0_x64", 277, U128},
    {"fee_growth_global_1_x64", 293, U128},
    {"protocol_fees_token_0", 309, U64},
    {"protocol_fees_token_1", 317, U64},
    {"status", 389, U8},
    {"fee_on", 390, U8},
    {"fund_fees_token_0", 1064, U64},
    {"fund_fees_token_1", 1072, U64},
    {"open_time", 1080, U64},
    {"recent_epoch", 1088, U64},
    {"df_filter_period", 1096, U16},
    {"df_decay_period", 1098, U16},
    {"df_reduction_factor", 1100, U16},
    {"df_dynamic_fee_control", 1102, U32},
    {"df_max_volatility_accumulator", 1106, U32},
    {"df_tick_spacing_index_reference", 1110, I32},
    {"df_volatility_reference", 1114, U32},
    {"df_volatility_accumulator", 1118, U32},
    {"df_last_update_timestamp", 1122, U64},
};

constexpr FieldLayout kConfig[] = {
    {"bump", 8, U8},
    {"index", 9, U16},
    {"owner", 11, Key},
    {"protocol_fee_rate", 43, U32},
    {"trade_fee_rate", 47, U32},
    {"tick_spacing", 51, U16},
    {"fund_fee_rate", 53, U32},
    {"fund_owner", 61, Key},
};

constexpr FieldLayout kTickArray[] = {
    {"pool_id", 8, Key},
    {"start_tick_index", 40, I32},
    {"initialized_tick_count", 10'124, U8},
    {"recent_epoch", 10'125, U64},
};

constexpr FieldLayout kBitmapExtension[] = {
    {"pool_id", 8, Key},
};

}  // namespace

std::span<const FieldLayout> clmm_pool_layout() { return kPool; }
std::span<const FieldLayout> clmm_config_layout() { return kConfig; }
std::span<const FieldLayout> clmm_tick_array_layout() { return kTickArray; }
std::span<const FieldLayout> clmm_bitmap_extension_layout() { return kBitmapExtension; }

}  // namespace sniperforge::dex
