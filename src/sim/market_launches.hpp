// SPDX-License-Identifier: MIT
// New tokens in CPMM pools: created, seeded with liquidity, bought or not, collapsed, rugged and
// finally forgotten. Each has its fate drawn at birth from the recorded distributions.
#pragma once

#include <optional>

#include "sim/market_launch_book.hpp"
#include "sim/market_pool.hpp"

namespace sniperforge::sim {

struct PoolLaunch : LaunchLife {
    CpmmPoolAddresses pool;
};

class PoolLaunches final : public LaunchBook<PoolLaunch> {
 public:
    PoolLaunches(Chain& chain, const Scenario& scenario, const Rng& rng, Traders& traders,
                 ClusterStatistics& statistics);

    // Call once when mints and configs of genesis exist.
    void begin();

 private:
    bool put_on_chain(PoolLaunch& launch, double seed_sol) override;
    std::optional<double> begin_slot(PoolLaunch&) override { return 1.0; }
    void trade(PoolLaunch& launch) override;
    void sell_off(PoolLaunch& launch, double part) override;
    void rug(PoolLaunch& launch) override;
    [[nodiscard]] bool is_held(const PoolLaunch& launch) const override;
    void erase(const PoolLaunch& launch) override;

    Pubkey amm_config_;
};

}  // namespace sniperforge::sim
