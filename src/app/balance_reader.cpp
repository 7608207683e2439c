// SPDX-License-Identifier: MIT
#include "app/balance_reader.hpp"

#include <algorithm>
#include <utility>

#include "app/boot.hpp"

namespace sniperforge::app {

BalanceReader::BalanceReader(net::Reactor& reactor, rpc::RpcClient& pool,
                             std::vector<rpc::Endpoint> endpoints, Duration timeout)
    : pool_{pool} {
    std::erase_if(endpoints, [](const auto& each) { return each.role == rpc::EndpointRole::Send; });
    for (rpc::Endpoint& endpoint : endpoints) {
        names_.push_back(endpoint.name);
        is_excluded_.push_back(false);
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
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        clients_[i]->exclude(endpoint);
        is_excluded_[i] = is_excluded_[i] || names_[i] == endpoint;
    }
}

void BalanceReader::admit(const std::string& endpoint) {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        clients_[i]->admit(endpoint);
        is_excluded_[i] = is_excluded_[i] && names_[i] != endpoint;
    }
}

std::size_t BalanceReader::endpoints() const {
    return static_cast<std::size_t>(std::ranges::count(is_excluded_, false));
}

void BalanceReader::read(const Pubkey& wallet, const rpc::ReadOptions& options,
                         std::function<void(Result<Reading>)> done) {
    for (std::size_t i = 0; i < clients_.size() && is_excluded_[next_]; ++i) {
        next_ = (next_ + 1) % clients_.size();
    }
    const std::size_t endpoint = next_;
    rpc::RpcClient& client = clients_.empty() ? pool_ : *clients_[endpoint];
    next_ = clients_.empty() ? 0 : (next_ + 1) % clients_.size();
    read_balances(client, wallet, options,
                  [endpoint, is_alone = endpoints() < 2,
                   done = std::move(done)](Result<portfolio::ChainBalances> balances) {
                      if (!balances) {
                          return done(Err{balances.error()});
                      }
                      done(Reading{endpoint, std::move(*balances), is_alone});
                  });
}

}  // namespace sniperforge::app
