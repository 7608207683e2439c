// SPDX-License-Identifier: MIT
// New tokens on the pump.fun curve: created, bought or not, completed and migrated to PumpSwap,
// collapsed, rugged and finally forgotten, all through the programs' instructions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/market_launch_book.hpp"
#include "sniperforge/sim/pump_instructions.hpp"

namespace sniperforge::sim {

struct PumpLaunch : LaunchLife {
    PumpCurve curve;
    PumpPool pool;  // Once migrated.
    bool is_migrated = false;
};

class PumpLaunches final : public LaunchBook<PumpLaunch> {
 public:
    PumpLaunches(Chain& chain, const Scenario& scenario, const Rng& rng, Traders& traders,
                 ClusterStatistics& statistics);

    // Call once when the mints of genesis exist.
    void begin();

 private:
    // What prices a launch now: the curve's virtual reserves, or the pool's.
    struct Reserves {
        double token = 0, quote = 0;
        bool is_complete = false, is_late = false;
        [[nodiscard]] double price() const { return quote / token; }
    };

    bool put_on_chain(PumpLaunch& launch, double seed_sol) override;
    std::optional<double> begin_slot(PumpLaunch& launch) override;
    void trade(PumpLaunch& launch) override;
    void sell_off(PumpLaunch& launch, double part) override;
    void rug(PumpLaunch& launch) override;
    [[nodiscard]] bool is_held(const PumpLaunch& launch) const override;
    void erase(const PumpLaunch& launch) override;
    [[nodiscard]] std::optional<Reserves> read(const PumpLaunch& launch) const;
    void migrate(PumpLaunch& launch);
    void buy(const PumpLaunch& launch, const Pubkey& wallet, double lamports);
    void sell(const PumpLaunch& launch, const Pubkey& wallet, std::uint64_t tokens);
    // The market never lacks SOL: a wallet that pays has what it pays.
    void fund(const Pubkey& wallet, double lamports);
    [[nodiscard]] std::uint64_t held(const PumpLaunch& launch, const Pubkey& wallet) const;
};

}  // namespace sniperforge::sim
