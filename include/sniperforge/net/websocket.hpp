// SPDX-License-Identifier: MIT
// WebSocket (RFC 6455) over an injected byte stream, both sides. Frames are unmasked and delivered
// in place: a text message that arrived whole is handed over as a view into the receive buffer.
// No extensions, no subprotocols. Binary messages are refused (1003). That text is valid UTF-8 is
// not checked: the JSON parser does that for what it uses.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/net/http.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {

// Bytes that stay readable behind every delivered message, so that simdjson parses in place.
inline constexpr std::size_t kMessagePadding = 64;

class WebSocketEvents {
 public:
    virtual ~WebSocketEvents() = default;
    virtual void on_open() = 0;
    // One whole text message. The view, and kMessagePadding readable bytes behind it, are valid
    // and writable during the call. `at` is the time the last of its bytes was received.
    virtual void on_message(std::string_view message, MonoTime at) = 0;
    // Last call. Not made after our own close().
    virtual void on_close(const Error& reason) = 0;
};

struct WebSocketOptions {
    std::size_t message_bytes_max = 16U << 20U;
    Duration ping_interval = std::chrono::seconds{20};
    // Nothing at all received for this long, pongs included: the socket is closed with an error.
    Duration silence_max = std::chrono::seconds{45};
    Duration handshake_timeout = std::chrono::seconds{5};
    std::size_t queued_bytes_max = 8U << 20U;  // A peer that reads too slowly is closed.
    // A client's own, sent with the handshake: an API key, mostly, so no text of ours repeats a
    // value. A line break in one, or a name that is the handshake's own, ends the client with an
    // error before anything is sent.
    std::vector<HttpHeader> headers = {};
};

class WebSocketClient {
 public:
    // Connects at once. `events` must outlive the client. `mask_seed` feeds the frame masks, which
    // only keep old proxies from caching; they are not a secret.
    WebSocketClient(Reactor& reactor, const Url& url, WebSocketEvents& events,
                    WebSocketOptions options = {}, std::uint64_t mask_seed = 1);
    ~WebSocketClient();
    WebSocketClient(const WebSocketClient&) = delete;
    WebSocketClient& operator=(const WebSocketClient&) = delete;

    [[nodiscard]] bool is_open() const;
    // Ignored unless open. May end the connection (queued_bytes_max), in an event of its own.
    void send_text(std::string_view message);
    // Each as a message of its own, handed to the stream in one write.
    void send_texts(std::span<const std::string> messages);
    // Sends a close frame and ends at once; no further events.
    void close();

 private:
    struct State;
    std::unique_ptr<State> state_;
};

// One accepted connection of a WebSocketServer.
class WebSocketPeer {
 public:
    virtual ~WebSocketPeer() = default;
    virtual void send_text(std::string_view message) = 0;
    [[nodiscard]] virtual std::size_t queued() const = 0;
    // Sends a close frame and ends at once: no further events, on_peer_close() included. The peer
    // object is gone when the current event has been handled.
    virtual void close() = 0;
};

class WebSocketServerEvents {
 public:
    virtual ~WebSocketServerEvents() = default;
    virtual void on_peer_open(WebSocketPeer& peer) = 0;
    virtual void on_peer_message(WebSocketPeer& peer, std::string_view message) = 0;
    // The other side ended it. The peer object is gone after this call.
    virtual void on_peer_close(WebSocketPeer& peer) = 0;
};

class WebSocketServer {
 public:
    [[nodiscard]] static Result<std::unique_ptr<WebSocketServer>> start(
        Reactor& reactor, const Address& address, WebSocketServerEvents& events,
        WebSocketOptions options = {});
    ~WebSocketServer();
    WebSocketServer(const WebSocketServer&) = delete;
    WebSocketServer& operator=(const WebSocketServer&) = delete;
    [[nodiscard]] std::uint16_t port() const;

 private:
    struct State;
    explicit WebSocketServer(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace sniperforge::net
