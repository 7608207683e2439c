// SPDX-License-Identifier: MIT
// Orders that only the chain remembers, and tokens that no order of ours brought.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/execute/fee_budget.hpp"
#include "sniperforge/model/fill_sums.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

// Some nine records each, and the recorder's ring takes 2,048.
constexpr std::size_t kOrdersAtOnce = 128;

[[nodiscard]] StrategyId strategy_of(OrderKind kind) {
    switch (kind) {
        case OrderKind::Entry:
        case OrderKind::Exit:
            return StrategyId::Sniper;  // Or Momentum: the chain does not say, exits treat them
                                        // alike.
        case OrderKind::Cycle:
            return StrategyId::Arbitrage;
        case OrderKind::Sweep:
            return StrategyId::Housekeeping;
    }
    return StrategyId::Sniper;
}

// What its intent must have said, as far as the chain tells.
[[nodiscard]] OrderIntent intent_of(const RecoveredOrder& order, const PositionView* position) {
    OrderIntent intent;
    intent.kind = order.kind;
    intent.strategy = position != nullptr ? position->strategy : strategy_of(order.kind);
    const bool is_leaving = order.kind == OrderKind::Exit || order.kind == OrderKind::Sweep;
    intent.mint_in = is_leaving ? order.mint : solana::kWrappedSolMint;
    intent.mint_out = order.kind == OrderKind::Entry ? order.mint : solana::kWrappedSolMint;
    if (is_leaving) {
        intent.amount_in = change_of(order.fill, order.mint).magnitude();
    } else if (order.fill.wallet.is_negative()) {
        intent.amount_in = TokenAmount{order.fill.wallet.magnitude().raw()};
    }
    if (order.kind == OrderKind::Exit && position != nullptr) {
        intent.position_id = position->position_id;
        // Only a profit is taken in parts.
        intent.exit_reason =
            intent.amount_in < position->amount ? ExitReason::TakeProfit : ExitReason::Manual;
    }
    intent.pool = kPoolUnknown;
    intent.pool_id = order.pool;
    intent.venues = order.venues;
    intent.decided_at = order.slot;
    return intent;
}

// What was in the wallet before the orders, as far as a balance can be below zero.
[[nodiscard]] portfolio::ChainBalances balances_before(const std::vector<RecoveredOrder>& orders,
                                                       const portfolio::ChainBalances& now) {
    i128 wallet = now.wallet.raw();
    std::map<Pubkey, i128> tokens;
    for (const auto& [mint, amount] : now.tokens) {
        tokens[mint] = amount.raw();
    }
    Slot first = now.slots.oldest;
    for (const RecoveredOrder& order : orders) {
        wallet -= i128{order.fill.wallet.raw()};
        for (const TokenChange& change : order.fill.tokens) {
            tokens[change.mint] -= i128{change.amount.raw()};
        }
        first = std::min(first, order.slot);
    }
    portfolio::ChainBalances before;
    before.wallet = Lamports{portfolio::clamped_balance(wallet)};
    for (const auto& [mint, amount] : tokens) {
        if (amount > 0) {
            before.tokens[mint] = TokenAmount{portfolio::clamped_balance(amount)};
        }
    }
    before.accounts = now.accounts;
    before.slots.oldest = before.slots.newest = Slot{first.value > 0 ? first.value - 1 : 0};
    return before;
}

}  // namespace

void Pipeline::rebuild(const std::vector<RecoveredOrder>& orders,
                       const portfolio::ChainBalances& chain, const Hash& genesis, IntentId last,
                       const std::optional<std::vector<portfolio::BalanceMismatch>>& doubted) {
    next_intent_ = std::max(next_intent_, last.value + 1);
    recorder_.record(RecoveryBegun{}, clock_.wall_now());
    start(balances_before(orders, chain), genesis);
    book_recovered(orders);
    adopt(chain);
    if (doubted) {
        // Both or none: books without it would pass for whole ones at the next start.
        recorder_.record(BooksDoubted{*doubted}, clock_.wall_now());
    }
    recorder_.record(RecoveryEnded{}, clock_.wall_now());
    recorder_.write_waiting();
    portfolio_.begin_run();
    doubt("they were rebuilt from the wallet's history");
}

void Pipeline::recover(const std::vector<RecoveredOrder>& orders) {
    if (orders.empty()) {
        return;
    }
    recorder_.record(RecoveryBegun{}, clock_.wall_now());
    await_pools();
    book_recovered(orders);
    recorder_.record(RecoveryEnded{}, clock_.wall_now());
    recorder_.write_waiting();
    if (feed_ != nullptr && is_live_) {
        feed_->watch(pools_held(), feed::Priority::Scanned);
    }
}

void Pipeline::book_recovered(std::span<const RecoveredOrder> orders) {
    for (std::size_t i = 0; i < orders.size(); ++i) {
        if (i % kOrdersAtOnce == 0) {
            recorder_.write_waiting();
        }
        book_recovered(orders[i]);
    }
}

void Pipeline::book_recovered(const RecoveredOrder& order) {
    const WallTime now = clock_.wall_now();
    const WallTime at = order.at.ns > 0 ? std::min(order.at, now) : now;
    const auto held = std::ranges::find(portfolio_.positions(), order.mint, &PositionView::mint);
    const PositionView* const position = held == portfolio_.positions().end() ? nullptr : &*held;
    OrderIntent intent = intent_of(order, position);
    intent.intent_id = IntentId{next_intent_++};
    if (order.kind == OrderKind::Entry && !order.pool.is_zero()) {
        pools_resumed_[order.mint] = order.pool;
        detector_.expect_pool(order.pool);
        std::vector<dex::BookChange> changes;
        book_.name_mint(order.mint, changes);  // A curve's account does not say what it trades.
    }
    ExecutionReport report = report_on(intent);
    report.outcome = order.outcome;
    report.signature = order.signature;
    report.slot = order.slot;
    report.fill = order.fill;
    report.error = order.error;
    report.decided_at = report.sent_at = report.settled_at =
        MonoTime{clock_.now().ns - (now.ns - at.ns)};
    recorder_.record(intent, at);
    recorder_.record(IntentApproved{intent.intent_id}, at);
    recorder_.record(OrderSigned{intent.intent_id, order.signature, {}}, at);
    recorder_.record(report, at);
    portfolio_.order_submitted(intent);
    portfolio_.carry_over(intent.intent_id);
    arbitrage_.settled(report, at.seconds());
    record_positions(portfolio_.apply(report, at), at);
    if (executor_ != nullptr && at.utc_day() == now.utc_day()) {
        executor_->resume_fees(execute::chosen_fees(report.fill));
    }
    on_finalized({intent.intent_id, order.signature, order.slot});
    const std::string text = fmt::format(
        "{} of {} in slot {} was found in the wallet's history and is in the books again: {}",
        to_string(order.kind), order.mint.to_string(), order.slot.value,
        order.signature.to_string());
    telemetry::warning("engine", "{}", text);
    recorder_.record(RunNote{text}, now);
}

void Pipeline::withdrawn(const WithdrawalSettled& withdrawal) {
    const WallTime now = clock_.wall_now();
    begin_day(now);
    recorder_.record(withdrawal, now);
    record_positions(portfolio_.withdraw(withdrawal.fill, withdrawal.slot, now), now);
}

void Pipeline::take_in(const portfolio::Gift& gift) {
    recorder_.record(GiftTaken{gift}, clock_.wall_now());
    portfolio_.take_in(gift);
}

void Pipeline::adopt_outside() {
    const WallTime now = clock_.wall_now();
    bool is_any = false;
    const auto outside = portfolio_.tokens_outside();
    for (const auto& [mint, amount] : outside) {
        if (is_kept(mint)) {
            continue;  // Its sale would be refused, again and again.
        }
        const auto event = portfolio_.adopt_position(mint, amount, clock_.now());
        if (!event) {
            continue;
        }
        recorder_.record(PositionAdopted{mint, amount}, now);
        std::vector<dex::BookChange> changes;
        book_.name_mint(mint, changes);
        record_positions({*event}, now);
        is_any = true;
    }
    if (is_any) {
        move_positions();
    }
}

}  // namespace sniperforge::engine
