// SPDX-License-Identifier: MIT
// What can be wrong with a token, by name, and who holds it: what the reader of holders, the judge
// of tokens and the strategies tell each other. docs/safety.md has the table of codes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"

namespace sniperforge {

// In the order in which they are judged; the first that refuses is the one that is told.
enum class SafetyCode : std::uint8_t {
    EvidenceAwaited,  // Something is still being read.
    MintUnreadable,
    MintAuthority,
    FreezeAuthority,
    ExtensionTransferFee,
    ExtensionTransferHook,
    ExtensionPermanentDelegate,
    ExtensionDefaultFrozen,
    ExtensionPausable,
    ExtensionNonTransferable,
    ExtensionConfidential,
    ExtensionUiAmount,
    ExtensionCloseAuthority,
    ExtensionPermissionedBurn,
    ExtensionOther,
    ExtensionUnknown,
    RoundTripLoss,
    LpBurnt,
    HoldersTop10,
    CreatorShare,
    CreatorPulls,
    BundleShare,
    SimulatedRoundTrip,
};
inline constexpr std::size_t kSafetyCodeCount = 23;

[[nodiscard]] constexpr std::string_view to_string(SafetyCode code) {
    constexpr std::array<std::string_view, kSafetyCodeCount> kNames{
        "EVIDENCE_AWAITED",
        "MINT_UNREADABLE",
        "MINT_AUTHORITY",
        "FREEZE_AUTHORITY",
        "EXTENSION_TRANSFER_FEE",
        "EXTENSION_TRANSFER_HOOK",
        "EXTENSION_PERMANENT_DELEGATE",
        "EXTENSION_DEFAULT_FROZEN",
        "EXTENSION_PAUSABLE",
        "EXTENSION_NON_TRANSFERABLE",
        "EXTENSION_CONFIDENTIAL",
        "EXTENSION_UI_AMOUNT",
        "EXTENSION_CLOSE_AUTHORITY",
        "EXTENSION_PERMISSIONED_BURN",
        "EXTENSION_OTHER",
        "EXTENSION_UNKNOWN",
        "ROUND_TRIP_LOSS",
        "LP_BURNT",
        "HOLDERS_TOP10",
        "CREATOR_SHARE",
        "CREATOR_PULLS",
        "BUNDLE_SHARE",
        "SIMULATED_ROUND_TRIP",
    };
    return kNames.at(static_cast<std::size_t>(code));
}

// Why a token is not bought now. Unknown: there is no evidence, or none that is recent enough.
struct SafetyRefusal {
    SafetyCode code = SafetyCode::EvidenceAwaited;
    bool is_unknown = false;

    [[nodiscard]] bool operator==(const SafetyRefusal&) const = default;
};
// HOLDERS_TOP10, or HOLDERS_TOP10_UNKNOWN.
[[nodiscard]] inline std::string to_string(const SafetyRefusal& refusal) {
    return std::string{to_string(refusal.code)} + (refusal.is_unknown ? "_UNKNOWN" : "");
}

// A token account among the largest of its mint.
struct TokenHolder {
    Pubkey account;
    Pubkey owner;
    TokenAmount amount;
};

// The largest accounts of a mint, with its supply, all in one slot.
struct HolderReading {
    Slot slot;
    TokenAmount supply;
    std::vector<TokenHolder> holders;  // Largest first; 20 at most, as nodes list them.
    // Of the account that was asked for beside them; zero where it does not exist.
    TokenAmount beside;
};

// What a node's programs say to a purchase and its sale in one transaction, which nobody signs.
struct RoundTripReading {
    std::string unread;       // Why no node has tried it; empty: one has.
    Slot slot{};              // That it was tried on.
    std::string error{};      // The chain's err as JSON; empty: bought and sold again.
    bool is_of_sale = false;  // The purchase went through, and what follows it did not.
    std::vector<Pubkey> programs_failed{};  // By the logs, the innermost first.
};

enum class RoundTripEnd : std::uint8_t {
    Sold,
    Dear,     // The sale would have brought less than it had to.
    Refused,  // By a program, for another reason than a price.
    Unknown,
};
// What a reading comes to.
struct RoundTripOutcome {
    RoundTripEnd end = RoundTripEnd::Unknown;
    Slot slot{};
    std::string problem{};  // What refused it, or why nobody knows.
};

}  // namespace sniperforge
