// SPDX-License-Identifier: MIT
// The entry that the sniper and momentum share: SOL into a token through one pool, with its floor,
// its ceiling and the figures that the gate asks for.
#pragma once

#include <optional>

#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

struct EntryOptions {
    StrategyId strategy = StrategyId::Sniper;
    Lamports amount;
    BasisPoints slippage;
    std::uint32_t slots_valid = 8;
    bool is_token_account_open = false;  // It adds to what we hold.
};

// Nothing when the pool has no SOL side or cannot be quoted now.
[[nodiscard]] std::optional<OrderIntent> entry_into(PoolIndex pool, const EntryOptions& options,
                                                    const View& view);

// The token that a SOL pool trades, and its SOL side; nothing for a pool without SOL.
struct SolPool {
    Pubkey token;
    Lamports sol;
    TokenAmount tokens;
    Direction buying;  // The direction that spends SOL.
};
[[nodiscard]] std::optional<SolPool> sol_pool(const dex::Pool& pool);

// What a swap may pay in rent besides the token accounts of its two sides: what the venue's program
// asks for, and lengthening the pool.
[[nodiscard]] Lamports venue_rent(const dex::Pool& pool, Direction direction, const Costs& costs);

}  // namespace sniperforge::strategy
