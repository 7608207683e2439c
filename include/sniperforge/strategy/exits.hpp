// SPDX-License-Identifier: MIT
// Exits, shared by every strategy that holds positions. A step of the take-profit ladder sells a
// part; every other reason sells all that is left. They read the liquidation value: what the pool
// would pay now for the whole position after its fees, never a last price. What it would last have
// paid only bounds a sale that is made without a quote.
#pragma once

#include <array>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/failure.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

struct ExitRule {
    ExitReason reason = ExitReason::None;
    bool is_urgent = false;  // Somebody else may be out first: it begins with more slippage.
};
// Where several hold, the first of them is the reason. docs/exits.md says what each of them is.
inline constexpr std::array kExitRules{
    ExitRule{ExitReason::Manual},               // Who wants out.
    ExitRule{ExitReason::LiquidityPull, true},  // Others may be out first.
    ExitRule{ExitReason::DevSell, true},        // Who made the coin.
    ExitRule{ExitReason::HolderDump, true},     // Who has much of it.
    ExitRule{ExitReason::FeedLoss, true},       // What the price says is history then.
    ExitRule{ExitReason::StopLoss},             // The price: a loss,
    ExitRule{ExitReason::TakeProfit},           // a profit, which may sell a part,
    ExitRule{ExitReason::TrailingStop},         // a fall from the peak,
    ExitRule{ExitReason::BreakEven},            // or to the cost.
    ExitRule{ExitReason::TimeLimit},            // The clock.
};

// What the position would fetch now, less the cost of the sale: zero where that is more, or where
// nothing is left in its pool to pay with. Nothing while that is not known: accounts of the pool
// are being read, or it gives no quote. An unknown value is no loss.
[[nodiscard]] std::optional<Lamports> liquidation_value(const PositionView& position,
                                                        const View& view);

// What the pool would have paid for so much when it was last quoted.
struct SaleMark {
    TokenAmount amount, proceeds;
};

class Exits {
 public:
    Exits(const config::ExitSettings& settings, BasisPoints slippage_max);
    // Other settings from now on, for what is held too. What is remembered of positions stands.
    void configure(const config::ExitSettings& settings, BasisPoints slippage_max);
    // On ReservesChanged and LiquidityPulled of a position's pool, HolderSold of its mint, and once
    // a slot for the clock. A position whose pool migrates waits for the next one, up to its time
    // limit.
    void decide(const MarketEvent& event, const View& view, Intents& intents);
    // From now on every position is sold, by slippage like any exit; or for its own reasons again.
    void flatten(bool is_flattening) { is_flattening_ = is_flattening; }
    // An exit failed. When the market refused it (`is_market`: it reverted, or a node's preflight
    // did) the next one accepts twice the slippage, up to the limit; a failure on our own side,
    // such as a quote that did not come, only waits, and never long: the price may be falling. Many
    // refusals in a row wait longer and longer, up to a ceiling. Of a position no more is sold than
    // the chain has. What is told once, a pull or a sale of somebody else, stays a reason until all
    // is sold, and never waits long; of before a restart the `reason` of the sale says it.
    // What does not move for its price (`action`) accepts no more slippage for that: stale accounts
    // are read again, and a token that is stuck waits from its first refusal on, up to some 7
    // minutes.
    void exit_failed(PositionId position, Slot slot, bool is_market,
                     ExitReason reason = ExitReason::None,
                     FailureAction action = FailureAction::None);
    // Nothing of the sale that failed, or was denied, was signed, whoever is to blame: of a
    // position that is set aside it was no attempt.
    void was_not_signed(PositionId position);
    // A sale landed: what is left, if anything, is sold beginning with the first slippage again.
    void exit_landed(PositionId position);
    [[nodiscard]] bool has_failed(PositionId position) const;
    // Its last sale was the sixth in a row that failed without a quote of its pool: a person should
    // know, once, that nobody pays the floor.
    [[nodiscard]] bool is_found_unsaleable(PositionId position) const;
    // Of some position more is remembered than what its pool pays: each slot may decide anew,
    // though nothing is heard.
    [[nodiscard]] bool is_remembering() const;
    // So many refusals in a row said that its token does not move that it is worth nothing now.
    [[nodiscard]] bool is_stuck(PositionId position) const;
    // The last of them made it so: a person should know, once.
    [[nodiscard]] bool is_found_stuck(PositionId position) const;
    void position_closed(PositionId position) { memories_.erase(position.value); }

 private:
    // Of a position, beside its view.
    struct Memory {
        std::uint32_t failures = 0;  // In a row, that the market refused for the price,
        std::uint32_t refusals = 0;  // and whatever for.
        // A sale of all of it is on its way, or was signed, since it was set aside.
        bool is_tried_aside = false;
        Slot failed_at;  // None has: zero, and nothing to wait for.
        // When decide() first waited after it: slots may stop being heard.
        std::optional<MonoTime> waited_since;
        ExitReason told = ExitReason::None;    // Whether or not a sale has failed since.
        std::optional<MonoTime> blind_since;   // Or without a price.
        std::optional<SaleMark> mark;          // Nothing: never quoted in this run.
        std::optional<MonoTime> unread_since;  // Its pool, until it is quoted for the first time.
        bool is_unquoted = false;              // The last sale was decided without a quote.
        std::uint32_t unquoted_failures = 0;   // Of such sales, in a row.
        std::uint32_t stuck = 0;               // Refusals to move the token, in a row.
    };
    // A step of the ladder: at this gain no more is kept than so much of what was bought.
    struct Step {
        BasisPoints gain;
        std::uint32_t percent_kept = 0;
    };
    // Remembers what the event tells of the position once. Whether it tells anything of it.
    [[nodiscard]] bool take_note(const MarketEvent& event, const PositionView& position,
                                 const View& view);
    [[nodiscard]] ExitReason reason_of(const HolderSold& sale) const;
    void remember(PositionId position, ExitReason told);
    // Takes down what the pool pays now, and since when nobody knows.
    void note_sight(const PositionView& position, const View& view);
    [[nodiscard]] static bool is_waiting(Memory& memory, const View& view);
    void decide(const PositionView& position, const View& view, Intents& intents);
    [[nodiscard]] const ExitRule* rule_for(const PositionView& position, const Memory& memory,
                                           const View& view) const;
    [[nodiscard]] TokenAmount profit_to_take(const PositionView& position, Lamports value) const;
    // Whether one was added.
    [[nodiscard]] bool add_exit(const PositionView& position, const ExitRule& rule, Memory& memory,
                                const View& view, Intents& intents) const;

    config::ExitSettings settings_;
    BasisPoints slippage_max_;
    std::vector<Step> steps_;
    bool is_flattening_ = false;
    std::unordered_map<std::uint64_t, Memory> memories_;  // By position id.
};

}  // namespace sniperforge::strategy
