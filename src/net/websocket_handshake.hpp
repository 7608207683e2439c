// SPDX-License-Identifier: MIT
// The opening handshake of WebSocket (RFC 6455, section 4) as texts.
#pragma once

#include <string>
#include <string_view>

#include "sniperforge/net/http.hpp"

namespace sniperforge::net {

// What Sec-WebSocket-Accept must be for this Sec-WebSocket-Key.
[[nodiscard]] std::string accept_key(std::string_view key);

[[nodiscard]] std::string format_upgrade_request(const Url& url, std::string_view key);

// Fails with what the server said instead, or what is wrong with its consent.
[[nodiscard]] Result<void> check_upgrade_response(const HttpResponse& response,
                                                  std::string_view key);

struct UpgradeAnswer {
    bool is_accepted = false;
    std::string bytes;  // The whole response.
};
[[nodiscard]] UpgradeAnswer answer_upgrade(const HttpRequest& request);

}  // namespace sniperforge::net
