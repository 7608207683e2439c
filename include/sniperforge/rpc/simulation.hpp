// SPDX-License-Identifier: MIT
// simulateTransaction: what a transaction would do, by the node's own programs, without a
// signature. Source: protocol rpc 2.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

struct Simulation {
    Slot context_slot;
    std::string error;  // Empty on success, else the chain's err as JSON.
    std::vector<std::string> logs;
    std::uint64_t units_consumed = 0;  // 0 from a node that does not say.
    // Of those asked for, in their order, as the transaction leaves them; nothing: there is none
    // then. All are nothing when it failed before its programs ran.
    std::vector<std::optional<AccountData>> accounts;
};

// Signatures are not looked at and the blockhash is replaced by the node's newest one: `wire` may
// hold zeros for both. A transaction that fails is a result too. Nothing is sent.
void simulate_transaction(RpcClient& client, BytesView wire, std::span<const Pubkey> accounts,
                          Commitment commitment, RpcHandler<Simulation> handler);

// Exposed for tests: the `result` of a reply that was asked for these accounts.
[[nodiscard]] Result<Simulation> parse_simulation(std::string result,
                                                  std::span<const Pubkey> accounts);

}  // namespace sniperforge::rpc
