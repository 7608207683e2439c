// SPDX-License-Identifier: MIT
#include "sniperforge/execute/assumed_costs.hpp"

#include <fmt/format.h>

#include "sniperforge/execute/tip_policy.hpp"
#include "sniperforge/solana/fees.hpp"

namespace sniperforge::execute {

Offer AssumedCosts::offer(std::optional<PoolIndex> /*pool*/) const {
    Offer offer = caps_.least();
    const ComputeUnits units = settings_.swap_units;
    if (const auto tip = tip_floor_of(settings_)) {
        offer.tip = tip_within(*tip, offer.factor, settings_);
    }
    return caps_.within_day(caps_.within_order(offer, units), units);
}

std::vector<std::string> AssumedCosts::words(const config::ExecutionSettings& settings) {
    const bool is_market = settings.priority_fee == "market";
    const Lamports fee = solana::priority_fee(settings.priority_price, settings.swap_units);
    std::vector<std::string> words{fmt::format(
        "what others paid for their place in a block is not recorded: orders pay {} lamports of "
        "base fee and execution.priority_price, {} micro-lamports a compute unit{}: {} lamports "
        "for one swap, landed or reverted",
        solana::base_fee(1).raw(), settings.priority_price.raw(),
        is_market ? ", at which priority_fee: market begins, however full blocks were" : "",
        fee.raw())};
    if (settings.lanes.empty()) {
        words.emplace_back("no tips: execution.lanes is empty, so the executor would pay none");
        return words;
    }
    const config::LaneSettings& lane = settings.lanes.front();
    if (lane.tip_floor > tip_room(settings)) {
        words.push_back(fmt::format(
            "no tips: lane {} takes {} lamports or more, and execution.trade_fee_max_sol leaves {} "
            "beside the priority fee",
            lane.name, lane.tip_floor.raw(), tip_room(settings).raw()));
        return words;
    }
    words.push_back(fmt::format(
        "an order that lands pays a tip of {} lamports, the tip_floor_sol of {}, which is the "
        "first "
        "of execution.lanes and is taken to have room for every order; what tips landed then is "
        "not recorded",
        lane.tip_floor.raw(), lane.name));
    return words;
}

}  // namespace sniperforge::execute
