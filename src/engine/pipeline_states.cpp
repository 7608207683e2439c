// SPDX-License-Identifier: MIT
// What stands against entries: since when, by how much, and what ends it.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sniperforge/core/decimal.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

[[nodiscard]] std::string ending_of_drawdown(MicroUsd limit) {
    return limit < config::kDrawdownHighest
               ? fmt::format("a start with risk.drawdown_max_usd above {}", format_usd(limit))
               : fmt::format("a start with --accept-drawdown: {} USD is the highest limit",
                             format_usd(limit));
}

}  // namespace

void Pipeline::stand(StateCause cause, bool stands) {
    if (states_.stands(cause) != stands) {
        since_[static_cast<std::size_t>(cause)] = clock_.wall_now();
    }
    const TradingState before = states_.state();
    states_.set(cause, stands);
    const TradingState after = states_.state();
    if (after == before) {
        return;
    }
    if (after == TradingState::Active || after == TradingState::Draining) {
        telemetry::info("engine", "{} -> {}", to_string(before), to_string(after));
        return;
    }
    telemetry::warning("engine", "{} -> {}: no entries while {}", to_string(before),
                       to_string(after), to_string(states_.cause()));
}

void Pipeline::hold(const CauseChanged& change) {
    const WallTime now = clock_.wall_now();
    recorder_.record(change, now);
    held_.note(change, now);
    stand(change.cause, change.stands);
    if (change.is_fall_accepted) {
        portfolio_.accept_drawdown();
    }
}

// A person has set a higher limit; or there is none, and he has said that he knows.
std::optional<CauseChanged> Pipeline::end_of_drawdown(const CauseChanged& reached,
                                                      bool is_accepted) const {
    CauseChanged end{.cause = reached.cause, .stands = false, .by = "start"};
    if (settings_.risk.drawdown_max > reached.drawdown_max) {
        end.reason =
            fmt::format("risk.drawdown_max_usd was raised from {} to {}",
                        format_usd(reached.drawdown_max), format_usd(settings_.risk.drawdown_max));
        return end;
    }
    if (is_accepted && reached.drawdown_max >= config::kDrawdownHighest) {
        end.reason = fmt::format(
            "--accept-drawdown: {} lamports below the peak are known, and the next fall is "
            "measured from here",
            portfolio_.drawdown().raw());
        end.is_fall_accepted = true;
        return end;
    }
    return std::nullopt;
}

// Of the runs before this one.
void Pipeline::hold_again(HeldCauses held, bool is_drawdown_accepted) {
    held_ = std::move(held);
    if (is_drawdown_accepted && held_.find(StateCause::DrawdownReached) == nullptr) {
        telemetry::warning("engine", "--accept-drawdown: none was reached, so none was accepted");
    }
    for (const HeldCause& each : std::vector(held_.all().begin(), held_.all().end())) {
        const CauseChanged& change = each.change;
        if (change.cause == StateCause::DrawdownReached) {
            if (const auto end = end_of_drawdown(change, is_drawdown_accepted)) {
                telemetry::warning("engine", "a drawdown that was reached ends: {}", end->reason);
                hold(*end);
                continue;
            }
            if (is_drawdown_accepted) {
                telemetry::warning(
                    "engine",
                    "--accept-drawdown: the limit that was reached is {} USD, and the highest that "
                    "there is is {}: set risk.drawdown_max_usd above {}; the drawdown stands",
                    format_usd(change.drawdown_max), format_usd(config::kDrawdownHighest),
                    format_usd(change.drawdown_max));
            }
        }
        stand(change.cause, true);
        since_[static_cast<std::size_t>(change.cause)] = each.since;
    }
    exits_.flatten(states_.stands(StateCause::FlattenRequested));
}

// The causes that nobody tells of when they change.
void Pipeline::refresh_state(MicroUsd sol_price) {
    stand(StateCause::BooksDoubted, is_reconciliation_due_ || executor_->fills_doubted() > 0);
    stand(StateCause::RecorderBehind, recorder_.is_pressed() || recorder_.has_failed());
    // What was marked by an earlier run may be worth more by now.
    const bool is_marked = is_live_ || pools_resumed_.empty();
    if (!states_.stands(StateCause::DrawdownReached) && is_marked &&
        risk::is_drawdown_reached(settings_.risk, portfolio_.drawdown(), sol_price)) {
        hold({.cause = StateCause::DrawdownReached,
              .stands = true,
              .drawdown = portfolio_.drawdown(),
              .drawdown_max = settings_.risk.drawdown_max});
        telemetry::warning("engine",
                           "the drawdown limit is reached: exits go on, and entries only after {}",
                           ending_of_drawdown(settings_.risk.drawdown_max));
    }
}

std::vector<StandingCause> Pipeline::standing() const {
    std::vector<StandingCause> all;
    for (std::size_t i = 1; i < kStateCauseCount; ++i) {
        if (states_.stands(static_cast<StateCause>(i))) {
            all.push_back(standing(static_cast<StateCause>(i)));
        }
    }
    return all;
}

StandingCause Pipeline::standing(StateCause cause) const {
    StandingCause told{.cause = cause, .since = since_[static_cast<std::size_t>(cause)]};
    if (const HeldCause* const held = held_.find(cause)) {
        told.by = held->change.by;
        told.reason = held->change.reason;
    }
    if (std::ranges::find(ending_, cause, &CauseChanged::cause) != ending_.end()) {
        told.figures = "`sniperforge resume` was asked for, and its record waits for the disk";
    }
    switch (cause) {
        case StateCause::NoneStands:
            break;
        case StateCause::PauseRequested:
            told.ending = "`sniperforge resume`";
            break;
        case StateCause::DrawdownReached:
            tell_drawdown(told);
            break;
        case StateCause::FlattenRequested:
            tell_flattening(told);
            break;
        case StateCause::RecordsMissing:
            told.ending = "`sniperforge resume`, when you have looked at what stood before";
            break;
        case StateCause::FeedLost:
            tell_feed(told);
            break;
        case StateCause::RecorderBehind:
            tell_recorder(told);
            break;
        case StateCause::BooksDoubted:
            told.figures = doubt_figures();
            told.ending =
                "finalized balances that equal the books: they are read by themselves; what keeps "
                "them longer than two minutes the log names, and `sniperforge doctor` asks each "
                "node";
            break;
        case StateCause::KeyLost:
            told.figures = fmt::format("{} positions are open, and none of them can be sold",
                                       portfolio_.positions().size());
            told.ending =
                "`sniperforge stop` and a start, which asks for the key again; the system's log "
                "(dmesg, journalctl) says what ended the process";
            break;
        case StateCause::StopRequested:
            told.figures = fmt::format("{} orders are in flight", portfolio_.in_flight());
            told.ending = "the end of the process";
            break;
    }
    return told;
}

void Pipeline::tell_flattening(StandingCause& told) const {
    const std::size_t kept = positions_kept().size();  // Of a mint there is one position.
    const std::string left =
        fmt::format("{} positions are left", portfolio_.positions().size() - kept);
    const std::string besides =
        kept == 0 ? ""
                  : fmt::format(", and {} that signer.tokens_kept has and that are not sold", kept);
    told.figures += (told.figures.empty() ? "" : "; ") + left + besides;
    told.ending = told.by.empty() ? "the end of this run" : "`sniperforge resume`";
}

void Pipeline::tell_drawdown(StandingCause& told) const {
    const HeldCause* const held = held_.find(StateCause::DrawdownReached);
    if (held == nullptr) {
        return;
    }
    const MicroUsd limit = held->change.drawdown_max;
    told.figures = fmt::format(
        "{} lamports below the peak when it was reached, {} now; drawdown_max was {} USD",
        held->change.drawdown.raw(), portfolio_.drawdown().raw(), format_usd(limit));
    told.ending = ending_of_drawdown(limit);
}

void Pipeline::tell_feed(StandingCause& told) const {
    const std::string lost = feed_lost_.empty() ? "" : fmt::format(" ({})", feed_lost_);
    told.figures = fmt::format("for {} s{}; the newest slot heard is {}, feed.stall_slots is {}",
                               clock_.wall_now().seconds() - told.since.seconds(), lost,
                               slot_.value, settings_.feed.stall_slots);
    told.ending = "a socket that is heard, and every watched account read afresh";
}

void Pipeline::tell_recorder(StandingCause& told) const {
    if (recorder_.has_failed()) {
        told.figures = "it could not write, or something was lost: the log says what";
        told.ending = "a restart, once the disk takes writes";
        return;
    }
    const RecorderLoad load = recorder_.load();
    told.figures = fmt::format(
        "{} records wait, at most {}; the journal has {} bytes, below {} (journal_bytes_max)",
        load.records_waiting, load.records_waiting_max, load.journal_bytes, load.journal_bytes_max);
    told.ending = "a recorder that has caught up";
}

std::string Pipeline::doubt_figures() const {
    std::string text = doubt_;
    const auto add = [&text](std::size_t count, std::string_view what) {
        if (count > 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : "; ", count, what);
        }
    };
    add(executor_->fills_doubted(),
        "fills of confirmed blocks are not seen any more, or not told in full");
    add(is_reconciliation_due_ ? portfolio_.in_flight() : 0,
        "orders have neither landed nor expired yet");
    return text;
}

void Pipeline::doubt(std::string figures) {
    is_reconciliation_due_ = true;
    doubt_ = std::move(figures);
}

}  // namespace sniperforge::engine
