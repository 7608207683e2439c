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
// So many refusals in a row are a market that moves. What is refused on after them waits twice as
// long each time, up to some 13 s.
constexpr std::uint32_t kRefusalsUsual = 6;
constexpr std::uint64_t kRetrySlotsMax = 32;

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
    const auto quote = dex::quote_exact_in(pool, *direction, amount, view.quote);
    return quote ? std::optional{*quote} : std::nullopt;
}

// cost × (1 + gain), rounded up: the profit must be there.
[[nodiscard]] Lamports raised(Lamports amount, BasisPoints gain) {
    return amount.saturating_add(part_ceil(amount, gain));
}
[[nodiscard]] Lamports lowered(Lamports amount, BasisPoints fall) {
    return amount.saturating_sub(part_floor(amount, fall));
}

}  // namespace

Lamports liquidation_value(const PositionView& position, const View& view) {
    const auto quote = sale_quote(position, position.amount, view);
    return quote ? Lamports{quote->amount_out.raw()}.saturating_sub(view.costs.entry_fee)
                 : Lamports{};
}

Exits::Exits(const config::ExitSettings& settings, BasisPoints slippage_max)
    : settings_{settings}, slippage_max_{slippage_max} {}

void Exits::decide(const MarketEvent& event, const View& view, Intents& intents) {
    const auto* changed = std::get_if<ReservesChanged>(&event);
    const auto* pulled = std::get_if<LiquidityPulled>(&event);
    if (changed == nullptr && pulled == nullptr && !std::holds_alternative<SlotStarted>(event)) {
        return;
    }
    for (const PositionView& position : view.positions) {
        const bool is_concerned = (changed == nullptr || changed->pool == position.pool) &&
                                  (pulled == nullptr || pulled->pool == position.pool);
        // Of an earlier run, and its pool has not been read: there is no price.
        const bool is_placed = position.pool.value < view.book.size();
        if (!is_concerned || !is_placed) {
            continue;
        }
        const bool is_migrating = dex::is_migrating(view.book.pool(position.pool));
        if (pulled != nullptr && !is_migrating) {
            failures_[position.position_id.value].is_pulled = true;
        }
        if (intents.size() >= kIntentsMax || position.is_exit_in_flight) {
            continue;
        }
        const auto failure = failures_.find(position.position_id.value);
        // One reading of one node is no reason to hold through a fall: what the chain is said not
        // to have is tried once, and a sale that the market refuses confirms it.
        if (failure != failures_.end() && !position.is_set_aside()) {
            failure->second.is_tried_aside = false;
        } else if (failure != failures_.end() && failure->second.is_tried_aside) {
            continue;
        }
        const bool is_pulled =
            pulled != nullptr || (failure != failures_.end() && failure->second.is_pulled);
        if (failure != failures_.end() &&
            view.slot.since(failure->second.at) <
                (is_pulled ? kRetrySlots : retry_slots(failure->second.count))) {
            continue;
        }
        // Sold out, and no other pool is known yet: there is nobody to sell to, and no price.
        if (is_migrating && view.now - position.opened_at < settings_.time_limit) {
            continue;
        }
        const ExitReason reason =
            is_flattening_ ? ExitReason::Manual
            : is_pulled    ? ExitReason::LiquidityPull
                           : reason_to_exit(position, liquidation_value(position, view), view.now);
        if (reason != ExitReason::None) {
            add_exit(position, reason, view, intents);
            if (position.is_set_aside()) {
                failures_[position.position_id.value].is_tried_aside = true;
            }
        }
    }
}

ExitReason Exits::reason_to_exit(const PositionView& position, Lamports value, MonoTime now) const {
    if (value <= lowered(position.cost, settings_.stop_loss)) {
        return ExitReason::StopLoss;
    }
    // Once: what was left then is for the trailing stop.
    if (position.profits_taken == 0 && value >= raised(position.cost, settings_.take_profit)) {
        return ExitReason::TakeProfit;
    }
    if (position.value_peak >= raised(position.cost, settings_.trailing_arm) &&
        value <= lowered(position.value_peak, settings_.trailing_distance)) {
        return ExitReason::TrailingStop;
    }
    if (now - position.opened_at >= settings_.time_limit) {
        return ExitReason::TimeLimit;
    }
    return ExitReason::None;
}

void Exits::add_exit(const PositionView& position, ExitReason reason, const View& view,
                     Intents& intents) {
    std::uint64_t slippage = settings_.slippage_first.raw();
    if (const auto failure = failures_.find(position.position_id.value);
        failure != failures_.end()) {
        // Doubles with each failure; 2^14 is beyond 100 % already.
        slippage <<= std::min<std::uint32_t>(failure->second.count, 14);
    }
    const BasisPoints accepted{std::min(slippage, slippage_max_.raw())};
    const TokenAmount amount = amount_to_sell(position, reason);
    const auto quote = sale_quote(position, amount, view);
    OrderIntent intent;
    intent.strategy = position.strategy;
    intent.kind = OrderKind::Exit;
    intent.exit_reason = reason;
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

// A share of at least one unit; a position too small to be shared is sold whole.
TokenAmount Exits::amount_to_sell(const PositionView& position, ExitReason reason) const {
    constexpr std::uint64_t kPercentAll = 100;
    const TokenAmount most = position.is_set_aside() ? position.amount : position.sellable();
    if (reason != ExitReason::TakeProfit) {
        return most;
    }
    return std::min(most, TokenAmount{mul_div_ceil(position.amount.raw(),
                                                   settings_.take_profit_percent, kPercentAll)
                                          .value()});
}

void Exits::exit_failed(PositionId position, Slot slot, bool is_market, ExitReason reason) {
    Failure& failure = failures_[position.value];
    failure.is_pulled = failure.is_pulled || reason == ExitReason::LiquidityPull;
    failure.count += is_market ? 1 : 0;
    failure.at = slot;
}

void Exits::was_not_signed(PositionId position) {
    if (const auto failure = failures_.find(position.value); failure != failures_.end()) {
        failure->second.is_tried_aside = false;
    }
}

void Exits::exit_landed(PositionId position) {
    const auto failure = failures_.find(position.value);
    if (failure == failures_.end()) {
        return;
    }
    if (failure->second.is_pulled) {
        failure->second = {.is_pulled = true, .at = {}};
    } else {
        failures_.erase(failure);
    }
}

bool Exits::has_failed(PositionId position) const {
    const auto failure = failures_.find(position.value);
    return failure != failures_.end() && failure->second.count > 0;
}

}  // namespace sniperforge::strategy
