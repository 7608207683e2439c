// SPDX-License-Identifier: MIT
// What kind of thing went wrong with an order, told apart by who has to get well again: what
// circuit breakers count. And what one of them tells the gate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge {

enum class FailureClass : std::uint8_t {
    None,             // It landed, or what ended it says nothing of the world: our policy, its age.
    Slippage,         // A program refused it at its floor or ceiling: the price had moved.
    ProgramError,     // A program failed for any other reason.
    Expiry,           // Sent, and no block took it while its blockhash lived.
    Rpc,              // No node could be asked for what it takes to build, send or follow it.
    QuoteService,     // Jupiter did not answer, refused, or answered what cannot be read.
    QuoteDivergence,  // Jupiter answered: for another order, or expects less than our own floor.
    BalanceMismatch,  // More left the wallet than the order's ceiling, or the books are wrong.
};
inline constexpr std::size_t kFailureClassCount = 8;
// Journals and reports rely on these words.
[[nodiscard]] constexpr std::string_view to_string(FailureClass failure) {
    switch (failure) {
        case FailureClass::None:
            return "none";
        case FailureClass::Slippage:
            return "slippage";
        case FailureClass::ProgramError:
            return "program_error";
        case FailureClass::Expiry:
            return "expiry";
        case FailureClass::Rpc:
            return "rpc";
        case FailureClass::QuoteService:
            return "quote_service";
        case FailureClass::QuoteDivergence:
            return "quote_divergence";
        case FailureClass::BalanceMismatch:
            return "balance_mismatch";
    }
    return "unknown";
}

// What is done about what a program said. docs/degradation.md has the table.
enum class FailureAction : std::uint8_t {
    None,             // Nothing beyond what its class does.
    Requote,          // The price had moved: the next order is priced anew.
    RefreshAccounts,  // It was given accounts that are not so any more: they are read again first.
    QuarantineToken,  // The token does not move: none is bought, a sale is tried at a slow pace.
    StopEntries,      // The wallet lacks SOL that our books have: none until they were compared.
};
inline constexpr FailureAction kFailureActionLast = FailureAction::StopEntries;
// Journals rely on these words.
[[nodiscard]] constexpr std::string_view to_string(FailureAction action) {
    switch (action) {
        case FailureAction::None:
            return "none";
        case FailureAction::Requote:
            return "requote";
        case FailureAction::RefreshAccounts:
            return "refresh_accounts";
        case FailureAction::QuarantineToken:
            return "quarantine_token";
        case FailureAction::StopEntries:
            return "stop_entries";
    }
    return "unknown";
}

// What a breaker speaks of.
enum class BreakerScope : std::uint8_t { Everything, Venue, Pool };
[[nodiscard]] constexpr std::string_view to_string(BreakerScope scope) {
    switch (scope) {
        case BreakerScope::Everything:
            return "everything";
        case BreakerScope::Venue:
            return "venue";
        case BreakerScope::Pool:
            return "pool";
    }
    return "unknown";
}

// A breaker that holds an order back.
struct BreakerHold {
    FailureClass failure = FailureClass::None;
    BreakerScope scope = BreakerScope::Everything;
    VenueId venue{};  // Of scope Venue.
    Pubkey pool{};    // Of scope Pool.
    std::uint32_t failures = 0;
    // Until one order may try again. Nothing: only books that equal the chain close it.
    std::optional<Duration> until_probe{};
    bool is_probing = false;  // One order is trying: until its outcome, this long at most.
};

// Which venue or pool: "pumpswap", the pool's key, or "everything".
[[nodiscard]] inline std::string scope_text(const BreakerHold& hold) {
    switch (hold.scope) {
        case BreakerScope::Venue:
            return std::string{to_string(hold.venue)};
        case BreakerScope::Pool:
            return hold.pool.to_string();
        case BreakerScope::Everything:
            break;
    }
    return std::string{to_string(hold.scope)};
}

}  // namespace sniperforge
