// SPDX-License-Identifier: MIT
#include <map>
#include <utility>

#include "net/websocket_session.hpp"
#include "sniperforge/net/websocket.hpp"

namespace sniperforge::net {

namespace {

// Each peer has a receive buffer of 64 KiB or more.
constexpr std::size_t kPeersMax = 1024;

class ServerPeer;

struct WebSocketServerCore {
    Reactor& reactor;
    WebSocketServerEvents& events;
    WebSocketOptions options;
    std::map<std::uint64_t, std::unique_ptr<ServerPeer>> peers;
    std::uint64_t next_id = 1;
};

class ServerPeer final : public WebSocketPeer, private SessionOwner {
 public:
    ServerPeer(const std::shared_ptr<WebSocketServerCore>& core, std::uint64_t id)
        : core_{core},
          id_{id},
          session_{core->reactor, *this, WebSocketRole::Server, core->options, 0} {}

    [[nodiscard]] StreamEvents& accept(std::unique_ptr<ByteStream> stream) {
        return session_.accept(std::move(stream));
    }
    void send_text(std::string_view message) override { session_.send_text(message); }
    [[nodiscard]] std::size_t queued() const override { return session_.queued(); }
    void close() override {
        session_.close(close_code::kNormal);
        // This may run inside an event of the session: deleted when that is over.
        if (const auto core = core_.lock()) {
            core->reactor.post([weak = core_, id = id_] {
                if (const auto alive = weak.lock()) {
                    alive->peers.erase(id);
                }
            });
        }
    }
    void go_away() { session_.close(close_code::kGoingAway); }

 private:
    void on_session_open() override {
        was_opened_ = true;
        if (const auto core = core_.lock()) {
            core->events.on_peer_open(*this);
        }
    }
    void on_session_message(std::string_view message, MonoTime) override {
        if (const auto core = core_.lock()) {
            core->events.on_peer_message(*this, message);
        }
    }
    void on_session_closed(const Error&) override {
        const auto core = core_.lock();
        const std::uint64_t id = id_;  // The server, and this, may be gone after the next call.
        if (core == nullptr) {
            return;
        }
        if (was_opened_) {
            core->events.on_peer_close(*this);
        }
        core->peers.erase(id);
    }

    std::weak_ptr<WebSocketServerCore> core_;
    std::uint64_t id_;
    bool was_opened_ = false;
    WebSocketSession session_;
};

}  // namespace

struct WebSocketServer::State {
    std::shared_ptr<WebSocketServerCore> core;
    std::unique_ptr<Listener> listener;
};

Result<std::unique_ptr<WebSocketServer>> WebSocketServer::start(Reactor& reactor,
                                                                const Address& address,
                                                                WebSocketServerEvents& events,
                                                                WebSocketOptions options) {
    auto state = std::make_shared<State>();
    state->core = std::make_shared<WebSocketServerCore>(
        WebSocketServerCore{.reactor = reactor, .events = events, .options = options, .peers = {}});
    auto listener = reactor.listen(
        address, [core = state->core](std::unique_ptr<ByteStream> stream) -> StreamEvents* {
            if (core->peers.size() >= kPeersMax) {
                return nullptr;
            }
            const std::uint64_t id = core->next_id++;
            auto peer = std::make_unique<ServerPeer>(core, id);
            StreamEvents& stream_events = peer->accept(std::move(stream));
            core->peers.emplace(id, std::move(peer));
            return &stream_events;
        });
    if (!listener) {
        return fail("WebSocket server", listener.error());
    }
    state->listener = std::move(*listener);
    return std::unique_ptr<WebSocketServer>{new WebSocketServer{std::move(state)}};
}

WebSocketServer::WebSocketServer(std::shared_ptr<State> state) : state_{std::move(state)} {}

WebSocketServer::~WebSocketServer() {
    state_->listener.reset();
    const auto peers = std::exchange(state_->core->peers, {});
    for (const auto& [id, peer] : peers) {
        peer->go_away();
    }
}

std::uint16_t WebSocketServer::port() const { return state_->listener->port(); }

}  // namespace sniperforge::net
