// SPDX-License-Identifier: MIT
#include "app/reconciler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/boot.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// Between two comparisons of doubted books with the chain.
constexpr Duration kCompareInterval = std::chrono::seconds{10};
// Before another node is asked, or the only one at a later slot.
constexpr Duration kSecondReading = std::chrono::seconds{1};
// Before the only node is asked again that told nothing: what is asked for is final in a moment.
constexpr Duration kReadAgain = std::chrono::seconds{2};
// Balances that nobody tells for so long are the chain's failure, and no more a wait for it.
constexpr Duration kUnreadMax = std::chrono::seconds{60};

}  // namespace

EarlierRuns earlier_runs(const engine::History& history, bool is_shortfall_accepted) {
    return {.is_there = history.has_past(),
            .is_horizon_needed = history.are_orders_lost || !history.withdrawals_open.empty(),
            .are_orders_lost = history.are_orders_lost,
            .doubt = history.doubt,
            .signatures = history.signatures,
            .slot_known = history.slot_known,
            .withdrawals = history.withdrawals_open,
            .is_shortfall_accepted = is_shortfall_accepted};
}

Reconciler::Reconciler(net::Reactor& reactor, rpc::RpcClient& rpc, engine::Pipeline& pipeline,
                       execute::Executor& executor, signer::OwnAccounts& own,
                       engine::RecordKeeper& recorder, BalanceReader reader, EarlierRuns earlier)
    : reactor_{reactor},
      rpc_{rpc},
      pipeline_{pipeline},
      executor_{executor},
      own_{own},
      recorder_{recorder},
      reader_{std::move(reader)},
      earlier_{std::move(earlier)},
      history_{reactor, rpc},
      built_{reactor, rpc, Commitment::Processed},
      finalized_{reactor, rpc, Commitment::Finalized} {}

void Reconciler::go_on_from(const RebuiltBooks& books) {
    earlier_.is_there = earlier_.is_horizon_needed = earlier_.are_orders_lost = true;
    earlier_.signatures.clear();
    earlier_.slot_known = books.slot;
    rebuilt_at_ = books.slot;
    note_unread(books.unread);
    is_history_whole_ = books.is_history_whole;
    if (books.unexplained.empty()) {
        return;
    }
    log_mismatches(books.unexplained);
    earlier_.doubt = engine::Doubt{books.at, books.unexplained};  // Journalled with the books.
    for (const portfolio::BalanceMismatch& each : books.unexplained) {
        note(fmt::format(
            "{}: what could be read of the wallet's history comes to {}, the chain has {}: what "
            "could not be read may have traded the difference, so it is in no position and not "
            "sold, and nothing is bought, after a restart neither. Look the wallet up in an "
            "explorer; then start with --accept-shortfall, which takes the chain's figure over "
            "(`rescue flatten --adopted --accept-shortfall` also sells it)",
            each.account, each.expected, each.on_chain));
    }
    pipeline_.books_differ(books.unexplained);
    note_set_aside();
}

void Reconciler::on_tick(MonoTime now) {
    resolve_unknown(now);
    if (pipeline_.is_reconciliation_due() && !is_suspected_) {
        pipeline_.end_check();  // What follows is stricter.
        advance_comparison(now);
    } else {
        advance_check(now);
    }
}

// ---- Before anything is bought again ----

// Only when nothing is on its way: this comparison decides what the books go on with. Where they
// are equal all the same there is nothing to decide.
void Reconciler::advance_comparison(MonoTime now) {
    if (is_reading_ || now < compare_due_) {
        return;
    }
    // It counts from here, while orders of the earlier run come to their ends.
    if (earlier_.is_horizon_needed && !horizon_) {
        begin_horizon();
        if (!horizon_) {
            compare_due_ = now + kHorizonInterval;  // No height is believed yet.
            return;
        }
    }
    if (executor_.in_flight() > 0 || executor_.statistics().unknown > 0 ||
        executor_.fills_provisional() > 0) {
        unread_since_.reset();  // None is made meanwhile.
        return may_equal_early() ? compare_early(now) : look_for_missing(now);
    }
    if (earlier_.is_horizon_needed && !is_horizon_passed_) {
        compare_due_ = now + kHorizonInterval;
        return await_horizon();
    }
    is_reading_ = true;
    compare_due_ = now + kCompareInterval;
    if (!earlier_.withdrawals.empty()) {
        return settle_withdrawal();
    }
    reader_.read(own_.wallet(), newer_than_books(),
                 [this, submitted = executor_.statistics().submitted](
                     Result<BalanceReader::Reading> reading) {
                     is_reading_ = false;
                     note_reading(reading);
                     if (!reading && reader_.endpoints() > 1) {
                         compare_due_ = reactor_.now() + kSecondReading;
                     } else if (!reading && !is_unread_) {
                         compare_due_ = reactor_.now() + kReadAgain;
                     }
                     if (!reading || submitted != executor_.statistics().submitted) {
                         return;  // Tried again.
                     }
                     on_quiet_balances(*reading);
                 });
}

// A node refuses for some 13 s after a fill: nothing so new is finalized yet.
void Reconciler::note_reading(const Result<BalanceReader::Reading>& reading) {
    if (reading) {
        unread_since_.reset();
        if (std::exchange(is_unread_, false)) {
            note("the wallet's balances can be read again");
        }
        return;
    }
    const MonoTime since = unread_since_.value_or(reactor_.now());
    unread_since_ = since;
    const bool is_long = reactor_.now() - since >= kUnreadMax;
    if (is_long && !std::exchange(is_unread_, true)) {
        note(fmt::format(
            "the wallet's balances could not be read for {} s, so the books are not "
            "held against the chain{}; the last answer: {}. `doctor` asks each "
            "endpoint for each method",
            kUnreadMax / std::chrono::seconds{1},
            pipeline_.is_reconciliation_due() ? ", and nothing is bought until they are" : "",
            reading.error().text));
    }
}

rpc::ReadOptions Reconciler::newer_than_books() const {
    const portfolio::Portfolio& books = pipeline_.portfolio();
    return {
        .commitment = Commitment::Finalized,
        .context_slot_min = std::max({books.slot_filled(), books.slot_finalized(), horizon_slot_})};
}

void Reconciler::on_quiet_balances(const BalanceReader::Reading& reading) {
    const portfolio::ChainBalances& chain = reading.balances;
    auto wrong = pipeline_.portfolio().ledger().reconcile(chain);
    is_differing_ = is_differing_ && !wrong.empty();
    bool is_all_agreed = true;
    if (is_missing(wrong)) {
        auto agreed = readings_.add({reading.endpoint, chain.slots, wrong, reading.is_alone});
        if (!is_missing(agreed)) {
            return await_second_reading(wrong, reading.endpoint);
        }
        is_all_agreed = are_alike(agreed, wrong);
        wrong = std::move(agreed);
    } else {
        readings_.clear();
    }
    is_second_awaited_ = false;
    const bool is_after_restart = is_unproven();
    const bool is_examined = examined_ && are_alike(*examined_, wrong);
    if (is_after_restart && !wrong.empty() && !is_examined) {
        return examine(std::move(wrong), chain.slots.newest);
    }
    if (is_missing(wrong) && earlier_.is_shortfall_accepted && !is_all_agreed) {
        compare_due_ = reactor_.now() + kSecondReading;
        return;  // What is accepted is taken over as this node has it.
    }
    is_compared_ = true;
    is_differing_ = !wrong.empty();
    if (is_missing(wrong)) {
        if (!std::exchange(earlier_.is_shortfall_accepted, false)) {
            return hold(wrong);
        }
        accept(wrong);
    } else if (std::exchange(earlier_.is_shortfall_accepted, false)) {
        note("--accept-shortfall: nothing is missing, so nothing was accepted");
    }
    if (!is_after_restart) {
        note_gifts(wrong);
    } else {
        for (const portfolio::BalanceMismatch& each : wrong) {
            note(
                fmt::format("{}: the books of earlier runs have {}, the chain has {}: {}; the "
                            "chain's figure is taken over",
                            each.account, each.expected, each.on_chain,
                            each.is_short()                        ? "what is missing was accepted"
                            : !is_history_whole_ || earlier_.doubt ? "it was accepted"
                            : earlier_.are_orders_lost
                                ? "no order of ours that the wallet's history has brought it"
                                : "somebody else brought it"));
        }
    }
    pipeline_.adopt(chain);  // Also when nothing differs: the doubt of a cut ends here.
    earlier_.doubt.reset();
    is_history_whole_ = true;  // What was passed over is in the balances.
    pipeline_.know_accounts(chain.accounts);
    know_accounts(own_, chain);
    note(fmt::format("after {} the ledger equals the chain's finalized balances: entries resume",
                     is_after_restart ? "the restart" : "a doubt"));
    note_outside(pipeline_.portfolio(), recorder_, reactor_.wall_now());
    pipeline_.reconciled();
}

void Reconciler::await_second_reading(const std::vector<portfolio::BalanceMismatch>& wrong,
                                      std::size_t endpoint) {
    // A node that never agrees with another, or stands still, is not asked faster for it.
    const bool is_first = !std::exchange(is_second_awaited_, true);
    compare_due_ = reactor_.now() + (is_first ? kSecondReading : kCompareInterval);
    if (is_first) {
        telemetry::warning("app",
                           "endpoint {} alone says that {} balances differ from the books: "
                           "another reading decides",
                           reader_.name(endpoint), wrong.size());
    }
}

// Once there is a doubt, more is no answer to it: what came may hide what went. Nor where an order
// may be unknown: more tokens may be its purchase, and more SOL than it cost may have been brought.
bool Reconciler::is_missing(const std::vector<portfolio::BalanceMismatch>& wrong) const {
    return earlier_.doubt || !is_history_whole_
               ? !wrong.empty()
               : std::ranges::any_of(wrong, &portfolio::BalanceMismatch::is_short);
}

void Reconciler::accept(const std::vector<portfolio::BalanceMismatch>& wrong) {
    recorder_.record(engine::ShortfallAccepted{wrong}, reactor_.wall_now());
    for (const portfolio::BalanceMismatch& each : wrong) {
        note(fmt::format("--accept-shortfall: {}: the ledger has {}, the chain has {}: accepted",
                         each.account, each.expected, each.on_chain));
    }
}

void Reconciler::note(const std::string& text) {
    telemetry::warning("app", "{}", text);
    recorder_.record(engine::RunNote{text}, reactor_.wall_now());
}

}  // namespace sniperforge::app
