// SPDX-License-Identifier: MIT
// A socket that is lost and comes back over real loopback sockets, against the simulated cluster on
// a thread of its own: from the loss to the acknowledgement of the last of its subscriptions.
#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <span>
#include <thread>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/rpc/pubsub.hpp"
#include "sniperforge/sim/cluster.hpp"

namespace sniperforge::rpc {
namespace {

// The cluster as `run --mode sim` has it: its own reactor on its own thread.
class ClusterThread {
 public:
    ClusterThread() {
        sim::ClusterOptions options;
        options.scenario = *sim::named_scenario("demo");
        auto cluster = sim::Cluster::start(*reactor_, options);
        SF_ASSERT(cluster.has_value());
        cluster_ = std::move(*cluster);
        url_ = cluster_->pubsub_url();
        thread_ = std::thread{[this] { reactor_->run(); }};
    }
    ~ClusterThread() {
        reactor_->post([this] { reactor_->stop(); });
        thread_.join();
    }
    [[nodiscard]] const std::string& url() const { return url_; }

 private:
    std::unique_ptr<net::Reactor> reactor_ = net::make_asio_reactor();
    std::unique_ptr<sim::Cluster> cluster_;
    std::string url_;
    std::thread thread_;
};

struct Owner final : PubSubEvents {
    explicit Owner(net::Reactor& reactor_in) : reactor{reactor_in} {}
    void on_update(const ChainUpdate&, std::uint32_t, MonoTime) override {}
    void on_subscribed() override {
        subscribed_at = reactor.now();
        reactor.stop();
    }
    void on_lost(const Error&) override {}
    void on_problem(const Error&) override { ++problems; }

    net::Reactor& reactor;
    MonoTime subscribed_at{};
    int problems = 0;
};

void reconnect(benchmark::State& state) {
    const ClusterThread cluster;
    const auto reactor = net::make_asio_reactor();
    Owner owner{*reactor};
    PubSub pubsub{*reactor,
                  {.name = "sim", .url = cluster.url(), .api_key = {}, .api_key_header = {}},
                  owner};
    pubsub.subscribe_slots();
    const auto accounts = static_cast<std::uint32_t>(state.range(0));
    Rng rng{1};
    for (std::uint32_t i = 1; i < accounts; ++i) {
        // Keys as they are, spread over all their bits: hash maps count on that, the node's too.
        Pubkey key;
        for (std::size_t at = 0; at < key.bytes.size(); at += sizeof(std::uint64_t)) {
            write_le(std::span{key.bytes}, at, rng.next());
        }
        pubsub.subscribe_account(key, i);
    }
    pubsub.start();
    reactor->run();
    for (auto _ : state) {
        // A connection that has lived for a second is opened again at once.
        reactor->schedule_after(std::chrono::milliseconds{1'100}, [&] { reactor->stop(); });
        reactor->run();
        const MonoTime lost_at = reactor->now();
        pubsub.reconnect(Error{"as if it were lost"});
        reactor->run();
        state.SetIterationTime(
            std::chrono::duration<double>(owner.subscribed_at - lost_at).count());
    }
    state.counters["problems"] = owner.problems;
}
BENCHMARK(reconnect)->Arg(1'000)->Arg(10'000)->UseManualTime()->Iterations(5)->Unit(
    benchmark::kMillisecond);

}  // namespace
}  // namespace sniperforge::rpc
