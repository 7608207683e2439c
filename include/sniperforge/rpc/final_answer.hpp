// SPDX-License-Identifier: MIT
// Whether an error is a node's last word or passing trouble, by the rules that the pool itself
// follows (src/rpc/failure_rules.cpp).
#pragma once

#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

// Whoever said it will say the same again: about our request, the chain, or what it does not serve.
// Everything else (nobody reached, busy, behind, an internal error, an unreadable reply) says
// nothing of what was asked.
[[nodiscard]] bool is_final_answer(const RpcError& error);

}  // namespace sniperforge::rpc
