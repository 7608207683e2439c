// SPDX-License-Identifier: MIT
// HeightHearing: asks every endpoint that may be read from how far the chain has come, and holds
// what is believed of it. What ends an order, or a wait for orders, by a height or a
// finalized slot asks here.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/rpc/pace_gauge.hpp"

namespace sniperforge::rpc {

class HeightHearing {
 public:
    // The client outlives it.
    HeightHearing(net::Reactor& reactor, RpcClient& rpc, Commitment commitment);

    // Each endpoint that has no question of ours open.
    void ask();
    // Once, as soon as something is believed.
    void when_believed(std::function<void()> then);
    [[nodiscard]] const std::optional<PaceGauge::Believed>& believed() const;
    // Zero until something is believed.
    [[nodiscard]] ChainHeight chain() const;
    // A blockhash with this last valid height is one of the newest block that a node may have.
    [[nodiscard]] bool can_be_fresh(BlockHeight last_valid_height) const;
    // No block takes any more what was signed with this last valid height, on a blockhash that was
    // among the newest at that time.
    [[nodiscard]] bool has_passed(BlockHeight last_valid_height, MonoTime fresh_at) const;

 private:
    struct State;
    std::shared_ptr<State> state_;  // Answers hold weak references.
};

}  // namespace sniperforge::rpc
