// SPDX-License-Identifier: MIT
// What people read of books that differ from the chain.
#include <fmt/format.h>

#include "app/reconciler.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {

std::string to_json(const std::optional<engine::Doubt>& doubt) {
    if (!doubt) {
        return "null";
    }
    return fmt::format(R"({{"since":"{}","accounts":{}}})", utc_text(doubt->since),
                       portfolio::to_json(doubt->mismatches));
}

std::string to_json(const std::vector<Signature>& signatures) {
    std::string list;
    for (const Signature& signature : signatures) {
        list += fmt::format(R"({}"{}")", list.empty() ? "" : ",", signature.to_string());
    }
    return "[" + list + "]";
}

void note_outside(const portfolio::Portfolio& books, engine::RecordKeeper& recorder, WallTime now) {
    for (const auto& [mint, amount] : books.tokens_outside()) {
        const std::string text = fmt::format(
            "{} of {} belong to no position: nobody of us bought them, or nothing tells of it; "
            "they are not sold (stop, and `rescue flatten --adopted` sells them)",
            amount.raw(), mint.to_string());
        telemetry::info("app", "{}", text);
        recorder.record(engine::RunNote{text}, now);
    }
}

void log_mismatches(const std::vector<portfolio::BalanceMismatch>& mismatches) {
    for (const auto& mismatch : mismatches) {
        telemetry::error("app", "ledger says {} for {}, the chain {}", mismatch.expected,
                         mismatch.account, mismatch.on_chain);
    }
}

}  // namespace sniperforge::app
