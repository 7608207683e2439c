// SPDX-License-Identifier: MIT
// New tokens in CPMM pools: created, seeded with liquidity, bought or not, collapsed, rugged and
// finally forgotten. Each has its fate drawn at birth from the recorded distributions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/market_fate.hpp"
#include "sim/market_pool.hpp"
#include "sim/market_traders.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::sim {

class Launches {
 public:
    Launches(Chain& chain, const Scenario& scenario, const Rng& rng, Traders& traders,
             ClusterStatistics& statistics);

    // Call once when mints and configs of genesis exist.
    void begin();
    // Lets market time pass for every launch.
    void advance(double minutes);
    // New launches, trades, collapses, rugs and retirements of one slot that covers `minutes`.
    void run_slot(double minutes);
    [[nodiscard]] std::size_t alive() const { return launches_.size(); }

 private:
    struct Launch : LaunchFate {
        CpmmPoolAddresses pool;
        Pubkey mint, creator;
        std::vector<Pubkey> buyers;
        double launch_price = 0;  // Lamports per base unit.
        double age_minutes = 0;
        bool is_over = false;  // Rugged or out of life: nobody trades any more.
    };

    void create();
    bool put_on_chain(Launch& launch, double seed_sol);
    void run(Launch& launch, double minutes);
    void trade(Launch& launch);
    void sell_off(Launch& launch, double part);
    void rug(Launch& launch);
    // Removes launches that are over and that nobody outside of the market holds.
    void retire();
    [[nodiscard]] bool is_held_outside(const Launch& launch) const;
    void erase(const Launch& launch);
    [[nodiscard]] Pubkey token_account(const Pubkey& wallet, const Pubkey& mint) const;

    Chain& chain_;
    const Scenario& scenario_;
    Rng rng_;
    Traders& traders_;
    ClusterStatistics& statistics_;
    Pubkey amm_config_;
    std::vector<Launch> launches_;  // Oldest first.
    std::uint64_t slots_ = 0;
};

}  // namespace sniperforge::sim
