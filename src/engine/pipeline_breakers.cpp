// SPDX-License-Identifier: MIT
// What outcomes make of the circuit breakers, and who is told.
#include <fmt/format.h>

#include <chrono>
#include <string>

#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

[[nodiscard]] std::string subject_of(const BreakerHold& hold) {
    return fmt::format("{} ({})", to_string(hold.failure), scope_text(hold));
}

// Both sides of the first; there may be thousands.
[[nodiscard]] std::string figures_of(std::span<const portfolio::BalanceMismatch> mismatches) {
    if (mismatches.empty()) {
        return "all that was missing is there again; the books wait to be held against the chain";
    }
    const portfolio::BalanceMismatch& first = mismatches.front();
    const std::string more =
        mismatches.size() == 1 ? "" : fmt::format(", and {} more differ", mismatches.size() - 1);
    return fmt::format("{}: the books have {}, the chain has {}{}", first.account, first.expected,
                       first.on_chain, more);
}

}  // namespace

void Pipeline::note_breakers(const ExecutionReport& report, WallTime now) {
    tell(breakers_.settled(report, now), now);
    if (report.failure == FailureClass::BalanceMismatch) {
        doubt(fmt::format("intent {}: {} lamports left the wallet, its ceiling is {}",
                          report.intent_id.value, report.fill.wallet.magnitude().raw(),
                          report.spend_max.raw()));
        telemetry::error("engine",
                         "intent {}: {} lamports left the wallet, its ceiling is {}: no entries "
                         "until the books equal the chain",
                         report.intent_id.value, report.fill.wallet.magnitude().raw(),
                         report.spend_max.raw());
    }
}

void Pipeline::tell(const std::vector<risk::BreakerView>& changes, WallTime now) {
    for (const risk::BreakerView& change : changes) {
        const std::string subject = subject_of(change.hold);
        if (change.state == risk::BreakerState::Closed) {
            const std::string text = fmt::format("breaker {}: closed again", subject);
            telemetry::info("engine", "{}", text);
            recorder_.record(RunNote{text}, now);
            continue;
        }
        const std::string until =
            change.hold.until_probe
                ? fmt::format(
                      "one order may try in {} s",
                      std::chrono::ceil<std::chrono::seconds>(*change.hold.until_probe).count())
                : "until the books equal the chain's balances";
        const std::string text =
            fmt::format("breaker {}: open after {} failures in a row, {}; exits go on", subject,
                        change.hold.failures, until);
        telemetry::warning("engine", "{}", text);
        recorder_.record(RunNote{text}, now);
    }
}

void Pipeline::reconciled() {
    const WallTime now = clock_.wall_now();
    is_reconciliation_due_ = false;
    doubt_.clear();
    signed_in_doubt_.clear();
    tell(breakers_.reconciled(true, now), now);
}

void Pipeline::books_differ(std::span<const portfolio::BalanceMismatch> mismatches) {
    books_differ(mismatches, figures_of(mismatches));
}

void Pipeline::books_differ(std::span<const portfolio::BalanceMismatch> mismatches,
                            const std::string& figures) {
    const WallTime now = clock_.wall_now();
    portfolio_.miss(mismatches);
    doubt(figures);
    tell(breakers_.reconciled(false, now), now);
}

}  // namespace sniperforge::engine
