// SPDX-License-Identifier: MIT
// What a URL in the settings must look like. No message repeats the URL: it may hold a key.
#pragma once

#include <string_view>

#include "sniperforge/core/result.hpp"

namespace sniperforge::config {

enum class UrlScheme { Http, WebSocket };

// Scheme, host and port are right.
[[nodiscard]] Result<void> check_url(std::string_view url, UrlScheme scheme);
// The same, and nothing in it looks like a key: no user, no query, no long path segment.
[[nodiscard]] Result<void> check_url_without_key(std::string_view url, UrlScheme scheme,
                                                 std::string_view key_name);
// https, wss, or a host that is this machine.
[[nodiscard]] bool is_private_on_the_wire(std::string_view url);

// `env:NAME` or `file:/path`.
[[nodiscard]] bool is_reference(std::string_view text);

}  // namespace sniperforge::config
