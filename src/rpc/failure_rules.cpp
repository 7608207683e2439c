// SPDX-License-Identifier: MIT
#include "rpc/failure_rules.hpp"

#include <algorithm>
#include <array>
#include <climits>

namespace sniperforge::rpc {
namespace {

using enum FailureAction;
using Kind = RpcError::Kind;

constexpr auto kRules = std::to_array<FailureRule>({
    {Kind::Transport, INT_MIN, INT_MAX, TransportSick, "connect, TLS, closed, timeout"},
    {Kind::RateLimited, INT_MIN, INT_MAX, Pause, "429, or a gateway's way of saying so"},
    {Kind::BadReply, INT_MIN, INT_MAX, MethodSick, "200, but cut short or no JSON-RPC answer"},

    {Kind::Http, 413, 414, Elsewhere, "too large for this gateway"},
    {Kind::Http, 401, 407, Unserved, "no key, no right, no such path: not for this method here"},
    // 400 is among them: where it carries a JSON-RPC error it is that, and else no node said it.
    {Kind::Http, INT_MIN, INT_MAX, MethodSick, "5xx and the like: what stands behind it failed"},

    {Kind::Node, -32601, -32601, Unserved, "unknown, or disabled by the provider"},
    {Kind::Node, -32603, -32603, MethodSick, "internal error"},
    {Kind::Node, -32001, -32001, Elsewhere, "block cleaned up: an archive may have it"},
    {Kind::Node, -32004, -32004, FailOver, "block not available yet"},
    {Kind::Node, -32005, -32005, Behind, "node is behind or unhealthy"},
    {Kind::Node, -32008, -32008, Elsewhere, "no snapshot at this node"},
    {Kind::Node, -32010, -32010, Elsewhere, "excluded from this node's secondary index"},
    {Kind::Node, -32011, -32011, Elsewhere, "this node keeps no transaction history"},
    {Kind::Node, -32012, -32012, FailOver, "scan error"},
    {Kind::Node, -32014, -32014, FailOver, "block status not available yet"},
    {Kind::Node, -32016, -32016, Behind, "minimum context slot not reached"},
    {Kind::Node, -32019, -32019, FailOver, "long-term storage unreachable"},
    {Kind::Node, -32021, -32021, Elsewhere, "no slot history at this node"},
    // Genuine: -32700, -32600, -32602 (our request), -32002 preflight failure, -32003 and -32006
    // and -32013 (signatures), -32007 and -32009 (slot skipped for good), -32015 (transaction
    // version), -32017, -32018, -32020 (the chain's state), and every code not listed.
    {Kind::Node, INT_MIN, INT_MAX, Answer, "what the chain, or a node about our request, says"},
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

}  // namespace sniperforge::rpc
