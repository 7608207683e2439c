// SPDX-License-Identifier: MIT
// Snapshot: what the dashboard shows, as values. Taken on the loop's thread once a second, at a
// cost that positions and orders shown bound; made into JSON on another thread (document.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/dashboard/history.hpp"
#include "sniperforge/dashboard/order_timeline.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/engine/run_report.hpp"
#include "sniperforge/execute/lanes.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/risk/limit_use.hpp"
#include "sniperforge/rpc/health.hpp"
#include "sniperforge/strategy/exit_levels.hpp"

namespace sniperforge::dashboard {

// Of what is held, the oldest. positions_max is 64 at most; adopted ones may be more.
inline constexpr std::size_t kPositionsShown = 64;

struct ProfitGoal {
    strategy::ProfitLevel level;
    Lamports value;         // From here on it sells.
    bool is_taken = false;  // No more is held than it keeps.
};

struct PositionLine {
    PositionView view;
    Pubkey pool;                      // Zero: not known yet.
    std::optional<VenueId> venue;     // The same.
    std::optional<Lamports> value;    // Nothing: nobody knows.
    bool is_kept = false;             // No order for its mint is signed.
    bool is_heard = false;            // Its pool is.
    std::vector<ProfitGoal> profits;  // The lowest first.
    Lamports stop_loss;
    strategy::ArmedStop trailing, break_even;
    Duration age{0}, time_left{0};
};

struct Snapshot {
    std::uint64_t number = 0;
    WallTime taken_at;
    MonoTime taken_at_mono;  // What the orders' moments are told against.
    std::string phase;
    std::vector<StandingCause> standing;
    MicroUsd sol_price;  // Zero: nobody knows.
    Lamports equity, wallet, drawdown;
    LamportsDelta unrealized, today;
    std::size_t positions_open = 0;
    std::vector<PositionLine> positions;
    std::vector<OrderLine> orders;
    std::array<StageSummary, kStageCount> stages;
    std::vector<risk::LimitUse> limits;
    feed::FeedStatistics feed;
    std::vector<rpc::EndpointHealth> endpoints;
    std::vector<execute::LaneStatistics> lanes;
    engine::RunReport report;

    [[nodiscard]] HistoryPoint point() const {
        return {taken_at, equity, report.pnl_realized, report.updates};
    }
};

// Where it is taken from.
struct Sources {
    const engine::Pipeline& pipeline;
    const config::Settings& settings;
    const OrderTimeline& orders;
    std::optional<Lamports> fees_used_today;  // Priority fees and tips; nothing: not counted.
};
// Fills in all that follows from the sources; the rest is the caller's: number, phase, feed,
// endpoints, lanes and report.
void take(Snapshot& snapshot, const Sources& sources, MonoTime now, WallTime wall_now);

}  // namespace sniperforge::dashboard
