// SPDX-License-Identifier: MIT
// Values that portfolio hands to the other stages: positions and exposure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/failure.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/safety.hpp"
#include "sniperforge/model/strategy_results.hpp"
#include "sniperforge/model/trading_state.hpp"

namespace sniperforge {

// What is known of who paid for the key that opened a pool.
enum class FunderStanding : std::uint8_t {
    Unasked,   // Nobody looked, or the pool's account names no creator.
    Pending,   // Being looked up.
    Known,     // By the transfer that the key's past begins with.
    Hidden,    // An old key, or one that begins otherwise, or it could not be read.
    Exchange,  // Somebody who pays for very many.
};
[[nodiscard]] constexpr std::string_view to_string(FunderStanding standing) {
    switch (standing) {
        case FunderStanding::Unasked:
            return "unasked";
        case FunderStanding::Pending:
            return "pending";
        case FunderStanding::Known:
            return "known";
        case FunderStanding::Hidden:
            return "hidden";
        case FunderStanding::Exchange:
            return "exchange";
    }
    return "unknown";
}

// What we hold of one mint, with its cost.
struct PositionView {
    PositionId position_id;
    StrategyId strategy = StrategyId::Sniper;
    Pubkey mint;
    PoolIndex pool;  // Where its liquidation value is quoted.
    TokenAmount amount;
    Lamports cost;        // Lamports that left the wallet for it, fees included, rent excluded.
    Lamports value_peak;  // Highest liquidation value seen since the entry.
    Slot opened_at_slot;
    MonoTime opened_at;
    // Of the amount, what the chain was found not to have: it cannot be sold.
    TokenAmount missing{};
    bool is_exit_in_flight = false;
    // All that `amount` was before any of it was sold: what shares of a position speak of.
    TokenAmount bought{};
    Lamports bought_cost{};  // And what that cost: what gain and loss are measured by.

    // What the amount cost at the average of all that was bought. `cost` is that of the lots that
    // are left: the sale of a cheap one would make the rest look like a loss.
    [[nodiscard]] Lamports cost_average() const {
        return bought.is_zero()
                   ? cost
                   : Lamports{mul_div_ceil(bought_cost.raw(), amount.raw(), bought.raw())
                                  .value_or(kU64Max)};
    }
    [[nodiscard]] TokenAmount sellable() const { return amount - missing; }
    // Nothing of it is there: the books have it until they are held against the chain and a person
    // has said that this is known.
    [[nodiscard]] bool is_set_aside() const { return !missing.is_zero() && sellable().is_zero(); }
};

struct PositionOpened {
    PositionId position_id;
    StrategyId strategy;
    Pubkey mint;
    TokenAmount amount;
    Lamports cost;
};
struct PositionChanged {
    PositionId position_id;
    TokenAmount amount;
    Lamports cost;
};
struct PositionClosed {
    PositionId position_id;
    StrategyId strategy;
    Pubkey mint;
    LamportsDelta pnl_realized;
    ExitReason reason;
};

// Where the position's liquidation value is quoted from now on.
struct PositionPlaced {
    PositionId position_id;
    Pubkey pool;
};
// Its liquidation value is higher than ever before: what a trailing stop measures from.
struct PositionPeak {
    PositionId position_id;
    Lamports value_peak;
};

// What it would sell for now: written down when it has moved, so that it counts after a restart
// too.
struct PositionMarked {
    PositionId position_id;
    Lamports value;
};

// A UTC day began.
struct DayBegun {
    std::int64_t day = 0;  // Since 1970.
    // Of what open positions have come to: what is no gain or loss of this day.
    LamportsDelta before;
};

// Who was first, where what one strategy wants meets what another has or is about to do.
struct Claim {
    StrategyId strategy = StrategyId::Arbitrage;
    IntentId intent;      // Of an order without an outcome; zero:
    PositionId position;  // of a position.
    bool is_selling = false;

    [[nodiscard]] bool operator==(const Claim&) const = default;
};

// Lamports at stake and the counters that limits speak of; computed by portfolio, read by risk.
struct Exposure {
    Lamports wallet;           // The wallet's lamports as last confirmed, less in-flight ceilings.
    Lamports open_cost;        // Cost of open positions.
    Lamports in_flight_spend;  // spend_max of every order without an outcome.
    // Both together, of the intent's strategy and of the venue of its pools that has the most. A
    // position whose pool nobody knows yet counts for every venue.
    Lamports strategy_stake, venue_stake;
    VenueId venue_staked{};
    std::uint32_t positions_open = 0;
    std::uint32_t entries_in_flight = 0;
    // Since 00:00 UTC: realized, and the change of what open positions would sell for.
    LamportsDelta pnl_today;
    Lamports volume_today;            // Both sides of every landed swap since 00:00 UTC.
    Lamports drawdown;                // From the peak of what was won to what we would have now.
    std::uint32_t losses_in_row = 0;  // Positions that closed at a loss, without one that did not.
    Duration since_loss{};            // Since the newest of them closed.
    StrategyResults results{};        // Of the intent's strategy, over all runs.
    Lamports equity{};   // What is in the wallet, and what open positions would sell for.
    MicroUsd sol_price;  // USD per SOL; zero: unknown.
    // While they are why it is unknown: SOL/USD pools that have a vote, and of them those that are
    // near enough to their median.
    std::uint32_t sol_pools = 0, sol_pools_agreeing = 0;
    Slot slot_latest;
    TradingState state = TradingState::Blind;
    StateCause cause = StateCause::FeedLost;
    // What stands, where the state is not Active: of exits nobody asks.
    std::optional<StandingCause> standing{};
    std::uint32_t pools_blind = 0;  // Of the intent's own: they may have changed unheard.
    // Of the venues of the intent's pools: one whose live instructions are not ours any more, and
    // one of which no live instruction was seen yet.
    std::optional<VenueId> venue_quarantined{}, venue_unproven{};
    // The one that keeps it waiting longest, if any does.
    std::optional<BreakerHold> breaker{};
    // Of each swap of the intent: what it pays out, and who opened its pool. Zero: nobody knows.
    std::array<Pubkey, kLegsMax> mints{}, creators{};
    std::uint32_t creator_positions = 0;  // Open or being opened, of an entry's creator.
    // Of an entry: what is known of who paid for its creator's key, who did where it is Known, and
    // positions open or being opened whose creators he paid for.
    FunderStanding funder_standing = FunderStanding::Unasked;
    Pubkey funder;
    std::uint32_t funder_positions = 0;
    // Of an entry: those whose token calls itself as its own does, by name or URI, and one of them.
    std::uint32_t launch_positions = 0;
    Pubkey launch_alike;
    bool is_launch_uri_shared = false;
    bool is_launch_name_pending = false;  // What it calls itself is being looked up.
    // Of an entry: those that lately moved as its token does, and how much alike the most alike
    // does.
    std::uint32_t correlated_positions = 0, correlation_percent = 0;
    // Of an entry: how far its token's price typically moves over the horizon that is asked for,
    // one standard deviation in millionths, the whole of it at most. Nothing: too little history.
    std::optional<std::uint32_t> volatility{};
    // Of an entry of momentum, or of a person: why nobody should buy its token now, with the
    // finding that says so. Nothing: the verdict on it is clean, or not asked for.
    std::optional<SafetyRefusal> token_refusal{};
    std::string token_finding{};
    // Of an entry or a cycle: one of its tokens that a program would not move lately, and its
    // words.
    std::optional<Pubkey> token_stuck{};
    std::string token_stuck_by{};
    // What the capital ladder allows beside capital_max_usd.
    MicroUsd capital_earned{kU64Max};
    // Fresh figures about the intent's own mint (for a sweep the one it burns) and position.
    bool is_mint_held = false;  // By a position.
    // Of an entry that names a position: all that was spent on it so far. Nothing: it names none,
    // or one that is not open, or of another strategy or mint.
    std::optional<Lamports> staged_spend{};
    bool is_mint_in_flight = false;
    bool is_exit_in_flight = false;
    // Of an entry: whose position holds its token, and whose order buys or sweeps it.
    std::optional<Claim> mint_holder{}, mint_order{};
    // Of a cycle: a position that is being sold through one of its pools.
    std::optional<Claim> pool_seller{};
    // An order of another strategy through one of the pools, decided in the intent's slot or later.
    std::optional<Claim> pool_order{};
    // Of the position that an intent names, zero: unknown position. For a sweep what the ledger
    // has.
    TokenAmount holding;
};

}  // namespace sniperforge
