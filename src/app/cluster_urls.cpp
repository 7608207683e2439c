// SPDX-License-Identifier: MIT
#include "app/cluster_urls.hpp"

#include <fmt/format.h>

#include "app/endpoints.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::app {

Result<ClusterUrls> external_urls(const std::string& rpc_url, const std::string& jupiter_url) {
    auto url = net::parse_url(rpc_url);
    if (!url) {
        return fail("--cluster", url.error());
    }
    if (url->address.port > 65'533) {
        return fail(
            fmt::format("--cluster: port {} leaves no room for PubSub (port + 1) and Jupiter "
                        "(port + 2)",
                        url->address.port));
    }
    const auto at = [&](const char* scheme, int offset) {
        return fmt::format("{}{}://{}:{}", scheme, url->address.is_tls ? "s" : "",
                           url->address.host, url->address.port + offset);
    };
    const std::string jupiter_default = config::JupiterSettings{}.url;
    return ClusterUrls{{{rpc_url, at("ws", 1)}},
                       jupiter_url == jupiter_default ? at("http", 2) : jupiter_url};
}

void use_cluster(config::Settings& settings, const ClusterUrls& urls, const std::string& name) {
    settings.network.endpoints.clear();
    for (std::size_t i = 0; i < urls.nodes.size(); ++i) {
        config::EndpointSettings endpoint;
        endpoint.name = i == 0 ? name : fmt::format("{}-{}", name, i);
        endpoint.rpc_url = urls.nodes[i].rpc;
        endpoint.pubsub_url = urls.nodes[i].pubsub;
        endpoint.requests_per_second = 1'000;  // Our own cluster: no provider to spare.
        settings.network.endpoints.push_back(std::move(endpoint));
    }
    settings.jupiter.url = urls.jupiter;
    settings.jupiter.requests_per_second = 200;
    use_simulated_lanes(settings.execution.lanes, urls.jupiter);
}

}  // namespace sniperforge::app
