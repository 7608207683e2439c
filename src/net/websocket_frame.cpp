// SPDX-License-Identifier: MIT
#include "net/websocket_frame.hpp"

#include <algorithm>
#include <cstring>

namespace sniperforge::net {

namespace {

// A burst of account notifications of some KiB each; the kernel rarely hands over more at once.
constexpr std::size_t kCapacityInitial = 64U << 10U;
// Free space asked for when nothing is known about the next frame.
constexpr std::size_t kFreeMin = 4U << 10U;
// After this many messages that would have fit a quarter of a grown buffer, it shrinks.
constexpr std::uint32_t kShrinkAfter = 4096;

[[nodiscard]] bool is_control(Opcode opcode) { return static_cast<std::uint8_t>(opcode) >= 8; }

[[nodiscard]] bool is_known(Opcode opcode) {
    switch (opcode) {
        case Opcode::Continuation:
        case Opcode::Text:
        case Opcode::Binary:
        case Opcode::Close:
        case Opcode::Ping:
        case Opcode::Pong:
            return true;
    }
    return false;
}

[[nodiscard]] std::uint64_t read_be(std::span<const std::uint8_t> bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) {
        value = (value << 8U) | byte;
    }
    return value;
}

// RFC 6455, section 7.4: 1004 to 1006 and 1015 are never sent; below 3000 only what is assigned.
[[nodiscard]] bool is_close_code(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

void append_head(std::vector<std::uint8_t>& out, Opcode opcode, std::size_t payload_bytes,
                 bool is_masked) {
    out.push_back(static_cast<std::uint8_t>(0x80U | static_cast<unsigned>(opcode)));
    const unsigned mask_bit = is_masked ? 0x80U : 0;
    unsigned length_bytes = 0;
    if (payload_bytes < 126) {
        out.push_back(static_cast<std::uint8_t>(mask_bit | payload_bytes));
    } else if (payload_bytes <= 0xFFFF) {
        out.push_back(static_cast<std::uint8_t>(mask_bit | 126U));
        length_bytes = 2;
    } else {
        out.push_back(static_cast<std::uint8_t>(mask_bit | 127U));
        length_bytes = 8;
    }
    for (unsigned i = length_bytes; i > 0; --i) {
        out.push_back(static_cast<std::uint8_t>(std::uint64_t{payload_bytes} >> (8 * (i - 1))));
    }
}

}  // namespace

void apply_mask(std::span<std::uint8_t> bytes, const FrameMask& mask) {
    std::uint32_t mask_word = 0;
    std::memcpy(&mask_word, mask.data(), sizeof mask_word);
    const std::uint64_t wide = (std::uint64_t{mask_word} << 32U) | mask_word;
    std::size_t i = 0;
    for (; i + sizeof wide <= bytes.size(); i += sizeof wide) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, sizeof word);
        word ^= wide;
        std::memcpy(bytes.data() + i, &word, sizeof word);
    }
    for (; i < bytes.size(); ++i) {
        bytes[i] ^= mask[i % 4];
    }
}

void append_frame(std::vector<std::uint8_t>& out, Opcode opcode, BytesView payload,
                  const std::optional<FrameMask>& mask) {
    append_head(out, opcode, payload.size(), mask.has_value());
    if (mask) {
        out.insert(out.end(), mask->begin(), mask->end());
    }
    out.insert(out.end(), payload.begin(), payload.end());
    if (mask) {
        apply_mask(std::span{out}.last(payload.size()), *mask);
    }
}

void append_close_frame(std::vector<std::uint8_t>& out, std::uint16_t code, std::string_view reason,
                        const std::optional<FrameMask>& mask) {
    std::array<std::uint8_t, kControlPayloadMax> payload{};
    reason = reason.substr(0, payload.size() - 2);
    payload[0] = static_cast<std::uint8_t>(code >> 8U);
    payload[1] = static_cast<std::uint8_t>(code);
    std::copy(reason.begin(), reason.end(), payload.begin() + 2);
    append_frame(out, Opcode::Close, std::span{payload}.first(reason.size() + 2), mask);
}

FrameDecoder::FrameDecoder(WebSocketRole role, std::size_t message_bytes_max)
    : role_{role},
      message_bytes_max_{message_bytes_max},
      buffer_{kCapacityInitial,
              std::max(message_bytes_max + kFrameHeadBytesMax, kCapacityInitial)} {}

std::span<std::uint8_t> FrameDecoder::read_buffer() {
    finish_previous();
    std::size_t free_min = kFreeMin;
    if (frame_bytes_wanted_ > buffer_.size()) {
        // The rest of the frame, but no more than what arrived already: a claimed length alone
        // must not take memory.
        free_min = std::clamp(frame_bytes_wanted_ - buffer_.size(), std::size_t{1},
                              std::max(buffer_.size(), kFreeMin));
    }
    return buffer_.prepare(free_min);
}

std::optional<FrameDecoder::Head> FrameDecoder::read_head(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < 2) {
        return std::nullopt;
    }
    Head head;
    head.is_final = (bytes[0] & 0x80U) != 0;
    head.reserved_bits = bytes[0] & 0x70U;
    head.opcode = static_cast<Opcode>(bytes[0] & 0x0FU);
    head.is_masked = (bytes[1] & 0x80U) != 0;
    head.payload_bytes = bytes[1] & 0x7FU;
    const std::size_t length_bytes = head.payload_bytes == 127   ? 8
                                     : head.payload_bytes == 126 ? 2
                                                                 : 0;
    head.head_bytes = 2 + length_bytes + (head.is_masked ? head.mask.size() : 0);
    if (bytes.size() < head.head_bytes) {
        return std::nullopt;
    }
    if (length_bytes > 0) {
        head.payload_bytes = read_be(bytes.subspan(2, length_bytes));
        head.is_minimal = head.payload_bytes >= (length_bytes == 2 ? 126U : 0x10000U);
    }
    if (head.is_masked) {
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(2 + length_bytes), head.mask.size(),
                    head.mask.begin());
    }
    return head;
}

std::optional<FrameEvent> FrameDecoder::check(const Head& head) const {
    const auto wrong = [](std::uint16_t code, std::string_view text) {
        return FrameEvent{
            .kind = FrameEvent::Kind::Error, .payload = {}, .code = code, .text = text};
    };
    if (head.reserved_bits != 0) {
        return wrong(close_code::kProtocolError, "reserved bits are set");
    }
    if (!is_known(head.opcode)) {
        return wrong(close_code::kProtocolError, "unknown opcode");
    }
    if (head.is_masked != (role_ == WebSocketRole::Server)) {
        return wrong(close_code::kProtocolError, role_ == WebSocketRole::Server
                                                     ? "a client's frame is not masked"
                                                     : "a server's frame is masked");
    }
    if (!head.is_minimal) {
        return wrong(close_code::kProtocolError, "length is not in its shortest form");
    }
    if (is_control(head.opcode)) {
        if (!head.is_final || head.payload_bytes > kControlPayloadMax) {
            return wrong(close_code::kProtocolError, "control frame is fragmented or too long");
        }
        return std::nullopt;
    }
    if (head.opcode == Opcode::Binary) {
        return wrong(close_code::kUnsupportedData, "a binary message, where text was expected");
    }
    if ((head.opcode == Opcode::Continuation) != is_fragmented_) {
        return wrong(close_code::kProtocolError, is_fragmented_
                                                     ? "new message inside a fragmented one"
                                                     : "continuation of nothing");
    }
    const std::size_t joined = is_fragmented_ ? fragments_.size() : 0;
    if (head.payload_bytes > message_bytes_max_ - joined) {
        return wrong(close_code::kMessageTooBig, "message is too big");
    }
    return std::nullopt;
}

FrameEvent FrameDecoder::next() {
    finish_previous();
    while (!is_ended_) {
        const std::span<std::uint8_t> bytes = buffer_.data();
        const std::optional<Head> head = read_head(bytes);
        if (!head) {
            return {};
        }
        if (const auto wrong = check(*head)) {
            is_ended_ = true;
            return *wrong;
        }
        // Fits: check() bounds the payload.
        const std::size_t frame_bytes =
            head->head_bytes + static_cast<std::size_t>(head->payload_bytes);
        if (bytes.size() < frame_bytes) {
            frame_bytes_wanted_ = frame_bytes;
            return {};
        }
        frame_bytes_wanted_ = 0;
        previous_frame_bytes_ = frame_bytes;
        const auto payload = bytes.subspan(head->head_bytes, frame_bytes - head->head_bytes);
        if (head->is_masked) {
            apply_mask(payload, head->mask);
        }
        switch (head->opcode) {
            case Opcode::Ping:
                return {.kind = FrameEvent::Kind::Ping, .payload = payload, .text = {}};
            case Opcode::Pong:
                return {.kind = FrameEvent::Kind::Pong, .payload = payload, .text = {}};
            case Opcode::Close:
                return on_close(payload);
            default:
                break;
        }
        if (const FrameEvent event = on_data(*head, payload);
            event.kind != FrameEvent::Kind::NeedMore) {
            return event;
        }
        finish_previous();
    }
    return {};
}

FrameEvent FrameDecoder::on_data(const Head& head, std::span<std::uint8_t> payload) {
    if (head.is_final && !is_fragmented_) {
        note_message(payload.size());
        const std::size_t behind = buffer_.size() - previous_frame_bytes_;
        guarded_bytes_ = std::min(behind, guarded_.size());
        std::memcpy(guarded_.data(), payload.data() + payload.size(), guarded_bytes_);
        return {.kind = FrameEvent::Kind::Message, .payload = payload, .text = {}};
    }
    fragments_.insert(fragments_.end(), payload.begin(), payload.end());
    is_fragmented_ = !head.is_final;
    if (is_fragmented_) {
        return {};
    }
    const std::size_t message_bytes = fragments_.size();
    note_message(message_bytes);
    fragments_.resize(message_bytes + kMessagePadding);
    is_joined_message_ = true;
    return {.kind = FrameEvent::Kind::Message,
            .payload = std::span{fragments_}.first(message_bytes),
            .text = {}};
}

FrameEvent FrameDecoder::on_close(std::span<std::uint8_t> payload) {
    is_ended_ = true;
    if (payload.empty()) {
        return {
            .kind = FrameEvent::Kind::Close, .payload = {}, .code = close_code::kNone, .text = {}};
    }
    const auto code = payload.size() < 2 ? std::uint16_t{0}
                                         : static_cast<std::uint16_t>(read_be(payload.first(2)));
    if (!is_close_code(code)) {
        return {.kind = FrameEvent::Kind::Error,
                .payload = {},
                .code = close_code::kProtocolError,
                .text = "close frame without a valid code"};
    }
    const auto reason = payload.subspan(2);
    return {.kind = FrameEvent::Kind::Close,
            .payload = {},
            .code = code,
            .text = {reinterpret_cast<const char*>(reason.data()), reason.size()}};
}

// What was handed out is no longer looked at: give its bytes back.
void FrameDecoder::finish_previous() {
    if (previous_frame_bytes_ == 0) {
        return;
    }
    if (guarded_bytes_ > 0) {
        std::memcpy(buffer_.data().data() + previous_frame_bytes_, guarded_.data(), guarded_bytes_);
        guarded_bytes_ = 0;
    }
    buffer_.consume(previous_frame_bytes_);
    previous_frame_bytes_ = 0;
    if (is_joined_message_) {
        is_joined_message_ = false;
        fragments_.clear();
    }
    if (messages_recent_ >= kShrinkAfter && buffer_.size() == 0) {
        const std::size_t enough = std::max(kCapacityInitial, 2 * largest_recent_);
        if (enough <= buffer_.capacity() / 2) {
            buffer_.shrink(enough);
        }
        if (fragments_.empty() && fragments_.capacity() > enough) {
            fragments_ = std::vector<std::uint8_t>();
        }
        messages_recent_ = 0;
        largest_recent_ = 0;
    }
}

void FrameDecoder::note_message(std::size_t bytes) {
    ++messages_recent_;
    largest_recent_ = std::max(largest_recent_, bytes);
}

}  // namespace sniperforge::net
