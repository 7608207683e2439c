// SPDX-License-Identifier: MIT
// Momentum: trade-flow bars of a token's deepest pool. Several rising bars with the volume on the
// buying side open a position; exits are shared (exits.hpp).
#pragma once

#include <deque>
#include <unordered_map>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

class Momentum {
 public:
    explicit Momentum(const config::MomentumSettings& settings);
    void decide(const MarketEvent& event, const View& view, Intents& intents);

    // Reserves at the end of a bar; their ratio is the price.
    struct Close {
        Lamports sol;
        TokenAmount tokens;
    };

 private:
    struct Bar {
        std::uint32_t trades = 0;
        Lamports bought;  // SOL that went in, and that came out.
        Lamports sold;
        Close close;
    };
    struct Flow {
        Bar open_bar;
        std::deque<Bar> bars;  // Newest last; settings.bars + 1 at most.
        Slot cooldown_until;
    };
    [[nodiscard]] bool add_trade(Flow& flow, TokenAmount sol, bool is_buy, const Close& close);
    [[nodiscard]] bool is_rising(const Flow& flow) const;

    config::MomentumSettings settings_;
    std::unordered_map<std::uint32_t, Flow> flows_;  // By pool index.
};

}  // namespace sniperforge::strategy
