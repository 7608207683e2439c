// SPDX-License-Identifier: MIT
#include "app/endpoints.hpp"

namespace sniperforge::app {

std::vector<rpc::Endpoint> endpoints_of(const config::NetworkSettings& network) {
    std::vector<rpc::Endpoint> endpoints;
    for (const auto& endpoint : network.endpoints) {
        endpoints.push_back(
            {.name = endpoint.name,
             .url = endpoint.rpc_url,
             .api_key = endpoint.api_key ? endpoint.api_key->value : "",
             .api_key_header = endpoint.api_key_header,
             .requests_per_second = endpoint.requests_per_second,
             .connections = network.rpc_connections,
             .role = rpc::parse_endpoint_role(endpoint.role).value_or(rpc::EndpointRole::Both),
             .weight = endpoint.weight,
             .credits_per_second = endpoint.credits_per_second,
             .credit_table =
                 rpc::parse_credit_table(endpoint.credit_table).value_or(rpc::CreditTable::Flat),
             .pipeline_depth = endpoint.pipeline_depth});
    }
    return endpoints;
}

rpc::RpcClient client_of(net::Reactor& reactor, const config::NetworkSettings& network) {
    return {reactor,
            endpoints_of(network),
            {.timeout = network.request_timeout,
             .slot_lag_max = network.slot_lag_max,
             .hedge_percent_max = network.hedge_percent_max,
             .send_reserve_percent = network.send_reserve_percent}};
}

void use_simulated_lanes(std::vector<config::LaneSettings>& lanes, const std::string& cluster_url) {
    for (config::LaneSettings& lane : lanes) {
        const char* const path = lane.kind == "sender"        ? "/fast"
                                 : lane.kind == "jito_bundle" ? "/api/v1/bundles"
                                                              : "/api/v1/transactions";
        lane.url = cluster_url + path;
        lane.auth.reset();
        lane.tip_accounts.clear();
        if (!lane.tip_floor_url.empty()) {
            lane.tip_floor_url = cluster_url + "/api/v1/bundles/tip_floor";
        }
    }
}

}  // namespace sniperforge::app
