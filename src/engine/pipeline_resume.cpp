// SPDX-License-Identifier: MIT
// Going on where earlier runs ended, and what has to be written down for that.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

// The same bytes are signed for a second order only once the first was refused by the node: that
// one has ended, and the report that said so went with the process.
[[nodiscard]] bool is_signed_again(const SignedOrder& order,
                                   const std::vector<SignedOrder>& orders) {
    return std::ranges::any_of(orders, [&](const SignedOrder& other) {
        return other.signed_as.signature == order.signed_as.signature &&
               other.intent.intent_id.value > order.intent.intent_id.value;
    });
}

// Which of their records is the newest, and how old it is: books of long ago are another matter
// than those of a restart.
[[nodiscard]] std::string text_of(const PastRuns& past, WallTime now) {
    const std::string fill = past.slot_last == Slot{}
                                 ? "no fill"
                                 : fmt::format("the newest fill in slot {}", past.slot_last.value);
    return fmt::format(
        "they are of earlier runs, with {}; the last record is of {}, {} s before this start", fill,
        utc_text(past.written_last), now.seconds() - past.written_last.seconds());
}

}  // namespace

void Pipeline::resume(History history, const Hash& genesis) {
    if (!history.has_ledger()) {
        // What we had is not known; what the orders did is, and the chain knows the rest.
        recorder_.record(LedgerOpened{genesis, {}}, clock_.wall_now());
    }
    portfolio_ = std::move(history.portfolio);
    portfolio_.begin_run();
    breakers_ = std::move(history.breakers);
    breakers_.begin_run();
    rung_ = std::move(history.rung);
    next_intent_ = history.intent_last.value + 1;
    pools_resumed_ = std::move(history.pools);
    std::vector<dex::BookChange> changes;
    for (const auto& [mint, pool] : pools_resumed_) {
        // A curve's account does not say what it trades.
        book_.name_mint(mint, changes);
        detector_.expect_pool(pool);  // However many others are heard of before it.
    }
    doubt(past_ ? text_of(*past_, clock_.wall_now()) : "they are of earlier runs");
    hold_again(std::move(history.held), history.is_drawdown_accepted);
    for (const History::Settled& settled : history.reverted) {
        arbitrage_.pay_earlier(settled.report, settled.at.seconds());
    }
    for (const CycleEnd& end : history.cycles_ended) {
        arbitrage_.count_earlier(end);
    }
    executor_->resume_fees(history.fees.paid(clock_.wall_now()));
    for (const History::Fill& fill : history.fills_provisional) {
        executor_->resume(fill.report, fill.last_valid_height, fill.lease);
    }
    const auto reject = [this](const OrderIntent& intent, std::string error) {
        ExecutionReport report = report_on(intent);
        report.outcome = Outcome::Rejected;
        report.error = std::move(error);
        report.settled_at = clock_.now();
        on_report(report);
    };
    for (const SignedOrder& order : history.orders_open) {
        if (is_signed_again(order, history.orders_open)) {
            reject(order.intent,
                   "a node refused it: its bytes were signed again for a later order");
            continue;
        }
        executor_->resume(order.intent, order.signed_as.signature,
                          order.signed_as.last_valid_height, order.signed_as.lease);
    }
    for (const OrderIntent& intent : history.orders_unsigned) {
        if (!executor_->is_signing()) {
            executor_->resume(intent, Signature{}, BlockHeight{}, std::nullopt);
            continue;
        }
        reject(intent,
               history.are_orders_lost
                   ? "the files of before were lost, with the machine or for books that were "
                     "rebuilt; what it did, if it was sent, is in the balances"
                   : "the process ended before it was signed");
    }
    resume_parts(history.parts);
}

void Pipeline::begin_rung(RungBegun begun) {
    const WallTime now = clock_.wall_now();
    begun.counted = portfolio_.result();
    recorder_.record(begun, now);
    portfolio_.begin_settled(begun.counted);
    rung_ = Rung{std::move(begun), now};
}

void Pipeline::adopt(const portfolio::ChainBalances& chain) {
    const WallTime now = clock_.wall_now();
    begin_day(now);
    recorder_.record(LedgerAdopted{chain}, now);
    record_positions(portfolio_.adopt(chain, now), now);
}

std::vector<Pubkey> Pipeline::pools_held() const {
    std::vector<Pubkey> pools;
    for (const auto& [mint, pool] : pools_resumed_) {
        pools.push_back(pool);
    }
    return pools;
}

// Of positions that an earlier run opened, or an order of it now. A pool that is no more, or was
// not read, leaves its position without a price until another pool of its token is heard of.
void Pipeline::place_resumed() {
    bool is_placed = false;
    for (const PositionView& position : portfolio_.positions()) {
        if (position.pool.value < book_.size()) {
            continue;
        }
        const auto pool = pools_resumed_.find(position.mint);
        if (pool == pools_resumed_.end()) {
            continue;
        }
        if (const auto index = book_.find(pool->second)) {
            portfolio_.set_pool(position.position_id, *index);
            judge_again(position, *index);
            record_place(position.position_id);
            is_placed = true;
        }
    }
    if (is_placed) {
        positions_changed();
    }
    move_positions();
}

void Pipeline::record_place(PositionId position) {
    for (const PositionView& view : portfolio_.positions()) {
        if (view.position_id == position && view.pool.value < book_.size()) {
            recorder_.record(PositionPlaced{position, dex::id_of(book_.pool(view.pool))},
                             clock_.wall_now());
        }
    }
}

}  // namespace sniperforge::engine
