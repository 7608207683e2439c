// SPDX-License-Identifier: MIT
#include "app/balance_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/boot.hpp"

namespace sniperforge::app {

BalanceReader::BalanceReader(net::Reactor& reactor, rpc::RpcClient& pool,
                             std::vector<rpc::Endpoint> endpoints, Duration timeout)
    : reactor_{reactor}, pool_{pool} {
    std::erase_if(endpoints, [](const auto& each) { return each.role == rpc::EndpointRole::Send; });
    for (rpc::Endpoint& endpoint : endpoints) {
        names_.push_back(endpoint.name);
        excluded_at_.emplace_back();
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
        if (names_[i] == endpoint && !excluded_at_[i]) {
            excluded_at_[i] = reactor_.now();
        }
    }
}

void BalanceReader::admit(const std::string& endpoint) {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        clients_[i]->admit(endpoint);
        if (names_[i] == endpoint) {
            excluded_at_[i].reset();
        }
    }
}

std::size_t BalanceReader::endpoints() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(excluded_at_, [](const auto& at) { return !at; }));
}

std::string BalanceReader::excluded() const {
    std::string text;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (excluded_at_[i]) {
            text += (text.empty() ? "" : ", ") + names_[i];
        }
    }
    return text;
}

bool BalanceReader::is_awaiting() const {
    return std::ranges::any_of(excluded_at_, [this](const std::optional<MonoTime>& at) {
        return at && reactor_.now() - *at < kAbsentAfter;
    });
}

void BalanceReader::read(const Pubkey& wallet, const rpc::ReadOptions& options,
                         std::function<void(Result<Reading>)> done) {
    for (std::size_t i = 0; i < clients_.size() && excluded_at_[next_]; ++i) {
        next_ = (next_ + 1) % clients_.size();
    }
    const std::size_t endpoint = next_;
    rpc::RpcClient& client = clients_.empty() ? pool_ : *clients_[endpoint];
    next_ = clients_.empty() ? 0 : (next_ + 1) % clients_.size();
    read_balances(
        client, wallet, options,
        [name = names_[endpoint], endpoint, is_alone = endpoints() < 2 && !is_awaiting(),
         done = std::move(done)](Result<portfolio::ChainBalances> balances) {
            if (!balances) {
                return done(fail(fmt::format("endpoint {}: {}", name, balances.error().text)));
            }
            done(Reading{endpoint, std::move(*balances), is_alone});
        });
}

}  // namespace sniperforge::app
