// SPDX-License-Identifier: MIT
// What one HTTP answer means: the envelope checked, the error classified, and what the pool of
// endpoints should do about it. Pure; the rules are those of protocol rpc 2.3 and the gateways'.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sniperforge/net/http.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

struct Reply {
    // The whole body, known to be an envelope of our id with a `result`; or why there is none.
    RpcResult<std::string> body;
    // Another endpoint may answer where this one did not. Never set for a genuine node answer.
    bool should_fail_over = false;
    // Counts towards opening the endpoint's breaker.
    bool is_endpoint_sick = false;
    bool is_rate_limited = false;
    std::optional<Duration> retry_after;  // As the server asked, at most kRetryAfterMax.
};

// A server that asks for more than this is asked again after this.
inline constexpr Duration kRetryAfterMax = std::chrono::minutes{5};

[[nodiscard]] Reply read_reply(net::HttpResult answer, std::uint64_t id);

// The JSON of `result` out of a body that read_reply() accepted.
[[nodiscard]] RpcResult<std::string> result_json(std::string body);

// Printable start of a text that came from outside, for messages.
[[nodiscard]] std::string excerpt(std::string_view text);

}  // namespace sniperforge::rpc
