// SPDX-License-Identifier: MIT
// The report of a run: every figure from what happened, with its provenance on every line.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/analytics/statistics.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/execute/order_desk.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/portfolio/ledger.hpp"

namespace sniperforge::engine {

// Quantiles in microseconds.
struct LatencySummary {
    double p50 = 0, p90 = 0, p99 = 0, p999 = 0, max = 0;
    std::uint64_t count = 0;
};
[[nodiscard]] LatencySummary summary_of(const telemetry::Histogram& histogram);

// The rung of the capital ladder, counted from 1, and what keeps results on it.
struct LadderLine {
    std::string mode;  // capital.ladder.
    std::uint32_t rung = 0, rungs = 0;
    MicroUsd capital_max;  // Zero: stopped.
    std::uint64_t results = 0, results_wanted = 0;
    double fortune = 1, fortune_wanted = 1;  // Of the betting test: docs/evidence.md.
    std::string why;
};

struct RunReport {
    Provenance provenance = Provenance::Sim;
    std::string scenario;
    double time_compression = 1.0;
    std::uint64_t seed = 0;
    double duration_s = 0;
    bool is_virtual_time = false;
    TradingState state = TradingState::Blind;

    execute::ExecutorStatistics orders;
    std::size_t orders_in_flight = 0;
    std::array<std::uint64_t, kStrategyCount> fills{};
    strategy::SweepsLeft sweeps_left;  // Token accounts left open by the last round, by why.
    std::uint64_t positions_opened = 0, positions_closed = 0;
    std::uint32_t positions_open = 0, positions_open_max = 0;
    std::array<std::uint64_t, kDenialReasonCount> denials{};
    detect::SafetyStatistics safety;  // Of new tokens.
    std::uint64_t safety_calls = 0;   // To read their holders.

    LamportsDelta pnl_realized, pnl_liquidation;
    std::uint64_t results = 0;  // Closed positions, cycles and reverts behind the interval.
    std::optional<analytics::Interval> pnl_ci95;  // Of the sum; computed at the end only.
    portfolio::LedgerTotals costs;
    portfolio::TrialBalance books;
    // Bookings that were none, and what was wrong with the last: a mistake of ours.
    std::uint64_t bookings_refused = 0;
    std::string booking_refusal;
    Lamports volume;
    MicroUsd sol_price;
    // The sum of absolute differences to the chain at the end; nothing when it could not be read.
    std::optional<std::uint64_t> mismatch_lamports, mismatch_tokens;
    // Of the balances that it was held against; its fills are finalized or confirmed only.
    std::optional<Commitment> reconciled_at;
    std::uint64_t ledger_checks = 0;  // Times that it equalled the chain while trading.
    std::uint64_t fills_finalized = 0, fills_confirmed = 0;
    std::vector<std::string> open_positions;  // One line each: what is still open.

    std::uint64_t updates = 0, market_events = 0, pools = 0, pools_created = 0, swaps_seen = 0;
    std::array<std::uint64_t, detect::kHeardByCount> pools_heard_by{};  // pools_created, by way.
    // What the live instructions of each venue say; `reason` only of a quarantined one.
    struct VenueLine {
        dex::VenueStanding standing = dex::VenueStanding::Unproven;
        std::uint64_t swaps_matched = 0;
        std::string reason;
    };
    std::array<VenueLine, kVenueCount> venues{};
    // Circuit breakers: those that are not closed, and how often each class opened.
    std::vector<risk::BreakerView> breakers;
    std::array<std::uint64_t, kFailureClassCount> breaker_trips{};
    LatencySummary tick_to_send, tick_to_send_quoted;
    std::optional<LadderLine> ladder;  // Nothing: no rung was stepped on.
    std::string journal_sha256;
    std::uint64_t rss_bytes_max = 0;
};

// Fills in what the pipeline and the executor know. Cheap enough for the loop while it trades.
void collect(RunReport& report, const Pipeline& pipeline, const execute::OrderDesk& desk);
// The interval resamples every result: milliseconds, so only when the run is over.
void collect_interval(RunReport& report, const Pipeline& pipeline);

// One JSON object on one line, keys as the command-line contract has them.
[[nodiscard]] std::string to_json(const RunReport& report);
// For people. Every line of figures starts with the provenance.
[[nodiscard]] std::string to_text(const RunReport& report);

}  // namespace sniperforge::engine
