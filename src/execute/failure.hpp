// SPDX-License-Identifier: MIT
// What a chain's or a node's words about a failed transaction say to circuit breakers: a price that
// had moved, or a program that does not do what it did; and whose.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sniperforge/core/key.hpp"
#include "sniperforge/model/failure.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::execute {

struct ChainFailure {
    FailureClass failure = FailureClass::None;
    std::optional<VenueId> venue{};  // Whose program failed, as far as the logs say.
    std::string program_error{};     // Who said what, where it is known: "spl_token AccountFrozen".
    FailureAction action = FailureAction::None;
};

// Of `error`, the JSON of a transaction's err, and of the programs that failed, the innermost
// first. `intended`: the venues of the order, whose codes are believed where the logs name no
// program.
[[nodiscard]] ChainFailure chain_failure(std::string_view error,
                                         std::span<const Pubkey> programs_failed,
                                         const VenueSet& intended);
// Of a transaction that was reverted, which also tells whose SOL the System program did not find.
[[nodiscard]] ChainFailure chain_failure(const rpc::TransactionDetail& detail,
                                         const VenueSet& intended);
// Of a node that looked at the transaction before it would forward it. FailureClass::Rpc: it does
// not know the blockhash, or what the nonce holds.
[[nodiscard]] ChainFailure preflight_failure(const rpc::RpcError& error, const VenueSet& intended);

// The custom code with which the program refuses a price.
[[nodiscard]] bool is_slippage(const Pubkey& program, std::uint32_t code);

}  // namespace sniperforge::execute
