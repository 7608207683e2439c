// SPDX-License-Identifier: MIT
#include "dex/account_layouts.hpp"

namespace sniperforge::dex {
namespace {

using enum FieldType;

// base_fee_data stands between base_fee_mode and protocol_fee_percent: describe adds it.
constexpr FieldLayout kPool[] = {
    {"cliff_fee_numerator", 8, U64},
    {"base_fee_mode", 16, U8},
    {"protocol_fee_percent", 48, U8},
    {"referral_fee_percent", 50, U8},
    {"compounding_fee_bps", 54, U16},
    {"df_initialized", 56, U8},
    {"df_max_volatility_accumulator", 64, U32},
    {"df_variable_fee_control", 68, U32},
    {"df_bin_step", 72, U16},
    {"df_filter_period", 74, U16},
    {"df_decay_period", 76, U16},
    {"df_reduction_factor", 78, U16},
    {"df_last_update_timestamp", 80, U64},
    {"df_bin_step_u128", 88, U128},
    {"df_sqrt_price_reference", 104, U128},
    {"df_volatility_accumulator", 120, U128},
    {"df_volatility_reference", 136, U128},
    {"init_sqrt_price", 152, U128},
    {"token_a_mint", 168, Key},
    {"token_b_mint", 200, Key},
    {"token_a_vault", 232, Key},
    {"token_b_vault", 264, Key},
    {"whitelisted_vault", 296, Key},
    {"liquidity", 360, U128},
    {"protocol_a_fee", 392, U64},
    {"protocol_b_fee", 400, U64},
    {"dead_liquidity_fee_checkpoint", 408, U64},
    {"sqrt_min_price", 424, U128},
    {"sqrt_max_price", 440, U128},
    {"sqrt_price", 456, U128},
    {"activation_point", 472, U64},
    {"activation_type", 480, U8},
    {"pool_status", 481, U8},
    {"token_a_flag", 482, U8},
    {"token_b_flag", 483, U8},
    {"collect_fee_mode", 484, U8},
    {"pool_type", 485, U8},
    {"fee_version", 486, U8},
    {"permanent_lock_liquidity", 552, U128},
    {"creator", 648, Key},
    {"token_a_amount", 680, U64},
    {"token_b_amount", 688, U64},
    {"layout_version", 696, U8},
};

}  // namespace

std::span<const FieldLayout> meteora_damm_v2_pool_layout() { return kPool; }

}  // namespace sniperforge::dex
