// SPDX-License-Identifier: MIT
// WebSocket frames (RFC 6455, section 5) from and to bytes, without stream, clock or chance.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "net/receive_buffer.hpp"
#include "sniperforge/core/bytes.hpp"

namespace sniperforge::net {

enum class Opcode : std::uint8_t {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
};

// RFC 6455, section 7.4.1.
namespace close_code {
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kUnsupportedData = 1003;
inline constexpr std::uint16_t kNone = 1005;  // "The frame had none"; never on the wire.
inline constexpr std::uint16_t kMessageTooBig = 1009;
}  // namespace close_code

enum class WebSocketRole { Client, Server };

// 2 bytes, 8 of length, 4 of mask.
inline constexpr std::size_t kFrameHeadBytesMax = 14;
inline constexpr std::size_t kControlPayloadMax = 125;

using FrameMask = std::array<std::uint8_t, 4>;

// Appends one whole frame. Clients must mask, servers must not.
void append_frame(std::vector<std::uint8_t>& out, Opcode opcode, BytesView payload,
                  const std::optional<FrameMask>& mask);
void append_close_frame(std::vector<std::uint8_t>& out, std::uint16_t code, std::string_view reason,
                        const std::optional<FrameMask>& mask);
// XORs `bytes` with the repeated mask, whose first byte meets the first of `bytes`.
void apply_mask(std::span<std::uint8_t> bytes, const FrameMask& mask);

// What the decoder found next.
struct FrameEvent {
    enum class Kind { NeedMore, Message, Ping, Pong, Close, Error };
    Kind kind = Kind::NeedMore;
    // Message, ping and pong: valid and writable until the next call of the decoder. A message
    // has kMessagePadding readable and writable bytes behind it.
    std::span<std::uint8_t> payload;
    // Close: what the peer sent. Error: what it must be told.
    std::uint16_t code = 0;
    // Close: the peer's reason. Error: what was wrong, a literal.
    std::string_view text;
};

// Splits received bytes into messages and control frames. An unfragmented message is never
// copied: it is unmasked and handed over where it was received. Fragments are joined in a second
// buffer. Text is not checked for UTF-8: JSON parsers do that again, and only for what they use.
class FrameDecoder {
 public:
    FrameDecoder(WebSocketRole role, std::size_t message_bytes_max);

    // Where the next received bytes go; never empty.
    [[nodiscard]] std::span<std::uint8_t> read_buffer();
    void commit(std::size_t count) { buffer_.commit(count); }
    // Call until NeedMore. After Close and Error nothing more is decoded.
    [[nodiscard]] FrameEvent next();

    // Bytes received and not decoded; the handshake takes its part of them.
    [[nodiscard]] std::span<std::uint8_t> undecoded() { return buffer_.data(); }
    void consume(std::size_t count) { buffer_.consume(count); }
    [[nodiscard]] std::size_t capacity() const { return buffer_.capacity(); }

 private:
    struct Head {
        bool is_final = false;
        Opcode opcode = Opcode::Continuation;
        std::uint8_t reserved_bits = 0;
        bool is_masked = false;
        bool is_minimal = true;
        FrameMask mask{};
        std::uint64_t payload_bytes = 0;
        std::size_t head_bytes = 0;
    };

    [[nodiscard]] static std::optional<Head> read_head(std::span<const std::uint8_t> bytes);
    // What is wrong with the frame, or nothing.
    [[nodiscard]] std::optional<FrameEvent> check(const Head& head) const;
    [[nodiscard]] FrameEvent on_data(const Head& head, std::span<std::uint8_t> payload);
    [[nodiscard]] FrameEvent on_close(std::span<std::uint8_t> payload);
    void finish_previous();
    void note_message(std::size_t bytes);

    WebSocketRole role_;
    std::size_t message_bytes_max_;
    ReceiveBuffer buffer_;
    std::size_t frame_bytes_wanted_ = 0;    // Whole size of the frame at the front, if known.
    std::size_t previous_frame_bytes_ = 0;  // Of the event handed out last.
    // The bytes behind the message handed out last belong to the next frame: kept here meanwhile.
    std::array<std::uint8_t, kMessagePadding> guarded_{};
    std::size_t guarded_bytes_ = 0;

    std::vector<std::uint8_t> fragments_;
    bool is_fragmented_ = false;      // Between a first and a final fragment.
    bool is_joined_message_ = false;  // The event handed out last lies in fragments_.
    bool is_ended_ = false;

    std::size_t largest_recent_ = 0;
    std::uint32_t messages_recent_ = 0;
};

}  // namespace sniperforge::net
