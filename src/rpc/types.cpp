// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/types.hpp"

#include <fmt/format.h>

namespace sniperforge::rpc {

std::string RpcError::text() const {
    switch (kind) {
        case Kind::Transport:
            return fmt::format("no answer: {}{}", message,
                               was_written ? " (the request may have arrived)" : "");
        case Kind::RateLimited:
            return fmt::format("rate limited ({}): {}", code, message);
        case Kind::Http:
            return fmt::format("HTTP status {}: {}", code, message);
        case Kind::Node:
            return data.empty() ? fmt::format("node error {}: {}", code, message)
                                : fmt::format("node error {}: {} {}", code, message, data);
        case Kind::BadReply:
            return fmt::format("unreadable reply: {}", message);
    }
    return message;
}

}  // namespace sniperforge::rpc
