// SPDX-License-Identifier: MIT
// What stands between PubSub and the sockets of its clients. This one passes everything on; a
// node's own one (node_pubsub.hpp) injects faults.
#pragma once

#include <optional>
#include <string_view>

#include "sim/json_account.hpp"
#include "sniperforge/net/websocket.hpp"
#include "sniperforge/sim/faults.hpp"

namespace sniperforge::sim {

class PubSubOutlet {
 public:
    virtual ~PubSubOutlet() = default;
    virtual void notify(net::WebSocketPeer& peer, NotificationKind, std::string_view text) {
        peer.send_text(text);
    }
    virtual void answer(net::WebSocketPeer& peer, std::string_view text) { peer.send_text(text); }
    // The peer is about to go: nothing may be sent to it any more.
    virtual void on_peer_gone(net::WebSocketPeer&) {}

    // What becomes of a request to subscribe, before it is looked at.
    enum class Verdict : std::uint8_t { Serve, Refuse, Ignore };
    [[nodiscard]] virtual Verdict judge_subscribe() { return Verdict::Serve; }
    // Unsubscribing is confirmed and has no effect.
    [[nodiscard]] virtual bool is_unsubscribe_ignored() { return false; }
};

}  // namespace sniperforge::sim
