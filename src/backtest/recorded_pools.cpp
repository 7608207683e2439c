// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/recorded_pools.hpp"

#include <memory>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::backtest {
namespace {

constexpr std::uint8_t kCoinDecimals = 6, kSolDecimals = 9;

// One tier: the same rates at every market cap.
[[nodiscard]] std::shared_ptr<const dex::PumpFeeTiers> one_tier(const dex::PumpFees& fees) {
    return std::make_shared<const dex::PumpFeeTiers>(dex::PumpFeeTiers{{0, fees}});
}

}  // namespace

Pubkey key_beside(const Pubkey& key, std::uint8_t part) {
    Pubkey beside = key;
    beside.bytes[0] = static_cast<std::uint8_t>(beside.bytes[0] ^ 0xa5U);
    beside.bytes[1] = static_cast<std::uint8_t>(beside.bytes[1] + part);
    return beside;
}

dex::Pool recorded_curve(const Pubkey& mint, std::uint16_t protocol_fee,
                         std::uint16_t creator_fee) {
    dex::PumpCurvePool pool;
    pool.id = key_beside(mint, 1);
    pool.mint_a = mint;
    pool.mint_b = solana::kWrappedSolMint;
    pool.program_a = pool.program_b = solana::kTokenProgram;
    pool.decimals_a = kCoinDecimals;
    pool.decimals_b = kSolDecimals;
    pool.vault_a = key_beside(mint, 2);
    pool.vault_b = key_beside(mint, 3);
    pool.virtual_a = kCurveVirtualTokens;
    pool.virtual_b = kCurveVirtualSol;
    pool.real_a = kCurveRealTokens;
    pool.supply = dex::kPumpCoinSupply;
    pool.creator = key_beside(mint, 4);
    pool.has_global = pool.has_fee_config = true;
    pool.fee_tiers = one_tier({0, protocol_fee, creator_fee});
    return {pool};
}

dex::Pool recorded_pump_swap(const Pubkey& mint, TokenAmount tokens, Lamports sol,
                             const dex::PumpFees& fees) {
    dex::PumpSwapPool pool;
    pool.id = key_beside(mint, 1);
    pool.mint_a = mint;
    pool.mint_b = solana::kWrappedSolMint;
    pool.vault_a = key_beside(mint, 2);
    pool.vault_b = key_beside(mint, 3);
    pool.creator = pool.coin_creator = key_beside(mint, 4);
    pool.program_a = pool.program_b = solana::kTokenProgram;
    pool.decimals_a = kCoinDecimals;
    pool.decimals_b = kSolDecimals;
    pool.has_vault_a = pool.has_vault_b = pool.has_supply = true;
    pool.has_global = pool.has_fee_config = true;
    pool.vault_amount_a = tokens.raw();
    pool.vault_amount_b = sol.raw();
    pool.supply = dex::kPumpCoinSupply;
    pool.fee_tiers = one_tier(fees);
    return {pool};
}

dex::Pool recorded_amm(const Pubkey& id, const Pubkey& mint_a, const Pubkey& mint_b, TokenAmount a,
                       TokenAmount b) {
    dex::RaydiumAmmV4Pool pool;
    pool.id = id;
    pool.mint_a = mint_a;
    pool.mint_b = mint_b;
    pool.vault_a = key_beside(id, 2);
    pool.vault_b = key_beside(id, 3);
    const auto decimals = [](const Pubkey& mint) {
        return mint == solana::kWrappedSolMint ? kSolDecimals : kCoinDecimals;
    };
    pool.decimals_a = decimals(mint_a);
    pool.decimals_b = decimals(mint_b);
    pool.status = dex::kAmmV4StatusSwapOnly;
    pool.vault_amount_a = a.raw();
    pool.vault_amount_b = b.raw();
    pool.has_vault_a = pool.has_vault_b = true;
    return {pool};
}

PriceReserves price_reserves(const dex::Pool& pool) {
    if (const auto* curve = std::get_if<dex::PumpCurvePool>(&pool.state)) {
        return {curve->virtual_a, curve->virtual_b};
    }
    const dex::PoolReserves reserves = dex::reserves(pool);
    return {reserves.a.raw(), reserves.b.raw()};
}

}  // namespace sniperforge::backtest
