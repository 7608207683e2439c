// SPDX-License-Identifier: MIT
// What a strategy wants (OrderIntent), what the gate lets through (ApprovedOrder) and why it does
// not (Denial).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge {

enum class OrderKind : std::uint8_t {
    Entry,  // SOL to token; opens or adds to a position.
    Exit,   // Token to SOL; shrinks or closes a position.
    Cycle,  // SOL to SOL through two or three pools in one atomic transaction.
    Sweep,  // Burns what is left of a token that nobody trades, closes its account; rent to SOL.
};
[[nodiscard]] constexpr std::string_view to_string(OrderKind kind) {
    switch (kind) {
        case OrderKind::Entry:
            return "entry";
        case OrderKind::Exit:
            return "exit";
        case OrderKind::Cycle:
            return "cycle";
        case OrderKind::Sweep:
            return "sweep";
    }
    return "unknown";
}

enum class ExitReason : std::uint8_t {
    None,
    TakeProfit,
    StopLoss,
    TrailingStop,
    TimeLimit,
    LiquidityPull,
    Manual,
    Reversed,      // Not a sale: the purchase never became final.
    MovedOutside,  // Not a sale of ours: the tokens were gone when we looked again.
    DevSell,
    HolderDump,
    BreakEven,
    FeedLoss,
};
// Write-ahead records have the number and journals the name: new ones stand behind the others.
inline constexpr ExitReason kExitReasonLast = ExitReason::FeedLoss;
[[nodiscard]] constexpr std::string_view to_string(ExitReason reason) {
    switch (reason) {
        case ExitReason::None:
            return "none";
        case ExitReason::TakeProfit:
            return "take_profit";
        case ExitReason::StopLoss:
            return "stop_loss";
        case ExitReason::TrailingStop:
            return "trailing_stop";
        case ExitReason::TimeLimit:
            return "time_limit";
        case ExitReason::LiquidityPull:
            return "liquidity_pull";
        case ExitReason::Manual:
            return "manual";
        case ExitReason::Reversed:
            return "reversed";
        case ExitReason::MovedOutside:
            return "moved_outside";
        case ExitReason::DevSell:
            return "dev_sell";
        case ExitReason::HolderDump:
            return "holder_dump";
        case ExitReason::BreakEven:
            return "break_even";
        case ExitReason::FeedLoss:
            return "feed_loss";
    }
    return "unknown";
}

inline constexpr std::size_t kLegsMax = 3;

// One swap of a cycle. Intermediate amounts are exact: leg 1 is exact-out of what leg 2 spends.
struct Leg {
    PoolIndex pool;
    Direction direction = Direction::AToB;
    TokenAmount amount_in;
    TokenAmount amount_out;
};

// Which part of an entry in parts an order buys. After a restart the next one is asked for by what
// was written down of the last. Number zero: all of it is bought at once.
struct EntryPart {
    std::uint64_t recipe = 0;  // strategy::mark_of() it.
    std::uint8_t number = 0;   // From one to `count`.
    std::uint8_t count = 0;

    [[nodiscard]] bool operator==(const EntryPart&) const = default;
};

// What a cycle offers for its place in a block above the least that any order does.
struct CycleBid {
    std::uint8_t percent = 0;  // Of the profit that is left after every other cost.
    Lamports amount{};

    [[nodiscard]] bool operator==(const CycleBid&) const = default;
};

// What a strategy wants: a ceiling to spend, a floor to receive, an expiry. Mints and amounts on
// both sides; SOL is the wSOL mint here, one lamport per base unit.
struct OrderIntent {
    IntentId intent_id;
    StrategyId strategy = StrategyId::Arbitrage;
    OrderKind kind = OrderKind::Entry;
    ExitReason exit_reason = ExitReason::None;
    PositionId position_id;  // Exits, and entries that add to a position of their strategy.
    Pubkey mint_in;
    Pubkey mint_out;
    // Exact; for a cycle the most that leg 1 may take; for a sweep all that we have, maybe nothing.
    TokenAmount amount_in;
    TokenAmount receive_min;  // Slippage floor enforced on chain; of a sweep the rent that returns.
    Lamports spend_max;       // Ceiling on lamports out of the wallet, fees and tip included.
    // Entries: fees, tip and rent of token accounts. spend_max has room above it for rents that the
    // venue's program asks for once.
    Lamports cost_expected;
    BasisPoints slippage_max;
    BasisPoints price_impact;
    // The decision's pool; for a cycle, of its first leg. Its index is this process's, its key
    // outlives it.
    PoolIndex pool;
    Pubkey pool_id{};
    VenueSet venues;                   // Of all its pools; empty where nobody knows any more.
    std::array<Leg, kLegsMax> legs{};  // Cycles only.
    std::uint8_t leg_count = 0;
    Lamports profit_expected;       // Cycles: net of every fee and the bid. Entries: zero.
    Lamports pool_liquidity;        // SOL side of the shallowest pool used.
    Slot decided_at;                // Slot of the data the decision rests on.
    std::uint32_t slots_valid = 0;  // Not sent later than decided_at + this.
    Pubkey token_program;           // Sweeps only: of mint_in.
    EntryPart part{};
    CycleBid bid{};  // In profit_expected and spend_max.
};

enum class DenialReason : std::uint8_t {
    EngineHalted,
    FeedBlind,
    IntentMalformed,
    IntentDuplicate,
    DataStale,
    SolPriceUnknown,
    SpendAboveTradeLimit,
    CapitalExceeded,
    PositionsAtLimit,
    MintAlreadyHeld,
    MintInFlight,
    DailyLossReached,
    DailyVolumeReached,
    LiquidityTooLow,
    PriceImpactTooHigh,
    SlippageTooHigh,
    CostFloorNotMet,
    BalanceTooLow,
    ReserveForExits,
    PositionUnknown,
    ExitInFlight,
    AmountAboveHolding,
    VenueQuarantined,
    VenueUnproven,
    DrawdownReached,
    LosingStreak,
    StrategyCapitalExceeded,
    VenueCapitalExceeded,
    CreatorAtLimit,
    DenyListed,
    HoldingDiffers,
    BreakerOpen,
    SolPriceDiverged,
    CorrelatedAtLimit,
    LaunchClusterAtLimit,
    VolatilityTooHigh,
    KellyNoEdge,
    KellyStakeTooSmall,
    FunderAtLimit,
    FunderUnknown,
    LaunchNameUnknown,
    PoolContested,
    TokenRefused,
    TokenAwaited,
};
inline constexpr std::size_t kDenialReasonCount = 44;
// Stable SCREAMING code; scripts and dashboards rely on it.
[[nodiscard]] std::string_view to_string(DenialReason reason);

// The wish stands and comes again: somebody else was first, or something is being read.
[[nodiscard]] constexpr bool is_asked_again(DenialReason reason) {
    return reason == DenialReason::PoolContested || reason == DenialReason::TokenAwaited;
}

struct Denial {
    DenialReason reason = DenialReason::EngineHalted;
    std::string detail;  // The numbers: value and limit.
};

namespace risk {
class RiskGate;
}

// An intent that passed the gate. Only risk::RiskGate can make one; execute accepts nothing else.
class ApprovedOrder {
 public:
    [[nodiscard]] const OrderIntent& intent() const { return intent_; }
    [[nodiscard]] MonoTime approved_at() const { return approved_at_; }

 private:
    friend class risk::RiskGate;
    ApprovedOrder(const OrderIntent& intent, MonoTime approved_at)
        : intent_{intent}, approved_at_{approved_at} {}

    OrderIntent intent_;
    MonoTime approved_at_;
};

}  // namespace sniperforge
