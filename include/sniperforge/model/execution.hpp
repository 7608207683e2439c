// SPDX-License-Identifier: MIT
// What became of an order, as the chain tells it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/failure.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge {

enum class Outcome : std::uint8_t {
    Landed,    // In a block and succeeded.
    Reverted,  // In a block with an error; fees were paid.
    Rejected,  // Refused by the node, the quote service or our own signing policy; nothing was
               // paid.
    Expired,   // The finalized block height passed the last valid one, and it is in no block.
    Unknown,   // We cannot tell yet; another report follows when we can.
};
[[nodiscard]] constexpr std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::Landed:
            return "landed";
        case Outcome::Reverted:
            return "reverted";
        case Outcome::Rejected:
            return "rejected";
        case Outcome::Expired:
            return "expired";
        case Outcome::Unknown:
            return "unknown";
    }
    return "unknown";
}

// A change of one of our token accounts. For wSOL, one base unit is one lamport.
struct TokenChange {
    Pubkey mint;
    TokenDelta amount;
    [[nodiscard]] bool operator==(const TokenChange&) const = default;
};

// Our associated token account of a mint, as it was read or as a transaction left it.
struct OwnTokenAccount {
    Pubkey mint;
    Pubkey token_program;
    bool is_open = false;  // False: closed; it has no rent then.
    Lamports rent;         // What closing it gives back.
    // Its program would not close it: it is frozen with tokens in it, transfer fees are withheld in
    // it, or closing it is somebody else's. Only its own bytes tell, a transaction's balances do
    // not.
    bool is_unclosable = false;
    [[nodiscard]] bool operator==(const OwnTokenAccount&) const = default;
};

// What the pools and mints of our own swaps took, in lamports at the fill's own average price,
// rounded up. It is inside the principal and counted nowhere else.
struct VenueFees {
    Lamports amm;       // Of providers, protocol and creator.
    Lamports transfer;  // That transfers of the mints cost.
    [[nodiscard]] bool operator==(const VenueFees&) const = default;
};

// What really moved, from the transaction's pre and post balances. The parts add up:
// wallet = principal of swaps − base_fee − priority_fee − tip − rent_paid + rent_refunded −
// rent_of_others + unexplained.
struct Fill {
    LamportsDelta wallet;  // Change of the wallet's own lamports, fees included.
    Lamports base_fee;
    Lamports priority_fee;
    Lamports tip;
    Lamports rent_paid;      // Put into token accounts of ours that the transaction created.
    Lamports rent_refunded;  // Came back from token accounts of ours that it closed.
    std::vector<TokenChange> tokens;
    std::vector<OwnTokenAccount> accounts;  // Touched, but for that of wrapped SOL.
    // Nothing: the swap was Jupiter's, which does not say, or an earlier process built it.
    std::optional<VenueFees> venue_fees{};
    // Put into accounts of others that a swap had to open first: the creator's vault, the account
    // that counts the user's volume. It does not come back.
    Lamports rent_of_others{};
    // Came (+) or went (−), and into no account that a swap names, nor for anything else of this
    // list: told apart, so that it is not taken for what a swap moved.
    LamportsDelta unexplained{};
    [[nodiscard]] bool operator==(const Fill&) const = default;
};

struct ExecutionReport {
    IntentId intent_id;
    StrategyId strategy = StrategyId::Arbitrage;
    OrderKind kind = OrderKind::Entry;
    ExitReason exit_reason = ExitReason::None;
    PositionId position_id;
    Pubkey mint;  // The token bought, sold or swept; wSOL for a cycle.
    Outcome outcome = Outcome::Unknown;
    Signature signature;  // Zero when nothing was signed.
    Slot slot;            // Where it landed.
    Fill fill;            // Empty unless landed or reverted.
    std::string error;    // The chain's or the node's words; empty when landed.
    FailureClass failure = FailureClass::None;
    std::optional<VenueId> failed_venue{};  // Whose program failed, where the chain's logs say so.
    Pubkey pool_id{};                       // Of the intent, as its venues.
    VenueSet venues{};
    Lamports spend_max;  // Of the intent: released from in-flight exposure.
    MonoTime decided_at;
    MonoTime sent_at;
    MonoTime settled_at;
    // Whose code `error` has and what it is called, "spl_token AccountFrozen"; empty: not known.
    std::string program_error{};
    FailureAction action = FailureAction::None;  // What it asks for.
    std::uint8_t bid_percent = 0;                // Of the intent.
};

// How a cycle ended that landed, reverted or expired, and what share of its profit it had offered.
struct CycleEnd {
    Outcome outcome = Outcome::Landed;
    std::uint8_t bid_percent = 0;

    [[nodiscard]] bool operator==(const CycleEnd&) const = default;
};
// Nothing: it says nothing of what others offer.
[[nodiscard]] inline std::optional<CycleEnd> cycle_end_of(const ExecutionReport& report) {
    const bool is_end = report.outcome == Outcome::Landed || report.outcome == Outcome::Reverted ||
                        report.outcome == Outcome::Expired;
    return is_end && report.kind == OrderKind::Cycle
               ? std::optional{CycleEnd{report.outcome, report.bid_percent}}
               : std::nullopt;
}

// For people: the words of the chain, with the names that we know.
[[nodiscard]] inline std::string error_text(const ExecutionReport& report) {
    return report.program_error.empty() ? report.error : report.program_error + ": " + report.error;
}

// What every report on an order says of it; the rest is for whoever knows what became of it.
[[nodiscard]] inline ExecutionReport report_on(const OrderIntent& intent) {
    ExecutionReport report;
    report.intent_id = intent.intent_id;
    report.strategy = intent.strategy;
    report.kind = intent.kind;
    report.exit_reason = intent.exit_reason;
    report.position_id = intent.position_id;
    const bool is_mint_leaving = intent.kind == OrderKind::Exit || intent.kind == OrderKind::Sweep;
    report.mint = is_mint_leaving ? intent.mint_in : intent.mint_out;
    report.pool_id = intent.pool_id;
    report.venues = intent.venues;
    report.spend_max = intent.spend_max;
    report.bid_percent = intent.bid.percent;
    return report;
}

// A landed or reverted order's block is finalized: its fill cannot be taken back any more.
struct OrderFinalized {
    IntentId intent_id;
    Signature signature;
    Slot slot;
};

// A confirmed block was dropped: the fill that was reported from it never happened. What became of
// the order instead is told by the report that follows.
struct OrderReversed {
    IntentId intent_id;
    Signature signature;
    Slot slot;  // The block that was dropped.
};

}  // namespace sniperforge
