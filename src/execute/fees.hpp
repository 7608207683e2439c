// SPDX-License-Identifier: MIT
// Fees: what the next order offers, from what others paid, what became of ours, and the two caps.
#pragma once

#include <optional>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/execute/fee_budget.hpp"
#include "sniperforge/execute/fee_market.hpp"
#include "sniperforge/execute/landing_ledger.hpp"
#include "sniperforge/execute/offer.hpp"

namespace sniperforge::execute {

// The highest price at which so many units cost no more than `fee`.
[[nodiscard]] ComputeUnitPrice price_within(Lamports fee, ComputeUnits units);

// Within what one order may cost at so many units: the tip goes first, then the price.
[[nodiscard]] Offer within_order(const config::ExecutionSettings& settings, Offer offer,
                                 ComputeUnits units);

class Fees {
 public:
    Fees(net::Reactor& reactor, rpc::RpcClient& rpc, const config::ExecutionSettings& settings);

    [[nodiscard]] bool is_market() const { return settings_.priority_fee == "market"; }
    // For an order that asks for swap_units. `tip`: nothing where no lane can be taken. When the
    // day has no room for more, the least.
    [[nodiscard]] Offer offer(const std::optional<Pubkey>& pool,
                              const std::optional<TipRange>& tip) const;
    [[nodiscard]] Offer within_order(const Offer& offer, ComputeUnits units) const {
        return execute::within_order(settings_, offer, units);
    }
    [[nodiscard]] Offer least() const { return {.price = settings_.priority_price}; }
    // Whether the day has room for it. Exactly the limit is allowed.
    [[nodiscard]] bool is_within_day(Lamports cost) const;
    [[nodiscard]] Lamports used_today() const;

    FeeMarket market;
    LandingLedger ledger;
    FeeBudget budget;

 private:
    net::Reactor& reactor_;
    const config::ExecutionSettings& settings_;  // The executor's.
};

// Of an offer for so many units, without the base fee.
[[nodiscard]] Lamports cost_of(const Offer& offer, ComputeUnits units);

}  // namespace sniperforge::execute
