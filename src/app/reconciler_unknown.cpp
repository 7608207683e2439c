// SPDX-License-Identifier: MIT
// An order that no node tells the end of is resolved by what it would have moved (ADR 0033). Two
// readings of finalized balances, behind the last block that could take it, equal the books without
// it: it has not landed. Where they differ the order stays unknown, and is asked about further: by
// its signature, which is all that the wallet's history could find it by.
#include <fmt/format.h>

#include <algorithm>

#include "app/reconciler.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

// Between two looks at the balances, and before another endpoint is asked.
constexpr Duration kUnknownInterval = std::chrono::seconds{10};
constexpr Duration kAnotherReading = std::chrono::seconds{1};

[[nodiscard]] std::vector<IntentId> ids_of(const std::vector<OrderIntent>& orders) {
    std::vector<IntentId> ids;
    for (const OrderIntent& order : orders) {
        ids.push_back(order.intent_id);
    }
    return ids;
}

[[nodiscard]] bool is_within(const OrderIntent& order, const portfolio::BalanceMismatch& moved) {
    const bool is_wallet = !Pubkey::parse(moved.account).has_value();
    const std::uint64_t less = moved.is_short() ? moved.expected - moved.on_chain : 0;
    const std::uint64_t more = moved.is_short() ? 0 : moved.on_chain - moved.expected;
    if (is_wallet) {
        return order.kind == OrderKind::Entry ? less > 0 && less <= order.spend_max.raw()
                                              : less <= order.spend_max.raw();
    }
    if (order.kind == OrderKind::Entry) {
        return moved.account == order.mint_out.to_string() && more >= order.receive_min.raw();
    }
    return order.kind != OrderKind::Cycle && moved.account == order.mint_in.to_string() &&
           less == order.amount_in.raw();
}

// A token that none of the orders moves; the wallet's lamports are moved by each.
[[nodiscard]] bool is_foreign(const portfolio::BalanceMismatch& moved,
                              const std::vector<OrderIntent>& orders) {
    return Pubkey::parse(moved.account).has_value() &&
           std::ranges::none_of(orders, [&](const OrderIntent& order) {
               return order.kind == OrderKind::Cycle ||
                      moved.account == order.mint_in.to_string() ||
                      moved.account == order.mint_out.to_string();
           });
}

}  // namespace

void Reconciler::resolve_unknown(MonoTime now) {
    if (executor_.statistics().unknown == 0) {
        unknown_unseen_.reset();
        unknown_moved_.clear();
        return;
    }
    if (is_reading_ || now < unknown_due_) {
        return;
    }
    auto past = executor_.unknown_past();
    if (!past) {
        return;
    }
    unknown_due_ = now + kUnknownInterval;
    is_reading_ = true;
    rpc::ReadOptions options = newer_than_books();
    options.context_slot_min = std::max(options.context_slot_min.value_or(Slot{}), past->slot);
    reader_.read(own_.wallet(), options,
                 [this, past = std::move(*past), submitted = executor_.statistics().submitted](
                     const Result<BalanceReader::Reading>& reading) {
                     is_reading_ = false;
                     // Sent meanwhile: the balances are of another moment than the books.
                     if (reading && submitted == executor_.statistics().submitted &&
                         executor_.unknown_past()) {
                         on_unknown_balances(past, *reading);
                     }
                 });
}

void Reconciler::on_unknown_balances(const execute::Executor::UnknownPast& past,
                                     const BalanceReader::Reading& reading) {
    const portfolio::ChainBalances::Slots& slots = reading.balances.slots;
    if (slots.oldest == Slot{} || slots.oldest < past.slot) {
        return;  // A node that lags, or does not say of when it speaks, proves nothing.
    }
    auto moved = pipeline_.portfolio().ledger().reconcile(reading.balances);
    // What a stranger sends of another token says nothing of these orders.
    std::erase_if(moved, [&](const portfolio::BalanceMismatch& each) {
        return !each.is_short() && is_foreign(each, past.orders);
    });
    if (!moved.empty()) {
        unknown_unseen_.reset();
        return note_unknown_moved(past, moved);
    }
    auto ids = ids_of(past.orders);
    const bool is_second = unknown_unseen_ && unknown_orders_ == ids &&
                           (reading.is_alone ? slots.oldest > unknown_unseen_->slots.newest
                                             : reading.endpoint != unknown_unseen_->endpoint);
    if (!is_second) {
        unknown_unseen_ = BalanceReading{reading.endpoint, slots, {}};
        unknown_orders_ = std::move(ids);
        unknown_due_ = reactor_.now() + kAnotherReading;
        return;
    }
    const std::string shown_by = fmt::format(
        "the finalized balances of {} in slot {} and of {} in slot {} equal the books without it",
        reader_.name(unknown_unseen_->endpoint), unknown_unseen_->slots.oldest.value,
        reader_.name(reading.endpoint), slots.oldest.value);
    for (const OrderIntent& order : past.orders) {
        note(fmt::format("intent {}: it is expired: {}", order.intent_id.value, shown_by));
    }
    unknown_unseen_.reset();
    executor_.expire_unknown(past, shown_by);
}

void Reconciler::note_unknown_moved(const execute::Executor::UnknownPast& past,
                                    const std::vector<portfolio::BalanceMismatch>& moved) {
    const auto is_by = [&](const OrderIntent& order) {
        return std::ranges::all_of(
            moved, [&](const portfolio::BalanceMismatch& each) { return is_within(order, each); });
    };
    const auto order = std::ranges::find_if(past.orders, is_by);
    if (order == past.orders.end() || !unknown_moved_.insert(order->intent_id.value).second) {
        return;
    }
    note(fmt::format(
        "intent {}: the chain's balances are what they would be had it landed, and no node serves "
        "its transaction: it stays unknown and is asked for; an endpoint with the whole history "
        "ends it (network.endpoints)",
        order->intent_id.value));
}

}  // namespace sniperforge::app
