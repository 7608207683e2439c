// SPDX-License-Identifier: MIT
// Orca Whirlpool's accounts, amm-orca section 1.
#include "dex/account_layouts.hpp"

namespace sniperforge::dex {
namespace {

using enum FieldType;

constexpr FieldLayout kWhirlpool[] = {
    {"whirlpools_config", 8, Key},
    {"whirlpool_bump", 40, U8},
    {"tick_spacing", 41, U16},
    {"fee_tier_index_seed", 43, Hex2},
    {"fee_rate", 45, U16},
    {"protocol_fee_rate", 47, U16},
    {"liquidity", 49, U128},
    {"sqrt_price", 65, U128},
    {"tick_current_index", 81, I32},
    {"protocol_fee_owed_a", 85, U64},
    {"protocol_fee_owed_b", 93, U64},
    {"token_mint_a", 101, Key},
    {"token_vault_a", 133, Key},
    {"fee_growth_global_a", 165, U128},
    {"token_mint_b", 181, Key},
    {"token_vault_b", 213, Key},
    {"fee_growth_global_b", 245, U128},
    {"reward_last_updated_timestamp", 261, U64},
};

constexpr FieldLayout kWhirlpoolOracle[] = {
    {"whirlpool", 8, Key},
    {"trade_enable_timestamp", 40, U64},
    {"filter_period", 48, U16},
    {"decay_period", 50, U16},
    {"reduction_factor", 52, U16},
    {"adaptive_fee_control_factor", 54, U32},
    {"max_volatility_accumulator", 58, U32},
    {"tick_group_size", 62, U16},
    {"major_swap_threshold_ticks", 64, U16},
    {"last_reference_update_timestamp", 82, U64},
    {"last_major_swap_timestamp", 90, U64},
    {"volatility_reference", 98, U32},
    {"tick_group_index_reference", 102, I32},
    {"volatility_accumulator", 106, U32},
};

}  // namespace

std::span<const FieldLayout> whirlpool_layout() { return kWhirlpool; }
std::span<const FieldLayout> whirlpool_oracle_layout() { return kWhirlpoolOracle; }

}  // namespace sniperforge::dex
