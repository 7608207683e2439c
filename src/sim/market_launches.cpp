// SPDX-License-Identifier: MIT
#include "sim/market_launches.hpp"

#include <algorithm>
#include <cmath>

#include "sim/market.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::sim {

namespace {

constexpr double kMinutesPerDay = 1'440;
constexpr std::uint8_t kDecimals = 6;
constexpr std::uint64_t kSupply = 1'000'000'000'000'000;  // 1e9 tokens, the usual launch.
constexpr std::size_t kBuyers = 3;
constexpr std::uint32_t kLaunchesPerSlotMax = 4;
constexpr Lamports kCreatorLamports{5 * kLamportsPerSol};
constexpr std::uint64_t kRetireEverySlots = 16;

}  // namespace

Launches::Launches(Chain& chain, const Scenario& scenario, const Rng& rng, Traders& traders,
                   ClusterStatistics& statistics)
    : chain_{chain}, scenario_{scenario}, rng_{rng}, traders_{traders}, statistics_{statistics} {}

void Launches::begin() {
    CpmmConfigOptions options;
    options.trade_fee_rate = scenario_.cpmm_fee_ppm;
    amm_config_ = create_cpmm_config(chain_, options);
}

Pubkey Launches::token_account(const Pubkey& wallet, const Pubkey& mint) const {
    return solana::associated_token_address(wallet, mint, solana::kTokenProgram);
}

void Launches::advance(double minutes) {
    for (Launch& launch : launches_) {
        launch.age_minutes += minutes;
    }
}

void Launches::run_slot(double minutes) {
    for (Launch& launch : launches_) {
        if (!launch.is_over) {
            run(launch, minutes);
        }
    }
    const double mean = scenario_.launches_per_day / kMinutesPerDay * minutes;
    for (auto n = poisson(rng_, mean, kLaunchesPerSlotMax); n > 0; --n) {
        create();
    }
    if (++slots_ % kRetireEverySlots == 0) {
        retire();
    }
}

void Launches::create() {
    if (launches_.size() >= scenario_.launch_pools_max) {
        return;  // retire() makes room; what is still held stays.
    }
    Launch launch;
    launch.mint = random_key(rng_);
    launch.creator = random_key(rng_);
    static_cast<LaunchFate&>(launch) = draw_fate(rng_, scenario_);
    const double seed_sol = std::clamp(
        std::exp(scenario_.launch_seed_log_mean + scenario_.launch_seed_log_sigma * rng_.normal()),
        scenario_.launch_seed_min_sol, scenario_.launch_seed_max_sol);
    if (put_on_chain(launch, seed_sol)) {
        ++statistics_.launches;
        launches_.push_back(std::move(launch));
    } else {
        erase(launch);
    }
}

bool Launches::put_on_chain(Launch& launch, double seed_sol) {
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
    create_wallet(chain_, launch.creator, kCreatorLamports);
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
        for (std::size_t i = 0; i < kBuyers; ++i) {
            const Pubkey& buyer = traders_.pick(rng_);
            if (std::ranges::find(launch.buyers, buyer) == launch.buyers.end()) {
                create_token_account(chain_, buyer, launch.mint, TokenAmount{});
                launch.buyers.push_back(buyer);
            }
        }
    }
    return true;
}

void Launches::run(Launch& launch, double minutes) {
    if (launch.age_minutes > scenario_.launch_life_minutes) {
        launch.is_over = true;
        return;
    }
    if (launch.rug_minutes > 0 && launch.age_minutes >= launch.rug_minutes) {
        rug(launch);
        return;
    }
    if (!launch.has_buyers) {
        return;
    }
    const bool is_after_peak = launch.age_minutes > launch.rise_minutes;
    if (is_after_peak &&
        rng_.chance(1.0 - std::exp(-scenario_.launch_collapse_per_minute * minutes))) {
        sell_off(launch, 0.3 + 0.6 * rng_.uniform());
        return;
    }
    const double mean = scenario_.launch_trades_per_second * 60.0 * minutes;
    for (auto n = poisson(rng_, mean, scenario_.launch_trades_per_slot_max); n > 0; --n) {
        trade(launch);
    }
}

void Launches::trade(Launch& launch) {
    const auto pool = read_pool(chain_, launch.pool.pool);
    if (!pool || launch.buyers.empty()) {
        return;
    }
    const bool is_token_a = pool->mint_a == launch.mint;
    const double price = is_token_a ? pool->price() : 1.0 / pool->price();
    const double progress = std::min(launch.age_minutes / std::max(launch.rise_minutes, 1e-6), 1.0);
    const double path = launch.launch_price * (1.0 + (launch.peak_multiple - 1.0) * progress);
    const bool is_rising = progress < 1.0;
    // Below the path people buy up to it; at the path and after the peak the flow is two-sided.
    const bool is_buy =
        is_rising && price < path ? rng_.chance(0.85) : rng_.chance(kLaunchBuyShare - 0.12);
    const double noise = std::exp(0.5 * rng_.normal());
    const double gap = is_rising && is_buy ? std::max(path / price - 1.0, 0.01) : 0.02;
    const double step = std::min(gap * noise, kLaunchStepMax);
    const double target = is_buy ? price * (1.0 + step) : price / (1.0 + step);
    const PriceMove move = move_to(*pool, is_token_a ? target : 1.0 / target);
    const Pubkey& wallet = launch.buyers[rng_.below(launch.buyers.size())];
    const std::uint64_t held = is_buy ? kU64Max : traders_.balance(wallet, launch.mint);
    traders_.swap(wallet, *pool, move.is_a_to_b, std::min(move.amount_in, held));
}

void Launches::sell_off(Launch& launch, double part) {
    for (const Pubkey& wallet : launch.buyers) {
        const auto pool = read_pool(chain_, launch.pool.pool);
        if (!pool) {
            return;
        }
        const double held = static_cast<double>(traders_.balance(wallet, launch.mint));
        traders_.swap(wallet, *pool, pool->mint_a == launch.mint, to_amount(held * part));
    }
}

void Launches::rug(Launch& launch) {
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

bool Launches::is_held_outside(const Launch& launch) const {
    for (const Pubkey& key : chain_.accounts_owned_by(solana::kTokenProgram)) {
        const Account* account = chain_.account(key);
        const auto held = solana::token_account_amount(account->data);
        if (!held || held->is_zero() || Pubkey::from(account->data) != launch.mint) {
            continue;
        }
        const Pubkey owner = Pubkey::from(BytesView{account->data}.subspan(32));
        const bool is_ours = owner == launch.creator || owner == launch.pool.authority ||
                             std::ranges::find(launch.buyers, owner) != launch.buyers.end();
        if (!is_ours) {
            return true;
        }
    }
    return false;
}

void Launches::retire() {
    if (chain_.is_forked()) {
        return;  // Those who hold it nowhere now may hold it again once the fork is over.
    }
    const bool is_full = launches_.size() >= scenario_.launch_pools_max;
    std::size_t retired = 0;
    std::erase_if(launches_, [&](const Launch& launch) {
        // One that is over stays for half a life, so that late readers still find it. When there is
        // no room the oldest eighth goes.
        const bool is_done =
            launch.is_over && launch.age_minutes > 1.5 * scenario_.launch_life_minutes;
        const bool makes_room = is_full && retired < scenario_.launch_pools_max / 8 + 1;
        if ((!is_done && !makes_room) || is_held_outside(launch)) {
            return false;
        }
        erase(launch);
        ++retired;
        return true;
    });
}

void Launches::erase(const Launch& launch) {
    const CpmmPoolAddresses& pool = launch.pool;
    for (const Pubkey& key :
         {launch.mint, launch.creator, token_account(launch.creator, launch.mint),
          token_account(launch.creator, solana::kWrappedSolMint),
          token_account(launch.creator, pool.lp_mint), pool.pool, pool.vault_0, pool.vault_1,
          pool.lp_mint, pool.observation}) {
        chain_.erase_account(key);
    }
    for (const Pubkey& buyer : launch.buyers) {
        chain_.erase_account(token_account(buyer, launch.mint));
    }
}

}  // namespace sniperforge::sim
