// SPDX-License-Identifier: MIT
// Whether a token may be bought: all that is known of it, each item with the slot it was read in,
// held against a policy. Pure. What nobody knows, and what is known from too long ago, is unknown,
// and refused unless the policy says otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/detect/creator_history.hpp"
#include "sniperforge/detect/lp_evidence.hpp"
#include "sniperforge/detect/mint_evidence.hpp"
#include "sniperforge/model/safety.hpp"

namespace sniperforge::detect {

// Awaited: it is being read. NotApplicable: there is no such thing where the token trades, like LP
// tokens of a bonding curve.
enum class Knowledge : std::uint8_t { Awaited, Unknown, NotApplicable, Known };

template <typename T>
struct Evidence {
    Knowledge knowledge = Knowledge::Awaited;
    T value{};
    Slot slot{};  // That it was read in; of what is heard, the slot up to which it is.
};
template <typename T>
[[nodiscard]] Evidence<T> known(T value, Slot slot) {
    return {Knowledge::Known, std::move(value), slot};
}

struct Holder {
    TokenHolder held;
    // A pool's, a curve's, or of nobody any more: it sells to whoever pays, or to no one.
    bool is_excluded = false;
};
struct HoldersEvidence {
    TokenAmount supply;
    std::vector<Holder> holders;  // Largest first.
};

// What a node's programs did with a purchase and its sale at once.
struct SimulatedTrip {
    BasisPoints lost_max;   // No more than that was lost; 10,000: it could not be sold.
    std::string problem{};  // What refused it, or why nobody knows.
};

struct SafetyEvidence {
    Evidence<MintEvidence> mint;
    Evidence<BasisPoints> round_trip_loss;  // Bought and sold at once: what is gone then.
    Evidence<LpEvidence> lp;                // Of the pool with the least burnt and locked.
    Evidence<HoldersEvidence> holders;
    Evidence<BasisPoints> creator_share;  // Of the supply.
    Evidence<CreatorPast> creator_past;   // Tokens of his that ended count against him.
    // Of the supply, bought by others than the creator in the slot that the coin was made in.
    Evidence<BasisPoints> bundle_share;
    // Not applicable where nobody simulates.
    Evidence<SimulatedTrip> simulated_trip{Knowledge::NotApplicable, {}, {}};
};

struct SafetyPolicy {
    bool is_mint_authority_allowed = false, is_freeze_authority_allowed = false;
    // Others are refused, and these as well while they are a trap.
    std::vector<solana::ExtensionType> extensions_allowed{solana::ExtensionType::MetadataPointer,
                                                          solana::ExtensionType::TokenMetadata};
    BasisPoints transfer_fee_max{};
    BasisPoints round_trip_loss_max{1'000};
    BasisPoints lp_burnt_min{9'000};  // Burnt and locked together.
    BasisPoints holders_top10_max{7'000};
    BasisPoints creator_share_max{2'000};
    std::uint32_t creator_pulls_max = 0;
    BasisPoints bundle_share_max{6'000};
    std::uint32_t evidence_age_slots_max = 150;
    // Whose evidence may be missing; never that of the mint.
    bool is_round_trip_unknown_allowed = false, is_lp_unknown_allowed = false,
         are_holders_unknown_allowed = false, is_creator_unknown_allowed = false,
         is_bundle_unknown_allowed = false, is_simulated_trip_unknown_allowed = false;
};

enum class SafetyOutcome : std::uint8_t { Passed, NotApplicable, Awaited, Unknown, Failed };
[[nodiscard]] std::string_view to_string(SafetyOutcome outcome);

struct SafetyFinding {
    SafetyCode code = SafetyCode::EvidenceAwaited;
    SafetyOutcome outcome = SafetyOutcome::Passed;
    std::uint64_t value = 0;  // Basis points, a count, or 1 for what is there.
    std::uint64_t limit = 0;  // The last value that passes.
    Slot slot;                // Of the evidence.
    std::uint64_t age = 0;    // In slots.
    bool is_refusing = false;
    // Of LP_BURNT and CREATOR_PULLS, where it is known: what the value is made of.
    std::optional<LpEvidence> lp{};
    std::optional<CreatorPast> creator{};
    std::string problem{};  // Of SIMULATED_ROUND_TRIP: what refused it, or why nobody knows.
};
// HOLDERS_TOP10 failed: 7812, limit 7000, read in slot 12 (3 slots ago).
[[nodiscard]] std::string to_string(const SafetyFinding& finding);

struct SafetyVerdict {
    std::vector<SafetyFinding> findings;  // Of everything that was looked at, in judging order.

    [[nodiscard]] bool is_safe() const { return !refusal(); }
    // The first finding that refuses: one that failed before one that is awaited.
    [[nodiscard]] const SafetyFinding* refusing() const;
    [[nodiscard]] std::optional<SafetyRefusal> refusal() const;
    // Nothing else refuses it.
    [[nodiscard]] bool is_safe_but_for(SafetyCode code) const;
};

// What is asked of a token. Of one that has traded for long: its mint and the round trip. How it
// was launched, and who holds it since, says nothing of it any more.
enum class SafetyScope : std::uint8_t { Launch, Established };
[[nodiscard]] SafetyVerdict judge(const SafetyEvidence& evidence, const SafetyPolicy& policy,
                                  Slot now, SafetyScope scope = SafetyScope::Launch);
// What the policy says to the mint's extensions alone.
[[nodiscard]] bool has_refused_extension(const MintEvidence& mint, const SafetyPolicy& policy);
// What the ten largest owners have together, of those that are not excluded; rounded up.
[[nodiscard]] BasisPoints top10_share(const HoldersEvidence& holders);
// Part of the whole, rounded up, 10,000 at most; 10,000 of nothing.
[[nodiscard]] BasisPoints share_ceil(TokenAmount part, TokenAmount whole);

}  // namespace sniperforge::detect
