// SPDX-License-Identifier: MIT
// One message of a node's socket as it came, for whoever asks a node something by hand. PubSub has
// readers of its own, which decode in place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::rpc {

struct SocketMessage {
    std::optional<std::uint64_t> id;  // Of an answer; nothing: it is a notification.
    std::string result;               // Of an answer, as JSON; empty when it is an error.
    std::string error;                // Likewise.
    std::string subscription;         // Of a notification: its number, as JSON.
    std::optional<Slot> slot;         // Of a slotNotification.
};
[[nodiscard]] Result<SocketMessage> parse_socket_message(std::string_view text);

}  // namespace sniperforge::rpc
