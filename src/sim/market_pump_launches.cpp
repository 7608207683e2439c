// SPDX-License-Identifier: MIT
#include "sim/market_pump_launches.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/derived.hpp"
#include "sim/program_pump.hpp"
#include "sim/program_pumpswap_layout.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"

namespace sniperforge::sim {

namespace {

constexpr double kLamports = static_cast<double>(kLamportsPerSol);
// For rent and fees, and what a wallet that runs dry is given on top of what it needs.
constexpr double kSpareLamports = 5 * kLamports;
// Recorded in every curve trade: 95 and 30 basis points.
constexpr double kCurveFee = 0.0125;
// "collapse" block: .05 a minute, but .26 late on the curve.
constexpr double kLateHazardFactor = 0.26 / 0.05;
// A curve completes at 85 SOL ("curve" block); late is its second half.
constexpr std::uint64_t kLateLamports = 42'500'000'000;
constexpr ComputeUnits kMigrationUnits{600'000};

Pubkey token_account(const Pubkey& wallet, const Pubkey& mint) {
    return derived_token_address(wallet, mint, solana::kToken2022Program);
}
Pubkey sol_account(const Pubkey& wallet) {
    return derived_token_address(wallet, solana::kWrappedSolMint, solana::kTokenProgram);
}

}  // namespace

PumpLaunches::PumpLaunches(Chain& chain, const Scenario& scenario, const Rng& rng, Traders& traders,
                           ClusterStatistics& statistics)
    : LaunchBook{chain, scenario, rng, traders, statistics} {}

void PumpLaunches::begin() { create_pump(chain_, {}); }

void PumpLaunches::fund(const Pubkey& wallet, double lamports) {
    const Account* account = chain_.account(wallet);
    const double owned = account == nullptr ? 0 : static_cast<double>(account->lamports.raw());
    if (owned < lamports + kSpareLamports) {
        chain_.add_lamports(wallet, Lamports{to_amount(lamports + 2 * kSpareLamports)});
    }
}

std::uint64_t PumpLaunches::held(const PumpLaunch& launch, const Pubkey& wallet) const {
    return token_balance(chain_, token_account(wallet, launch.mint)).value_or(0);
}

// The seed is what is bought in the first slot: by the creator, and by those who watch for
// launches.
bool PumpLaunches::put_on_chain(PumpLaunch& launch, double seed_sol) {
    launch.curve = pump_curve(launch.mint, solana::kToken2022Program, launch.creator);
    const double own_sol = seed_sol * scenario_.launch_creator_share_max * rng_.uniform();
    if (!fund_creator(launch, Lamports{to_amount(own_sol * kLamports + 2 * kSpareLamports)})) {
        return false;
    }
    // A creator's vault opens with his first coin; rent exempt, so that small fees may enter.
    create_wallet(chain_, launch.curve.creator_vault, Lamports{chain_.rent_exempt_minimum(0)});
    const std::string& symbol = draw_name(launch.mint);
    const auto created = chain_.execute_unsigned(
        launch.creator,
        {pump_create({.mint = launch.mint,
                      .user = launch.creator,
                      .creator = launch.creator,
                      .name = symbol,
                      .symbol = symbol,
                      .uri = "https://example.com/" + symbol}),
         solana::associated_token_create_idempotent({.payer = launch.creator,
                                                     .owner = launch.creator,
                                                     .mint = launch.mint,
                                                     .token_program = solana::kToken2022Program}),
         pump_buy_quote(launch.curve,
                        {launch.creator,
                         std::max<std::uint64_t>(to_amount(own_sol * kLamports), 1'000'000), 1})});
    if (!created) {
        return false;
    }
    if (launch.has_buyers) {
        open_buyers(launch);
        for (const Pubkey& buyer : launch.buyers) {
            buy(launch, buyer,
                (seed_sol - own_sol) * kLamports / static_cast<double>(launch.buyers.size()));
        }
    }
    const auto reserves = read(launch);
    launch.launch_price = reserves ? reserves->price() : 0;
    return reserves.has_value();
}

std::optional<PumpLaunches::Reserves> PumpLaunches::read(const PumpLaunch& launch) const {
    Reserves reserves;
    if (launch.is_migrated) {
        const auto vault = [&](const Pubkey& key) {
            return static_cast<double>(token_balance(chain_, key).value_or(0));
        };
        reserves.token = vault(launch.pool.base_vault);
        reserves.quote = vault(launch.pool.quote_vault);
    } else if (const Account* account = chain_.account(launch.curve.curve)) {
        const pump::CurveReserves curve = pump::reserves_of(account->data);
        reserves.token = static_cast<double>(curve.virtual_token);
        reserves.quote = static_cast<double>(curve.virtual_quote);
        reserves.is_late = curve.real_quote > kLateLamports;
        reserves.is_complete = account->data[pump::curve::kComplete] != 0;
    }
    return reserves.token > 0 && reserves.quote > 0 ? std::optional{reserves} : std::nullopt;
}

std::optional<double> PumpLaunches::begin_slot(PumpLaunch& launch) {
    if (launch.is_migrated && chain_.account(launch.pool.pool) == nullptr) {
        launch.pool = {};
        launch.is_migrated = false;  // Its migration was on a branch that died: done again.
    }
    const auto reserves = read(launch);
    if (!reserves) {
        launch.is_over = true;
        return std::nullopt;
    }
    if (reserves->is_complete) {
        migrate(launch);
        return std::nullopt;
    }
    return reserves->is_late ? kLateHazardFactor : 1.0;
}

void PumpLaunches::migrate(PumpLaunch& launch) {
    PumpPool pool = pump_canonical_pool(chain_, launch.mint);
    pool.coin_creator = launch.creator;
    const Pubkey& payer = traders_.arbitrageur();
    const Pubkey vault_owner = pumpswap::creator_vault_authority(launch.creator);
    const auto done = chain_.execute_unsigned(
        payer, {solana::set_compute_unit_limit(kMigrationUnits), pump_migrate(pool, payer),
                solana::associated_token_create_idempotent(
                    {.payer = payer, .owner = vault_owner, .mint = solana::kWrappedSolMint})});
    if (!done) {
        launch.is_over = true;
        return;
    }
    launch.pool = pool;
    launch.is_migrated = true;
    ++statistics_.migrations;
}

void PumpLaunches::trade(PumpLaunch& launch) {
    const auto reserves = read(launch);
    if (!reserves || reserves->is_complete) {
        return;  // An earlier purchase of this slot completed the curve.
    }
    const LaunchTrade drawn = draw_trade(rng_, launch, reserves->price());
    const double root = std::sqrt(1.0 + drawn.step);
    const Pubkey& wallet = launch.buyers[rng_.below(launch.buyers.size())];
    // x·y = k: the price grows with the square of what one side grows by.
    if (drawn.is_buy) {
        buy(launch, wallet, reserves->quote * (root - 1.0) * (1.0 + kCurveFee));
        return;
    }
    sell(launch, wallet, std::min(to_amount(reserves->token * (root - 1.0)), held(launch, wallet)));
}

void PumpLaunches::buy(const PumpLaunch& launch, const Pubkey& wallet, double lamports) {
    const std::uint64_t amount = to_amount(lamports);
    if (amount == 0) {
        return;
    }
    fund(wallet, lamports);
    const auto done = chain_.execute_unsigned(
        wallet, {launch.is_migrated ? pumpswap_buy_quote(launch.pool, {wallet, amount, 1})
                                    : pump_buy_quote(launch.curve, {wallet, amount, 1})});
    statistics_.market_trades += done.has_value() ? 1 : 0;
}

void PumpLaunches::sell(const PumpLaunch& launch, const Pubkey& wallet, std::uint64_t tokens) {
    if (tokens == 0) {
        return;
    }
    const auto done = chain_.execute_unsigned(
        wallet, {launch.is_migrated ? pumpswap_sell(launch.pool, {wallet, tokens, 0})
                                    : pump_sell(launch.curve, {wallet, tokens, 0})});
    statistics_.market_trades += done.has_value() ? 1 : 0;
}

void PumpLaunches::sell_off(PumpLaunch& launch, double part) {
    for (const Pubkey& wallet : launch.buyers) {
        sell(launch, wallet, to_amount(static_cast<double>(held(launch, wallet)) * part));
    }
}

// There is no liquidity that a creator could take: he sells what he has.
void PumpLaunches::rug(PumpLaunch& launch) {
    launch.is_over = true;
    if (launch.is_migrated) {
        create_token_account(chain_, launch.creator, solana::kWrappedSolMint, TokenAmount{});
    }
    sell(launch, launch.creator, held(launch, launch.creator));
    sell_off(launch, 0.9);
    ++statistics_.rugs;
}

bool PumpLaunches::is_held(const PumpLaunch& launch) const {
    return is_held_outside(chain_, launch, solana::kToken2022Program,
                           {launch.curve.curve, launch.pool.pool});
}

void PumpLaunches::erase(const PumpLaunch& launch) {
    std::vector<Pubkey> keys{launch.mint,
                             launch.creator,
                             launch.funder,
                             token_account(launch.creator, launch.mint),
                             sol_account(launch.creator),
                             launch.curve.curve,
                             launch.curve.curve_tokens,
                             launch.curve.creator_vault};
    for (const Pubkey& buyer : launch.buyers) {
        keys.push_back(token_account(buyer, launch.mint));
    }
    if (launch.is_migrated) {
        const PumpPool& pool = launch.pool;
        const Pubkey& authority = pool.creator;
        const Pubkey vault = sol_account(pumpswap::creator_vault_authority(launch.creator));
        for (const Pubkey& key : {pool.pool, pool.base_vault, pool.quote_vault, pool.lp_mint, vault,
                                  token_account(authority, pool.lp_mint),
                                  token_account(authority, launch.mint), sol_account(authority)}) {
            keys.push_back(key);
        }
    }
    for (const Pubkey& key : keys) {
        chain_.erase_account(key);
    }
}

}  // namespace sniperforge::sim
