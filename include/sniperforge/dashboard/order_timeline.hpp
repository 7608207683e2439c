// SPDX-License-Identifier: MIT
// OrderTimeline: the newest orders, each with the moments of its way, and how long each stage
// takes. It hears what the pipeline tells of orders, on the loop's thread, and passes it on. Behind
// a send it costs a few copies into memory that is there already.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/clock.hpp"
#include "sniperforge/engine/order_watcher.hpp"
#include "sniperforge/telemetry/histogram.hpp"

namespace sniperforge::dashboard {

// Each ends where the next begins. Build has the wait for a quote where one was asked for.
enum class Stage : std::uint8_t {
    Decode,
    Detect,
    Decide,
    Gate,
    Build,
    Sign,
    Journal,
    Send,
    Total,   // From the frame to the last byte of the send.
    Settle,  // From there to the outcome.
};
inline constexpr std::size_t kStageCount = 10;
[[nodiscard]] std::string_view to_string(Stage stage);

struct StageSummary {
    Duration p50{0}, p90{0}, p99{0}, max{0};
    std::uint64_t count = 0;
};

struct OrderLine {
    IntentId intent;
    StrategyId strategy = StrategyId::Arbitrage;
    OrderKind kind = OrderKind::Entry;
    ExitReason exit_reason = ExitReason::None;
    Pubkey mint;
    Signature signature;             // Zero: nothing was signed.
    Slot slot;                       // Zero: it is in no block.
    std::optional<Outcome> outcome;  // Nothing: sent, and not known yet.
    bool is_reversed = false;        // Its block was dropped; what follows is not known yet.
    LamportsDelta wallet;            // What it moved, once it has an outcome.
    Trace trace;
    MonoTime settled_at, finalized_at;  // Zero: not yet.
    std::string error;                  // Cut at kErrorBytesMax.
};
inline constexpr std::size_t kErrorBytesMax = 300;
inline constexpr std::size_t kOrdersKept = 40;

class OrderTimeline final : public engine::OrderWatcher {
 public:
    // `next` hears all of it, too; null: nobody does. Both outlive us.
    explicit OrderTimeline(const Clock& clock, engine::OrderWatcher* next = nullptr);

    void on_intent(const OrderIntent& intent) override;
    void on_denied(const OrderIntent& intent, const Denial& denial) override;
    void on_sending(const OrderIntent& intent, const Signature& signature, BytesView wire) override;
    void on_sent(const OrderIntent& intent, const Trace& trace) override;
    void on_report(const ExecutionReport& report) override;
    void on_finalized(const OrderFinalized& order) override;
    void on_reversed(const OrderReversed& order) override;

    // The newest first.
    [[nodiscard]] std::vector<OrderLine> newest() const;
    [[nodiscard]] std::array<StageSummary, kStageCount> stages() const;

 private:
    [[nodiscard]] OrderLine* find(IntentId intent);
    // In the place of the oldest.
    OrderLine& add(IntentId intent);
    void measure(Stage stage, MonoTime from, MonoTime to);

    const Clock& clock_;
    engine::OrderWatcher nobody_;
    engine::OrderWatcher& next_;
    std::vector<OrderLine> lines_;  // A ring: kOrdersKept at most.
    std::size_t added_ = 0;
    Signature signature_sending_;
    std::array<telemetry::StageHistogram, kStageCount> histograms_;
    // Quantiles cost a walk over all buckets: only what has grown is walked over again.
    mutable std::array<StageSummary, kStageCount> summaries_{};
};

}  // namespace sniperforge::dashboard
