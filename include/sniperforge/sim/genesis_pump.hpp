// SPDX-License-Identifier: MIT
// pump.fun and PumpSwap at genesis: their settings, fee tiers and fee receivers, and curves and
// pools as they would stand after trades. Launches make theirs through create_v2 and migrate.
#pragma once

#include <cstdint>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {

// Fees of a market cap from `lamports` on; rates in basis points.
struct PumpFeeTier {
    u128 lamports = 0;
    std::uint64_t lp_bps = 0, protocol_bps = 0, creator_bps = 0;
};
// The recorded tiers of PumpSwap (2026-07).
[[nodiscard]] std::vector<PumpFeeTier> recorded_swap_tiers();

struct PumpOptions {
    // Recorded: 95 and 30 basis points in every curve trade.
    std::vector<PumpFeeTier> curve_tiers{{0, 0, 95, 30}};
    std::vector<PumpFeeTier> swap_tiers = recorded_swap_tiers();
    std::uint64_t buyback_bps = 5'000;   // Of the protocol's fee.
    Lamports migration_fee{15'000'001};  // What recorded pools lack of their curve's SOL.
    std::uint64_t virtual_token = 1'073'000'000'000'000, virtual_quote = 30'000'000'000,
                  real_token = 793'100'000'000'000, supply = 1'000'000'000'000'000;
};
// Settings of both programs and the fee program, and wallets with wrapped SOL accounts for those
// who receive fees. The wrapped SOL mint must exist.
void create_pump(Chain& chain, const PumpOptions& options);

// The wallets that receive fees, buyback fees and what migrations leave.
[[nodiscard]] const Pubkey& pump_fee_recipient(bool is_mayhem);
[[nodiscard]] const Pubkey& pump_buyback_recipient();
[[nodiscard]] const Pubkey& pump_withdraw_authority();

struct PumpCurve {
    Pubkey mint{}, token_program{}, curve{}, curve_tokens{}, creator{}, creator_vault{};
    bool is_cashback = false, is_mayhem = false;
};
// The addresses of a coin's curve; `creator` as its account states it.
[[nodiscard]] PumpCurve pump_curve(const Pubkey& mint, const Pubkey& token_program,
                                   const Pubkey& creator);

// A curve as an account, with its SOL and its tokens; the mint must exist. Its creator's vault is
// rent exempt.
struct PumpCurveOptions {
    Pubkey mint{}, creator{};
    std::uint64_t virtual_token = 0, virtual_quote = 0, real_token = 0, real_quote = 0;
    std::uint64_t supply = 1'000'000'000'000'000;
    bool is_complete = false, is_cashback = false, is_mayhem = false;
    std::size_t bytes = 151;
};
PumpCurve create_pump_curve(Chain& chain, const PumpCurveOptions& options);

struct PumpPool {
    Pubkey pool{}, creator{}, base_mint{}, quote_mint{}, lp_mint{}, base_vault{}, quote_vault{};
    Pubkey coin_creator{}, base_program{}, quote_program{};
    std::uint16_t index = 0;
    bool is_cashback = false, is_mayhem = false;
};
// The addresses of the pool of these mints; the mints must exist.
struct PumpPoolName {
    Pubkey creator, base_mint, quote_mint = solana::kWrappedSolMint;
    std::uint16_t index = 0;
};
[[nodiscard]] PumpPool pump_pool(const Chain& chain, const PumpPoolName& name);
// The pool that migration makes of the mint's curve.
[[nodiscard]] PumpPool pump_canonical_pool(const Chain& chain, const Pubkey& mint);

struct PumpPoolOptions {
    PumpPoolName name;
    TokenAmount base, quote;
    Pubkey coin_creator{};
    std::int64_t virtual_quote = 0;
    bool is_cashback = false, is_mayhem = false;
};
// A pool with its vaults, and its coin creator's vault of quote tokens.
PumpPool create_pump_pool(Chain& chain, const PumpPoolOptions& options);

}  // namespace sniperforge::sim
