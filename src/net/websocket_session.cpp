// SPDX-License-Identifier: MIT
#include "net/websocket_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "net/url.hpp"
#include "net/websocket_handshake.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/bytes.hpp"

namespace sniperforge::net {

namespace {

// A refusal's explanation, or a body that has no place in a handshake.
constexpr std::size_t kHandshakeBodyMax = 64U << 10U;
// Memory of the outgoing frame that is kept for the next one.
constexpr std::size_t kOutgoingKept = 256U << 10U;
constexpr MonoTime kNever{std::numeric_limits<std::int64_t>::max()};

[[nodiscard]] std::int64_t to_ms(Duration duration) {
    return duration / std::chrono::milliseconds{1};
}

}  // namespace

WebSocketSession::WebSocketSession(Reactor& reactor, SessionOwner& owner, WebSocketRole role,
                                   const WebSocketOptions& options, std::uint64_t mask_seed)
    : reactor_{reactor},
      owner_{owner},
      role_{role},
      options_{options},
      rng_{mask_seed},
      decoder_{role, options.message_bytes_max} {
    timer_ = reactor_.schedule_after(options_.handshake_timeout, [this] {
        timer_ = 0;
        end(fmt::format("no WebSocket handshake within {} ms", to_ms(options_.handshake_timeout)));
    });
}

WebSocketSession::~WebSocketSession() {
    if (is_deleted_flag_ != nullptr) {
        *is_deleted_flag_ = true;
    }
    shut();
}

void WebSocketSession::connect(const Url& url) {
    std::array<std::uint8_t, 16> nonce{};
    rng_.fill(nonce);
    key_ = base64_encode(nonce);
    name_ = host_header(url.address);
    if (const auto checked = check_own_headers(options_.headers); !checked) {
        reactor_.cancel(timer_);
        timer_ = reactor_.schedule_after(Duration{0},
                                         [this, why = "handshake: " + checked.error().text] {
                                             timer_ = 0;
                                             end(why);
                                         });
        return;
    }
    upgrade_request_ = format_upgrade_request(url, key_, options_.headers);
    stream_ = reactor_.connect(url.address, *this);
}

StreamEvents& WebSocketSession::accept(std::unique_ptr<ByteStream> stream) {
    name_ = "WebSocket client";
    stream_ = std::move(stream);
    return *this;
}

void WebSocketSession::on_connected() {
    if (role_ == WebSocketRole::Client) {
        write(std::exchange(upgrade_request_, {}));
    }
}

void WebSocketSession::on_read(std::size_t count, MonoTime at) {
    decoder_.commit(count);
    received_at_ = at;
    if (phase_ == Phase::Open) {
        decode(at);
    } else if (phase_ == Phase::Handshake) {
        read_handshake(at);
    }
}

void WebSocketSession::on_closed(const Error& reason) {
    const bool is_refusal = phase_ == Phase::Handshake && role_ == WebSocketRole::Client &&
                            reader_ && reader_->is_head_done() && reader_->put_end() &&
                            reader_->is_done();
    if (is_refusal) {
        finish_client_handshake(reader_->take_response(), received_at_);
        return;
    }
    end(phase_ == Phase::Handshake ? "before the handshake: " + reason.text : reason.text);
}

void WebSocketSession::read_handshake(MonoTime at) {
    if (!reader_) {
        reader_.emplace(
            role_ == WebSocketRole::Client ? HttpReader::Kind::Response : HttpReader::Kind::Request,
            kHandshakeBodyMax);
    }
    const auto consumed = reader_->put(decoder_.undecoded());
    if (!consumed) {
        if (role_ == WebSocketRole::Server) {
            write(format_response(HttpResponse{.status = consumed.error().status,
                                               .headers = {},
                                               .body = consumed.error().text + "\n"},
                                  {.keeps_alive = false, .has_body = true}));
        }
        end("handshake: " + consumed.error().text);
        return;
    }
    decoder_.consume(*consumed);
    if (!reader_->is_done()) {
        return;
    }
    if (role_ == WebSocketRole::Client) {
        finish_client_handshake(reader_->take_response(), at);
    } else {
        finish_server_handshake(reader_->take_request(), at);
    }
}

void WebSocketSession::finish_client_handshake(const HttpResponse& response, MonoTime at) {
    if (const auto checked = check_upgrade_response(response, key_, options_.headers); !checked) {
        end("handshake: " + checked.error().text);
        return;
    }
    open(at);
}

void WebSocketSession::finish_server_handshake(const HttpRequest& request, MonoTime at) {
    const UpgradeAnswer answer = answer_upgrade(request);
    write(answer.bytes);
    if (!answer.is_accepted) {
        end("handshake: not a WebSocket request");
        return;
    }
    open(at);
}

void WebSocketSession::open(MonoTime at) {
    phase_ = Phase::Open;
    reader_.reset();
    reactor_.cancel(std::exchange(timer_, 0));
    ping_at_ =
        options_.ping_interval > Duration{0} ? reactor_.now() + options_.ping_interval : kNever;
    schedule_keep_alive();
    bool is_deleted = false;
    is_deleted_flag_ = &is_deleted;
    owner_.on_session_open();
    if (is_deleted) {
        return;
    }
    is_deleted_flag_ = nullptr;
    decode(at);  // Frames may have come in the same read as the handshake.
}

void WebSocketSession::decode(MonoTime at) {
    bool is_deleted = false;
    is_deleted_flag_ = &is_deleted;
    while (phase_ == Phase::Open) {
        const FrameEvent event = decoder_.next();
        switch (event.kind) {
            case FrameEvent::Kind::Message:
                owner_.on_session_message(
                    {reinterpret_cast<const char*>(event.payload.data()), event.payload.size()},
                    at);
                if (is_deleted) {
                    return;
                }
                continue;
            case FrameEvent::Kind::Ping:
                send(Opcode::Pong, event.payload);
                continue;
            case FrameEvent::Kind::Pong:
                continue;
            case FrameEvent::Kind::NeedMore:
                break;
            case FrameEvent::Kind::Close:
                is_deleted_flag_ = nullptr;
                send_close(event.code == close_code::kNone ? close_code::kNormal : event.code, {});
                end(fmt::format("closed by the peer: {} {}", event.code,
                                quote(event.text, options_.headers)));
                return;
            case FrameEvent::Kind::Error:
                is_deleted_flag_ = nullptr;
                send_close(event.code, event.text);
                end(fmt::format("protocol error {}: {} (message_bytes_max {})", event.code,
                                event.text, options_.message_bytes_max));
                return;
        }
        break;
    }
    is_deleted_flag_ = nullptr;
}

void WebSocketSession::send_text(std::string_view message) {
    if (phase_ == Phase::Open) {
        send(Opcode::Text, bytes_of(message));
    }
}

void WebSocketSession::send_texts(std::span<const std::string> messages) {
    if (phase_ != Phase::Open || messages.empty()) {
        return;
    }
    outgoing_.clear();
    for (const std::string& message : messages) {
        append_frame(outgoing_, Opcode::Text, bytes_of(message), next_mask());
    }
    write_outgoing();
}

void WebSocketSession::send(Opcode opcode, BytesView payload) {
    outgoing_.clear();
    append_frame(outgoing_, opcode, payload, next_mask());
    write_outgoing();
}

void WebSocketSession::write_outgoing() {
    stream_->write(outgoing_);
    if (outgoing_.capacity() > kOutgoingKept) {
        outgoing_ = std::vector<std::uint8_t>();
    }
    if (overflow_timer_ == 0 && stream_->queued() > options_.queued_bytes_max) {
        const std::size_t queued_bytes = stream_->queued();
        overflow_timer_ = reactor_.schedule_after(Duration{0}, [this, queued_bytes] {
            overflow_timer_ = 0;
            end(fmt::format("the peer reads too slowly: {} bytes queued > queued_bytes_max {}",
                            queued_bytes, options_.queued_bytes_max));
        });
    }
}

void WebSocketSession::send_close(std::uint16_t code, std::string_view reason) {
    outgoing_.clear();
    append_close_frame(outgoing_, code, reason, next_mask());
    stream_->write(outgoing_);
}

void WebSocketSession::write(std::string_view text) { stream_->write(bytes_of(text)); }

std::optional<FrameMask> WebSocketSession::next_mask() {
    if (role_ == WebSocketRole::Server) {
        return std::nullopt;
    }
    FrameMask mask{};
    rng_.fill(mask);
    return mask;
}

// One timer for pings and silence. It is not moved when something arrives: it looks when it fires.
void WebSocketSession::schedule_keep_alive() {
    const MonoTime silent_at =
        options_.silence_max > Duration{0} ? received_at_ + options_.silence_max : kNever;
    const MonoTime at = std::min(ping_at_, silent_at);
    if (at != kNever) {
        timer_ = reactor_.schedule_at(at, [this] { on_keep_alive(); });
    }
}

void WebSocketSession::on_keep_alive() {
    timer_ = 0;
    const MonoTime now = reactor_.now();
    if (options_.silence_max > Duration{0} && now - received_at_ >= options_.silence_max) {
        send_close(close_code::kGoingAway, "silence");
        end(fmt::format("nothing received for {} ms (silence_max {} ms)", to_ms(now - received_at_),
                        to_ms(options_.silence_max)));
        return;
    }
    if (now >= ping_at_) {
        send(Opcode::Ping, {});
        ping_at_ = now + options_.ping_interval;
    }
    schedule_keep_alive();
}

void WebSocketSession::close(std::uint16_t code) {
    if (phase_ == Phase::Open) {
        send_close(code, {});
    }
    shut();
}

void WebSocketSession::shut() {
    phase_ = Phase::Closed;
    reactor_.cancel(std::exchange(timer_, 0));
    reactor_.cancel(std::exchange(overflow_timer_, 0));
    if (stream_ != nullptr) {
        stream_->close();
    }
}

void WebSocketSession::end(std::string reason) {
    if (phase_ == Phase::Closed) {
        return;
    }
    shut();
    owner_.on_session_closed(Error{fmt::format("{}: {}", name_, reason)});
}

}  // namespace sniperforge::net
