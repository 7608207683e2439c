// SPDX-License-Identifier: MIT
// What one HTTP answer means: the envelope checked, the error classified, and what the pool of
// endpoints should do about it. Pure; the rules are those of protocol rpc 2.3 and the gateways'.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rpc/failure_rules.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/secret_scrubber.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

struct Reply {
    // The whole body, known to be an envelope of our id with a `result`; or why there is none.
    RpcResult<std::string> body;
    // What the pool should do about an error; Answer for a result.
    FailureAction action = FailureAction::Answer;
    std::optional<Duration> retry_after;  // As the server asked, at most kRetryAfterMax.
    // The slot that the node answered from, where it says so, also in an error.
    std::optional<Slot> context_slot;
    std::uint64_t slots_behind = 0;  // By its own word; 0: it does not say.
};

struct ReplyContext {
    std::uint64_t id = 0;                          // Of the request.
    bool is_result_a_slot = false;                 // getSlot: its result is where the node is.
    WallTime now;                                  // For a Retry-After that is a date.
    const net::SecretScrubber* secrets = nullptr;  // Taken out of every message; may be null.
};

[[nodiscard]] Reply read_reply(net::HttpResult answer, const ReplyContext& context);

// The JSON of `result` out of a body that read_reply() accepted.
[[nodiscard]] RpcResult<std::string> result_json(std::string body);

// Printable start of a text that came from outside, for messages.
[[nodiscard]] std::string excerpt(std::string_view text);

}  // namespace sniperforge::rpc
