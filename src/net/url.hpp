// SPDX-License-Identifier: MIT
// Helpers of HTTP and WebSocket around addresses and header texts.
#pragma once

#include <string>
#include <string_view>

#include "sniperforge/net/http.hpp"

namespace sniperforge::net {

// The Host header: with the port unless it is the scheme's own, IPv6 in brackets.
[[nodiscard]] std::string host_header(const Address& address);

// ASCII only, as header names and tokens are.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

// "keep-alive, Upgrade" has the token "upgrade".
[[nodiscard]] bool has_token(std::string_view list, std::string_view token);

// Why the head of `request` cannot be sent as it is, or an empty view: a line break in a header
// would let its value add headers of its own.
[[nodiscard]] std::string_view head_defect(const HttpRequest& request);

}  // namespace sniperforge::net
