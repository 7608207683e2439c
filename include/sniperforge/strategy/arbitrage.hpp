// SPDX-License-Identifier: MIT
// Arbitrage: two pools of one token disagree by more than their fees and ours. One atomic
// transaction through both; it reverts on chain unless it profits.
#pragma once

#include <unordered_map>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

class Arbitrage {
 public:
    explicit Arbitrage(const config::ArbitrageSettings& settings);
    void decide(const MarketEvent& event, const View& view, Intents& intents);

 private:
    config::ArbitrageSettings settings_;
    // A pool's last slot that gave an intent: one try per pool and slot.
    std::unordered_map<std::uint32_t, Slot> tried_at_;
};

}  // namespace sniperforge::strategy
