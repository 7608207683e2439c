// SPDX-License-Identifier: MIT
// A position in a pool, and the exits that decide on it: all off but what a test turns on.
#pragma once

#include <gtest/gtest.h>

#include <chrono>

#include "sniperforge/strategy/exits.hpp"
#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy::test {

inline constexpr BasisPoints kNever{1'000'000};  // A gain of 10,000 %.

class ExitsTest : public ::testing::Test {
 protected:
    ExitsTest() {
        // Everything off but what a test turns on.
        settings.take_profit = kNever;
        settings.stop_loss = BasisPoints{kBasisPointsOne};
        settings.trailing_arm = kNever;
        settings.trailing_distance = BasisPoints{kBasisPointsOne};
        settings.time_limit = std::chrono::hours{1};
        settings.slippage_first = BasisPoints{300};
        settings.dev_sell_min = settings.holder_dump_min = {};
        settings.feed_loss_exit = Duration{0};
        index = market.add(pool, {100 * kSol, 1'000'000'000'000});
        PositionView position;
        position.position_id = PositionId{1};
        position.strategy = StrategyId::Momentum;
        position.mint = pool.mint_b;
        position.pool = index;
        position.amount = TokenAmount{1'000'000'000};
        position.cost = Lamports{100'000'000};
        position.value_peak = position.cost;
        position.opened_at = market.now;
        market.positions = {position};
    }

    [[nodiscard]] PositionView& position() { return market.positions[0]; }
    // All that was bought cost what is left of it did.
    void make_lots_alike() {
        PositionView& held = position();
        held.bought_cost =
            Lamports{mul_div_floor(held.cost.raw(), held.bought.raw(), held.amount.raw()).value()};
    }
    [[nodiscard]] Lamports value() const {
        return liquidation_value(market.positions[0], market.view()).value();
    }
    [[nodiscard]] Intents decide(Exits& exits, const MarketEvent& event) const {
        Intents intents;
        exits.decide(event, market.view(), intents);
        return intents;
    }
    [[nodiscard]] Intents decide_once(const MarketEvent& event) const {
        Exits exits{settings, BasisPoints{2'000}};
        return decide(exits, event);
    }
    // Why the position would be left now; None when it would be kept.
    [[nodiscard]] ExitReason reason() const {
        const Intents intents = decide_once(market.changed(index));
        return intents.empty() ? ExitReason::None : intents[0].exit_reason;
    }

    TestPool pool{.venue = VenueId::RaydiumCpmm, .number = 1};
    config::ExitSettings settings;
    Market market;
    PoolIndex index;
};

}  // namespace sniperforge::strategy::test
