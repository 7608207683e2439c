// SPDX-License-Identifier: MIT
// Simulated nodes as the feed and the pool are told of them.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::test {

struct NodeUrls {
    std::string rpc, pubsub;
};

// Named node0, node1, ...
[[nodiscard]] inline config::NetworkSettings network_of(const std::vector<NodeUrls>& nodes,
                                                        double requests_per_second,
                                                        Duration request_timeout) {
    config::NetworkSettings network;
    network.request_timeout = request_timeout;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        config::EndpointSettings endpoint;
        endpoint.name = fmt::format("node{}", i);
        endpoint.rpc_url = nodes[i].rpc;
        endpoint.pubsub_url = nodes[i].pubsub;
        endpoint.requests_per_second = requests_per_second;
        network.endpoints.push_back(std::move(endpoint));
    }
    return network;
}

[[nodiscard]] inline std::vector<rpc::Endpoint> endpoints_of(
    const config::NetworkSettings& network) {
    std::vector<rpc::Endpoint> endpoints;
    for (const config::EndpointSettings& settings : network.endpoints) {
        rpc::Endpoint& endpoint = endpoints.emplace_back();
        endpoint.name = settings.name;
        endpoint.url = settings.rpc_url;
        endpoint.requests_per_second = settings.requests_per_second;
    }
    return endpoints;
}

}  // namespace sniperforge::test
