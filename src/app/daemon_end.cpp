// SPDX-License-Identifier: MIT
// How a run ends: nothing new is begun, what is in flight finds its outcome, and the books are held
// against the chain once more.
#include <fmt/format.h>

#include <utility>

#include "app/daemon_state.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// After the run's end, how long orders in flight may take to find their outcome. An unseen
// transaction needs 150 blocks, about 60 s, to expire, and 32 more for that to be final.
constexpr Duration kDrainMax = std::chrono::seconds{90};
// How long its last fills may take to become final: some 13 s, or as long as an order takes to
// expire where a confirmed block was dropped. Under real time a run that ends is worth more: it is
// reconciled at once, with confirmed balances.
constexpr Duration kFinalityWaitVirtual = std::chrono::seconds{90};
// How long the last reading of the balances is tried: a node may need a moment to be new enough.
constexpr Duration kReconcileMax = std::chrono::seconds{10};

}  // namespace

void Daemon::State::advance_end(MonoTime now) {
    if (!is_running) {
        if (is_stop_wanted) {
            end_with(3, "stopped before the cluster was ready");
        } else if (is_start_too_long(now)) {
            end_with(3, fmt::format("the cluster was not ready within the {} s that the run may "
                                    "take; the log says what was asked of whom",
                                    options.duration / std::chrono::seconds{1}));
        }
        return;
    }
    const bool is_over = is_flat() || (trip && trip->has_failed()) ||
                         (options.duration > Duration{0} && now - started_at >= options.duration);
    if (!is_draining && (is_over || is_stop_wanted)) {
        is_draining = true;
        ended_at = now;
        pipeline.halt();
        if (paper) {
            paper->desk.give_up_lost();
        }
        report_progress();
    }
    if (is_draining && !is_reconciling && is_drained(now)) {
        is_reconciling = true;
        // On paper there is nothing on the chain to hold the books against.
        real ? read_last_balances() : end_with(0, "");
    }
}

// Of what ends by itself: whoever started it waits for it. A daemon waits for its cluster.
bool Daemon::State::is_start_too_long(MonoTime now) const {
    return options.is_single_job() && options.duration > Duration{0} &&
           now - begun_at >= options.duration;
}

void Daemon::State::read_last_balances() {
    const rpc::ReadOptions wanted = balances_options();
    read_balances(rpc, real->signer.wallet(), wanted,
                  [this, wanted](Result<portfolio::ChainBalances> chain) {
                      if (!chain && reactor.now() - settled_at < kReconcileMax) {
                          is_reconciling = false;  // Tried again with the next tick.
                          return;
                      }
                      reconcile(chain, wanted.commitment);
                      end_with(is_signer_gone ? 1 : 0, "");
                  });
}

bool Daemon::State::is_flat() {
    const bool is_selling = options.is_flattening || (trip && trip->is_selling());
    return is_selling && is_compared() &&
           pipeline.portfolio().is_sold_out(options.settings.signer.tokens_kept) &&
           (!options.is_adopted_sold ||
            pipeline.portfolio().is_nothing_to_adopt(options.settings.signer.tokens_kept)) &&
           desk.in_flight() == 0 && fills_provisional() == 0;
}

bool Daemon::State::is_drained(MonoTime now) {
    // What an order on paper met nobody can tell without a feed.
    const bool is_unheard = paper && feed.is_blind();
    const bool is_over = desk.in_flight() == 0 || is_unheard || now - ended_at >= kDrainMax;
    if (is_over && settled_at.ns == 0) {
        settled_at = now;
    }
    const Duration wait = options.is_virtual_time ? kFinalityWaitVirtual : Duration{0};
    return is_over && (fills_provisional() == 0 || now - settled_at >= wait);
}

// Finalized balances hold exactly the finalized fills, and the opening balance once a fill
// after it is final. Never of a node that has not seen the last fill.
rpc::ReadOptions Daemon::State::balances_options() const {
    const bool is_all_final =
        fills_provisional() == 0 && pipeline.portfolio().ledger().fills_finalized() > 0;
    return {.commitment = is_all_final ? Commitment::Finalized : Commitment::Confirmed,
            .context_slot_min = pipeline.portfolio().slot_filled()};
}

void Daemon::State::reconcile(const Result<portfolio::ChainBalances>& chain,
                              Commitment commitment) {
    if (real->reconciler.is_unproven()) {
        constexpr const char* kText =
            "the run ends before the books of earlier runs were held against the chain: the "
            "next one goes on with that";
        telemetry::warning("app", "{}", kText);
        records.record(engine::RunNote{kText}, reactor.wall_now());
        return;
    }
    if (!chain) {
        telemetry::error("app", "reading balances for the last reconciliation: {}",
                         chain.error().text);
        return;
    }
    report.mismatch_lamports = 0;
    report.mismatch_tokens = 0;
    report.reconciled_at = commitment;
    const auto mismatches = pipeline.portfolio().ledger().reconcile(*chain);
    log_mismatches(mismatches);
    if (mismatches.empty() && commitment == Commitment::Finalized) {
        (void)recorder->record_books_equal(reactor.wall_now());
    }
    for (const auto& mismatch : mismatches) {
        auto& sum =
            mismatch.account == "wallet" ? report.mismatch_lamports : report.mismatch_tokens;
        *sum += mismatch.expected > mismatch.on_chain ? mismatch.expected - mismatch.on_chain
                                                      : mismatch.on_chain - mismatch.expected;
    }
}

void Daemon::State::end_with(int code, std::string error) {
    exit_code = code;
    end_error = std::move(error);
    is_ended = true;
    reactor.stop();
}

}  // namespace sniperforge::app
