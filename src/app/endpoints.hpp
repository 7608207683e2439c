// SPDX-License-Identifier: MIT
// The configured endpoints as the pool of rpc takes them.
#pragma once

#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::app {

[[nodiscard]] std::vector<rpc::Endpoint> endpoints_of(const config::NetworkSettings& network);

}  // namespace sniperforge::app
