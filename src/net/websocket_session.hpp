// SPDX-License-Identifier: MIT
// One WebSocket connection, either side: handshake, messages, keep-alive, end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_codec.hpp"
#include "net/websocket_frame.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/net/websocket.hpp"

namespace sniperforge::net {

// What a session tells its owner, who may delete it during any of these calls.
class SessionOwner {
 public:
    virtual ~SessionOwner() = default;
    virtual void on_session_open() = 0;
    virtual void on_session_message(std::string_view message, MonoTime at) = 0;
    // Last call. Not made after our own close().
    virtual void on_session_closed(const Error& reason) = 0;
};

class WebSocketSession final : private StreamEvents {
 public:
    WebSocketSession(Reactor& reactor, SessionOwner& owner, WebSocketRole role,
                     const WebSocketOptions& options, std::uint64_t mask_seed);
    ~WebSocketSession() override;
    WebSocketSession(const WebSocketSession&) = delete;
    WebSocketSession& operator=(const WebSocketSession&) = delete;

    void connect(const Url& url);
    // Takes over an accepted stream; returns what it must report to.
    [[nodiscard]] StreamEvents& accept(std::unique_ptr<ByteStream> stream);

    [[nodiscard]] bool is_open() const { return phase_ == Phase::Open; }
    [[nodiscard]] std::size_t queued() const { return stream_->queued(); }
    void send_text(std::string_view message);
    void send_texts(std::span<const std::string> messages);
    void close(std::uint16_t code);

 private:
    enum class Phase { Handshake, Open, Closed };

    void on_connected() override;
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override { return decoder_.read_buffer(); }
    void on_read(std::size_t count, MonoTime at) override;
    void on_closed(const Error& reason) override;

    void read_handshake(MonoTime at);
    void finish_client_handshake(const HttpResponse& response, MonoTime at);
    void finish_server_handshake(const HttpRequest& request, MonoTime at);
    void open(MonoTime at);
    void decode(MonoTime at);
    void send(Opcode opcode, BytesView payload);
    void write_outgoing();
    void send_close(std::uint16_t code, std::string_view reason);
    void write(std::string_view text);
    void schedule_keep_alive();
    void on_keep_alive();
    [[nodiscard]] std::optional<FrameMask> next_mask();
    void shut();
    // Ends and tells the owner; this session may be gone afterwards.
    void end(std::string reason);

    Reactor& reactor_;
    SessionOwner& owner_;
    WebSocketRole role_;
    WebSocketOptions options_;
    Rng rng_;
    FrameDecoder decoder_;
    std::vector<std::uint8_t> outgoing_;  // The frame being sent.
    Phase phase_ = Phase::Handshake;
    MonoTime received_at_;
    MonoTime ping_at_;
    TimerId timer_ = 0;  // Of the handshake, then of the keep-alive.
    TimerId overflow_timer_ = 0;
    bool* is_deleted_flag_ = nullptr;  // Set by the destructor while a callback is running.

    std::string name_;             // Of the server, for error texts.
    std::string upgrade_request_;  // Of a client, until it is sent.
    std::string key_;
    std::optional<HttpReader> reader_;
    // Last, so that it ends first: it reports to this object.
    std::unique_ptr<ByteStream> stream_;
};

}  // namespace sniperforge::net
