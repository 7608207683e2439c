// SPDX-License-Identifier: MIT
#include "rpc/failure_rules.hpp"

#include <algorithm>
#include <array>
#include <climits>

#include "sniperforge/rpc/final_answer.hpp"

namespace sniperforge::rpc {
namespace {

using enum FailureAction;
using ErrorKind = RpcError::Kind;

constexpr auto kRules = std::to_array<FailureRule>({
    {ErrorKind::Transport, INT_MIN, INT_MAX, TransportSick, "connect, TLS, closed, timeout"},
    {ErrorKind::RateLimited, INT_MIN, INT_MAX, Pause, "429, or a gateway's way of saying so"},
    {ErrorKind::BadReply, INT_MIN, INT_MAX, MethodSick, "200, but cut short or no JSON-RPC answer"},

    {ErrorKind::Http, 413, 414, Elsewhere, "too large for this gateway"},
    {ErrorKind::Http, 401, 407, Unserved,
     "no key, no right, no such path: not for this method here"},
    // 400 is among them: where it carries a JSON-RPC error it is that, and else no node said it.
    {ErrorKind::Http, INT_MIN, INT_MAX, MethodSick,
     "5xx and the like: what stands behind it failed"},

    {ErrorKind::Node, -32601, -32601, Unserved, "unknown, or disabled by the provider"},
    {ErrorKind::Node, -32603, -32603, MethodSick, "internal error"},
    {ErrorKind::Node, -32001, -32001, Elsewhere, "block cleaned up: an archive may have it"},
    {ErrorKind::Node, -32004, -32004, FailOver, "block not available yet"},
    {ErrorKind::Node, -32005, -32005, Behind, "node is behind or unhealthy"},
    {ErrorKind::Node, -32008, -32008, Elsewhere, "no snapshot at this node"},
    {ErrorKind::Node, -32010, -32010, Elsewhere, "excluded from this node's secondary index"},
    {ErrorKind::Node, -32011, -32011, Elsewhere, "this node keeps no transaction history"},
    {ErrorKind::Node, -32012, -32012, FailOver, "scan error"},
    {ErrorKind::Node, -32014, -32014, FailOver, "block status not available yet"},
    {ErrorKind::Node, -32016, -32016, Behind, "minimum context slot not reached"},
    {ErrorKind::Node, -32019, -32019, FailOver, "long-term storage unreachable"},
    {ErrorKind::Node, -32021, -32021, Elsewhere, "no slot history at this node"},
    // Genuine: -32700, -32600, -32602 (our request), -32002 preflight failure, -32003 and -32006
    // and -32013 (signatures), -32007 and -32009 (slot skipped for good), -32015 (transaction
    // version), -32017, -32018, -32020 (the chain's state), and every code not listed.
    {ErrorKind::Node, INT_MIN, INT_MAX, Answer,
     "what the chain, or a node about our request, says"},
});

}  // namespace

std::span<const FailureRule> failure_rules() { return kRules; }

FailureAction action_for(const RpcError& error) {
    const auto rule = std::find_if(kRules.begin(), kRules.end(), [&](const FailureRule& each) {
        return each.kind == error.kind && error.code >= each.code_first &&
               error.code <= each.code_last;
    });
    return rule == kRules.end() ? Answer : rule->action;
}

bool is_final_answer(const RpcError& error) {
    const FailureAction action = action_for(error);
    return !is_failing_over(action) || is_elsewhere_only(action);
}

}  // namespace sniperforge::rpc
