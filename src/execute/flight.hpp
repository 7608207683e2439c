// SPDX-License-Identifier: MIT
// One order on its way: what has been built, signed and heard of it so far.
#pragma once

#include <optional>
#include <string>

#include "execute/failure.hpp"
#include "execute/venue_fees.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/execute/executor.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::execute {

// Of an entry or an exit, beside SOL.
[[nodiscard]] inline const Pubkey& token_of(const OrderIntent& intent) {
    return intent.kind == OrderKind::Exit ? intent.mint_in : intent.mint_out;
}

enum class Step : std::uint8_t {
    Quoting,   // Waiting for Jupiter's quote, where it is asked.
    Building,  // Waiting for Jupiter's transaction, or for lookup tables.
    Sent,      // Signed and handed to a transport; landing unknown.
    Settling,  // Seen in a confirmed block; reading what it did.
};

struct Flight {
    Flight(const ApprovedOrder& order, const Trace& received, const SubmitHints& submit_hints)
        : wanted{order.intent()}, trace{received}, hints{submit_hints} {}
    // Sent by an earlier process. Without its bytes it is asked about, and not sent again.
    explicit Flight(const OrderIntent& intent) : wanted{intent}, is_carried{true} {}

    [[nodiscard]] const OrderIntent& intent() const { return wanted; }
    // Of the broadcasts that were answered nobody has taken one.
    [[nodiscard]] bool is_turned_away() const { return !turned_away.empty() && !may_be_out; }

    OrderIntent wanted;
    bool is_carried = false;
    Trace trace;
    SubmitHints hints;
    Offer offer;             // Within the caps.
    Lamports fee_reserved;   // Of the day.
    std::optional<Tip> tip;  // In its transaction.
    std::uint32_t lane_sends = 0;
    Slot sent_slot;  // The newest that was known when it was sent first.
    Step step = Step::Quoting;
    Path path = Path::Direct;             // That it is on.
    JupiterApi api = JupiterApi::V1Swap;  // Where that is Jupiter.
    PathChoice choice;                    // What each path was reckoned to cost.
    MonoTime path_begun;             // When this path was taken; of the first, when it was decided.
    TokenAmount pool_out;            // That its pool pays, as of then; zero: not known.
    TokenAmount quoted_out;          // That Jupiter expects; zero: none of it.
    std::optional<Path> path_other;  // Taken when that one fails before anything is signed.
    std::string path_failures;       // Why the first one failed.
    bool was_jupiter_asked = false;
    bool is_floor_refused = false;  // Of an exit: Jupiter guarantees less.
    std::optional<JupiterQuote> quote;
    std::optional<JupiterInstructions> proposal;
    std::string order_id;  // Of Jupiter's, whose message it is as it came; empty: none.
    bool is_order_executed = false;
    std::optional<VenueFeeParts> venue_fees;  // Nothing: not of our own swaps.
    Bytes message;
    Bytes wire;
    Signature signature;
    BlockHeight last_valid_height;
    MonoTime signed_at;
    // Its blockhash was among the newest then: no sooner than a blockhash's life later it has
    // expired. Of a cycle when that was read, of the others when they were signed or taken over
    // from an earlier process.
    MonoTime fresh_at;
    std::optional<NonceLease> lease;  // Then no height ends it.
    bool is_ending = false;  // An advance of that nonce is wanted: it goes nowhere any more.
    std::uint32_t sends = 0;
    std::uint32_t sends_open = 0;  // Of them: not every endpoint has answered yet.
    bool is_accepted = false;      // Some endpoint has taken it.
    bool may_be_out = false;       // Some endpoint did not say that it has not.
    std::string refusal;           // What a node said that will not forward it; empty: none.
    ChainFailure refused_for;      // What that means.
    std::string turned_away;       // What was said to the last broadcast that came to nothing.
    MonoTime next_action;          // Rebroadcast while Sent, next read while Settling.
    std::uint32_t reads = 0;
    MonoTime settling_since;
    std::string unreadable;         // Why what a node served cannot be booked; empty: none has.
    Slot seen_at;                   // Newest slot that a confirmed answer named.
    bool is_absence_asked = false;  // Whether it landed unseen is being read from the ledger.
    bool is_unknown = false;        // Reported as unknown; still asked about.
};

// A fill that was reported from a confirmed block and is not finalized yet.
struct ProvisionalFill {
    ExecutionReport report;
    BlockHeight last_valid_height;
    MonoTime fresh_at;
    bool is_carried = false;              // Of an earlier process's order.
    std::optional<OrderIntent> intent{};  // With the next, of this process.
    std::optional<VenueFeeParts> venue_fees{};
    bool is_doubted = false;     // A node that has finalized later blocks does not know it.
    bool is_being_read = false;  // Its transaction is being read again.
    std::optional<NonceLease> lease{};
};

}  // namespace sniperforge::execute
