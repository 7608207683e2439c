// SPDX-License-Identifier: MIT
// Fields of the accounts of pump's programs. Source: amm-pump sections 1 and 6 and the vendor's
// IDLs (pump-sdk 2.0.0; pump-public-docs 2293f9a for what follows is_holder_reward). Keys in arrays
// are not in the tables: describe_pump.cpp lists them.
#include "dex/account_layouts.hpp"

namespace sniperforge::dex {
namespace {

using enum FieldType;

constexpr FieldLayout kCurve[] = {
    {"virtual_token_reserves", 8, U64},
    {"virtual_quote_reserves", 16, U64},
    {"real_token_reserves", 24, U64},
    {"real_quote_reserves", 32, U64},
    {"token_total_supply", 40, U64},
    {"complete", 48, Bool},
    {"creator", 49, Key},
    {"is_mayhem_mode", 81, Bool},
    {"is_cashback_coin", 82, Bool},
    {"quote_mint", 83, Key},
    {"creator_fee_bps", 115, U64},
    {"can_edit_creator_fee", 123, Bool},
    {"is_holder_reward", 124, Bool},
    {"creator_fee", 125, U64},
    {"protocol_fees", 133, U64},
    {"depth", 141, U8},
    {"initial_virtual_quote_reserves", 142, U64},
    {"post_complete_base_out", 150, U64},
    {"post_complete_quote_in", 158, U64},
};

constexpr FieldLayout kGlobal[] = {
    {"initialized", 8, Bool},
    {"authority", 9, Key},
    {"fee_recipient", 41, Key},
    {"initial_virtual_token_reserves", 73, U64},
    {"initial_virtual_sol_reserves", 81, U64},
    {"initial_real_token_reserves", 89, U64},
    {"token_total_supply", 97, U64},
    {"fee_basis_points", 105, U64},
    {"withdraw_authority", 113, Key},
    {"enable_migrate", 145, Bool},
    {"pool_migration_fee", 146, U64},
    {"creator_fee_basis_points", 154, U64},
    {"set_creator_authority", 386, Key},
    {"admin_set_creator_authority", 418, Key},
    {"create_v2_enabled", 450, Bool},
    {"whitelist_pda", 451, Key},
    {"reserved_fee_recipient", 483, Key},
    {"mayhem_mode_enabled", 515, Bool},
    {"is_cashback_enabled", 740, Bool},
    {"buyback_basis_points", 997, U64},
    {"initial_virtual_quote_reserves", 1005, U64},
    {"creator_fee_configurable", 1045, Bool},
    {"max_configurable_creator_fee_bps", 1046, U64},
    {"holder_reward_claim_authority", 1054, Key},
    {"is_holder_reward_enabled", 1086, Bool},
};

constexpr FieldLayout kSwapPool[] = {
    {"pool_bump", 8, U8},
    {"index", 9, U16},
    {"creator", 11, Key},
    {"base_mint", 43, Key},
    {"quote_mint", 75, Key},
    {"lp_mint", 107, Key},
    {"pool_base_token_account", 139, Key},
    {"pool_quote_token_account", 171, Key},
    {"lp_supply", 203, U64},
    {"coin_creator", 211, Key},
    {"is_mayhem_mode", 243, Bool},
    {"is_cashback_coin", 244, Bool},
    {"virtual_quote_reserves", 245, I128},
    {"creator_fee_bps", 261, U64},
    {"can_edit_creator_fee", 269, Bool},
    {"is_holder_reward", 270, Bool},
    {"protocol_fees", 271, U64},
    {"creator_fees", 279, U64},
};

constexpr FieldLayout kSwapGlobal[] = {
    {"admin", 8, Key},
    {"lp_fee_basis_points", 40, U64},
    {"protocol_fee_basis_points", 48, U64},
    {"disable_flags", 56, U8},
    {"coin_creator_fee_basis_points", 313, U64},
    {"admin_set_coin_creator_authority", 321, Key},
    {"whitelist_pda", 353, Key},
    {"reserved_fee_recipient", 385, Key},
    {"mayhem_mode_enabled", 417, Bool},
    {"is_cashback_enabled", 642, Bool},
    {"buyback_basis_points", 899, U64},
    {"boost_authority", 907, Key},
    {"boost_enabled", 939, Bool},
    {"creator_fee_configurable", 940, Bool},
    {"max_configurable_creator_fee_bps", 941, U64},
};

}  // namespace

std::span<const FieldLayout> pump_curve_layout() { return kCurve; }
std::span<const FieldLayout> pump_global_layout() { return kGlobal; }
std::span<const FieldLayout> pump_swap_pool_layout() { return kSwapPool; }
std::span<const FieldLayout> pump_swap_global_layout() { return kSwapGlobal; }

}  // namespace sniperforge::dex
