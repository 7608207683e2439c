// SPDX-License-Identifier: MIT
// The accounts that our own instructions through pools name: those of the venues, and ours.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::app {

struct PoolAccounts {
    std::vector<Pubkey> accounts;       // Each once, in the order of the pools; without the wallet.
    std::vector<std::string> problems;  // Pools that cannot be read or not be traded in, and why.
};
// Both ways through each pool, from the wallet's associated accounts to them.
[[nodiscard]] PoolAccounts read_pool_accounts(net::Reactor& reactor, rpc::RpcClient& rpc,
                                              const Pubkey& wallet, std::span<const Pubkey> pools);

}  // namespace sniperforge::app
