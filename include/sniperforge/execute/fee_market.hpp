// SPDX-License-Identifier: MIT
// FeeMarket: what others have paid lately for the accounts that orders in a pool lock. A node is
// asked in the background, one pool at a time and no faster than the settings say; whoever makes an
// order takes what is known. A price is never kept for longer than a minute.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/rpc/recent_fees.hpp"

namespace sniperforge::execute {

// The price that `percent` of the slots did not exceed, by nearest rank; zero of no slots.
[[nodiscard]] ComputeUnitPrice percentile_of(std::span<const rpc::RecentFee> fees,
                                             std::uint32_t percent);

class FeeMarket {
 public:
    // Pools that are asked about; whoever was wanted longest ago gives way.
    static constexpr std::size_t kPoolsMax = 256;

    FeeMarket(net::Reactor& reactor, rpc::RpcClient& rpc,
              const config::ExecutionSettings& settings);
    ~FeeMarket();  // An answer on its way is dropped.
    FeeMarket(const FeeMarket&) = delete;
    FeeMarket& operator=(const FeeMarket&) = delete;

    // Orders in this pool are likely, and lock these accounts. Those wanted last are asked first.
    void want(const Pubkey& pool, std::vector<Pubkey> accounts);
    // Of the pool. Where nothing is known of it, the middle one of those that are known; nothing
    // where none is.
    [[nodiscard]] std::optional<ComputeUnitPrice> price(const Pubkey& pool) const;
    [[nodiscard]] std::optional<ComputeUnitPrice> price() const;
    // Asks when it is due.
    void on_tick(MonoTime now);

 private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sniperforge::execute
