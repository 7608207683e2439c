// SPDX-License-Identifier: MIT
// One swap that we would build, put through a node's own programs beside our own quote of it.
// Nothing is signed and nothing is sent.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/solana/lookup_table.hpp"

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
    // Of a sale: what the wallet may pay in the same transaction for accounts of the venue's.
    TokenAmount rents_max;

    // Simulated less quoted.
    [[nodiscard]] TokenDelta difference() const { return simulated.minus(quoted); }
};

// Why there was no trial.
struct NoTrial {
    // Nothing is wrong: the wallet has too little to spend, or the pool does not trade SOL.
    bool is_harmless = false;
    std::string text;
};

struct SwapTrialOptions {
    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    const config::ExecutionSettings& execution;
    Pubkey wallet;
    Pubkey pool;
    // Of execution.lookup_tables, as the executor has them; not used by version 1.
    std::span<const solana::AddressLookupTable> tables{};
};

// The wallet's SOL for the pool's token; less than `amount` where the wallet has less.
[[nodiscard]] Result<SwapTrial, NoTrial> try_entry(const SwapTrialOptions& options,
                                                   Lamports amount);
// As much of the token as the wallet has, and `amount` at most, for SOL.
[[nodiscard]] Result<SwapTrial, NoTrial> try_exit(const SwapTrialOptions& options,
                                                  TokenAmount amount);

}  // namespace sniperforge::app
