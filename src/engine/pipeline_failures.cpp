// SPDX-License-Identifier: MIT
// What is done about the words of a program that did not do what we wanted, beside what the circuit
// breakers count. execute/program_errors.hpp says which words ask for what.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sniperforge/core/decimal.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

// Tokens that are remembered; the next one takes the place of any other, which costs a preflight.
constexpr std::size_t kStuckMax = 1'024;
// A pool is not read again sooner, whatever is said of its accounts: some 13 s.
constexpr std::uint64_t kReadAgainSlots = 32;
// Pools of which that is remembered.
constexpr std::size_t kReadAgainMax = 1'024;

}  // namespace

void Pipeline::act_on(const ExecutionReport& report, WallTime now) {
    const bool is_swap = report.kind == OrderKind::Entry || report.kind == OrderKind::Exit;
    if (report.outcome == Outcome::Landed && is_swap) {
        tokens_stuck_.erase(report.mint);
    }
    if (!report.program_error.empty()) {
        telemetry::info("engine", "intent {} {} {}: {}: {}", report.intent_id.value,
                        to_string(report.kind), to_string(report.outcome), report.program_error,
                        to_string(report.action));
    }
    switch (report.action) {
        case FailureAction::None:
        case FailureAction::Requote:
            return;  // What is decided next is decided on the price of then.
        case FailureAction::RefreshAccounts:
            return read_again(report);
        case FailureAction::QuarantineToken:
            return tell_stuck(report, now);
        case FailureAction::StopEntries:
            break;
    }
    if (is_reconciliation_due_) {
        return;
    }
    doubt(fmt::format(
        "wallet: the books have {} lamports, and intent {} was refused for too little SOL by {}",
        portfolio_.ledger().wallet().raw(), report.intent_id.value, report.program_error));
    const std::string text = fmt::format(
        "intent {}: {}: the wallet has too little SOL for an order that the books have enough for "
        "({} lamports); no entries until the books equal the chain. Where they do and it stays so, "
        "send SOL or raise risk.exit_reserve_sol ({} SOL)",
        report.intent_id.value, report.program_error, portfolio_.ledger().wallet().raw(),
        format_sol(settings_.risk.exit_reserve));
    telemetry::error("engine", "{}", text);
    recorder_.record(RunNote{text}, now);
}

// What is told to be wrong may have changed unheard: its accounts are subscribed to and read anew.
void Pipeline::read_again(const ExecutionReport& report) {
    const auto pool = book_.find(report.pool_id);
    if (!pool || feed_ == nullptr) {
        return;
    }
    if (pools_read_again_.size() >= kReadAgainMax) {
        pools_read_again_.clear();
    }
    const auto [asked, is_new] = pools_read_again_.try_emplace(report.pool_id, slot_);
    if (!is_new && slot_.since(asked->second) < kReadAgainSlots) {
        return;
    }
    asked->second = slot_;
    const std::vector<Pubkey> accounts = book_.own_accounts_of(*pool);
    feed_->unwatch(accounts);
    feed_->watch_together(accounts, classes_.priority_of(accounts[0]));
    telemetry::warning("engine", "pool {}: {}: its {} accounts are read again",
                       report.pool_id.to_string(), report.program_error, accounts.size());
}

// A cycle does not say which of its tokens it was.
void Pipeline::tell_stuck(const ExecutionReport& report, WallTime now) {
    if (report.kind == OrderKind::Cycle) {
        return;
    }
    if (tokens_stuck_.size() >= kStuckMax) {
        tokens_stuck_.erase(tokens_stuck_.begin());
    }
    const bool is_new = tokens_stuck_.insert_or_assign(report.mint, report.program_error).second;
    const bool is_worthless =
        report.kind == OrderKind::Exit && exits_.is_found_stuck(report.position_id);
    if (!is_new && !is_worthless) {
        return;
    }
    std::string text =
        fmt::format("token {}: an {} was refused by {}: it is not bought any more",
                    report.mint.to_string(), to_string(report.kind), report.program_error);
    if (is_worthless) {
        text += fmt::format(
            ", and position {} counts as worth nothing. Its sale is tried on, some 7 minutes apart "
            "at last; `rescue sweep` would move the tokens no better",
            report.position_id.value);
    }
    telemetry::warning("engine", "{}", text);
    recorder_.record(RunNote{text}, now);
    const auto held =
        std::ranges::find(portfolio_.positions(), report.position_id, &PositionView::position_id);
    if (is_worthless && held != portfolio_.positions().end()) {
        mark(*held, Lamports{});
    }
}

void Pipeline::note_stuck(Exposure& exposure) const {
    for (const Pubkey& mint : exposure.mints) {
        if (const auto found = tokens_stuck_.find(mint); found != tokens_stuck_.end()) {
            exposure.token_stuck = mint;
            exposure.token_stuck_by = found->second;
        }
    }
}

}  // namespace sniperforge::engine
