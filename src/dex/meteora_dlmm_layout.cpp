// SPDX-License-Identifier: MIT
#include "dex/account_layouts.hpp"

namespace sniperforge::dex {
namespace {

using enum FieldType;

constexpr FieldLayout kPool[] = {
    {"base_factor", 8, U16},
    {"filter_period", 10, U16},
    {"decay_period", 12, U16},
    {"reduction_factor", 14, U16},
    {"variable_fee_control", 16, U32},
    {"max_volatility_accumulator", 20, U32},
    {"min_bin_id", 24, I32},
    {"max_bin_id", 28, I32},
    {"protocol_share", 32, U16},
    {"base_fee_power_factor", 34, U8},
    {"function_type", 35, U8},
    {"collect_fee_mode", 36, U8},
    {"volatility_accumulator", 40, U32},
    {"volatility_reference", 44, U32},
    {"index_reference", 48, I32},
    {"last_update_timestamp", 56, I64},
    {"bump_seed", 72, U8},
    {"bin_step_seed", 73, Hex2},
    {"pair_type", 75, U8},
    {"active_id", 76, I32},
    {"bin_step", 80, U16},
    {"status", 82, U8},
    {"require_base_factor_seed", 83, U8},
    {"base_factor_seed", 84, Hex2},
    {"activation_type", 86, U8},
    {"creator_pool_on_off_control", 87, U8},
    {"token_x_mint", 88, Key},
    {"token_y_mint", 120, Key},
    {"reserve_x", 152, Key},
    {"reserve_y", 184, Key},
    {"protocol_fee_x", 216, U64},
    {"protocol_fee_y", 224, U64},
    {"reward0_mint", 264, Key},
    {"reward1_mint", 408, Key},
    {"oracle", 552, Key},
    {"last_updated_at", 712, I64},
    {"pre_activation_swap_address", 752, Key},
    {"base_key", 784, Key},
    {"activation_point", 816, U64},
    {"pre_activation_duration", 824, U64},
    {"creator", 848, Key},
    {"token_mint_x_program_flag", 880, U8},
    {"token_mint_y_program_flag", 881, U8},
    {"version", 882, U8},
};

constexpr FieldLayout kBinArray[] = {
    {"index", 8, I64},
    {"version", 16, U8},
    {"lb_pair", 24, Key},
};

constexpr FieldLayout kBitmapExtension[] = {
    {"lb_pair", 8, Key},
};

}  // namespace

std::span<const FieldLayout> dlmm_pool_layout() { return kPool; }
std::span<const FieldLayout> dlmm_bin_array_layout() { return kBinArray; }
std::span<const FieldLayout> dlmm_bitmap_extension_layout() { return kBitmapExtension; }

}  // namespace sniperforge::dex
