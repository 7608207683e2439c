// SPDX-License-Identifier: MIT
// What is at stake at any time: what the chain has of ours, and what the orders on their way may
// spend. No record of the journal may leave it above a limit, whether or not anything lands.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "app/drill_checks.hpp"

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

void DrillChecks::check_open() {
    std::uint64_t all = 0;
    std::map<std::uint8_t, std::uint64_t> strategies;
    std::set<std::string> mints;
    for (const auto& [mint, held] : positions_) {
        all += held.cost;
        strategies[held.strategy] += held.cost;
        mints.insert(mint.to_string());
    }
    for (const std::uint64_t intent : pending_) {
        const JournalTale::Order& order = follower_.tale().orders.at(intent);
        if (has_landed(intent)) {
            continue;
        }
        all += order.spend_max;
        strategies[order.strategy] += order.spend_max;
        if (order.is_entry) {
            mints.insert(order.mint_out);
        }
    }
    const auto limit = [&](const std::string& what, std::uint64_t value, std::uint64_t max) {
        if (value <= max) {
            limits_exceeded_.erase(what);
        } else if (limits_exceeded_.insert(what).second) {  // Not with each record that follows.
            violate(fmt::format("with {} orders on their way {} is {}, the limit {}",
                                pending_.size(), what, value, max));
        }
    };
    limit("the number of positions", mints.size(), options_.limits.positions_max);
    limit("what is at stake in lamports", all, limit_lamports(options_.limits.capital_max));
    for (const auto& [strategy, stake] : strategies) {
        limit(fmt::format("the stake of strategy {} in lamports", strategy), stake,
              limit_lamports(options_.limits.strategy_capital_max));
    }
}

}  // namespace sniperforge::app
