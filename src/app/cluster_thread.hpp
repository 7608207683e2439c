// SPDX-License-Identifier: MIT
// A simulated cluster on a thread and a reactor of its own, behind real loopback sockets; and where
// any cluster is.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/sim/cluster.hpp"

namespace sniperforge::app {

struct ClusterUrls {
    struct Node {
        std::string rpc;
        std::string pubsub;
    };
    std::vector<Node> nodes;
    std::string jupiter;
};
[[nodiscard]] ClusterUrls urls_of(const sim::Cluster& cluster);

class ClusterThread {
 public:
    ClusterThread() = default;
    ~ClusterThread();
    ClusterThread(const ClusterThread&) = delete;
    ClusterThread& operator=(const ClusterThread&) = delete;

    [[nodiscard]] Result<ClusterUrls> start(const sim::ClusterOptions& options);

 private:
    std::unique_ptr<net::Reactor> reactor_;
    std::thread thread_;
};

}  // namespace sniperforge::app
