// SPDX-License-Identifier: MIT
// What a person has a running pipeline do, and what he is told of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/model/position.hpp"
#include "sniperforge/model/trading_state.hpp"

namespace sniperforge::engine {

enum class OperatorVerb : std::uint8_t {
    Pause,    // No entries and no cycles; exits go on.
    Resume,   // Ends a pause, a flattening and the wait for a look at records that are missing.
    Flatten,  // Sells every position now, and buys nothing until resumed.
};
inline constexpr OperatorVerb kOperatorVerbLast = OperatorVerb::Flatten;
[[nodiscard]] constexpr std::string_view to_string(OperatorVerb verb) {
    switch (verb) {
        case OperatorVerb::Pause:
            return "pause";
        case OperatorVerb::Resume:
            return "resume";
        case OperatorVerb::Flatten:
            return "flatten";
    }
    return "unknown";
}

struct OperatorCommand {
    OperatorVerb verb = OperatorVerb::Pause;
    std::string reason{};          // A person's words; at most kReasonBytesMax, may be empty.
    bool is_outside_sold = false;  // Flatten: also tokens that belong to no position.
};

struct OperatorAnswer {
    TradingState before = TradingState::Active, after = TradingState::Active;
    bool is_changed = false;                // Else it stood as it was asked for.
    bool is_journalled = true;              // Else it ends with this process.
    std::string refused{};                  // Why nothing was done; empty: it was.
    std::vector<StandingCause> standing{};  // What stands now, the gravest last.
    std::vector<StandingCause> ended{};     // By a resume: each as it stood.
    std::vector<PositionView> selling{};    // By a flattening: all that is held.
    // And what it leaves: the signer signs no order that names one of these mints
    // (signer.tokens_kept). Tokens of no position only where those are sold.
    std::map<Pubkey, TokenAmount> kept{};
};

}  // namespace sniperforge::engine
