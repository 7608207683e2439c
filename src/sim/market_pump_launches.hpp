// SPDX-License-Identifier: MIT
// New tokens on the pump.fun curve: created, bought or not, completed and migrated to PumpSwap,
// collapsed, rugged and finally forgotten, all through the programs' instructions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/market_fate.hpp"
#include "sim/market_traders.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/sim/pump_instructions.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::sim {

class PumpLaunches {
 public:
    PumpLaunches(Chain& chain, const Scenario& scenario, const Rng& rng, Traders& traders,
                 ClusterStatistics& statistics);

    // Call once when the mints of genesis exist.
    void begin();
    // Lets market time pass for every launch.
    void advance(double minutes);
    // New launches, trades, migrations, collapses, rugs and retirements of one slot.
    void run_slot(double minutes);
    [[nodiscard]] std::size_t alive() const { return launches_.size(); }

 private:
    struct Launch : LaunchFate {
        PumpCurve curve;
        PumpPool pool;  // Once migrated.
        Pubkey mint, creator;
        std::vector<Pubkey> buyers;
        double launch_price = 0;  // Lamports per base unit, after the first purchases.
        double age_minutes = 0;
        bool is_migrated = false;
        bool is_over = false;  // Rugged or out of life: nobody trades any more.
    };
    // What prices a launch now: the curve's virtual reserves, or the pool's.
    struct Reserves {
        double token = 0, quote = 0;
        bool is_on_curve = true, is_complete = false, is_late = false;
        [[nodiscard]] double price() const { return quote / token; }
    };

    void create();
    bool put_on_chain(Launch& launch, double seed_sol);
    [[nodiscard]] std::optional<Reserves> read(const Launch& launch) const;
    void run(Launch& launch, double minutes);
    void migrate(Launch& launch);
    void trade(Launch& launch, const Reserves& reserves);
    bool buy(const Launch& launch, const Pubkey& wallet, double lamports);
    bool sell(const Launch& launch, const Pubkey& wallet, std::uint64_t tokens);
    void sell_off(Launch& launch, double part);
    void rug(Launch& launch);
    // Removes launches that are over and that nobody outside of the market holds.
    void retire();
    [[nodiscard]] bool is_held_outside(const Launch& launch) const;
    void erase(const Launch& launch);
    // The market never lacks SOL: a wallet that pays has what it pays.
    void fund(const Pubkey& wallet, double lamports);
    [[nodiscard]] std::uint64_t held(const Launch& launch, const Pubkey& wallet) const;

    Chain& chain_;
    const Scenario& scenario_;
    Rng rng_;
    Traders& traders_;
    ClusterStatistics& statistics_;
    std::vector<Launch> launches_;  // Oldest first.
    std::uint64_t slots_ = 0;
};

}  // namespace sniperforge::sim
