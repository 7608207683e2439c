// SPDX-License-Identifier: MIT
// What a node's answer to the simulation of a round trip says.
#pragma once

#include <cstddef>

#include "sniperforge/model/safety.hpp"
#include "sniperforge/rpc/simulation.hpp"

namespace sniperforge::feed {

// `sale`: the first of the instructions that sell. What no node can have seen that ran it is
// `unread`, with the reason.
[[nodiscard]] RoundTripReading reading_of(const rpc::RpcResult<rpc::Simulation>& answer,
                                          std::size_t sale);

}  // namespace sniperforge::feed
