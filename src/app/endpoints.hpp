// SPDX-License-Identifier: MIT
// The configured endpoints as the pool of rpc takes them, and lanes as a simulated cluster has
// them.
#pragma once

#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::app {

[[nodiscard]] std::vector<rpc::Endpoint> endpoints_of(const config::NetworkSettings& network);
// The pool of them all.
[[nodiscard]] rpc::RpcClient client_of(net::Reactor& reactor,
                                       const config::NetworkSettings& network);

// Nothing of a simulation leaves for a real sender: each lane becomes the one of its kind at the
// cluster's address, with the tip accounts of its kind and without its key.
void use_simulated_lanes(std::vector<config::LaneSettings>& lanes, const std::string& cluster_url);

}  // namespace sniperforge::app
