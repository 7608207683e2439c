// SPDX-License-Identifier: MIT
#include "app/genesis.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sniperforge::app {
namespace {

constexpr Duration kRetryDelay = std::chrono::milliseconds{100};

}  // namespace

GenesisReader::GenesisReader(net::Reactor& reactor, std::vector<rpc::Endpoint> endpoints,
                             Duration timeout) {
    for (rpc::Endpoint& endpoint : endpoints) {
        names_.push_back(endpoint.name);
        endpoint.role = rpc::EndpointRole::Both;
        endpoint.connections = 1;
        clients_.push_back(std::make_unique<rpc::RpcClient>(
            reactor, std::vector{std::move(endpoint)}, rpc::ClientOptions{.timeout = timeout}));
    }
}

void GenesisReader::read(std::function<void(std::vector<EndpointGenesis>)> done) {
    done_ = std::move(done);
    outstanding_ = clients_.size();
    answers_.clear();
    for (const std::string& name : names_) {
        answers_.push_back({name, Hash{}});
    }
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        clients_[i]->get_genesis_hash([this, i](rpc::RpcResult<Hash> hash) {
            answers_[i].hash = std::move(hash);
            if (--outstanding_ == 0) {
                std::exchange(done_, {})(std::move(answers_));
            }
        });
    }
}

bool is_mainnet(const Hash& genesis) {
    return genesis.to_string() == "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d";
}

Result<void> check_one_chain(const std::vector<EndpointGenesis>& answers) {
    const auto first = std::find_if(answers.begin(), answers.end(),
                                    [](const EndpointGenesis& each) { return each.hash; });
    const bool is_one = std::all_of(first, answers.end(), [&](const EndpointGenesis& each) {
        return !each.hash || *each.hash == *first->hash;
    });
    if (is_one) {
        return {};
    }
    std::string told;
    for (const EndpointGenesis& each : answers) {
        if (each.hash) {
            told += fmt::format("{}{} {}", told.empty() ? "" : ", ", each.endpoint,
                                each.hash->to_string());
        }
    }
    return fail("the endpoints serve different chains, by their genesis hashes: " + told +
                "; leave only those of one cluster in network.endpoints");
}

std::string untold(const std::vector<EndpointGenesis>& answers) {
    std::string text;
    for (const EndpointGenesis& each : answers) {
        if (!each.hash) {
            text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", each.endpoint,
                                each.hash.error().text());
        }
    }
    return text;
}

Result<Hash> read_chain(const std::vector<rpc::Endpoint>& endpoints, Duration timeout,
                        Duration patience) {
    const auto reactor = net::make_asio_reactor();
    GenesisReader reader{*reactor, endpoints, timeout};
    const MonoTime deadline = reactor->now() + patience;
    std::vector<EndpointGenesis> told;
    const std::function<void()> ask = [&] {
        reader.read([&](std::vector<EndpointGenesis> answers) {
            told = std::move(answers);
            // Not from inside the event, which is the reader's.
            reactor->schedule_after(kRetryDelay, [&] {
                if (untold(told).empty() || reactor->now() >= deadline) {
                    return reactor->stop();
                }
                ask();
            });
        });
    };
    ask();
    reactor->run();
    if (auto one = check_one_chain(told); !one) {
        return Err{one.error()};
    }
    if (const std::string problem = untold(told); !problem.empty()) {
        return fail("reading the genesis hash of every endpoint: " + problem);
    }
    return *told.front().hash;
}

}  // namespace sniperforge::app
