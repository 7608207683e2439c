// SPDX-License-Identifier: MIT
// How long a server wants to be left alone: Retry-After, in seconds or as a date (RFC 9110 10.2.3).
#pragma once

#include <optional>

#include "sniperforge/core/time.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::rpc {

// A server that asks for more than this is asked again after this.
inline constexpr Duration kRetryAfterMax = std::chrono::minutes{5};

// Nothing when the header is absent or unreadable. A date counts from the answer's own Date header
// where it has one, since the two clocks are then the same, else from `now`. Dates are read in the
// form that servers must write, "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::optional<Duration> read_retry_after(const net::HttpResponse& response,
                                                       WallTime now);

}  // namespace sniperforge::rpc
