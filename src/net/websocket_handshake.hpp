// SPDX-License-Identifier: MIT
// The opening handshake of WebSocket (RFC 6455, section 4) as texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/net/http.hpp"

namespace sniperforge::net {

// What Sec-WebSocket-Accept must be for this Sec-WebSocket-Key.
[[nodiscard]] std::string accept_key(std::string_view key);

// Why these cannot be a client's own headers: one would add others, take the place of one of the
// handshake's, or they are too long. No value is repeated, nor a name that is not one.
[[nodiscard]] Result<void> check_own_headers(const std::vector<HttpHeader>& headers);

// The start of a text from outside, for our own texts: without control characters, and with the
// values of `secrets` masked.
[[nodiscard]] std::string quote(std::string_view text, const std::vector<HttpHeader>& secrets);

[[nodiscard]] std::string format_upgrade_request(const Url& url, std::string_view key,
                                                 const std::vector<HttpHeader>& own_headers = {});

// Fails with what the server said instead, or what is wrong with its consent. Servers like to
// repeat a key that they refuse: the values of `own_headers` are masked in what is quoted.
[[nodiscard]] Result<void> check_upgrade_response(const HttpResponse& response,
                                                  std::string_view key,
                                                  const std::vector<HttpHeader>& own_headers = {});

struct UpgradeAnswer {
    bool is_accepted = false;
    std::string bytes;  // The whole response.
};
[[nodiscard]] UpgradeAnswer answer_upgrade(const HttpRequest& request);

}  // namespace sniperforge::net
