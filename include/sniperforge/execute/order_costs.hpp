// SPDX-License-Identifier: MIT
// OrderCosts: what orders on paper would offer for their landing, and what their accounts would
// cost, where there are nodes and lanes to ask. Nothing is sent to either.
#pragma once

#include <memory>
#include <optional>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/execute/lanes.hpp"
#include "sniperforge/execute/offer.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/solana/fees.hpp"

namespace sniperforge::execute {

class OrderCosts {
 public:
    // `lanes` tell what they would be tipped now, and may be null.
    OrderCosts(net::Reactor& reactor, rpc::RpcClient& rpc, Lanes* lanes, const dex::PoolBook& book,
               const config::ExecutionSettings& settings);
    ~OrderCosts();
    OrderCosts(const OrderCosts&) = delete;
    OrderCosts& operator=(const OrderCosts&) = delete;

    // Asks for the rent until it is known.
    void start();
    // Of the longest token account that an order may open; nothing before a node has told.
    [[nodiscard]] std::optional<Lamports> rent() const;

    // As the executor's. Paper landings teach nothing: the market's price is taken as it is.
    [[nodiscard]] Offer offer(std::optional<PoolIndex> pool) const;
    void expect_orders(PoolIndex pool);
    // Within what one order may cost, and the day, for which it is set aside. Nothing: the day has
    // no room, and this is no exit; those pay the least.
    [[nodiscard]] std::optional<Offer> reserve(const Offer& offer, ComputeUnits units,
                                               bool is_exit);
    // What it came to. Zero where it was in no block.
    void settled(const Offer& reserved, ComputeUnits units, Lamports paid);
    void resume(Lamports paid_today);
    // What the pools and mints took of what became of it; nothing where that is not known.
    [[nodiscard]] std::optional<VenueFees> venue_fees(const ExecutionReport& report,
                                                      const OrderIntent& intent,
                                                      const dex::QuoteContext& context) const;
    void on_tick(MonoTime now);

 private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sniperforge::execute
