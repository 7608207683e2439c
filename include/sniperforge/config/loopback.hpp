// SPDX-License-Identifier: MIT
// An address that only this machine can reach.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"

namespace sniperforge::config {

struct LoopbackAddress {
    std::string host;  // Numeric, without brackets.
    std::uint16_t port = 0;
};
// "127.0.0.1:9301", "[::1]:9301" or "localhost:9301"; port 0 is one that is free. An error says
// why it is none, and what to write.
[[nodiscard]] Result<LoopbackAddress> parse_loopback(std::string_view text);

}  // namespace sniperforge::config
