// SPDX-License-Identifier: MIT
// OrderCosts: what orders on paper cost where there are nodes and lanes to ask. Nothing is sent to
// either.
#pragma once

#include <memory>
#include <optional>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/execute/lanes.hpp"
#include "sniperforge/execute/paper_costs.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/solana/fees.hpp"

namespace sniperforge::execute {

class OrderCosts final : public PaperCosts {
 public:
    // `lanes` tell what they would be tipped now, and may be null.
    OrderCosts(net::Reactor& reactor, rpc::RpcClient& rpc, Lanes* lanes, const dex::PoolBook& book,
               const config::ExecutionSettings& settings);
    ~OrderCosts() override;
    OrderCosts(const OrderCosts&) = delete;
    OrderCosts& operator=(const OrderCosts&) = delete;

    // Asks for the rent until it is known.
    void start() override;
    [[nodiscard]] std::optional<Lamports> rent() const override;
    [[nodiscard]] Offer offer(std::optional<PoolIndex> pool) const override;
    void expect_orders(PoolIndex pool) override;
    [[nodiscard]] std::optional<Offer> reserve(const Offer& offer, ComputeUnits units,
                                               bool is_exit) override;
    void settled(const Offer& reserved, ComputeUnits units, Lamports paid) override;
    void resume(Lamports paid_today) override;
    void on_tick(MonoTime now) override;

 private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sniperforge::execute
