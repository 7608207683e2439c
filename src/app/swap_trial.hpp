// SPDX-License-Identifier: MIT
// One swap that we would build, put through a node's own programs beside our own quote of it.
// Nothing is signed and nothing is sent.
#pragma once

#include <cstdint>
#include <string>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::app {

struct SwapTrial {
    OrderKind kind = OrderKind::Entry;
    TokenAmount amount_in;
    TokenAmount quoted;
    std::string error;  // Decoded, of a simulation that failed; empty otherwise.
    TokenAmount simulated;
    std::uint64_t units_consumed = 0;
    Slot slot;                     // That the node simulated on.
    bool is_pool_settled = false;  // The pool stood still while it was quoted and simulated.
    // The wallet may pay rents in the same transaction that are no part of the swap.
    bool may_pay_rents = false;

    // Simulated less quoted.
    [[nodiscard]] TokenDelta difference() const { return simulated.minus(quoted); }
};

struct SwapTrialOptions {
    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    const config::ExecutionSettings& execution;
    Pubkey wallet;
    Pubkey pool;
};

// The wallet's SOL for the pool's token; less than `amount` where the wallet has less. An error:
// there was no trial, and why.
[[nodiscard]] Result<SwapTrial> try_entry(const SwapTrialOptions& options, Lamports amount);
// As much of the token as the wallet has, and `amount` at most, for SOL.
[[nodiscard]] Result<SwapTrial> try_exit(const SwapTrialOptions& options, TokenAmount amount);

}  // namespace sniperforge::app
