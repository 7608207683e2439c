// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/exits.hpp"

#include <algorithm>

#include "sniperforge/solana/program_ids.hpp"
#include "strategy/entry.hpp"

namespace sniperforge::strategy {
namespace {

// Slots to wait after a failed exit before the next: the failure and its cause need that long to
// reach us.
constexpr std::uint64_t kRetrySlots = 2;
constexpr std::uint32_t kPercentAll = 100;
// So many refusals in a row are a market that moves. What is refused on after them waits twice as
// long each time, up to some 13 s.
constexpr std::uint32_t kRefusalsUsual = 6;
constexpr std::uint64_t kRetrySlotsMax = 32;
// Where no slots are heard, time counts: longer than any slot, of which there are 2.5 in a second.
constexpr Duration kSlotLongest = std::chrono::seconds{1};

[[nodiscard]] std::uint64_t retry_slots(std::uint32_t refusals) {
    constexpr std::uint32_t kDoublingsMax = 5;  // Of 2 slots: beyond the limit already.
    const std::uint32_t doublings = refusals > kRefusalsUsual ? refusals - kRefusalsUsual : 0;
    return std::min(kRetrySlots << std::min(doublings, kDoublingsMax), kRetrySlotsMax);
}

[[nodiscard]] std::optional<dex::SwapQuote> sale_quote(const PositionView& position,
                                                       TokenAmount amount, const View& view) {
    const dex::Pool& pool = view.book.pool(position.pool);
    const auto direction = dex::direction_spending(pool, position.mint);
    if (!direction) {
        return std::nullopt;
    }
    const TokenAmount before = dex::outstanding_in(view.own_swaps, position.pool, *direction);
    const auto quote = dex::quote_exact_in_behind(pool, *direction, before, amount, view.quote);
    return quote ? std::optional{*quote} : std::nullopt;
}

// cost × (1 + gain), rounded up: the profit must be there.
[[nodiscard]] Lamports raised(Lamports amount, BasisPoints gain) {
    return amount.saturating_add(part_ceil(amount, gain));
}
[[nodiscard]] Lamports lowered(Lamports amount, BasisPoints fall) {
    return amount.saturating_sub(part_floor(amount, fall));
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

Lamports liquidation_value(const PositionView& position, const View& view) {
    const auto quote = sale_quote(position, position.amount, view);
    return quote ? Lamports{quote->amount_out.raw()}.saturating_sub(view.costs.entry_fee)
                 : Lamports{};
}

Exits::Exits(const config::ExitSettings& settings, BasisPoints slippage_max) {
    configure(settings, slippage_max);
}

void Exits::configure(const config::ExitSettings& settings, BasisPoints slippage_max) {
    settings_ = settings;
    slippage_max_ = slippage_max;
    steps_.clear();
    std::uint32_t kept = kPercentAll;
    const auto add = [&](BasisPoints gain, std::uint32_t percent) {
        kept -= std::min(percent, kept);
        steps_.push_back({gain, kept});
    };
    for (const config::ProfitStep& step : settings.take_profit_ladder) {
        add(step.gain, step.percent);
    }
    if (steps_.empty()) {
        add(settings.take_profit, settings.take_profit_percent);
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
        if (take_note(event, position, view) && is_placed(position, view) &&
            !position.is_exit_in_flight && intents.size() < kIntentsMax) {
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
    note_blindness(position, view);
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

// By the clock, not by what is heard: that is what may be missing.
void Exits::note_blindness(const PositionView& position, const View& view) {
    if (settings_.feed_loss_exit == Duration{0}) {
        return;
    }
    if (view.is_feed_lost || view.book.is_blind(position.pool)) {
        std::optional<MonoTime>& since = memories_[position.position_id.value].blind_since;
        since = since.value_or(view.now);
    } else if (const auto memory = memories_.find(position.position_id.value);
               memory != memories_.end()) {
        memory->second.blind_since.reset();
    }
}

bool Exits::is_waiting(Memory& memory, const View& view) {
    if (memory.failed_at == Slot{}) {
        return false;
    }
    const std::uint64_t slots = is_told(memory.told) ? kRetrySlots : retry_slots(memory.failures);
    if (view.slot.since(memory.failed_at) >= slots) {
        return false;
    }
    memory.waited_since = memory.waited_since.value_or(view.now);
    return view.now - *memory.waited_since < kSlotLongest * static_cast<std::int64_t>(slots);
}

void Exits::decide(const PositionView& position, const View& view, Intents& intents) {
    const auto found = memories_.find(position.position_id.value);
    Memory memory;
    if (found != memories_.end()) {
        // One reading of one node is no reason to hold through a fall: what the chain is said not
        // to have is tried once, and a sale that the market refuses confirms it.
        if (!position.is_set_aside()) {
            found->second.is_tried_aside = false;
        }
        if (found->second.is_tried_aside || is_waiting(found->second, view)) {
            return;
        }
        memory = found->second;
    }
    // Sold out, and no other pool is known yet: there is nobody to sell to, and no price.
    if (dex::is_migrating(view.book.pool(position.pool)) &&
        view.now - position.opened_at < settings_.time_limit) {
        return;
    }
    if (const ExitRule* rule = rule_for(position, memory, view)) {
        add_exit(position, *rule, memory.failures, view, intents);
        if (position.is_set_aside()) {
            memories_[position.position_id.value].is_tried_aside = true;
        }
    }
}

// The first that holds.
const ExitRule* Exits::rule_for(const PositionView& position, const Memory& memory,
                                const View& view) const {
    std::optional<Lamports> quoted;  // Only when it is asked for.
    const auto value = [&] {
        quoted = quoted ? quoted : liquidation_value(position, view);
        return *quoted;
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
                return value() <= lowered(position.cost, settings_.stop_loss);
            case ExitReason::TakeProfit:
                return !profit_to_take(position, value()).is_zero();
            case ExitReason::TrailingStop:
                return position.value_peak >= raised(position.cost, settings_.trailing_arm) &&
                       value() <= lowered(position.value_peak, settings_.trailing_distance);
            case ExitReason::BreakEven:
                return !settings_.break_even_arm.is_zero() &&
                       position.value_peak >= raised(position.cost, settings_.break_even_arm) &&
                       value() <= position.cost;
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
    const TokenAmount bought = std::max(position.bought, position.amount);
    TokenAmount excess;
    for (const Step& step : steps_) {
        if (value < raised(position.cost, step.gain)) {
            break;
        }
        const TokenAmount kept{mul_div_floor(bought.raw(), step.percent_kept, kPercentAll).value()};
        excess = position.amount.saturating_sub(kept);
    }
    return excess;
}

void Exits::add_exit(const PositionView& position, const ExitRule& rule, std::uint32_t failures,
                     const View& view, Intents& intents) const {
    std::uint64_t slippage = settings_.slippage_first.raw();
    if (rule.is_urgent) {
        slippage = std::max(slippage, settings_.slippage_urgent.raw());
    }
    // Doubles with each failure; 2^14 is beyond 100 % already.
    slippage <<= std::min<std::uint32_t>(failures, 14);
    const BasisPoints accepted{std::min(slippage, slippage_max_.raw())};
    TokenAmount amount = position.is_set_aside() ? position.amount : position.sellable();
    if (rule.reason == ExitReason::TakeProfit) {
        amount = std::min(amount, profit_to_take(position, liquidation_value(position, view)));
    }
    const auto quote = sale_quote(position, amount, view);
    OrderIntent intent;
    intent.strategy = position.strategy;
    intent.kind = OrderKind::Exit;
    intent.exit_reason = rule.reason;
    intent.position_id = position.position_id;
    intent.mint_in = position.mint;
    intent.mint_out = solana::kWrappedSolMint;
    intent.amount_in = amount;
    // A pool that cannot be quoted is no reason to stay: the quote service may know another.
    const TokenAmount floor =
        quote ? part_floor(quote->amount_out, BasisPoints{kBasisPointsOne} - accepted)
              : TokenAmount{1};
    intent.receive_min = std::max(floor, TokenAmount{1});
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
}

void Exits::exit_failed(PositionId position, Slot slot, bool is_market, ExitReason reason) {
    if (is_told(reason)) {
        remember(position, reason);
    }
    Memory& memory = memories_[position.value];
    memory.failures += is_market ? 1 : 0;
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
        found->second = memory;
    }
}

bool Exits::has_failed(PositionId position) const {
    const auto found = memories_.find(position.value);
    return found != memories_.end() && found->second.failures > 0;
}

}  // namespace sniperforge::strategy
