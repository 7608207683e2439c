// SPDX-License-Identifier: MIT
#include "sim/market_launches.hpp"

#include <algorithm>

#include "sim/derived.hpp"
#include "sim/metaplex_account.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::sim {

namespace {

constexpr std::uint8_t kDecimals = 6;
constexpr std::uint64_t kSupply = 1'000'000'000'000'000;  // 1e9 tokens, the usual launch.
constexpr Lamports kCreatorLamports{5 * kLamportsPerSol};

Pubkey token_account(const Pubkey& wallet, const Pubkey& mint) {
    return derived_token_address(wallet, mint, solana::kTokenProgram);
}

}  // namespace

PoolLaunches::PoolLaunches(Chain& chain, const Scenario& scenario, const Rng& rng, Traders& traders,
                           ClusterStatistics& statistics)
    : LaunchBook{chain, scenario, rng, traders, statistics} {}

void PoolLaunches::begin() {
    CpmmConfigOptions options;
    options.trade_fee_rate = scenario_.cpmm_fee_ppm;
    amm_config_ = create_cpmm_config(chain_, options);
}

bool PoolLaunches::put_on_chain(PoolLaunch& launch, double seed_sol) {
    const std::uint64_t seed = to_amount(seed_sol * static_cast<double>(kLamportsPerSol));
    const double kept = scenario_.launch_creator_share_max * rng_.uniform();
    const std::uint64_t pooled = to_amount(static_cast<double>(kSupply) * (1.0 - kept));
    MintOptions mint;
    mint.decimals = kDecimals;
    mint.supply = TokenAmount{kSupply};
    if (rng_.chance(scenario_.launch_mint_authority_kept_probability)) {
        mint.mint_authority = launch.creator;
    }
    if (rng_.chance(scenario_.launch_freeze_authority_kept_probability)) {
        mint.freeze_authority = launch.creator;
    }
    create_mint(chain_, launch.mint, mint);
    const std::string& symbol = draw_name(launch.mint);
    create_metaplex_account(chain_, {.mint = launch.mint,
                                     .update_authority = launch.creator,
                                     .name = symbol,
                                     .symbol = symbol,
                                     .uri = "https://example.com/" + symbol});
    if (!fund_creator(launch, kCreatorLamports)) {
        return false;
    }
    const Pubkey token =
        create_token_account(chain_, launch.creator, launch.mint, TokenAmount{kSupply});
    const Pubkey sol =
        create_token_account(chain_, launch.creator, solana::kWrappedSolMint, TokenAmount{seed});
    launch.pool = cpmm_pool_addresses(chain_, amm_config_, launch.mint, solana::kWrappedSolMint);
    const bool is_token_0 = launch.pool.mint_0 == launch.mint;
    const auto open_time = static_cast<std::uint64_t>(chain_.slot_time().seconds() + 1);
    const CpmmInitialize options{
        .creator = launch.creator,
        .creator_token_0 = is_token_0 ? token : sol,
        .creator_token_1 = is_token_0 ? sol : token,
        .create_pool_fee = token_account(traders_.arbitrageur(), solana::kWrappedSolMint),
        .amount_0 = is_token_0 ? pooled : seed,
        .amount_1 = is_token_0 ? seed : pooled,
        .open_time = open_time};
    if (!chain_.execute_unsigned(launch.creator, {cpmm_initialize(launch.pool, options)})) {
        return false;
    }
    launch.launch_price = static_cast<double>(seed) / static_cast<double>(pooled);
    if (launch.is_lp_burned) {
        const std::uint64_t lp = traders_.balance(launch.creator, launch.pool.lp_mint);
        const auto burned = chain_.execute_unsigned(
            launch.creator,
            {solana::token_burn({.source = token_account(launch.creator, launch.pool.lp_mint),
                                 .mint = launch.pool.lp_mint,
                                 .owner = launch.creator,
                                 .amount = TokenAmount{lp}})});
        launch.is_lp_burned = burned.has_value();
    }
    if (launch.has_buyers) {
        open_buyers(launch);
    }
    return true;
}

void PoolLaunches::trade(PoolLaunch& launch) {
    const auto pool = read_pool(chain_, launch.pool.pool);
    if (!pool) {
        return;
    }
    const bool is_token_a = pool->mint_a == launch.mint;
    const double price = is_token_a ? pool->price() : 1.0 / pool->price();
    const LaunchTrade drawn = draw_trade(rng_, launch, price);
    const double target = drawn.is_buy ? price * (1.0 + drawn.step) : price / (1.0 + drawn.step);
    const PriceMove move = move_to(*pool, is_token_a ? target : 1.0 / target);
    const Pubkey& wallet = launch.buyers[rng_.below(launch.buyers.size())];
    const std::uint64_t held = drawn.is_buy ? kU64Max : traders_.balance(wallet, launch.mint);
    traders_.swap(wallet, *pool, move.is_a_to_b, std::min(move.amount_in, held));
}

void PoolLaunches::sell_off(PoolLaunch& launch, double part) {
    for (const Pubkey& wallet : launch.buyers) {
        const auto pool = read_pool(chain_, launch.pool.pool);
        if (!pool) {
            return;
        }
        const double held = static_cast<double>(traders_.balance(wallet, launch.mint));
        traders_.swap(wallet, *pool, pool->mint_a == launch.mint, to_amount(held * part));
    }
}

void PoolLaunches::rug(PoolLaunch& launch) {
    launch.is_over = true;
    const auto pool = read_pool(chain_, launch.pool.pool);
    if (!pool) {
        return;
    }
    const std::uint64_t tokens = traders_.balance(launch.creator, launch.mint);
    traders_.swap(launch.creator, *pool, pool->mint_a == launch.mint, tokens);
    if (!launch.is_lp_burned) {
        const CpmmWithdraw options{
            .owner = launch.creator,
            .owner_lp_token = token_account(launch.creator, launch.pool.lp_mint),
            .token_0_account = token_account(launch.creator, launch.pool.mint_0),
            .token_1_account = token_account(launch.creator, launch.pool.mint_1),
            .lp_amount = traders_.balance(launch.creator, launch.pool.lp_mint)};
        // A refusal leaves the dump above, which is a rug of its own.
        static_cast<void>(
            chain_.execute_unsigned(launch.creator, {cpmm_withdraw(launch.pool, options)}));
    }
    sell_off(launch, 0.9);
    ++statistics_.rugs;
}

bool PoolLaunches::is_held(const PoolLaunch& launch) const {
    return is_held_outside(chain_, launch, solana::kTokenProgram, {launch.pool.authority});
}

void PoolLaunches::erase(const PoolLaunch& launch) {
    const CpmmPoolAddresses& pool = launch.pool;
    for (const Pubkey& key : {launch.mint, metaplex_account_address(launch.mint), launch.creator,
                              launch.funder, token_account(launch.creator, launch.mint),
                              token_account(launch.creator, solana::kWrappedSolMint),
                              token_account(launch.creator, pool.lp_mint), pool.pool, pool.vault_0,
                              pool.vault_1, pool.lp_mint, pool.observation}) {
        chain_.erase_account(key);
    }
    for (const Pubkey& buyer : launch.buyers) {
        chain_.erase_account(token_account(buyer, launch.mint));
    }
}

}  // namespace sniperforge::sim
