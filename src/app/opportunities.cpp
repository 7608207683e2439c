// SPDX-License-Identifier: MIT
#include "app/opportunities.hpp"

#include <fmt/format.h>

#include "app/json_fields.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::app {
namespace {

// What makes a trade: sales and sweeps follow from it.
[[nodiscard]] bool is_beginning(OrderKind kind) {
    return kind == OrderKind::Entry || kind == OrderKind::Cycle;
}

}  // namespace

Opportunities::Opportunity* Opportunities::find(IntentId intent) {
    const auto found = kept_.find(intent.value);
    return found == kept_.end() ? nullptr : &found->second;
}

void Opportunities::on_intent(const OrderIntent& intent) {
    if (!is_beginning(intent.kind)) {
        return;
    }
    ++seen_;
    if (kept_.size() < kKept) {
        kept_.emplace(intent.intent_id.value, Opportunity{intent, "", ""});
    }
}

void Opportunities::on_denied(const OrderIntent& intent, const Denial& denial) {
    if (auto* const kept = find(intent.intent_id); kept != nullptr) {
        kept->end = "denied";
        kept->reason = fmt::format("{}: {}", to_string(denial.reason), denial.detail);
    }
}

void Opportunities::on_report(const ExecutionReport& report) {
    if (!is_beginning(report.kind)) {
        return;
    }
    if (report.outcome == Outcome::Landed) {
        landed_.insert(report.intent_id.value);
    }
    if (auto* const kept = find(report.intent_id); kept != nullptr) {
        kept->end = to_string(report.outcome);
        kept->reason = error_text(report);
    }
}

std::vector<std::string> Opportunities::lines() const {
    std::vector<std::string> lines;
    for (const auto& [id, each] : kept_) {
        lines.push_back(fmt::format(
            "intent {:>4} slot {} {} {} of {} SOL into {}: {}{}{}", id,
            each.intent.decided_at.value, to_string(each.intent.strategy),
            to_string(each.intent.kind), format_sol(Lamports{each.intent.amount_in.raw()}),
            each.intent.mint_out.to_string(), each.end.empty() ? "no outcome yet" : each.end,
            each.reason.empty() ? "" : ": ", each.reason));
    }
    if (seen_ > kept_.size()) {
        lines.push_back(fmt::format("and {} more: the journal has each", seen_ - kept_.size()));
    }
    return lines;
}

std::vector<std::string> Opportunities::objects() const {
    std::vector<std::string> objects;
    for (const auto& [id, each] : kept_) {
        objects.push_back(JsonFields{}
                              .wide("intent", id)
                              .wide("slot", each.intent.decided_at.value)
                              .text("strategy", to_string(each.intent.strategy))
                              .text("kind", to_string(each.intent.kind))
                              .wide("lamports", each.intent.amount_in.raw())
                              .key("mint", each.intent.mint_out)
                              .text("end", each.end)
                              .text("reason", each.reason)
                              .object());
    }
    return objects;
}

}  // namespace sniperforge::app
