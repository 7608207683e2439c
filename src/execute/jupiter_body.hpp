// SPDX-License-Identifier: MIT
// What the decoders of Jupiter's bodies share with the calls.
#pragma once

#include <string_view>

namespace sniperforge::execute {

// How the text begins of an answer that is about the order and not about the service: its own
// simulation of the swap fails, or the wallet has not what the order needs.
inline constexpr std::string_view kSimulationFails = "Jupiter swap: its own simulation fails: ";
inline constexpr std::string_view kOrderNotBuilt = "Jupiter order: it built no transaction: ";

}  // namespace sniperforge::execute
