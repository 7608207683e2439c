// SPDX-License-Identifier: MIT
// Fees: what the next order offers, from what others paid, what became of ours, and the two caps.
#pragma once

#include <optional>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/execute/fee_caps.hpp"
#include "sniperforge/execute/fee_market.hpp"
#include "sniperforge/execute/landing_ledger.hpp"
#include "sniperforge/execute/offer.hpp"

namespace sniperforge::execute {

class Fees {
 public:
    Fees(net::Reactor& reactor, rpc::RpcClient& rpc, const config::ExecutionSettings& settings);

    [[nodiscard]] bool is_market() const { return settings_.priority_fee == "market"; }
    // For an order that asks for swap_units. `tip`: nothing where no lane can be taken. When the
    // day has no room for more, the least.
    [[nodiscard]] Offer offer(const std::optional<Pubkey>& pool,
                              const std::optional<TipRange>& tip) const;

    FeeMarket market;
    LandingLedger ledger;
    FeeCaps caps;

 private:
    const config::ExecutionSettings& settings_;  // The executor's.
};

}  // namespace sniperforge::execute
