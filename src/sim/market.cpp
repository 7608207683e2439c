// SPDX-License-Identifier: MIT
#include "sim/market.hpp"

#include <algorithm>
#include <cmath>

#include "sim/market_whirlpool.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {

namespace {

constexpr double kBasisPoint = 1e-4;
constexpr double kMinutesPerHour = 60;
constexpr std::uint8_t kSolDecimals = 9;
constexpr std::uint8_t kUsdcDecimals = 6;
constexpr std::uint64_t kPoolsPerAssetMax = 16;
// Each further pool of an asset holds this part of the one before: depth decides importance.
constexpr double kDepthFalloff = 0.75;
// Inventory of each trader as a multiple of the deepest pool.
constexpr double kInventory = 50;
// Largest retail trade, as part of the pool: the log-normal's tail would empty shallow ones.
constexpr double kRetailPartMax = 0.01;
constexpr std::uint32_t kRetailPerSlotMax = 20;  // Of one pool.
// Outside arbitrage trades a pool back once its price leaves the fair one by 0.8 fees, to 0.6
// fees. Two pools of one token then never differ by more than 1.6 fees, so the 2 fees of a round
// trip leave nothing: every profitable gap is a seeded dislocation.
constexpr double kBandEnter = 0.8;
constexpr double kBandTarget = 0.6;
// CALIBRATION "deep DEX-DEX": size cap $1,000.
constexpr double kDislocationSizeMaxUsd = 1'000;

double pow10(int exponent) { return std::pow(10.0, exponent); }

}  // namespace

std::uint32_t poisson(Rng& rng, double mean, std::uint32_t max) {
    if (mean > 30) {  // Normal is near enough, and the product below would underflow.
        const double value = std::round(mean + std::sqrt(mean) * rng.normal());
        return static_cast<std::uint32_t>(std::clamp(value, 0.0, static_cast<double>(max)));
    }
    const double floor = std::exp(-mean);
    double product = rng.uniform();
    std::uint32_t count = 0;
    while (product > floor && count < max) {
        product *= rng.uniform();
        ++count;
    }
    return count;
}

Market::Market(Chain& chain, const Scenario& scenario, std::span<const PriceBar> bars,
               const Rng& rng, Duration slot_duration, ClusterStatistics& statistics)
    : chain_{chain},
      scenario_{scenario},
      statistics_{statistics},
      minutes_per_slot_{std::chrono::duration<double, std::ratio<60>>(slot_duration).count() *
                        scenario.time_compression},
      flow_rng_{rng.fork(1)},
      gap_rng_{rng.fork(2)},
      trend_rng_{rng.fork(3)},
      bid_rng_{rng.fork(8)},
      prices_{scenario, bars, rng.fork(4)},
      traders_{chain, rng.fork(5), statistics},
      launches_{chain, scenario, rng.fork(6), traders_, statistics},
      pump_launches_{chain, scenario, rng.fork(6), traders_, statistics} {
    create_wrapped_sol_mint(chain_);
    create_liquid_mint(solana::kUsdcMint, kUsdcDecimals, 1e16);
    double depth_max = scenario_.sol_usdc_depth_sol;
    for (const TokenSpec& spec : scenario_.tokens) {
        depth_max = std::max(depth_max, spec.pool_depth_sol);
    }
    traders_.give(solana::kWrappedSolMint,
                  TokenAmount{to_amount(kInventory * depth_max * pow10(kSolDecimals))});
    assets_.reserve(scenario_.tokens.size() + 1);
    create_asset({.base = solana::kWrappedSolMint,
                  .quote = solana::kUsdcMint,
                  .base_decimals = kSolDecimals,
                  .quote_decimals = kUsdcDecimals,
                  .depth_sol = scenario_.sol_usdc_depth_sol},
                 scenario_.sol_usdc_pools);
    Rng keys = rng.fork(7);
    for (const TokenSpec& spec : scenario_.tokens) {
        const Pubkey mint = random_key(keys);
        create_liquid_mint(
            mint, spec.decimals,
            1e3 * kInventory * spec.pool_depth_sol / spec.price_sol * pow10(spec.decimals));
        create_asset({.base = mint,
                      .quote = solana::kWrappedSolMint,
                      .base_decimals = spec.decimals,
                      .quote_decimals = kSolDecimals,
                      .depth_sol = spec.pool_depth_sol},
                     spec.pools);
    }
    if (scenario_.launch_venue == LaunchVenue::Pump) {
        pump_launches_.begin();
    } else {
        launches_.begin();
    }
}

void Market::create_liquid_mint(const Pubkey& mint, std::uint8_t decimals, double supply) {
    MintOptions options;
    options.decimals = decimals;
    options.supply = TokenAmount{to_amount(supply)};
    create_mint(chain_, mint, options);
}

Pubkey Market::create_amm_v4(const Asset& asset, std::uint64_t number, TokenAmount base,
                             TokenAmount quote) {
    Rng market_key{0xa11ce000ULL + number};
    AmmV4PoolOptions options;
    options.market = random_key(market_key);
    options.coin_mint = asset.base;
    options.pc_mint = asset.quote;
    options.coin_amount = base;
    options.pc_amount = quote;
    return create_amm_v4_pool(chain_, options).pool;
}

Pubkey Market::create_cpmm(const Asset& asset, std::uint32_t config, TokenAmount base,
                           TokenAmount quote) {
    CpmmConfigOptions fees;
    fees.index = static_cast<std::uint16_t>(config);
    fees.trade_fee_rate = scenario_.cpmm_fee_ppm;
    CpmmPoolOptions options;
    options.amm_config = create_cpmm_config(chain_, fees);
    options.mint_a = asset.base;
    options.mint_b = asset.quote;
    options.amount_a = base;
    options.amount_b = quote;
    options.creator = traders_.arbitrageur();
    return create_cpmm_pool(chain_, options).pool;
}

Pubkey Market::create_orca(const Asset& asset, std::uint32_t number, TokenAmount base,
                           TokenAmount quote) {
    const bool is_base_a = asset.base < asset.quote;
    return create_market_whirlpool(chain_, {.mint_a = is_base_a ? asset.base : asset.quote,
                                            .mint_b = is_base_a ? asset.quote : asset.base,
                                            .depth_a = is_base_a ? base : quote,
                                            .depth_b = is_base_a ? quote : base,
                                            .number = number})
        .pool;
}

void Market::create_asset(const Asset& asset, std::uint32_t pools) {
    const std::size_t index = assets_.size();
    const bool is_sol = index == 0;
    const double price = is_sol ? prices_.sol_usd() : prices_.token_sol(index - 1);
    const double base_units = pow10(asset.base_decimals);
    const double quote_units = pow10(asset.quote_decimals);
    const double base_depth = is_sol ? asset.depth_sol : asset.depth_sol / price;
    if (is_sol) {
        traders_.give(asset.quote,
                      TokenAmount{to_amount(kInventory * base_depth * price * quote_units)});
    } else {
        traders_.give(asset.base, TokenAmount{to_amount(kInventory * base_depth * base_units)});
    }
    Asset created = asset;
    double base = base_depth;
    for (std::uint32_t i = 0; i < pools + scenario_.whirlpool_pools; ++i, base *= kDepthFalloff) {
        const TokenAmount base_amount{to_amount(base * base_units)};
        const TokenAmount quote_amount{to_amount(base * price * quote_units)};
        PoolState state;
        if (i >= pools) {
            state.pool = create_orca(asset, i - pools, base_amount, quote_amount);
        } else {
            state.pool = i % 2 == 0 ? create_amm_v4(asset, index * kPoolsPerAssetMax + i,
                                                    base_amount, quote_amount)
                                    : create_cpmm(asset, i / 2, base_amount, quote_amount);
        }
        created.pools.push_back(state);
    }
    assets_.push_back(std::move(created));
}

std::vector<Pubkey> Market::liquid_pools() const {
    std::vector<Pubkey> pools;
    // SOL/USDC first: every amount in USD is turned into lamports with it. Then by token.
    for (const Asset& asset : assets_) {
        for (const PoolState& state : asset.pools) {
            pools.push_back(state.pool);
        }
    }
    return pools;
}

double Market::fair_price(std::size_t asset, const PoolView& pool) const {
    const Asset& a = assets_[asset];
    const double price = asset == 0 ? prices_.sol_usd() : prices_.token_sol(asset - 1);
    const double raw = price * pow10(a.quote_decimals - a.base_decimals);
    return pool.mint_a == a.base ? raw : 1.0 / raw;
}

bool Market::push_price(const PoolView& pool, double target) {
    const PriceMove move = move_to(pool, target);
    return traders_.swap(traders_.arbitrageur(), pool, move.is_a_to_b, move.amount_in);
}

void Market::run_slot() {
    const double minutes = minutes_per_slot_;
    prices_.advance(minutes);
    advance_trends(minutes);
    launches_.advance(minutes);
    pump_launches_.advance(minutes);
    if (chain_.is_slot_skipped()) {
        return;
    }
    end_dislocations();
    trade_retail(minutes);
    make_markets();
    begin_dislocations(minutes);
    if (scenario_.launch_venue == LaunchVenue::Pump) {
        pump_launches_.run_slot(minutes);
    } else {
        launches_.run_slot(minutes);
    }
}

void Market::advance_trends(double minutes) {
    for (std::size_t i = 1; i < assets_.size(); ++i) {
        Asset& asset = assets_[i];
        if (asset.trend_minutes_left > 0) {
            asset.trend_minutes_left -= minutes;
            if (asset.trend_minutes_left <= 0) {
                prices_.set_drift(i - 1, 0);
            }
        }
    }
    const double mean = scenario_.trends_per_hour / kMinutesPerHour * minutes;
    for (std::uint32_t n = poisson(trend_rng_, mean, 4); n > 0 && assets_.size() > 1; --n) {
        const std::size_t index = 1 + trend_rng_.below(assets_.size() - 1);
        Asset& asset = assets_[index];
        if (asset.trend_minutes_left > 0) {
            continue;
        }
        asset.trend_minutes_left = scenario_.trend_minutes * (0.5 + trend_rng_.exponential(0.5));
        asset.is_trend_up = trend_rng_.chance(scenario_.trend_up_probability);
        prices_.set_drift(index - 1, asset.is_trend_up ? scenario_.trend_drift_bp_per_minute
                                                       : -scenario_.trend_drift_bp_per_minute);
    }
}

void Market::trade_retail(double minutes) {
    for (std::size_t asset = 0; asset < assets_.size(); ++asset) {
        const bool is_trending = assets_[asset].trend_minutes_left > 0;
        const double mean = scenario_.trades_per_minute * minutes *
                            (is_trending ? scenario_.trend_trade_factor : 1.0);
        for (std::size_t pool = 0; pool < assets_[asset].pools.size(); ++pool) {
            for (auto n = poisson(flow_rng_, mean, kRetailPerSlotMax); n > 0; --n) {
                trade_once(asset, pool);
            }
        }
    }
}

void Market::trade_once(std::size_t asset_index, std::size_t pool_index) {
    Asset& asset = assets_[asset_index];
    PoolState& state = asset.pools[pool_index];
    const auto pool = read_pool(chain_, state.pool);
    if (!pool) {
        return;
    }
    const bool repeats = flow_rng_.chance((1.0 + scenario_.flow_sign_autocorrelation) / 2.0);
    bool is_buy = repeats == state.was_last_buy;
    if (asset.trend_minutes_left > 0) {
        is_buy = flow_rng_.chance(scenario_.trend_flow_bias) == asset.is_trend_up;
    }
    const double size = std::exp(scenario_.trade_size_log_mean +
                                 scenario_.trade_size_log_sigma * flow_rng_.normal());
    const bool is_base_a = pool->mint_a == asset.base;
    const bool is_a_to_b = is_buy ? !is_base_a : is_base_a;
    const auto paid_reserve = static_cast<double>(is_a_to_b ? pool->reserve_a : pool->reserve_b);
    // The pool's two sides are worth the same, so a part of SOL's depth is that part of either.
    const double depth = asset.depth_sol * std::pow(kDepthFalloff, pool_index);
    const double part = std::min(size / depth, kRetailPartMax);
    if (traders_.swap(traders_.pick(flow_rng_), *pool, is_a_to_b, to_amount(part * paid_reserve))) {
        state.was_last_buy = is_buy;
        if (trade_listener_) {
            trade_listener_({asset_index, pool_index, is_buy});
        }
    }
}

void Market::make_markets() {
    for (std::size_t i = 0; i < assets_.size(); ++i) {
        for (PoolState& state : assets_[i].pools) {
            make_market(i, state);
        }
    }
}

void Market::make_market(std::size_t asset, PoolState& state) {
    const auto pool = read_pool(chain_, state.pool);
    if (!pool || state.is_dislocated) {
        return;
    }
    const double fair = fair_price(asset, *pool);
    const double deviation = std::log(pool->price() / fair);
    if (std::abs(deviation) > kBandEnter * pool->fee()) {
        push_price(*pool, fair * std::exp(std::copysign(kBandTarget * pool->fee(), deviation)));
    }
}

void Market::end_dislocations() {
    for (std::size_t i = 0; i < assets_.size(); ++i) {
        for (std::size_t p = 0; p < assets_[i].pools.size(); ++p) {
            PoolState& state = assets_[i].pools[p];
            if (!state.is_dislocated) {
                continue;
            }
            const auto pool = read_pool(chain_, state.pool);
            // Someone else may have traded the gap away already.
            const bool is_gone =
                !pool || std::abs(std::log(pool->price() / fair_price(i, *pool))) < pool->fee();
            if (!is_gone && !gap_rng_.chance(scenario_.dislocation_end_per_slot)) {
                continue;
            }
            if (!is_gone && scenario_.dislocation_bid_max > 0) {
                contest(i, p);
                continue;
            }
            state.is_dislocated = false;  // The next make_markets() closes it.
        }
    }
}

void Market::begin_dislocations(double minutes) {
    const double cluster_minutes = scenario_.dislocation_cluster_minutes;
    const double share = scenario_.dislocation_cluster_share;
    // Leaving at 1 / mean and entering so that `share` of all time is spent inside.
    const double leave = minutes / cluster_minutes;
    const double enter = share < 1 ? leave * share / (1.0 - share) : 1;
    is_clustered_ = is_clustered_ ? !gap_rng_.chance(leave) : gap_rng_.chance(enter);
    const double rate =
        is_clustered_ ? scenario_.dislocation_cluster_per_hour : scenario_.dislocations_per_hour;
    for (std::size_t i = 0; i < assets_.size(); ++i) {
        const std::size_t pools = assets_[i].pools.size();
        const double pairs = static_cast<double>(pools * (pools - 1)) / 2.0;
        if (pools > 1 && gap_rng_.chance(rate / kMinutesPerHour * minutes * pairs)) {
            dislocate(i);
        }
    }
}

void Market::dislocate(std::size_t asset_index) {
    Asset& asset = assets_[asset_index];
    if (std::ranges::any_of(asset.pools, &PoolState::is_dislocated)) {
        return;
    }
    const std::size_t moved = gap_rng_.below(asset.pools.size());
    const std::size_t other =
        (moved + 1 + gap_rng_.below(asset.pools.size() - 1)) % asset.pools.size();
    const auto pool = read_pool(chain_, asset.pools[moved].pool);
    const auto peer = read_pool(chain_, asset.pools[other].pool);
    if (!pool || !peer) {
        return;
    }
    // Two equal pools of depth D and a gap g beyond fees pay D·g²/8 for a trade of D·g/4.
    const double depth_usd =
        asset.depth_sol * std::pow(kDepthFalloff, std::max(moved, other)) * prices_.sol_usd();
    const double profit_usd = scenario_.dislocation_profit_log_median_usd *
                              std::exp(scenario_.dislocation_profit_log_sigma * gap_rng_.normal());
    const double gap_max = 4.0 * kDislocationSizeMaxUsd / depth_usd;
    const double gap = std::max(std::min(std::sqrt(8.0 * profit_usd / depth_usd), gap_max),
                                scenario_.dislocation_net_min_bp * kBasisPoint);
    const double fees = -std::log(1.0 - pool->fee()) - std::log(1.0 - peer->fee());
    const double peer_price = pool->mint_a == peer->mint_a ? peer->price() : 1.0 / peer->price();
    const double direction = gap_rng_.chance(0.5) ? 1.0 : -1.0;
    if (push_price(*pool, peer_price * std::exp(direction * (fees + gap)))) {
        asset.pools[moved].is_dislocated = true;
        asset.pools[moved].gap_sol = depth_usd * gap * gap / 8.0 / prices_.sol_usd();
        ++statistics_.dislocations;
    }
}

}  // namespace sniperforge::sim
