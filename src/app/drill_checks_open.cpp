// SPDX-License-Identifier: MIT
// What is at stake at any time: what the chain has of ours, and what the orders on their way may
// spend. No approval may leave it above a limit, whether or not anything lands.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "app/drill_checks.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] bool is_pending(const JournalTale::Order& order) {
    return order.is_spending && order.approvals > 0 && order.denials == 0 &&
           order.reports <= order.reversals;
}

}  // namespace

void DrillChecks::begin_pending() {
    pending_.clear();
    for (const auto& [intent, order] : follower_.tale().orders) {
        if (is_pending(order)) {
            pending_.insert(intent);
        }
    }
}

void DrillChecks::note_pending(std::uint64_t intent) {
    const auto& orders = follower_.tale().orders;
    const auto order = orders.find(intent);
    if (order != orders.end() && is_pending(order->second)) {
        pending_.insert(intent);
    } else {
        pending_.erase(intent);
    }
}

// Of what has landed the chain tells, whether or not the daemon has heard.
bool DrillChecks::has_landed(std::uint64_t intent) const {
    return std::ranges::any_of(landed_, [&](const Landed& each) {
        const auto order = orders_.find(each.signature);
        return order != orders_.end() && order->second.intent == intent;
    });
}

// The limits, once for all that is held to them.
std::vector<DrillChecks::Bound> DrillChecks::bounds_of(const Stake& stake) const {
    const config::RiskSettings& limits = options_.limits;
    std::vector<Bound> bounds{
        {"the number of positions", stake.positions, limits.positions_max},
        {"what is at stake in lamports", stake.all, limit_lamports(limits.capital_max)}};
    for (const auto& [strategy, value] : stake.strategies) {
        bounds.push_back({fmt::format("the stake of strategy {} in lamports", strategy), value,
                          limit_lamports(limits.strategy_capital_max)});
    }
    for (const auto& [venue, value] : stake.venues) {
        bounds.push_back({fmt::format("the stake in venue {} in lamports", venue.to_string()),
                          value, limit_lamports(limits.venue_capital_max)});
    }
    return bounds;
}

void DrillChecks::check_landed(const RingOrder& entry, const Position& bought) {
    Stake stake{.positions = positions_.size()};
    for (const auto& [mint, held] : positions_) {
        stake.all += held.cost;
        stake.strategies[entry.strategy] += held.strategy == entry.strategy ? held.cost : 0;
        // What was bought on a curve may have moved to another venue since.
        if (held.venue == bought.venue && held.venue != solana::kPumpCurveProgram) {
            stake.venues[held.venue] += held.cost;
        }
    }
    for (const Bound& bound : bounds_of(stake)) {
        if (!bound.holds()) {
            violate(fmt::format("intent {} landed: {} is {}, the limit {}", entry.intent,
                                bound.what, bound.value, bound.limit));
        }
    }
}

void DrillChecks::check_open() {
    Stake stake;
    std::set<std::string> mints;
    const auto add = [&stake](std::uint8_t strategy, std::uint64_t lamports) {
        stake.all += lamports;
        stake.strategies[strategy] += lamports;
    };
    for (const auto& [mint, held] : positions_) {
        add(held.strategy, held.cost);
        mints.insert(mint.to_string());
    }
    for (const std::uint64_t intent : pending_) {
        const JournalTale::Order& order = follower_.tale().orders.at(intent);
        if (has_landed(intent)) {
            continue;
        }
        add(order.strategy, order.spend_max);
        if (order.is_entry) {
            mints.insert(order.mint_out);
        }
    }
    stake.positions = mints.size();
    for (const Bound& bound : bounds_of(stake)) {
        if (bound.holds()) {
            limits_exceeded_.erase(bound.what);
        } else if (limits_exceeded_.insert(bound.what).second) {  // Not with each that follows.
            violate(fmt::format("with {} orders on their way {} is {}, the limit {}",
                                pending_.size(), bound.what, bound.value, bound.limit));
        }
    }
}

}  // namespace sniperforge::app
