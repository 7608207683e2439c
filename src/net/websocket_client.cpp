// SPDX-License-Identifier: MIT
#include "net/websocket_session.hpp"
#include "sniperforge/net/websocket.hpp"

namespace sniperforge::net {

struct WebSocketClient::State final : public SessionOwner {
    State(Reactor& reactor, WebSocketEvents& receiver, const WebSocketOptions& options,
          std::uint64_t mask_seed)
        : events{receiver}, session{reactor, *this, WebSocketRole::Client, options, mask_seed} {}

    void on_session_open() override { events.on_open(); }
    void on_session_message(std::string_view message, MonoTime at) override {
        events.on_message(message, at);
    }
    void on_session_closed(const Error& reason) override { events.on_close(reason); }

    WebSocketEvents& events;
    WebSocketSession session;
};

WebSocketClient::WebSocketClient(Reactor& reactor, const Url& url, WebSocketEvents& events,
                                 WebSocketOptions options, std::uint64_t mask_seed)
    : state_{std::make_unique<State>(reactor, events, options, mask_seed)} {
    state_->session.connect(url);
}

WebSocketClient::~WebSocketClient() { state_->session.close(close_code::kNormal); }

bool WebSocketClient::is_open() const { return state_->session.is_open(); }

void WebSocketClient::send_text(std::string_view message) { state_->session.send_text(message); }

void WebSocketClient::send_texts(std::span<const std::string> messages) {
    state_->session.send_texts(messages);
}

void WebSocketClient::close() { state_->session.close(close_code::kNormal); }

}  // namespace sniperforge::net
