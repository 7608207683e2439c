// SPDX-License-Identifier: MIT
// What the pool knows about its endpoints, for status and metrics. Names only, never a URL.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::rpc {

// What an endpoint may be asked for.
enum class EndpointRole : std::uint8_t { Read, Send, Both };
[[nodiscard]] constexpr std::string_view to_string(EndpointRole role) {
    switch (role) {
        case EndpointRole::Read:
            return "read";
        case EndpointRole::Send:
            return "send";
        case EndpointRole::Both:
            return "both";
    }
    return "unknown";
}

[[nodiscard]] std::optional<EndpointRole> parse_endpoint_role(std::string_view text);

struct MethodHealth {
    std::string_view name;  // "other" for methods without a gauge of their own.
    std::uint64_t requests = 0, failures = 0;
    Duration latency_ewma{0}, latency_p50{0}, latency_p95{0};
    bool is_open = false;  // Its breaker: not asked while others can be.
};

struct EndpointHealth {
    std::string name;
    EndpointRole role = EndpointRole::Both;
    std::uint32_t weight = 1;
    std::uint64_t requests = 0, failures = 0, rate_limited = 0, hedges = 0;
    Duration latency_ewma{0}, latency_p50{0}, latency_p95{0};  // Over all methods.
    std::optional<Slot> slot;                                  // The newest it told of.
    std::uint64_t slot_lag = 0;  // Behind the pool's best when it last told.
    bool is_lagging = false;
    bool is_open = false;    // The whole endpoint's breaker: it cannot be reached.
    bool is_healthy = true;  // No breaker open, no pause.
    Duration pause_reads{0}, pause_scans{0}, pause_sends{0};  // What is left of them.
    double requests_left = 0;                                 // Of one second's worth.
    std::optional<double> credits_left;  // The same; nothing when not billed in credits.
    std::vector<MethodHealth> methods;   // Those that were asked for.
};

// A JSON array, one object for each endpoint.
[[nodiscard]] std::string to_json(std::span<const EndpointHealth> endpoints);

}  // namespace sniperforge::rpc
