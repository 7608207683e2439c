// SPDX-License-Identifier: MIT
#include "app/balance_reader.hpp"

#include <utility>

#include "app/boot.hpp"

namespace sniperforge::app {

BalanceReader::BalanceReader(net::Reactor& reactor, rpc::RpcClient& pool,
                             std::vector<rpc::Endpoint> endpoints, Duration timeout)
    : pool_{pool} {
    std::erase_if(endpoints, [](const auto& each) { return each.role == rpc::EndpointRole::Send; });
    for (rpc::Endpoint& endpoint : endpoints) {
        names_.push_back(endpoint.name);
        if (endpoints.size() > 1) {
            endpoint.connections = 1;
            // A failure is followed by the next endpoint, not by the same one again.
            clients_.push_back(std::make_unique<rpc::RpcClient>(
                reactor, std::vector{endpoint},
                rpc::ClientOptions{.timeout = timeout, .attempts_max = 1}));
        }
    }
}

void BalanceReader::exclude(const std::string& endpoint) {
    for (const auto& client : clients_) {
        client->exclude(endpoint);
    }
}

void BalanceReader::admit(const std::string& endpoint) {
    for (const auto& client : clients_) {
        client->admit(endpoint);
    }
}

void BalanceReader::read(const Pubkey& wallet, const rpc::ReadOptions& options,
                         std::function<void(Result<Reading>)> done) {
    const std::size_t endpoint = next_;
    rpc::RpcClient& client = clients_.empty() ? pool_ : *clients_[endpoint];
    next_ = clients_.empty() ? 0 : (next_ + 1) % clients_.size();
    read_balances(client, wallet, options,
                  [endpoint, done = std::move(done)](Result<portfolio::ChainBalances> balances) {
                      if (!balances) {
                          return done(Err{balances.error()});
                      }
                      done(Reading{endpoint, std::move(*balances)});
                  });
}

}  // namespace sniperforge::app
