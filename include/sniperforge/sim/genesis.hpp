// SPDX-License-Identifier: MIT
// What genesis puts on the simulated chain: mints, token accounts, fee configs and pools, in the
// exact layouts of the real programs and at the addresses that they derive. Accounts are rent
// exempt.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {

struct MintOptions {
    std::uint8_t decimals = 6;
    std::optional<Pubkey> mint_authority = std::nullopt;
    std::optional<Pubkey> freeze_authority = std::nullopt;
    TokenAmount supply{};  // As the mint account states it; token accounts do not change it.
    Pubkey program = solana::kTokenProgram;
};
void create_mint(Chain& chain, const Pubkey& mint, const MintOptions& options);
// The wrapped SOL mint at its address, 9 decimals, no authorities.
void create_wrapped_sol_mint(Chain& chain);

// A wallet with this balance; an existing one is overwritten.
void create_wallet(Chain& chain, const Pubkey& wallet, Lamports balance);

// The associated token account of `owner`, holding `amount`; returns its address. The mint must
// exist. Wrapped SOL is backed by lamports on top of the rent.
Pubkey create_token_account(Chain& chain, const Pubkey& owner, const Pubkey& mint,
                            TokenAmount amount);

// Rates are parts per million. Defaults: the common mainnet config, index 0.
struct CpmmConfigOptions {
    std::uint16_t index = 0;
    std::uint64_t trade_fee_rate = 2'500, protocol_fee_rate = 120'000, fund_fee_rate = 40'000;
    std::uint64_t create_pool_fee = 0;  // Lamports.
    std::uint64_t creator_fee_rate = 0;
    Pubkey protocol_owner{}, fund_owner{};
};
// 236 bytes at the PDA of ["amm_config", index]; returns the address.
Pubkey create_cpmm_config(Chain& chain, const CpmmConfigOptions& options);

// Token 0 has the smaller mint, as the program requires.
struct CpmmPoolAddresses {
    Pubkey pool, amm_config, authority, mint_0, mint_1, vault_0, vault_1, lp_mint, observation;
    Pubkey program_0, program_1;  // Token programs of the two mints.
};
struct CpmmPoolOptions {
    Pubkey amm_config;
    Pubkey mint_a, mint_b;  // In any order; the amounts follow their mints.
    TokenAmount amount_a, amount_b;
    Pubkey creator{};
    std::int64_t open_time = 0;  // Unix seconds.
    std::uint8_t creator_fee_on = 0;
    bool is_creator_fee_enabled = false;
};
// The addresses that the program derives for a pool of this config and these mints. The mints must
// exist (their owners are the token programs).
[[nodiscard]] CpmmPoolAddresses cpmm_pool_addresses(const Chain& chain, const Pubkey& amm_config,
                                                    const Pubkey& mint_a, const Pubkey& mint_b);
CpmmPoolAddresses create_cpmm_pool(Chain& chain, const CpmmPoolOptions& options);

struct AmmV4PoolAddresses {
    Pubkey pool, authority, coin_mint, pc_mint, coin_vault, pc_vault, lp_mint;
    Pubkey open_orders, target_orders, market, market_program;
};
struct AmmV4PoolOptions {
    Pubkey market;  // Any key of its own: the pool's addresses are derived from it.
    Pubkey coin_mint, pc_mint;
    TokenAmount coin_amount, pc_amount;
    std::int64_t open_time = 0;  // Unix seconds.
    std::uint64_t status = 6;    // Swap only.
    std::uint64_t swap_fee_numerator = 25, swap_fee_denominator = 10'000;
    // Profit that the pool owes its owner: in the vaults, but not part of the reserves.
    TokenAmount need_take_pnl_coin{}, need_take_pnl_pc{};
};
AmmV4PoolAddresses create_amm_v4_pool(Chain& chain, const AmmV4PoolOptions& options);

}  // namespace sniperforge::sim
