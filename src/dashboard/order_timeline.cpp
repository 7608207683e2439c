// SPDX-License-Identifier: MIT
#include "sniperforge/dashboard/order_timeline.hpp"

#include <algorithm>

namespace sniperforge::dashboard {
namespace {

// Not inside a character: UTF-8 continuation bytes have the form 10xxxxxx.
[[nodiscard]] std::string cut(const std::string& text) {
    std::size_t kept = std::min(text.size(), kErrorBytesMax);
    while (kept > 0 && kept < text.size() &&
           (static_cast<unsigned char>(text[kept]) & 0xC0U) == 0x80U) {
        --kept;
    }
    return text.substr(0, kept);
}

}  // namespace

std::string_view to_string(Stage stage) {
    constexpr std::array<std::string_view, kStageCount> kNames{
        "decode", "detect",  "decide", "gate",         "build",
        "sign",   "journal", "send",   "tick_to_send", "settle"};
    return kNames[static_cast<std::size_t>(stage)];
}

OrderTimeline::OrderTimeline(const Clock& clock, engine::OrderWatcher* next)
    : clock_{clock}, next_{next != nullptr ? *next : nobody_} {
    lines_.reserve(kOrdersKept);
}

OrderLine* OrderTimeline::find(IntentId intent) {
    const auto found = std::ranges::find(lines_, intent, &OrderLine::intent);
    return found == lines_.end() ? nullptr : &*found;
}

OrderLine& OrderTimeline::add(IntentId intent) {
    OrderLine line;
    line.intent = intent;
    const std::size_t place = added_++ % kOrdersKept;
    if (place == lines_.size()) {
        lines_.push_back(std::move(line));
    } else {
        lines_[place] = std::move(line);
    }
    return lines_[place];
}

// Stages that an order did not go through have no time.
void OrderTimeline::measure(Stage stage, MonoTime from, MonoTime to) {
    if (from.ns != 0 && to.ns != 0) {
        histograms_[static_cast<std::size_t>(stage)].record(to - from);
    }
}

void OrderTimeline::on_intent(const OrderIntent& intent) { next_.on_intent(intent); }

void OrderTimeline::on_denied(const OrderIntent& intent, const Denial& denial) {
    next_.on_denied(intent, denial);
}

void OrderTimeline::on_sending(const OrderIntent& intent, const Signature& signature,
                               BytesView wire) {
    signature_sending_ = signature;
    next_.on_sending(intent, signature, wire);
}

void OrderTimeline::on_sent(const OrderIntent& intent, const Trace& trace) {
    OrderLine& line = add(intent.intent_id);
    line.strategy = intent.strategy;
    line.kind = intent.kind;
    line.exit_reason = intent.exit_reason;
    line.mint = report_on(intent).mint;
    line.signature = signature_sending_;
    line.trace = trace;
    signature_sending_ = {};
    measure(Stage::Decode, trace.received, trace.decoded);
    measure(Stage::Detect, trace.decoded, trace.detected);
    measure(Stage::Decide, trace.detected, trace.decided);
    measure(Stage::Gate, trace.decided, trace.approved);
    measure(Stage::Build, trace.approved, trace.built);
    measure(Stage::Sign, trace.built, trace.signed_at);
    measure(Stage::Journal, trace.signed_at, trace.journalled);
    measure(Stage::Send, trace.journalled, trace.sent);
    // No frame decided a sweep.
    measure(Stage::Total, trace.decoded.ns == 0 ? MonoTime{} : trace.received, trace.sent);
    next_.on_sent(intent, trace);
}

void OrderTimeline::on_report(const ExecutionReport& report) {
    OrderLine* line = find(report.intent_id);
    if (line == nullptr) {
        line = &add(report.intent_id);  // Nothing of it was sent, or an earlier run had sent it.
        line->strategy = report.strategy;
        line->kind = report.kind;
        line->exit_reason = report.exit_reason;
        line->mint = report.mint;
        line->trace.decided = report.decided_at;
    } else if (report.outcome != Outcome::Unknown && !line->outcome) {
        measure(Stage::Settle, line->trace.sent, report.settled_at);
    }
    line->outcome = report.outcome;
    line->is_reversed = false;
    line->slot = report.slot;
    line->wallet = report.fill.wallet;
    line->settled_at = report.settled_at;
    line->error = cut(error_text(report));
    if (!report.signature.is_zero()) {
        line->signature = report.signature;
    }
    next_.on_report(report);
}

void OrderTimeline::on_finalized(const OrderFinalized& order) {
    if (OrderLine* line = find(order.intent_id)) {
        line->finalized_at = clock_.now();
        line->slot = order.slot;
    }
    next_.on_finalized(order);
}

void OrderTimeline::on_reversed(const OrderReversed& order) {
    if (OrderLine* line = find(order.intent_id)) {
        line->is_reversed = true;
        line->wallet = {};
    }
    next_.on_reversed(order);
}

std::vector<OrderLine> OrderTimeline::newest() const {
    std::vector<OrderLine> lines;
    lines.reserve(lines_.size());
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        lines.push_back(lines_[(added_ - 1 - i) % kOrdersKept]);
    }
    return lines;
}

std::array<StageSummary, kStageCount> OrderTimeline::stages() const {
    for (std::size_t i = 0; i < kStageCount; ++i) {
        const telemetry::StageHistogram& histogram = histograms_[i];
        if (histogram.count() != summaries_[i].count) {
            summaries_[i] = {histogram.quantile(0.5), histogram.quantile(0.9),
                             histogram.quantile(0.99), histogram.max(), histogram.count()};
        }
    }
    return summaries_;
}

}  // namespace sniperforge::dashboard
