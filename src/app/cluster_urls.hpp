// SPDX-License-Identifier: MIT
// A simulated cluster in place of the endpoints, of Jupiter and of the lanes that the settings
// name.
#pragma once

#include <string>

#include "app/cluster_thread.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::app {

// Of a `sim serve` by the URL of its RPC: PubSub is on the next port, Jupiter on the one behind it
// unless the settings name another URL for it.
[[nodiscard]] Result<ClusterUrls> external_urls(const std::string& rpc_url,
                                                const std::string& jupiter_url);
// `name` is the first endpoint's.
void use_cluster(config::Settings& settings, const ClusterUrls& urls, const std::string& name);

}  // namespace sniperforge::app
