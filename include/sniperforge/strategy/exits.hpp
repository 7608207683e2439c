// SPDX-License-Identifier: MIT
// Exits, shared by every strategy that holds positions: take profit, stop loss, trailing stop armed
// at a profit, time limit, liquidity pull. Taking profit may sell a part, once; every other reason
// sells all that is left. They read the liquidation value: what the pool would pay
// now for the whole position after its fees, never a last price.
#pragma once

#include <unordered_map>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

// What the position would fetch now, less the cost of the sale; zero when it cannot be sold.
[[nodiscard]] Lamports liquidation_value(const PositionView& position, const View& view);

class Exits {
 public:
    Exits(const config::ExitSettings& settings, BasisPoints slippage_max);
    // On ReservesChanged and LiquidityPulled of a position's pool, and once a slot for the clock. A
    // position whose pool migrates waits for the next one, up to its time limit.
    void decide(const MarketEvent& event, const View& view, Intents& intents);
    // From now on every position is sold, by slippage like any exit.
    void flatten() { is_flattening_ = true; }
    // An exit failed. When the market refused it (`is_market`: it reverted, or a node's preflight
    // did) the next one accepts twice the slippage, up to the limit; a failure on our own side,
    // such as a quote that did not come, only waits, and never long: the price may be falling. Many
    // refusals in a row wait longer and longer, up to a ceiling. Of a position no more is sold than
    // the chain has. What was pulled is told once and stays a reason until it is sold, and never
    // waits long; of before a restart the `reason` of the sale says that it was.
    void exit_failed(PositionId position, Slot slot, bool is_market,
                     ExitReason reason = ExitReason::None);
    // Nothing of the sale that failed, or was denied, was signed, whoever is to blame: of a
    // position that is set aside it was no attempt.
    void was_not_signed(PositionId position);
    // A sale landed: what is left, if anything, is sold beginning with the first slippage again.
    void exit_landed(PositionId position);
    [[nodiscard]] bool has_failed(PositionId position) const;
    void position_closed(PositionId position) { failures_.erase(position.value); }

 private:
    struct Failure {
        std::uint32_t count = 0;  // In a row, that the market refused.
        // A sale of all of it is on its way, or was signed, since it was set aside.
        bool is_tried_aside = false;
        bool is_pulled = false;  // Its pool was, whether or not a sale has failed since.
        Slot at;                 // None has: zero, and nothing to wait for.
    };
    [[nodiscard]] ExitReason reason_to_exit(const PositionView& position, Lamports value,
                                            MonoTime now) const;
    [[nodiscard]] TokenAmount amount_to_sell(const PositionView& position, ExitReason reason) const;
    void add_exit(const PositionView& position, ExitReason reason, const View& view,
                  Intents& intents);

    config::ExitSettings settings_;
    BasisPoints slippage_max_;
    bool is_flattening_ = false;
    std::unordered_map<std::uint64_t, Failure> failures_;  // By position id.
};

}  // namespace sniperforge::strategy
