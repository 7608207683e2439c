// SPDX-License-Identifier: MIT
// A node's PubSub port: the faults between its notifications and the sockets.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "sim/faulty_reactor.hpp"
#include "sim/node_condition.hpp"
#include "sim/pubsub.hpp"

namespace sniperforge::sim {

class NodePubSub final : public PubSubOutlet, private WriteJudge {
 public:
    // All must outlive this.
    NodePubSub(net::Reactor& reactor, NodeCondition& condition, PubSub& pubsub);
    ~NodePubSub() override;
    NodePubSub(const NodePubSub&) = delete;
    NodePubSub& operator=(const NodePubSub&) = delete;

    [[nodiscard]] Result<void> listen(const std::string& host, std::uint16_t port);
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    [[nodiscard]] std::uint64_t connections() const { return connections_; }
    void end_all_connections() { faulty_.end_all_streams(); }

    void notify(net::WebSocketPeer& peer, NotificationKind kind, std::string_view text) override;
    void answer(net::WebSocketPeer& peer, std::string_view text) override { post(peer, text); }
    void on_peer_gone(net::WebSocketPeer& peer) override { links_.erase(&peer); }
    [[nodiscard]] Verdict judge_subscribe() override;
    [[nodiscard]] bool is_unsubscribe_ignored() override;

 private:
    // What is under way to one client. Gone with it; delayed work holds it weakly.
    struct Link {
        net::WebSocketPeer* peer = nullptr;
        struct Message {
            MonoTime due;
            std::string text;
        };
        std::deque<Message> messages;  // In order, each due no earlier than the one before.
        std::string held;              // Goes out behind the next one.
    };
    using LinkPtr = std::shared_ptr<Link>;

    // Or not: what the faults make of it.
    void tell(net::WebSocketPeer& peer, NotificationKind kind, std::string_view text);
    [[nodiscard]] LinkPtr link(net::WebSocketPeer& peer);
    // In order, after the latency.
    void post(net::WebSocketPeer& peer, std::string_view text);
    void send_due(const LinkPtr& link);
    void send_later(net::WebSocketPeer& peer, std::string_view text);
    void hold(net::WebSocketPeer& peer, std::string_view text);
    void release(net::WebSocketPeer& peer);
    [[nodiscard]] bool is_hit(NotificationKind kind) const;

    [[nodiscard]] WriteFate judge(std::vector<std::uint8_t>& bytes) override;
    [[nodiscard]] bool is_judging() const override { return !condition_.is_healthy(); }
    [[nodiscard]] bool refuses_connections() override;

    net::Reactor& reactor_;
    NodeCondition& condition_;
    PubSub& pubsub_;
    FaultyReactor faulty_;
    std::uint64_t connections_ = 0;                 // That were taken so far.
    std::map<net::WebSocketPeer*, LinkPtr> links_;  // Looked up, never walked.
    std::unique_ptr<net::WebSocketServer> server_;  // Last: it ends first.
};

}  // namespace sniperforge::sim
