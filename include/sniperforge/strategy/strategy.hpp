// SPDX-License-Identifier: MIT
// What every strategy is given and what it gives back. Strategies are pure: told the time, no I/O,
// no chance; the same events give the same intents.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/pool_graph.hpp"
#include "sniperforge/dex/quote_behind.hpp"
#include "sniperforge/model/market_event.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"
#include "sniperforge/strategy/sale_memo.hpp"

namespace sniperforge::strategy {

// What one transaction costs us besides the swap itself; from ExecutionSettings and the chain.
struct Costs {
    Lamports entry_fee;           // Base + priority fee + tip of one swap transaction.
    Lamports cycle_fee;           // The same for a cycle of two legs.
    Lamports token_account_rent;  // Of the longest that we may have to pay for.
    Lamports third_leg_fee{};     // What a third leg adds to a cycle's.
    // What those two pay for. Venues that compute more ask for more.
    ComputeUnitPrice unit_price{};
    ComputeUnits cycle_units{};
    ComputeUnits third_leg_units{};
    Lamports sweep_fee{};  // Of a transaction that burns and closes.
    Lamports tip{};        // In the first two: what reverts does not pay it.
    Lamports fee_max{};    // Priority fee and tip of an order, a cycle's bid included.
};

// The world at the moment of a decision. Views, valid during the call.
struct View {
    const dex::PoolBook& book;
    const dex::PoolGraph& graph;              // Has followed the book.
    std::span<const PositionView> positions;  // Sorted by position_id.
    dex::QuoteContext quote;
    Costs costs;
    Slot slot;
    MonoTime now;
    // Sorted: those whose entries wait for something that is being looked up.
    std::span<const PoolIndex> pools_waiting{};
    MicroUsd sol_price{};       // USD per SOL; zero: unknown.
    bool is_feed_lost = false;  // Nothing at all is heard: what is in the book may be history.
    // On paper: what we did that the book's pools do not have. A sale comes behind it.
    std::span<const dex::SwapOutstanding> own_swaps{};
    // What one trade may take out of the wallet, at the price of a SOL; without one nothing is
    // entered at all.
    Lamports trade_max = Lamports::max();
    // Mints that no order may name: a position of one stays, whatever speaks for its sale.
    std::span<const Pubkey> tokens_kept{};
    SaleMemo* sales = nullptr;  // Without one every sale is quoted anew.
};

// Intents of one event; bounded, so that a burst cannot grow without limit.
inline constexpr std::size_t kIntentsMax = 16;
using Intents = std::vector<OrderIntent>;  // Reserved once to kIntentsMax; intent_id is set later.

}  // namespace sniperforge::strategy
