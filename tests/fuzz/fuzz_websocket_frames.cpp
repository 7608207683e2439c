// SPDX-License-Identifier: MIT
// WebSocket frames come from strangers: any bytes are messages within the limit, control frames, or
// an error that ends it; and cut into any pieces they are the same. The first byte chooses the side
// that reads, the second how the bytes are cut.
#include <algorithm>
#include <string>
#include <vector>

#include "fuzz_target.hpp"
#include "net/websocket_frame.hpp"

namespace sniperforge::net {
namespace {

constexpr std::size_t kMessageMax = 2048;

// All that a decoder says, in one text.
struct Said {
    std::string text;
    bool is_ended = false;
};

void listen(FrameDecoder& decoder, Said& said) {
    while (!said.is_ended) {
        const FrameEvent event = decoder.next();
        if (event.kind == FrameEvent::Kind::NeedMore) {
            return;
        }
        said.is_ended =
            event.kind == FrameEvent::Kind::Close || event.kind == FrameEvent::Kind::Error;
        SF_ASSERT(event.payload.size() <= kMessageMax);
        said.text += static_cast<char>('0' + static_cast<int>(event.kind));
        said.text += std::to_string(event.code) + ':';
        said.text.append(event.text);
        said.text.append(event.payload.begin(), event.payload.end());
        if (event.kind == FrameEvent::Kind::Message) {
            // The padding is ours to write, and what comes behind must not change by it.
            std::fill_n(event.payload.data(), event.payload.size() + kMessagePadding,
                        std::uint8_t{0xEE});
        }
    }
}

std::string decode(WebSocketRole role, std::span<const std::uint8_t> bytes, std::size_t piece) {
    FrameDecoder decoder{role, kMessageMax};
    Said said;
    while (!bytes.empty() && !said.is_ended) {
        const auto space = decoder.read_buffer();
        SF_ASSERT(!space.empty());
        const std::size_t count =
            std::min({space.size(), bytes.size(), piece == 0 ? bytes.size() : piece});
        std::copy_n(bytes.begin(), count, space.begin());
        decoder.commit(count);
        bytes = bytes.subspan(count);
        listen(decoder, said);
    }
    return said.text;
}

void check(std::span<const std::uint8_t> input) {
    if (input.size() < 2) {
        return;
    }
    const auto role = input[0] % 2 == 0 ? WebSocketRole::Client : WebSocketRole::Server;
    const std::size_t piece = 1U + input[1] % 64U;
    const auto bytes = input.subspan(2);
    const std::string whole = decode(role, bytes, 0);
    SF_ASSERT(whole == decode(role, bytes, piece));
    SF_ASSERT(whole == decode(role, bytes, 1));
}

}  // namespace
}  // namespace sniperforge::net

SF_FUZZ_TARGET {
    sniperforge::net::check({data, size});
    return 0;
}
