// SPDX-License-Identifier: MIT
#include "sim/node_pubsub.hpp"

#include <algorithm>
#include <utility>

#include "sim/retold.hpp"
#include "sim/wire_limits.hpp"

namespace sniperforge::sim {

namespace {

// Messages under way to one client; more are lost and counted as missed.
constexpr std::size_t kMessagesMax = 200'000;
// A held message goes out after this long even when no other follows.
constexpr Duration kHeldMax = std::chrono::seconds{1};
// First bytes of frames that servers send (RFC 6455, 5.2): whole text messages and pongs.
constexpr std::uint8_t kTextFrame = 0x81, kPongFrame = 0x8a;

}  // namespace

NodePubSub::NodePubSub(net::Reactor& reactor, NodeCondition& condition, PubSub& pubsub)
    : reactor_{reactor}, condition_{condition}, pubsub_{pubsub}, faulty_{reactor, *this} {
    pubsub_.set_outlet(this);
}

NodePubSub::~NodePubSub() {
    server_.reset();
    pubsub_.set_outlet(nullptr);
}

Result<void> NodePubSub::listen(const std::string& host, std::uint16_t port) {
    net::WebSocketOptions options;
    options.message_bytes_max = kRequestBytesMax;
    auto server =
        net::WebSocketServer::start(faulty_, {.host = host, .port = port}, pubsub_, options);
    if (!server) {
        return Err{server.error()};
    }
    server_ = std::move(*server);
    return {};
}

NodePubSub::LinkPtr NodePubSub::link(net::WebSocketPeer& peer) {
    LinkPtr& link = links_[&peer];
    if (link == nullptr) {
        link = std::make_shared<Link>();
        link->peer = &peer;
    }
    return link;
}

bool NodePubSub::is_hit(NotificationKind kind) const {
    const auto& kinds = condition_.faults.notification_kinds;
    return kinds.empty() || std::ranges::find(kinds, kind) != kinds.end();
}

void NodePubSub::notify(net::WebSocketPeer& peer, NotificationKind kind, std::string_view text) {
    if (is_retelling(condition_.faults)) {
        tell(peer, kind, retold(condition_, text));
    } else {
        tell(peer, kind, text);
    }
}

void NodePubSub::tell(net::WebSocketPeer& peer, NotificationKind kind, std::string_view text) {
    const NodeFaults& faults = condition_.faults;
    if (condition_.is_healthy() || (!faults.is_silent && !is_hit(kind))) {
        post(peer, text);
        return;
    }
    if (faults.is_silent) {
        condition_.counters.count(FaultKind::SilencedNotification);
        return;
    }
    if (condition_.happens(faults.miss_probability, FaultKind::MissedNotification)) {
        return;
    }
    if (condition_.happens(faults.delay_probability, FaultKind::DelayedNotification)) {
        send_later(peer, text);
        return;
    }
    if (condition_.happens(faults.reorder_probability, FaultKind::ReorderedNotification)) {
        hold(peer, text);
        return;
    }
    post(peer, text);
    if (condition_.happens(faults.duplicate_probability, FaultKind::DuplicatedNotification)) {
        post(peer, text);
    }
    release(peer);
}

void NodePubSub::post(net::WebSocketPeer& peer, std::string_view text) {
    const auto found = links_.find(&peer);
    const bool is_queued = found != links_.end() && !found->second->messages.empty();
    const Duration latency = condition_.is_healthy() ? Duration::zero() : condition_.draw_latency();
    if (!is_queued && latency <= Duration::zero()) {
        peer.send_text(text);
        return;
    }
    const LinkPtr to = link(peer);
    if (to->messages.size() >= kMessagesMax) {
        condition_.counters.count(FaultKind::MissedNotification);
        return;
    }
    MonoTime due = reactor_.now() + latency;
    if (is_queued) {
        due = std::max(due, to->messages.back().due);
    }
    to->messages.push_back({due, std::string{text}});
    if (!is_queued) {
        reactor_.schedule_at(due, [this, weak = std::weak_ptr{to}] {
            if (const LinkPtr alive = weak.lock()) {
                send_due(alive);
            }
        });
    }
}

void NodePubSub::send_due(const LinkPtr& link) {
    while (!link->messages.empty() && link->messages.front().due <= reactor_.now()) {
        const std::string text = std::move(link->messages.front().text);
        link->messages.pop_front();
        link->peer->send_text(text);
    }
    if (!link->messages.empty()) {
        reactor_.schedule_at(link->messages.front().due, [this, weak = std::weak_ptr{link}] {
            if (const LinkPtr alive = weak.lock()) {
                send_due(alive);
            }
        });
    }
}

void NodePubSub::send_later(net::WebSocketPeer& peer, std::string_view text) {
    reactor_.schedule_after(condition_.faults.delay,
                            [weak = std::weak_ptr{link(peer)}, late = std::string{text}] {
                                if (const LinkPtr alive = weak.lock()) {
                                    alive->peer->send_text(late);
                                }
                            });
}

void NodePubSub::hold(net::WebSocketPeer& peer, std::string_view text) {
    release(peer);
    const LinkPtr to = link(peer);
    to->held = text;
    reactor_.schedule_after(kHeldMax, [weak = std::weak_ptr{to}, expected = to->held] {
        if (const LinkPtr alive = weak.lock(); alive != nullptr && alive->held == expected) {
            alive->peer->send_text(std::exchange(alive->held, {}));
        }
    });
}

void NodePubSub::release(net::WebSocketPeer& peer) {
    const auto found = links_.find(&peer);
    if (found != links_.end() && !found->second->held.empty()) {
        post(peer, std::exchange(found->second->held, {}));
    }
}

PubSubOutlet::Verdict NodePubSub::judge_subscribe() {
    const NodeFaults& faults = condition_.faults;
    if (condition_.happens(faults.subscribe_silence_probability, FaultKind::SubscribeSilence)) {
        return Verdict::Ignore;
    }
    return condition_.happens(faults.subscribe_refusal_probability, FaultKind::SubscribeRefusal)
               ? Verdict::Refuse
               : Verdict::Serve;
}

bool NodePubSub::is_unsubscribe_ignored() {
    if (condition_.faults.is_unsubscribe_ignored) {
        condition_.counters.count(FaultKind::IgnoredUnsubscribe);
    }
    return condition_.faults.is_unsubscribe_ignored;
}

WriteFate NodePubSub::judge(std::vector<std::uint8_t>& bytes) {
    const NodeFaults& faults = condition_.faults;
    if (bytes.front() == kPongFrame && faults.is_without_pongs) {
        condition_.counters.count(FaultKind::WithheldPong);
        bytes.clear();
        return {};
    }
    if (bytes.front() == kTextFrame &&
        condition_.happens(faults.frame_reset_probability, FaultKind::FrameReset)) {
        return {.bytes_sent = bytes.size() / 2};
    }
    return {};
}

bool NodePubSub::refuses_connections() {
    if (condition_.faults.is_down) {
        condition_.counters.count(FaultKind::ConnectionRefused);
    } else {
        ++connections_;
    }
    return condition_.faults.is_down;
}

}  // namespace sniperforge::sim
