// SPDX-License-Identifier: MIT
// What the pool does about each kind of failure, in one table: protocol rpc 2.3 and what gateways
// answer. A genuine answer of a node is handed to the caller, whatever it says; everything else
// says something about the endpoint, not about the chain.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

enum class FailureAction : std::uint8_t {
    Answer,         // Genuine: to the caller. Another node would say the same.
    Elsewhere,      // Another endpoint may know; this one will say the same again.
    Unserved,       // As Elsewhere, and the endpoint does not serve this method.
    FailOver,       // Another endpoint, or this one a little later. Nobody is to blame.
    Behind,         // As FailOver, and the node lags.
    Pause,          // As FailOver, and the endpoint wants to be left alone for a while.
    MethodSick,     // As FailOver, and it counts against this method at this endpoint.
    TransportSick,  // As FailOver, and it counts against the whole endpoint.
};

struct FailureRule {
    RpcError::Kind kind;
    int code_first;  // HTTP status or JSON-RPC code; both ends are included.
    int code_last;
    FailureAction action;
    std::string_view reason;
};

// The first that matches holds; an error that none matches is a genuine answer.
[[nodiscard]] std::span<const FailureRule> failure_rules();
[[nodiscard]] FailureAction action_for(const RpcError& error);

// Whether the pool asks again, and whether the same endpoint may be the one.
[[nodiscard]] constexpr bool is_failing_over(FailureAction action) {
    return action != FailureAction::Answer;
}
[[nodiscard]] constexpr bool is_elsewhere_only(FailureAction action) {
    return action == FailureAction::Elsewhere || action == FailureAction::Unserved;
}

}  // namespace sniperforge::rpc
