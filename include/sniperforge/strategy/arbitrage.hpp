// SPDX-License-Identifier: MIT
// Arbitrage: two or three pools disagree by more than their fees and ours. One atomic transaction
// through all of them; it reverts on chain unless it profits.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/dex/router.hpp"
#include "sniperforge/strategy/cycle_bid.hpp"
#include "sniperforge/strategy/cycle_odds.hpp"
#include "sniperforge/strategy/reverts.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

class Arbitrage {
 public:
    explicit Arbitrage(const config::ArbitrageSettings& settings);
    void decide(const MarketEvent& event, const View& view, Intents& intents);
    // Other settings from now on. What was counted of outcomes stands: revert_percent_assumed is of
    // the start.
    void configure(const config::ArbitrageSettings& settings) {
        settings_ = settings;
        reverts_.set_budget(settings.revert_budget);
    }
    [[nodiscard]] bool is_enabled() const { return settings_.is_enabled; }
    // What became of an order of any strategy, at this Unix time.
    void settled(const ExecutionReport& report, std::int64_t unix_time) {
        reverts_.settled(report, unix_time);
        if (const auto end = cycle_end_of(report)) {
            odds_.count(*end);
        }
    }
    // Of earlier runs: how a cycle ended, the oldest first; and what one that reverted on the day
    // of this Unix time has paid.
    void count_earlier(const CycleEnd& end) { odds_.count(end); }
    void pay_earlier(const ExecutionReport& reverted, std::int64_t unix_time) {
        reverts_.settled(reverted, unix_time);
    }
    // The same pools for no more than `spend_max`, fees and rents included; nothing: with so little
    // nothing is left, or other pools are the better way.
    [[nodiscard]] std::optional<OrderIntent> resized(const OrderIntent& cycle, Lamports spend_max,
                                                     const View& view) const;
    // The transaction of a cycle of ours could not be built; most often it does not fit.
    void unbuildable(const OrderIntent& intent, Slot slot);

 private:
    // Pools and directions, leg by leg.
    using Route = std::array<std::uint64_t, kLegsMax>;
    class CostsOfRoutes;

    struct Proposal {
        dex::Cycle cycle;
        OrderIntent intent;
    };
    // What is worth it for at least one bid, and which is best.
    struct Offered {
        dex::Cycle cycle;
        CycleBid bid;
        [[nodiscard]] Lamports profit() const { return cycle.profit - bid.amount; }
    };
    // What is worth it and stakes no more than `amount_max`.
    [[nodiscard]] std::optional<Proposal> propose(PoolIndex changed, Lamports amount_max,
                                                  const View& view, Slot slot) const;
    // Cut until its ceiling is within `spend_max`.
    [[nodiscard]] std::optional<Proposal> propose_within(PoolIndex changed, Lamports amount_max,
                                                         Lamports spend_max, const View& view,
                                                         Slot slot) const;
    [[nodiscard]] std::optional<Offered> best_offer(PoolIndex changed, Lamports amount_max,
                                                    const View& view, Slot slot) const;
    // Of a cycle that pays so much to the chain beside its bid, base fee and tip included.
    [[nodiscard]] BidTerms bid_terms(Lamports fee, const Costs& costs) const;
    [[nodiscard]] static Route route_of(std::span<const Leg> legs);
    [[nodiscard]] bool is_unbuildable(const Route& route, Slot slot) const;
    // False: a pool of it was tried at this slot, or a later one, already.
    [[nodiscard]] bool take_turn(const dex::Cycle& cycle, Slot slot);
    [[nodiscard]] std::uint64_t slack_of(const Offered& offered) const;
    [[nodiscard]] std::uint64_t slack_in_of(const Offered& offered, const View& view) const;
    [[nodiscard]] OrderIntent intent_of(const Offered& offered, Lamports amount_max,
                                        const View& view, Slot slot) const;

    config::ArbitrageSettings settings_;
    CycleOdds odds_;
    Reverts reverts_;
    // A pool's last slot that gave an intent: one try per pool and slot.
    std::unordered_map<std::uint32_t, Slot> tried_at_;
    std::map<Route, Slot> unbuildable_until_;
};

}  // namespace sniperforge::strategy
