// SPDX-License-Identifier: MIT
#include "sniperforge/net/arrived_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "net/http_codec.hpp"
#include "net/websocket_frame.hpp"
#include "sniperforge/net/websocket.hpp"

namespace sniperforge::net {

struct ArrivedMessages::State {
    void put_http(BytesView bytes, const ArrivedHandler& tell) {
        append(waiting, bytes);
        std::size_t used = 0;
        while (problem.empty() && !decoder && used < waiting.size()) {
            if (!reader) {
                reader.emplace(HttpReader::Kind::Response, kHttpBodyBytesMax);
            }
            const auto consumed = reader->put(BytesView{waiting}.subspan(used));
            if (!consumed) {
                problem = fmt::format("no HTTP answer: {}", consumed.error().text);
                break;
            }
            used += *consumed;
            if (!reader->is_done()) {
                break;  // A head must be offered again as a whole.
            }
            finish_answer(tell);
        }
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(used));
        if (decoder && problem.empty()) {
            const Bytes rest = std::exchange(waiting, {});
            put_frames(rest, tell);
        }
    }
    void finish_answer(const ArrivedHandler& tell) {
        constexpr int kSwitchingProtocols = 101;
        HttpResponse answer = reader->take_response();
        reader.reset();
        if (answer.status == kSwitchingProtocols) {
            decoder.emplace(WebSocketRole::Client, WebSocketOptions{}.message_bytes_max);
            return;
        }
        const std::size_t size = answer.body.size();
        answer.body.append(kMessagePadding, '\0');
        tell({false, answer.status, std::string_view{answer.body}.substr(0, size)});
    }
    void put_frames(BytesView bytes, const ArrivedHandler& tell) {
        while (!bytes.empty() && problem.empty() && !is_over) {
            const std::span<std::uint8_t> room = decoder->read_buffer();
            const std::size_t count = std::min(room.size(), bytes.size());
            std::ranges::copy(bytes.first(count), room.begin());
            decoder->commit(count);
            bytes = bytes.subspan(count);
            decode(tell);
        }
    }
    void decode(const ArrivedHandler& tell) {
        for (;;) {
            const FrameEvent event = decoder->next();
            switch (event.kind) {
                case FrameEvent::Kind::Message:
                    tell({true,
                          0,
                          {reinterpret_cast<const char*>(event.payload.data()),
                           event.payload.size()}});
                    continue;
                case FrameEvent::Kind::Ping:
                case FrameEvent::Kind::Pong:
                    continue;
                case FrameEvent::Kind::NeedMore:
                    return;
                case FrameEvent::Kind::Close:
                    is_over = true;
                    return;
                case FrameEvent::Kind::Error:
                    problem = fmt::format("no WebSocket frame: {}", event.text);
                    return;
            }
        }
    }

    Bytes waiting;  // Of an answer that is not whole.
    std::optional<HttpReader> reader;
    std::optional<FrameDecoder> decoder;  // After an upgrade.
    std::string problem;
    bool is_over = false;  // The peer closed the WebSocket.
};

ArrivedMessages::ArrivedMessages() : state_{std::make_unique<State>()} {}
ArrivedMessages::~ArrivedMessages() = default;
ArrivedMessages::ArrivedMessages(ArrivedMessages&&) noexcept = default;
ArrivedMessages& ArrivedMessages::operator=(ArrivedMessages&&) noexcept = default;

void ArrivedMessages::put(BytesView bytes, const ArrivedHandler& tell) {
    if (!state_->problem.empty() || state_->is_over) {
        return;
    }
    if (state_->decoder) {
        state_->put_frames(bytes, tell);
    } else {
        state_->put_http(bytes, tell);
    }
}

void ArrivedMessages::put_end(const ArrivedHandler& tell) {
    State& state = *state_;
    if (state.problem.empty() && state.reader && state.reader->is_head_done() &&
        state.reader->put_end() && state.reader->is_done()) {
        state.finish_answer(tell);
    }
}

const std::string& ArrivedMessages::problem() const { return state_->problem; }

}  // namespace sniperforge::net
