// SPDX-License-Identifier: MIT
#include "dex/account_layouts.hpp"

namespace sniperforge::dex {
namespace {

using enum FieldType;

constexpr FieldLayout kAmmV4Pool[] = {
    {"status", 0, U64},
    {"nonce", 8, U64},
    {"order_num", 16, U64},
    {"depth", 24, U64},
    {"coin_decimals", 32, U64},
    {"pc_decimals", 40, U64},
    {"state", 48, U64},
    {"reset_flag", 56, U64},
    {"min_size", 64, U64},
    {"vol_max_cut_ratio", 72, U64},
    {"amount_wave", 80, U64},
    {"coin_lot_size", 88, U64},
    {"pc_lot_size", 96, U64},
    {"min_price_multiplier", 104, U64},
    {"max_price_multiplier", 112, U64},
    {"sys_decimal_value", 120, U64},
    {"min_separate_numerator", 128, U64},
    {"min_separate_denominator", 136, U64},
    {"trade_fee_numerator", 144, U64},
    {"trade_fee_denominator", 152, U64},
    {"pnl_numerator", 160, U64},
    {"pnl_denominator", 168, U64},
    {"swap_fee_numerator", 176, U64},
    {"swap_fee_denominator", 184, U64},
    {"need_take_pnl_coin", 192, U64},
    {"need_take_pnl_pc", 200, U64},
    {"total_pnl_pc", 208, U64},
    {"total_pnl_coin", 216, U64},
    {"pool_open_time", 224, U64},
    {"orderbook_to_init_time", 248, U64},
    {"swap_coin_in_amount", 256, U128},
    {"swap_pc_out_amount", 272, U128},
    {"swap_acc_pc_fee", 288, U64},
    {"swap_pc_in_amount", 296, U128},
    {"swap_coin_out_amount", 312, U128},
    {"swap_acc_coin_fee", 328, U64},
    {"coin_vault", 336, Key},
    {"pc_vault", 368, Key},
    {"coin_vault_mint", 400, Key},
    {"pc_vault_mint", 432, Key},
    {"lp_mint", 464, Key},
    {"open_orders", 496, Key},
    {"market", 528, Key},
    {"market_program", 560, Key},
    {"target_orders", 592, Key},
    {"amm_owner", 688, Key},
    {"lp_amount", 720, U64},
    {"client_order_id", 728, U64},
    {"recent_epoch", 736, U64},
};

constexpr FieldLayout kCpmmPool[] = {
    {"amm_config", 8, Key},
    {"pool_creator", 40, Key},
    {"token_0_vault", 72, Key},
    {"token_1_vault", 104, Key},
    {"lp_mint", 136, Key},
    {"token_0_mint", 168, Key},
    {"token_1_mint", 200, Key},
    {"token_0_program", 232, Key},
    {"token_1_program", 264, Key},
    {"observation_key", 296, Key},
    {"auth_bump", 328, U8},
    {"status", 329, U8},
    {"lp_mint_decimals", 330, U8},
    {"mint_0_decimals", 331, U8},
    {"mint_1_decimals", 332, U8},
    {"lp_supply", 333, U64},
    {"protocol_fees_token_0", 341, U64},
    {"protocol_fees_token_1", 349, U64},
    {"fund_fees_token_0", 357, U64},
    {"fund_fees_token_1", 365, U64},
    {"open_time", 373, U64},
    {"recent_epoch", 381, U64},
    {"creator_fee_on", 389, U8},
    {"enable_creator_fee", 390, Bool},
    {"creator_fees_token_0", 397, U64},
    {"creator_fees_token_1", 405, U64},
};

constexpr FieldLayout kCpmmConfig[] = {
    {"bump", 8, U8},
    {"disable_create_pool", 9, Bool},
    {"index", 10, U16},
    {"trade_fee_rate", 12, U64},
    {"protocol_fee_rate", 20, U64},
    {"fund_fee_rate", 28, U64},
    {"create_pool_fee", 36, U64},
    {"protocol_owner", 44, Key},
    {"fund_owner", 76, Key},
    {"creator_fee_rate", 108, U64},
};

constexpr FieldLayout kCpmmObservation[] = {
    {"initialized", 8, Bool},
    {"observation_index", 9, U16},
    {"pool_id", 11, Key},
};

constexpr FieldLayout kTokenAccount[] = {
    {"mint", 0, Key},
    {"owner", 32, Key},
    {"amount", 64, U64},
    {"delegate_tag", 72, U32},
    {"delegate", 76, Key},
    {"state", 108, U8},
    {"is_native_tag", 109, U32},
    {"is_native_amount", 113, U64},
    {"delegated_amount", 121, U64},
    {"close_authority_tag", 129, U32},
    {"close_authority", 133, Key},
};

constexpr FieldLayout kMint[] = {
    {"mint_authority_tag", 0, U32}, {"mint_authority", 4, Key},   {"supply", 36, U64},
    {"decimals", 44, U8},           {"is_initialized", 45, Bool}, {"freeze_authority_tag", 46, U32},
    {"freeze_authority", 50, Key},
};

constexpr FieldLayout kLookupTable[] = {
    {"type", 0, U32},
    {"deactivation_slot", 4, U64},
    {"last_extended_slot", 12, U64},
    {"last_extended_slot_start_index", 20, U8},
    {"authority_tag", 21, U8},
    {"authority", 22, Key},
};

constexpr FieldLayout kNonce[] = {
    {"version", 0, U32},
    {"state", 4, U32},
    {"authority", 8, Key},
    {"nonce_blockhash", 40, Key},
    {"lamports_per_signature", 72, U64},
};

}  // namespace

std::span<const FieldLayout> amm_v4_pool_layout() { return kAmmV4Pool; }
std::span<const FieldLayout> cpmm_pool_layout() { return kCpmmPool; }
std::span<const FieldLayout> cpmm_config_layout() { return kCpmmConfig; }
std::span<const FieldLayout> cpmm_observation_layout() { return kCpmmObservation; }
std::span<const FieldLayout> token_account_layout() { return kTokenAccount; }
std::span<const FieldLayout> mint_layout() { return kMint; }
std::span<const FieldLayout> lookup_table_layout() { return kLookupTable; }
std::span<const FieldLayout> nonce_layout() { return kNonce; }

}  // namespace sniperforge::dex
