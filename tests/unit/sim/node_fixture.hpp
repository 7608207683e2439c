// SPDX-License-Identifier: MIT
// A cluster of nodes and one client per node, under virtual time.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chain_fixture.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/net/websocket.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "support/still_market.hpp"

namespace sniperforge::sim {

using Json = simdjson::dom::element;
using std::chrono::milliseconds;

inline constexpr std::string_view kHealthy = R"({"jsonrpc":"2.0","result":"ok","id":1})";

// A client of one node that writes down everything it is told.
class NodeClient final : public net::WebSocketEvents {
 public:
    struct Answer {
        net::HttpResult result;
        MonoTime at;
    };

    NodeClient(net::Reactor& reactor, const Cluster& cluster, std::size_t node,
               Duration timeout = std::chrono::seconds{5}, Duration silence = Duration{0})
        : reactor_{reactor},
          rpc_{reactor, net::parse_url(cluster.rpc_url(node))->address, {.timeout = timeout}} {
        net::WebSocketOptions options;
        options.ping_interval = silence / 2;
        options.silence_max = silence;
        pubsub_ = std::make_unique<net::WebSocketClient>(
            reactor, net::parse_url(cluster.pubsub_url(node)).value(), *this, options);
    }

    void on_open() override { is_open = true; }
    void on_message(std::string_view message, MonoTime at) override {
        messages.emplace_back(message);
        message_times.push_back(at);
    }
    void on_close(const Error& reason) override {
        is_open = false;
        close_reason = reason.text;
    }
    void rpc(std::string_view method, std::string_view params = "[]") {
        post(
            fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})", method, params));
    }
    void post(std::string body) {
        rpc_.request({.method = "POST",
                      .target = "/",
                      .headers = {{"content-type", "application/json"}},
                      .body = std::move(body)},
                     [this](net::HttpResult result) {
                         answers.push_back({std::move(result), reactor_.now()});
                     });
    }
    void send(std::string_view method, std::string_view params = "[]") {
        pubsub_->send_text(
            fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})", method, params));
    }
    // Notifications of the method that were received.
    [[nodiscard]] std::vector<std::string> notifications(std::string_view method) const {
        std::vector<std::string> found;
        std::ranges::copy_if(messages, std::back_inserter(found), [&](const std::string& message) {
            return message.find(method) != std::string::npos;
        });
        return found;
    }

    bool is_open = false;
    std::string close_reason;
    std::vector<Answer> answers;
    std::vector<std::string> messages;
    std::vector<MonoTime> message_times;

 private:
    net::Reactor& reactor_;
    net::HttpClient rpc_;
    std::unique_ptr<net::WebSocketClient> pubsub_;
};

class NodeTest : public ::testing::Test {
 protected:
    // No launches, no trades, no skipped slots: what happens is what the test does.
    [[nodiscard]] static ClusterOptions quiet_options(std::size_t nodes) {
        ClusterOptions options;
        options.scenario = test::still_market();
        options.scenario.slot_skip_probability = 0;
        options.scenario.drop_probability = 0;
        options.scenario.landing_miss_probability = 0;
        options.nodes = nodes;
        return options;
    }
    void start(const ClusterOptions& options) {
        auto started = Cluster::start(reactor, options);
        ASSERT_TRUE(started.has_value()) << started.error().text;
        cluster = std::move(*started);
    }
    void start(std::size_t nodes) { start(quiet_options(nodes)); }
    [[nodiscard]] std::unique_ptr<NodeClient> connect(std::size_t node,
                                                      Duration timeout = std::chrono::seconds{5},
                                                      Duration silence = Duration{0}) {
        auto client = std::make_unique<NodeClient>(reactor, *cluster, node, timeout, silence);
        run(milliseconds{5});
        return client;
    }
    void run(Duration duration) { reactor.run_until(reactor.now() + duration); }
    void run_slots(int slots) { run(slots * milliseconds{400}); }
    // Sends and waits for the answer, at most the client's patience.
    const NodeClient::Answer& ask(NodeClient& client, std::string_view method,
                                  std::string_view params = "[]") {
        const std::size_t before = client.answers.size();
        client.rpc(method, params);
        for (int i = 0; i < 20'000 && client.answers.size() == before; ++i) {
            run(milliseconds{1});
        }
        EXPECT_GT(client.answers.size(), before) << "no answer at all to " << method;
        return client.answers.back();
    }
    // The answer's body; empty, with a failed check, when there is none.
    std::string body(NodeClient& client, std::string_view method, std::string_view params = "[]") {
        const auto& answer = ask(client, method, params);
        EXPECT_TRUE(answer.result.has_value());
        return answer.result ? answer.result->body : std::string{};
    }
    [[nodiscard]] std::uint64_t count(std::size_t node, FaultKind kind) const {
        return cluster->fault_counters(node)[kind];
    }
    static std::string account_params(const Pubkey& key, std::string_view commitment) {
        return fmt::format(R"(["{}",{{"encoding":"base64","commitment":"{}"}}])", key.to_string(),
                           commitment);
    }
    void put(const Pubkey& key, std::uint64_t lamports) {
        cluster->chain().put_account(key, {Lamports{lamports}, solana::kSystemProgram, false, {}});
    }

    net::VirtualReactor reactor;
    std::unique_ptr<Cluster> cluster;
};

}  // namespace sniperforge::sim
