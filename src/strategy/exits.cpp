// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/exits.hpp"

#include <algorithm>

#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/strategy/exit_levels.hpp"
#include "strategy/entry.hpp"
#include "strategy/sale.hpp"

namespace sniperforge::strategy {
namespace {

// Slots to wait after a failed exit before the next: the failure and its cause need that long to
// reach us.
constexpr std::uint64_t kRetrySlots = 2;
// So many refusals in a row are a market that moves. What is refused on after them waits twice as
// long each time, up to some 13 s.
constexpr std::uint32_t kRefusalsUsual = 6;
constexpr std::uint64_t kRetrySlotsMax = 32;
// One node may say that a token does not move where it does: the first wait is short.
constexpr std::uint32_t kStuckDoublingsMax = 5;  // 32 slots, then up to 1,024: some 7 minutes.
constexpr std::uint32_t kStuckCertain = 3;
// Where no slots are heard, time counts: longer than any slot, of which there are 2.5 in a second.
constexpr Duration kSlotLongest = std::chrono::seconds{1};
// The first slots of a run are heard before the pools are read. A reading takes a few round trips,
// one that fails over to another node some seconds.
constexpr Duration kFirstReadingLongest = std::chrono::seconds{10};

[[nodiscard]] std::uint64_t retry_slots(std::uint32_t refusals) {
    constexpr std::uint32_t kDoublingsMax = 5;  // Of 2 slots: beyond the limit already.
    const std::uint32_t doublings = refusals > kRefusalsUsual ? refusals - kRefusalsUsual : 0;
    return std::min(kRetrySlots << std::min(doublings, kDoublingsMax), kRetrySlotsMax);
}

[[nodiscard]] std::uint64_t stuck_slots(std::uint32_t refusals) {
    return kRetrySlotsMax << std::min(refusals - 1, kStuckDoublingsMax);
}

// Its place among the rules: the lower, the more urgent.
[[nodiscard]] std::size_t rank_of(ExitReason reason) {
    const auto rule = std::ranges::find(kExitRules, reason, &ExitRule::reason);
    return static_cast<std::size_t>(rule - kExitRules.begin());
}
// Said once, by an event that does not come again.
[[nodiscard]] bool is_told(ExitReason reason) {
    return reason == ExitReason::LiquidityPull || reason == ExitReason::DevSell ||
           reason == ExitReason::HolderDump;
}
// Of an earlier run, and its pool has not been read: there is no price.
[[nodiscard]] bool is_placed(const PositionView& position, const View& view) {
    return position.pool.value < view.book.size();
}

}  // namespace

Exits::Exits(const config::ExitSettings& settings, BasisPoints slippage_max) {
    configure(settings, slippage_max);
}

void Exits::configure(const config::ExitSettings& settings, BasisPoints slippage_max) {
    settings_ = settings;
    slippage_max_ = slippage_max;
    steps_.clear();
    for (const ProfitLevel& level : profit_levels(settings)) {
        steps_.push_back({level.gain, level.percent_kept});
    }
}

void Exits::decide(const MarketEvent& event, const View& view, Intents& intents) {
    const bool is_of_concern = std::holds_alternative<ReservesChanged>(event) ||
                               std::holds_alternative<LiquidityPulled>(event) ||
                               std::holds_alternative<HolderSold>(event) ||
                               std::holds_alternative<SlotStarted>(event);
    if (!is_of_concern) {
        return;
    }
    for (const PositionView& position : view.positions) {
        const bool is_kept = std::ranges::find(view.tokens_kept, position.mint) !=
                             view.tokens_kept.end();  // Its sale would be refused, for ever.
        if (is_kept || !take_note(event, position, view) || !is_placed(position, view)) {
            continue;
        }
        note_sight(position, view);
        if (!position.is_exit_in_flight && intents.size() < kIntentsMax) {
            decide(position, view, intents);
        }
    }
}

bool Exits::take_note(const MarketEvent& event, const PositionView& position, const View& view) {
    if (const auto* sale = std::get_if<HolderSold>(&event)) {
        const ExitReason told = sale->mint == position.mint ? reason_of(*sale) : ExitReason::None;
        if (told != ExitReason::None) {
            remember(position.position_id, told);
        }
        return told != ExitReason::None;
    }
    if (!is_placed(position, view)) {
        return false;
    }
    if (const auto* pulled = std::get_if<LiquidityPulled>(&event)) {
        // What a curve loses when it migrates goes to the next pool: nobody has pulled it.
        if (pulled->pool == position.pool && !dex::is_migrating(view.book.pool(position.pool))) {
            remember(position.position_id, ExitReason::LiquidityPull);
        }
        return pulled->pool == position.pool;
    }
    if (const auto* changed = std::get_if<ReservesChanged>(&event)) {
        return changed->pool == position.pool;
    }
    return true;
}

// Who made the coin is one of its holders, too.
ExitReason Exits::reason_of(const HolderSold& sale) const {
    const auto reaches = [](BasisPoints part, BasisPoints min) {
        return !min.is_zero() && part >= min;
    };
    if (sale.is_creator && reaches(sale.of_holding, settings_.dev_sell_min)) {
        return ExitReason::DevSell;
    }
    return reaches(sale.of_supply, settings_.holder_dump_min) ? ExitReason::HolderDump
                                                              : ExitReason::None;
}

void Exits::remember(PositionId position, ExitReason told) {
    Memory& memory = memories_[position.value];
    if (rank_of(told) < rank_of(memory.told)) {
        memory.told = told;
    }
}

// By the clock, not by what is heard: that is what may be missing. A pool that migrates has no
// price for a while, and no reason to leave in that.
void Exits::note_sight(const PositionView& position, const View& view) {
    Memory& memory = memories_[position.position_id.value];
    const bool is_migrating = dex::is_migrating(view.book.pool(position.pool));
    const auto proceeds = sale_proceeds(position, position.amount, view);
    if (proceeds) {
        memory.mark = SaleMark{position.amount, *proceeds};
        memory.unread_since.reset();
    } else if (!memory.mark && proceeds.error() == dex::QuoteError::PoolIncomplete) {
        memory.unread_since = memory.unread_since.value_or(view.now);
    }
    const bool is_blind =
        view.is_feed_lost || view.book.is_blind(position.pool) || (!proceeds && !is_migrating);
    if (settings_.feed_loss_exit != Duration{0} && is_blind) {
        memory.blind_since = memory.blind_since.value_or(view.now);
    } else {
        memory.blind_since.reset();
    }
}

bool Exits::is_waiting(Memory& memory, const View& view) {
    if (memory.failed_at == Slot{}) {
        return false;
    }
    const std::uint64_t slots = memory.stuck > 0       ? stuck_slots(memory.stuck)
                                : is_told(memory.told) ? kRetrySlots
                                                       : retry_slots(memory.refusals);
    if (view.slot.since(memory.failed_at) >= slots) {
        return false;
    }
    memory.waited_since = memory.waited_since.value_or(view.now);
    return view.now - *memory.waited_since < kSlotLongest * static_cast<std::int64_t>(slots);
}

void Exits::decide(const PositionView& position, const View& view, Intents& intents) {
    Memory& memory = memories_[position.position_id.value];
    // One reading of one node is no reason to hold through a fall: what the chain is said not to
    // have is tried once, and a sale that the market refuses confirms it.
    if (!position.is_set_aside()) {
        memory.is_tried_aside = false;
    }
    if (memory.is_tried_aside || is_waiting(memory, view)) {
        return;
    }
    if (memory.unread_since && view.now - *memory.unread_since < kFirstReadingLongest) {
        return;
    }
    // Sold out, and no other pool is known yet: there is nobody to sell to, and no price.
    if (dex::is_migrating(view.book.pool(position.pool)) &&
        view.now - position.opened_at < settings_.time_limit) {
        return;
    }
    const ExitRule* rule = rule_for(position, memory, view);
    if (rule != nullptr && add_exit(position, *rule, memory, view, intents)) {
        memory.is_tried_aside = position.is_set_aside();
    }
}

// The first that holds.
const ExitRule* Exits::rule_for(const PositionView& position, const Memory& memory,
                                const View& view) const {
    std::optional<Lamports> quoted;  // Only when it is asked for.
    bool was_asked = false;
    // What is not known is neither a loss nor a profit.
    const auto is_value = [&](auto&& is_so) {
        quoted = was_asked ? quoted : liquidation_value(position, view);
        was_asked = true;
        return quoted && is_so(*quoted);
    };
    const auto is_at_most = [&](Lamports limit) {
        return is_value([&](Lamports value) { return value <= limit; });
    };
    const auto is_stopped = [&](const ArmedStop& stop) {
        return stop.is_armed && is_at_most(stop.value);
    };
    const auto holds = [&](ExitReason reason) {
        switch (reason) {
            case ExitReason::Manual:
                return is_flattening_;
            case ExitReason::LiquidityPull:
            case ExitReason::DevSell:
            case ExitReason::HolderDump:
                return memory.told == reason;
            case ExitReason::FeedLoss:
                return memory.blind_since &&
                       view.now - *memory.blind_since >= settings_.feed_loss_exit;
            case ExitReason::StopLoss:
                return is_at_most(stop_loss_value(settings_, position));
            case ExitReason::TakeProfit:
                return is_value(
                    [&](Lamports value) { return !profit_to_take(position, value).is_zero(); });
            case ExitReason::TrailingStop:
                return is_stopped(trailing_stop(settings_, position));
            case ExitReason::BreakEven:
                return is_stopped(break_even_stop(settings_, position));
            case ExitReason::TimeLimit:
                return view.now - position.opened_at >= settings_.time_limit;
            case ExitReason::None:
            case ExitReason::Reversed:
            case ExitReason::MovedOutside:
                return false;
        }
        return false;
    };
    const auto rule =
        std::ranges::find_if(kExitRules, [&](const ExitRule& each) { return holds(each.reason); });
    return rule == kExitRules.end() ? nullptr : &*rule;
}

// What the highest step that is reached does not keep, and no step or other sale has sold before. A
// share of at least one unit; a position too small to be shared is sold whole.
TokenAmount Exits::profit_to_take(const PositionView& position, Lamports value) const {
    TokenAmount excess;
    for (const Step& step : steps_) {
        if (value < value_gaining(position.cost_average(), step.gain)) {
            break;
        }
        excess = position.amount.saturating_sub(amount_kept(position, step.percent_kept));
    }
    return excess;
}

bool Exits::add_exit(const PositionView& position, const ExitRule& rule, Memory& memory,
                     const View& view, Intents& intents) const {
    std::uint64_t slippage = settings_.slippage_first.raw();
    if (rule.is_urgent) {
        slippage = std::max(slippage, settings_.slippage_urgent.raw());
    }
    // Doubles with each failure; 2^14 is beyond 100 % already.
    slippage <<= std::min<std::uint32_t>(memory.failures, 14);
    const BasisPoints accepted{std::min(slippage, slippage_max_.raw())};
    TokenAmount amount = position.is_set_aside() ? position.amount : position.sellable();
    if (rule.reason == ExitReason::TakeProfit) {
        const Lamports value = liquidation_value(position, view).value_or(Lamports{});
        amount = std::min(amount, profit_to_take(position, value));
    }
    // A pool that cannot be quoted is no reason to stay: the quote service may know another. But
    // what it says then is nobody's word but its own, and the floor is of what we have known.
    const auto proceeds = sale_proceeds(position, amount, view);
    const auto floor =
        proceeds ? part_floor(*proceeds, BasisPoints{kBasisPointsOne} - accepted)
                 : floor_unquoted(position, amount, memory.mark, {accepted, slippage_max_});
    if (!floor) {
        return false;
    }
    memory.is_unquoted = !proceeds;
    OrderIntent intent;
    intent.strategy = position.strategy;
    intent.kind = OrderKind::Exit;
    intent.exit_reason = rule.reason;
    intent.position_id = position.position_id;
    intent.mint_in = position.mint;
    intent.mint_out = solana::kWrappedSolMint;
    intent.amount_in = amount;
    intent.receive_min = std::max(*floor, TokenAmount{1});
    // Fee, and the wrapped SOL account that comes and goes; its rent counts until it has gone. And
    // what the signer counts of a route over PumpSwap: the account of our volume, and the one that
    // cashback goes to.
    intent.spend_max = view.costs.entry_fee + view.costs.token_account_rent +
                       view.costs.token_account_rent + view.costs.token_account_rent;
    const dex::Pool& pool = view.book.pool(position.pool);
    if (const auto direction = dex::direction_spending(pool, position.mint)) {
        intent.spend_max += venue_rent(pool, *direction, view.costs);
    }
    intent.slippage_max = accepted;
    intent.pool = position.pool;
    intent.decided_at = view.slot;
    intent.slots_valid = 1;
    intents.push_back(intent);
    return true;
}

void Exits::exit_failed(PositionId position, Slot slot, bool is_market, ExitReason reason,
                        FailureAction action) {
    if (is_told(reason)) {
        remember(position, reason);
    }
    Memory& memory = memories_[position.value];
    const bool is_about_price = action == FailureAction::None || action == FailureAction::Requote;
    memory.failures += is_market && is_about_price ? 1 : 0;
    memory.refusals += is_market ? 1 : 0;
    const bool is_refused_to_move = action == FailureAction::QuarantineToken;
    // Our own failures, a quote that did not come, say nothing of the token.
    memory.stuck = is_refused_to_move ? memory.stuck + 1 : is_market ? 0 : memory.stuck;
    memory.unquoted_failures = memory.is_unquoted ? memory.unquoted_failures + 1 : 0;
    memory.failed_at = slot;
    memory.waited_since.reset();
}

void Exits::was_not_signed(PositionId position) {
    if (const auto found = memories_.find(position.value); found != memories_.end()) {
        found->second.is_tried_aside = false;
    }
}

void Exits::exit_landed(PositionId position) {
    if (const auto found = memories_.find(position.value); found != memories_.end()) {
        Memory memory;
        memory.told = found->second.told;
        memory.blind_since = found->second.blind_since;
        memory.mark = found->second.mark;
        memory.unread_since = found->second.unread_since;
        found->second = memory;
    }
}

bool Exits::has_failed(PositionId position) const {
    const auto found = memories_.find(position.value);
    return found != memories_.end() && found->second.failures > 0;
}

bool Exits::is_remembering() const {
    return std::ranges::any_of(memories_, [](const auto& entry) {
        const Memory& memory = entry.second;
        return memory.failed_at != Slot{} || memory.told != ExitReason::None ||
               memory.blind_since || memory.unread_since;
    });
}

bool Exits::is_stuck(PositionId position) const {
    const auto found = memories_.find(position.value);
    return found != memories_.end() && found->second.stuck >= kStuckCertain;
}

bool Exits::is_found_stuck(PositionId position) const {
    const auto found = memories_.find(position.value);
    return found != memories_.end() && found->second.stuck == kStuckCertain;
}

bool Exits::is_found_unsaleable(PositionId position) const {
    const auto found = memories_.find(position.value);
    return found != memories_.end() && found->second.unquoted_failures == kRefusalsUsual;
}

}  // namespace sniperforge::strategy
