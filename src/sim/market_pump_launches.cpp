// SPDX-License-Identifier: MIT
#include "sim/market_pump_launches.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/derived.hpp"
#include "sim/market.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::sim {

namespace {

constexpr double kMinutesPerDay = 1'440;
constexpr std::size_t kBuyers = 3;
constexpr std::uint32_t kLaunchesPerSlotMax = 4;
constexpr std::uint64_t kRetireEverySlots = 16;
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
// Curve and pool accounts. Source: protocol amm-pump sections 1 and 6.
constexpr std::size_t kVirtualToken = 8, kVirtualQuote = 16, kRealQuote = 32, kComplete = 48;

Pubkey token_account(const Pubkey& wallet, const Pubkey& mint) {
    return derived_token_address(wallet, mint, solana::kToken2022Program);
}
Pubkey sol_account(const Pubkey& wallet) {
    return derived_token_address(wallet, solana::kWrappedSolMint, solana::kTokenProgram);
}

std::uint64_t balance(const Chain& chain, const Pubkey& account) {
    const Account* found = chain.account(account);
    const auto amount = found == nullptr ? std::nullopt : solana::token_account_amount(found->data);
    return amount ? amount->raw() : 0;
}

}  // namespace

PumpLaunches::PumpLaunches(Chain& chain, const Scenario& scenario, const Rng& rng, Traders& traders,
                           ClusterStatistics& statistics)
    : chain_{chain}, scenario_{scenario}, rng_{rng}, traders_{traders}, statistics_{statistics} {}

void PumpLaunches::begin() { create_pump(chain_, {}); }

void PumpLaunches::advance(double minutes) {
    for (Launch& launch : launches_) {
        launch.age_minutes += minutes;
    }
}

void PumpLaunches::run_slot(double minutes) {
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

void PumpLaunches::fund(const Pubkey& wallet, double lamports) {
    const Account* account = chain_.account(wallet);
    const double owned = account == nullptr ? 0 : static_cast<double>(account->lamports.raw());
    if (owned < lamports + kSpareLamports) {
        chain_.add_lamports(wallet, Lamports{to_amount(lamports + 2 * kSpareLamports)});
    }
}

std::uint64_t PumpLaunches::held(const Launch& launch, const Pubkey& wallet) const {
    return balance(chain_, token_account(wallet, launch.mint));
}

void PumpLaunches::create() {
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

// The seed is what is bought in the first slot: by the creator, and by those who watch for
// launches.
bool PumpLaunches::put_on_chain(Launch& launch, double seed_sol) {
    launch.curve = pump_curve(launch.mint, solana::kToken2022Program, launch.creator);
    const double own_sol = seed_sol * scenario_.launch_creator_share_max * rng_.uniform();
    create_wallet(chain_, launch.creator, Lamports{});
    fund(launch.creator, own_sol * kLamports);
    // A creator's vault opens with his first coin; rent exempt, so that small fees may enter.
    create_wallet(chain_, launch.curve.creator_vault, Lamports{chain_.rent_exempt_minimum(0)});
    const std::string symbol = launch.mint.to_string().substr(0, 6);
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
        for (std::size_t i = 0; i < kBuyers; ++i) {
            const Pubkey& buyer = traders_.pick(rng_);
            if (std::ranges::find(launch.buyers, buyer) == launch.buyers.end()) {
                create_token_account(chain_, buyer, launch.mint, TokenAmount{});
                launch.buyers.push_back(buyer);
            }
        }
        for (const Pubkey& buyer : launch.buyers) {
            buy(launch, buyer,
                (seed_sol - own_sol) * kLamports / static_cast<double>(launch.buyers.size()));
        }
    }
    const auto reserves = read(launch);
    launch.launch_price = reserves ? reserves->price() : 0;
    return reserves.has_value();
}

std::optional<PumpLaunches::Reserves> PumpLaunches::read(const Launch& launch) const {
    Reserves reserves;
    if (launch.is_migrated) {
        reserves.token = static_cast<double>(balance(chain_, launch.pool.base_vault));
        reserves.quote = static_cast<double>(balance(chain_, launch.pool.quote_vault));
        reserves.is_on_curve = false;
    } else if (const Account* account = chain_.account(launch.curve.curve)) {
        const auto at = [&](std::size_t offset) {
            return read_le<std::uint64_t>(account->data, offset);
        };
        reserves.token = static_cast<double>(at(kVirtualToken));
        reserves.quote = static_cast<double>(at(kVirtualQuote));
        reserves.is_late = at(kRealQuote) > kLateLamports;
        reserves.is_complete = account->data[kComplete] != 0;
    }
    return reserves.token > 0 && reserves.quote > 0 ? std::optional{reserves} : std::nullopt;
}

void PumpLaunches::run(Launch& launch, double minutes) {
    const auto reserves = read(launch);
    if (!reserves || launch.age_minutes > scenario_.launch_life_minutes) {
        launch.is_over = true;
        return;
    }
    if (reserves->is_complete) {
        migrate(launch);
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
    const double hazard =
        scenario_.launch_collapse_per_minute * (reserves->is_late ? kLateHazardFactor : 1.0);
    if (is_after_peak && rng_.chance(1.0 - std::exp(-hazard * minutes))) {
        sell_off(launch, 0.3 + 0.6 * rng_.uniform());
        return;
    }
    const double mean = scenario_.launch_trades_per_second * 60.0 * minutes;
    for (auto n = poisson(rng_, mean, scenario_.launch_trades_per_slot_max); n > 0; --n) {
        const auto now = read(launch);
        if (!now || now->is_complete) {
            return;
        }
        trade(launch, *now);
    }
}

void PumpLaunches::migrate(Launch& launch) {
    PumpPool pool = pump_canonical_pool(chain_, launch.mint);
    pool.coin_creator = launch.creator;
    const Pubkey& payer = traders_.arbitrageur();
    // The owner of the creator's vault: account 18 of every trade.
    const Pubkey vault_owner = pumpswap_sell(pool, {payer, 1, 0}).accounts[18].pubkey;
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

void PumpLaunches::trade(Launch& launch, const Reserves& reserves) {
    const double price = reserves.price();
    const double progress = std::min(launch.age_minutes / std::max(launch.rise_minutes, 1e-6), 1.0);
    const double path = launch.launch_price * (1.0 + (launch.peak_multiple - 1.0) * progress);
    const bool is_rising = progress < 1.0;
    // Below the path people buy up to it; at the path and after the peak the flow is two-sided.
    const bool is_buy =
        is_rising && price < path ? rng_.chance(0.85) : rng_.chance(kLaunchBuyShare - 0.12);
    const double noise = std::exp(0.5 * rng_.normal());
    const double gap = is_rising && is_buy ? std::max(path / price - 1.0, 0.01) : 0.02;
    const double root = std::sqrt(1.0 + std::min(gap * noise, kLaunchStepMax));
    const Pubkey& wallet = launch.buyers[rng_.below(launch.buyers.size())];
    // x·y = k: the price grows with the square of what one side grows by.
    if (is_buy) {
        buy(launch, wallet, reserves.quote * (root - 1.0) * (1.0 + kCurveFee));
        return;
    }
    sell(launch, wallet, std::min(to_amount(reserves.token * (root - 1.0)), held(launch, wallet)));
}

bool PumpLaunches::buy(const Launch& launch, const Pubkey& wallet, double lamports) {
    const std::uint64_t amount = to_amount(lamports);
    if (amount == 0) {
        return false;
    }
    fund(wallet, lamports);
    const auto done = chain_.execute_unsigned(
        wallet, {launch.is_migrated ? pumpswap_buy_quote(launch.pool, {wallet, amount, 1})
                                    : pump_buy_quote(launch.curve, {wallet, amount, 1})});
    statistics_.market_trades += done.has_value() ? 1 : 0;
    return done.has_value();
}

bool PumpLaunches::sell(const Launch& launch, const Pubkey& wallet, std::uint64_t tokens) {
    if (tokens == 0) {
        return false;
    }
    const auto done = chain_.execute_unsigned(
        wallet, {launch.is_migrated ? pumpswap_sell(launch.pool, {wallet, tokens, 0})
                                    : pump_sell(launch.curve, {wallet, tokens, 0})});
    statistics_.market_trades += done.has_value() ? 1 : 0;
    return done.has_value();
}

void PumpLaunches::sell_off(Launch& launch, double part) {
    for (const Pubkey& wallet : launch.buyers) {
        sell(launch, wallet, to_amount(static_cast<double>(held(launch, wallet)) * part));
    }
}

// There is no liquidity that a creator could take: he sells what he has.
void PumpLaunches::rug(Launch& launch) {
    launch.is_over = true;
    if (launch.is_migrated) {
        create_token_account(chain_, launch.creator, solana::kWrappedSolMint, TokenAmount{});
    }
    sell(launch, launch.creator, held(launch, launch.creator));
    sell_off(launch, 0.9);
    ++statistics_.rugs;
}

bool PumpLaunches::is_held_outside(const Launch& launch) const {
    for (const Pubkey& key : chain_.accounts_owned_by(solana::kToken2022Program)) {
        const Account* account = chain_.account(key);
        const auto amount = solana::token_account_amount(account->data);
        if (!amount || amount->is_zero() || Pubkey::from(account->data) != launch.mint) {
            continue;
        }
        const Pubkey owner = Pubkey::from(BytesView{account->data}.subspan(32));
        const bool is_ours = owner == launch.creator || owner == launch.curve.curve ||
                             owner == launch.pool.pool ||
                             std::ranges::find(launch.buyers, owner) != launch.buyers.end();
        if (!is_ours) {
            return true;
        }
    }
    return false;
}

void PumpLaunches::retire() {
    if (chain_.is_forked()) {
        return;  // Those who hold it nowhere now may hold it again once the fork is over.
    }
    const bool is_full = launches_.size() >= scenario_.launch_pools_max;
    std::size_t retired = 0;
    std::erase_if(launches_, [&](const Launch& launch) {
        // As CPMM launches: half a life for late readers, and the oldest eighth when there is no
        // room.
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

void PumpLaunches::erase(const Launch& launch) {
    std::vector<Pubkey> keys{launch.mint,
                             launch.creator,
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
        const auto vault = pumpswap_sell(pool, {authority, 1, 0}).accounts[17].pubkey;
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
