// SPDX-License-Identifier: MIT
#include "app/cluster_thread.hpp"

#include <future>

namespace sniperforge::app {

ClusterUrls urls_of(const sim::Cluster& cluster) {
    ClusterUrls urls;
    for (std::size_t i = 0; i < cluster.node_count(); ++i) {
        urls.nodes.push_back({cluster.rpc_url(i), cluster.pubsub_url(i)});
    }
    urls.jupiter = cluster.jupiter_url();
    return urls;
}

Result<ClusterUrls> ClusterThread::start(const sim::ClusterOptions& options) {
    reactor_ = net::make_asio_reactor();
    std::promise<Result<ClusterUrls>> started;
    auto answer = started.get_future();
    thread_ = std::thread{[this, options, &started] {
        auto cluster = sim::Cluster::start(*reactor_, options);
        if (!cluster) {
            started.set_value(Err{cluster.error()});
            return;
        }
        started.set_value(urls_of(**cluster));
        reactor_->run();
    }};
    return answer.get();
}

ClusterThread::~ClusterThread() {
    if (thread_.joinable()) {
        reactor_->post([this] { reactor_->stop(); });
        thread_.join();
    }
}

}  // namespace sniperforge::app
