// SPDX-License-Identifier: MIT
// The simulated market: everyone on the chain except the daemon. It is told of each slot and
// trades, keeps pools near fair prices, launches and rugs, all through real instructions. Chance
// comes from its seeded generator only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "sim/market_launches.hpp"
#include "sim/market_pool.hpp"
#include "sim/market_prices.hpp"
#include "sim/market_pump_launches.hpp"
#include "sim/market_traders.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::sim {

// One trade of the retail flow, for those who measure the flow.
struct RetailTrade {
    std::size_t asset = 0;  // 0 is SOL/USDC, then the tokens in the scenario's order.
    std::size_t pool = 0;   // Of the asset.
    bool is_buy = false;    // Of the asset's base.
};

class Market {
 public:
    // Puts mints, pools and traders on the chain. `scenario`, `bars`, `chain` and `statistics` must
    // outlive the market.
    Market(Chain& chain, const Scenario& scenario, std::span<const PriceBar> bars, const Rng& rng,
           Duration slot_duration, ClusterStatistics& statistics);

    // Trades in the chain's current slot: call once before each advance_slot(). In a slot without
    // a block only time passes.
    void run_slot();
    // In the same slot, of each client's transaction in its turn, and behind them: competitors who
    // wait for their own (market_auction.cpp).
    void before_queued(BytesView wire);
    void behind_all_queued();

    // The liquid pools, most important first.
    [[nodiscard]] std::vector<Pubkey> liquid_pools() const;
    [[nodiscard]] const PriceModel& prices() const { return prices_; }
    [[nodiscard]] std::size_t launches_alive() const {
        return launches_.alive() + pump_launches_.alive();
    }
    void set_trade_listener(std::function<void(const RetailTrade&)> listener) {
        trade_listener_ = std::move(listener);
    }

 private:
    struct PoolState {
        Pubkey pool;
        bool was_last_buy = false;
        bool is_dislocated = false;
        double gap_sol = 0;  // What the gap would pay.
    };
    // What trades against a quote mint: SOL against USDC, or a token against wrapped SOL.
    struct Asset {
        Pubkey base, quote;
        std::uint8_t base_decimals = 0, quote_decimals = 0;
        double depth_sol = 0;
        std::vector<PoolState> pools{};
        double trend_minutes_left = 0;
        bool is_trend_up = false;
    };

    // A competitor who comes for a gap in this slot, and what he offers for his place.
    struct Contest {
        std::size_t asset = 0, pool = 0;
        Lamports offer;
    };
    void contest(std::size_t asset, std::size_t pool);
    void take(const Contest& contest);

    void create_liquid_mint(const Pubkey& mint, std::uint8_t decimals, double supply);
    Pubkey create_amm_v4(const Asset& asset, std::uint64_t number, TokenAmount base,
                         TokenAmount quote);
    Pubkey create_cpmm(const Asset& asset, std::uint32_t config, TokenAmount base,
                       TokenAmount quote);
    Pubkey create_orca(const Asset& asset, std::uint32_t number, TokenAmount base,
                       TokenAmount quote);
    void create_asset(const Asset& asset, std::uint32_t pools);
    void advance_trends(double minutes);
    void trade_retail(double minutes);
    void trade_once(std::size_t asset, std::size_t pool);
    void make_markets();
    void end_dislocations();
    void make_market(std::size_t asset, PoolState& state);
    void begin_dislocations(double minutes);
    void dislocate(std::size_t asset);
    // Moves the pool's price to `target` (base units of b per a) with one swap of the arbitrageur.
    bool push_price(const PoolView& pool, double target);
    // Fair price of the asset in base units of the pool's b per a.
    [[nodiscard]] double fair_price(std::size_t asset, const PoolView& pool) const;

    Chain& chain_;
    const Scenario& scenario_;
    ClusterStatistics& statistics_;
    double minutes_per_slot_;  // Market time.
    Rng flow_rng_, gap_rng_, trend_rng_, bid_rng_;
    PriceModel prices_;
    Traders traders_;
    std::vector<Asset> assets_;  // SOL/USDC first.
    PoolLaunches launches_;      // Whichever of the two the scenario launches with.
    PumpLaunches pump_launches_;
    std::vector<Contest> contests_;
    bool is_clustered_ = false;  // Dislocations come at the higher rate now.
    std::function<void(const RetailTrade&)> trade_listener_;
};

// How many events of a Poisson process of this mean happen; at most `max`.
[[nodiscard]] std::uint32_t poisson(Rng& rng, double mean, std::uint32_t max);

}  // namespace sniperforge::sim
