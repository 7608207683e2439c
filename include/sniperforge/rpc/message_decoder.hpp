// SPDX-License-Identifier: MIT
// MessageDecoder: what a node's message says, for whoever has its bytes and no connection. Read by
// the decoders of PubSub and of RpcClient.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "sniperforge/core/result.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

// A WebSocket's message.
struct SocketNews {
    enum class Kind : std::uint8_t {
        Nothing,     // Of no interest, or an answer that gave nothing out.
        Subscribed,  // An answer that gave this subscription out.
        Update,      // A notification of it.
    };
    Kind kind = Kind::Nothing;
    std::uint64_t subscription = 0;
    // Lives until the next message. Without the account of an accountNotification, and without the
    // signature of a signatureNotification: those were in the request.
    ChainUpdate update;
};

class MessageDecoder {
 public:
    MessageDecoder();
    ~MessageDecoder();
    MessageDecoder(const MessageDecoder&) = delete;
    MessageDecoder& operator=(const MessageDecoder&) = delete;

    // net::kMessagePadding bytes behind the message must be readable.
    [[nodiscard]] Result<SocketNews> socket_news(std::string_view message);
    // The accounts that an HTTP answer has; none where it is of another kind. Without a key where
    // those were in the request; one that there is not has no lamports and no data.
    [[nodiscard]] Result<KeyedAccounts> accounts(std::string_view body);

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::rpc
