// SPDX-License-Identifier: MIT
// ArrivedMessages: what arrived on a client's stream, as the messages that were in it: HTTP
// answers, and behind the answer to an upgrade a WebSocket's texts. For bytes that somebody kept:
// the codecs are those of the clients, and there is no stream.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sniperforge/core/bytes.hpp"

namespace sniperforge::net {

struct ArrivedMessage {
    bool is_socket = false;  // A WebSocket's text; else the body of an HTTP answer.
    int status = 0;          // Of that.
    // Valid during the call, with kMessagePadding readable bytes behind it.
    std::string_view text;
};
using ArrivedHandler = std::function<void(const ArrivedMessage&)>;

class ArrivedMessages {
 public:
    ArrivedMessages();
    ~ArrivedMessages();
    ArrivedMessages(ArrivedMessages&&) noexcept;
    ArrivedMessages& operator=(ArrivedMessages&&) noexcept;

    // Tells the messages that these bytes complete, in their order.
    void put(BytesView bytes, const ArrivedHandler& tell);
    // The stream ended: that completes an answer without a length.
    void put_end(const ArrivedHandler& tell);
    // Why nothing of the stream can be read any more; empty: it can.
    [[nodiscard]] const std::string& problem() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::net
