// SPDX-License-Identifier: MIT
#include "sniperforge/engine/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/pools_of.hpp"
#include "engine/safety_policy.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

[[nodiscard]] std::optional<PoolIndex> pool_of(const MarketEvent& event) {
    return std::visit(
        [](const auto& fact) -> std::optional<PoolIndex> {
            if constexpr (requires { fact.pool; }) {
                return fact.pool;
            } else {
                return std::nullopt;
            }
        },
        event);
}

[[nodiscard]] std::optional<FunderFacts> funder_facts(const OrderIntent& intent,
                                                      const Exposure& exposure) {
    return intent.kind == OrderKind::Entry
               ? std::optional{FunderFacts{exposure.funder_standing, exposure.funder}}
               : std::nullopt;
}

}  // namespace

Pipeline::Pipeline(const Clock& clock, const config::Settings& settings, RecordKeeper& recorder)
    : clock_{clock},
      settings_{settings},
      recorder_{recorder},
      detector_{book_,
                {settings.feed.pools_max, feed::venues_of(settings.feed), safety_policy(settings)}},
      safety_{book_, detector_, safety_policy(settings), safety_options(settings)},
      entry_policy_{entry_policy(settings)},
      sol_price_{settings.risk.sol_price_divergence_max},
      funders_{settings.risk.funder_creators_max},
      classes_{settings.feed.armed_pools_max,
               [this](const Pubkey& account, feed::Priority priority) {
                   feed_->set_priority({&account, 1}, priority);
               }},
      exits_{settings.exits, settings.risk.exit_slippage_max},
      arbitrage_{settings.arbitrage},
      sniper_{settings.sniper},
      momentum_{settings.momentum},
      housekeeping_{settings.execution},
      gate_{settings.risk},
      breakers_{settings.risk} {
    states_.set(StateCause::FeedLost, true);  // Until the first FeedRestored.
    intents_.reserve(strategy::kIntentsMax);
}

void Pipeline::connect(feed::Watcher& feed, execute::OrderDesk& executor) {
    feed_ = &feed;
    executor_ = &executor;
    since_[static_cast<std::size_t>(StateCause::FeedLost)] = clock_.wall_now();
}

void Pipeline::start(const portfolio::ChainBalances& balances, const Hash& genesis) {
    const WallTime now = clock_.wall_now();
    recorder_.record(LedgerOpened{genesis, balances}, now);
    portfolio_.start(balances, now);
}

void Pipeline::go_live() {
    is_live_ = true;  // First: what has no pool by now waits for none any more.
    place_resumed();
    for (const PositionView& position : portfolio_.positions()) {
        if (position.pool.value >= book_.size()) {
            telemetry::warning("engine", "position {} of {}: no pool of it could be read",
                               position.position_id.value, position.mint.to_string());
        } else {
            ask_funder(position.pool);
        }
    }
    for (const auto& [mint, amount] : positions_kept()) {
        telemetry::warning("engine",
                           "{} of {} are kept, and no rule sells them: signer.tokens_kept has the "
                           "mint; take it out and restart to sell them",
                           amount.raw(), mint.to_string());
    }
    mark_resumed();
    follow_held();
    detector_.mark_live();
}

// ---- The walk of one update ----

void Pipeline::on_chain_update(const ChainUpdate& update, Trace& trace) {
    ++counters_.updates;
    if (const auto* signature = std::get_if<SignatureUpdate>(&update)) {
        executor_->advance(*signature);
        return;
    }
    if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
        slot_ = std::max(slot_, slot->slot);
        executor_->on_slot(slot_);
        if (!is_concerning(SlotStarted{slot_})) {
            return;  // A slot is all that the detector would make of it.
        }
    } else if (const auto* lost = std::get_if<FeedLost>(&update)) {
        feed_lost_ = fmt::format("{}: {}", lost->endpoint, lost->reason);
        stand(StateCause::FeedLost, true);
    } else if (std::holds_alternative<FeedRestored>(update)) {
        stand(StateCause::FeedLost, false);
    }
    events_.clear();
    if (!observe_safety(update)) {
        detector_.observe(update, events_);
    }
    walk(trace);
}

// Of what no frame brought.
void Pipeline::walk() {
    Trace trace;
    trace.received = trace.decoded = clock_.now();
    walk(trace);
}

// From what the detector made of it to the orders, and to what is to be heard next.
void Pipeline::walk(Trace& trace) {
    // Cycles are all that the graph is for.
    if (!is_recorded_ || settings_.arbitrage.is_enabled) {
        graph_.follow(book_);
    }
    trace.detected = clock_.now();
    if (!events_.empty()) {
        // That the curve is sold out and that its pool is complete is heard in either order.
        place_resumed();
    }
    judge_tokens();
    // Intents never add events, so the list does not change under the loop.
    for (const MarketEvent& event : events_) {
        ++counters_.market_events;
        if (const auto* created = std::get_if<PoolCreated>(&event);
            created != nullptr && is_live_) {
            ask_funder(created->pool);
        }
        const bool is_asked = is_concerning(event);
        if (is_asked && !std::holds_alternative<SwapSeen>(event)) {
            offer_ = executor_->offer(pool_of(event));
        }
        mark_positions(event);
        if (is_asked) {
            decide(event, trace);
        }
    }
    arm_new_pools();
    if (!is_recorded_) {
        request_reads();
    }
}

void Pipeline::on_transaction(const ChainTransaction& transaction) {
    const dex::Recognised recognised = dex::recognise(transaction);
    alerts_.clear();
    // What a venue's calls look like is a matter of a sample that nobody chose: who launches eight
    // coins in a row could speak for everybody.
    if (transaction.is_sample) {
        shapes_.observe(transaction, recognised, alerts_);
    }
    for (const dex::ShapeAlert& alert : alerts_) {
        if (alert.is_quarantine) {
            graph_.exclude(book_, alert.venue);
            telemetry::error("engine", "{}", alert.text);
        } else {
            telemetry::warning("engine", "{}", alert.text);
        }
        recorder_.record(RunNote{alert.text}, clock_.wall_now());
    }
    Trace trace;
    trace.received = trace.decoded = clock_.now();
    events_.clear();
    detector_.observe(transaction, recognised, events_);
    walk(trace);
}

void Pipeline::decide(const MarketEvent& event, Trace& trace) {
    if (!is_live_ || states_.state() == TradingState::Draining) {
        return;
    }
    if (const auto* swap = std::get_if<SwapSeen>(&event)) {
        return decide(*swap, dex::marginal_price(book_.pool(swap->pool)), trace);
    }
    if (std::holds_alternative<ReservesChanged>(event) && !arbitrage_.is_enabled() &&
        portfolio_.positions().empty()) {
        return;  // Cycles and positions are all that reserves concern.
    }
    intents_.clear();
    const strategy::View world = view();
    exits_.decide(event, world, intents_);
    arbitrage_.decide(event, world, intents_);
    sniper_.decide(event, world, intents_);
    order(trace);
}

// Counts it.
Pipeline::EntriesWanted Pipeline::entries_wanted(const SwapSeen& swap,
                                                 const dex::MarginalPrice& price) {
    return {sniper_.is_wanted(swap),
            momentum_.is_signal(swap, {book_, slot_, sol_price_.price(), price})};
}

// Exits and cycles are not about swaps, but about what those leave.
void Pipeline::decide(const SwapSeen& swap, const dex::MarginalPrice& price, Trace& trace) {
    if (const EntriesWanted wanted = entries_wanted(swap, price); wanted.is_any()) {
        enter(swap, wanted, trace);
    }
}

void Pipeline::enter(const SwapSeen& swap, EntriesWanted wanted, Trace& trace) {
    offer_ = executor_->offer(swap.pool);
    intents_.clear();
    const strategy::View world = view();
    if (wanted.by_sniper) {
        sniper_.enter(swap.pool, world, intents_);
    }
    if (wanted.by_momentum) {
        momentum_.enter(swap.pool, world, intents_);
    }
    order(trace);
}

// What was decided.
void Pipeline::order(Trace& trace) {
    trace.decided = clock_.now();
    for (OrderIntent& intent : intents_) {
        judge(intent, trace);
    }
    if (is_recorded_) {
        return;
    }
    // Behind the orders: what somebody wants to trade deserves more subscriptions than one.
    for (const OrderIntent& intent : intents_) {
        for_each_pool(intent, [&](std::size_t, PoolIndex wanted) {
            classes_.arm(book_, wanted);
            executor_->expect_orders(wanted);
        });
    }
}

void Pipeline::judge(OrderIntent& intent, Trace& trace, bool is_manual) {
    for_each_pool(intent, [&](std::size_t, PoolIndex pool) {
        intent.venues.add(dex::venue_of(book_.pool(pool)));
    });
    if (is_part_early(intent)) {
        sniper_.was_contested(intent);
        return;
    }
    intent.intent_id = IntentId{next_intent_++};
    if (intent.kind != OrderKind::Sweep) {
        intent.pool_id = dex::id_of(book_.pool(intent.pool));
    }
    ++counters_.intents[static_cast<std::size_t>(intent.strategy)];
    if (intent.kind == OrderKind::Entry) {
        ask_funder(intent.pool);  // First: the gate is told that it is being looked up.
    }
    Exposure exposure = exposure_of(intent);
    const std::optional<SizeFacts> size = fit(intent, exposure);
    note_verdict(intent, is_manual, exposure);  // Behind it: a round trip of what would be bought.
    const std::optional<FunderFacts> funder = funder_facts(intent, exposure);
    watcher_->on_intent(intent);
    const WallTime now = clock_.wall_now();
    bool is_recorded = recorder_.record(intent, now);
    auto approved = gate_.check(intent, exposure, clock_.now());
    if (!approved) {
        ++counters_.denials[static_cast<std::size_t>(approved.error().reason)];
        recorder_.record(IntentDenied{intent.intent_id, intent.strategy, approved.error()}, now);
        watcher_->on_denied(intent, approved.error());
        tell_day_over(approved.error(), now);
        exits_.was_not_signed(intent.position_id);
        if (is_asked_again(approved.error().reason)) {
            sniper_.was_contested(intent);
            momentum_.was_contested(intent);
        }
        return;
    }
    trace.approved = clock_.now();
    is_recorded =
        recorder_.record(IntentApproved{intent.intent_id, size, funder}, now) && is_recorded;
    if (!is_recorded && intent.kind != OrderKind::Exit) {
        return;  // What cannot be written down is not bought.
    }
    portfolio_.order_submitted(intent);
    breakers_.order_submitted(intent, now);
    executor_->submit(*approved, trace, hints_of(intent));
}

// Nothing stands against entries then, and all the same hardly any are let in: once a day it is
// said of each limit.
void Pipeline::tell_day_over(const Denial& denial, WallTime now) {
    const bool is_volume = denial.reason == DenialReason::DailyVolumeReached;
    if (!is_volume && denial.reason != DenialReason::DailyLossReached) {
        return;
    }
    std::int64_t& told = is_volume ? volume_told_ : loss_told_;
    if (std::exchange(told, now.utc_day()) != now.utc_day()) {
        telemetry::warning(
            "engine",
            "{} until 00:00 UTC, exits go on: {} ({}); `status` counts what is "
            "denied by its code",
            is_volume ? "entries that go beyond the day's volume are denied" : "no entries",
            to_string(denial.reason), denial.detail);
    }
}

std::optional<Denial> Pipeline::recheck(const OrderIntent& intent) {
    return gate_.recheck(intent, exposure_of(intent));
}

bool Pipeline::on_signed(const OrderIntent& intent, const Signature& signature,
                         BlockHeight last_valid_height) {
    return record_signed(intent, {intent.intent_id, signature, last_valid_height});
}

bool Pipeline::on_leased(const OrderIntent& intent, const Signature& signature,
                         const NonceLease& lease) {
    return record_signed(intent, {intent.intent_id, signature, kNeverByHeight, lease});
}

bool Pipeline::record_signed(const OrderIntent& intent, const OrderSigned& order) {
    const bool is_recorded = recorder_.record_signed(intent, order, clock_.wall_now());
    signature_sending_ = order.signature;
    if (is_reconciliation_due_) {
        signed_in_doubt_.insert(order.signature);
    }
    return is_recorded;
}

void Pipeline::on_sent(const OrderIntent& intent, const Trace& trace, bool was_jupiter_asked) {
    // After the send, not before: subscribing is a system call that the transaction need not wait
    // for.
    feed_->watch_signature(signature_sending_);
    watcher_->on_sent(intent, trace);
    if (intent.kind == OrderKind::Sweep) {
        return;  // No frame decided it.
    }
    auto& histogram = was_jupiter_asked ? tick_to_send_quoted_ : tick_to_send_;
    histogram.record(trace.sent - trace.received);
}

void Pipeline::on_path(const PathChoice& choice) { recorder_.record(choice, clock_.wall_now()); }

void Pipeline::on_report(const ExecutionReport& report) {
    const WallTime now = clock_.wall_now();
    begin_day(now);
    recorder_.record(report, now);
    note_breakers(report, now);
    arbitrage_.settled(report, now.seconds());
    housekeeping_.settled(report);
    const bool is_failed = report.outcome != Outcome::Landed && report.outcome != Outcome::Unknown;
    if (is_failed && report.kind == OrderKind::Exit) {
        // That, or Jupiter whose price was too low, met the market. On paper nothing is signed.
        const bool was_sent = !report.signature.is_zero() || report.sent_at.ns != 0;
        const bool is_price = report.failure == FailureClass::Slippage;
        // A node that refuses it for a blockhash that it does not know has said nothing of a price.
        const bool is_of_nodes = report.failure == FailureClass::Rpc;
        exits_.exit_failed(report.position_id, slot_, (was_sent && !is_of_nodes) || is_price,
                           report.exit_reason, report.action);
        if (!was_sent) {
            exits_.was_not_signed(report.position_id);
        }
        tell_unsaleable(report.position_id, now);
        is_check_wanted_ = is_check_wanted_ || (was_sent && !is_price);
    } else if (report.outcome == Outcome::Landed && report.kind == OrderKind::Exit) {
        exits_.exit_landed(report.position_id);
    }
    act_on(report, now);
    record_positions(portfolio_.apply(report, now), now);
    telemetry::debug("engine", "intent {} {} {}: {} {}", report.intent_id.value,
                     to_string(report.strategy), to_string(report.kind), to_string(report.outcome),
                     error_text(report));
    watcher_->on_report(report);
}

void Pipeline::on_finalized(const OrderFinalized& order) {
    recorder_.record(order, clock_.wall_now());
    portfolio_.finalize(order.intent_id, order.slot);
    watcher_->on_finalized(order);
}

void Pipeline::on_reversed(const OrderReversed& order) {
    const WallTime now = clock_.wall_now();
    begin_day(now);
    doubt(fmt::format("intent {}: its fill in slot {} is reversed", order.intent_id.value,
                      order.slot.value));
    telemetry::error("engine",
                     "intent {}: the fill of {} in slot {} is reversed, its block was dropped; no "
                     "entries until the ledger equals the chain",
                     order.intent_id.value, order.signature.to_string(), order.slot.value);
    recorder_.record(order, now);
    record_positions(portfolio_.reverse(order.intent_id, now), now);
    watcher_->on_reversed(order);
}

void Pipeline::tell_refused_bookings() {
    if (const portfolio::Ledger& ledger = portfolio_.ledger();
        ledger.refused() > std::exchange(bookings_refused_, ledger.refused())) {
        doubt(fmt::format("the ledger refused {} bookings, the last: {}", ledger.refused(),
                          ledger.refusal()));
        telemetry::error("engine",
                         "the ledger refused what is no entry: {}; no entries until it equals the "
                         "chain again",
                         ledger.refusal());
    }
}

void Pipeline::record_positions(const std::vector<portfolio::PositionEvent>& events, WallTime now) {
    tell_refused_bookings();
    for (const portfolio::PositionEvent& event : events) {
        if (const auto* closed = std::get_if<PositionClosed>(&event)) {
            exits_.position_closed(closed->position_id);
            peaks_recorded_.erase(closed->position_id.value);
        }
        std::visit(
            [&](const auto& change) {
                marks_recorded_.erase(change.position_id.value);
                recorder_.record(change, now);
            },
            event);
        if (const auto* opened = std::get_if<PositionOpened>(&event)) {
            record_place(opened->position_id);
        }
    }
    if (!events.empty()) {
        place_resumed();
        positions_changed();
    }
}

void Pipeline::on_tick(MonoTime now) {
    feed_->on_tick(now);
    if (transactions_ != nullptr) {
        transactions_->on_tick(now);
    }
    if (funder_reader_ != nullptr) {
        funder_reader_->on_tick(now);
    }
    if (holder_reader_ != nullptr) {
        holder_reader_->on_tick(now);
    }
    executor_->on_tick(now);
    watch_successors_again(now);
    end_wait_for_pools(now);
    begin_day(clock_.wall_now());
    refresh_state(sol_price_.price_heard(book_));
    // Time exits need no market event: the clock of the chain has moved.
    Trace trace;
    trace.received = now;
    if (const SlotStarted slot{slot_}; is_concerning(slot)) {
        offer_ = executor_->offer({});
        decide(slot, trace);
    }
    sweep(now);
    advance_nonces(now);
}

}  // namespace sniperforge::engine
