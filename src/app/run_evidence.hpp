// SPDX-License-Identifier: MIT
// What the runs of a state directory are evidence of: the figures of a backtest, of trades that
// were made while the market went on.
#pragma once

#include <optional>
#include <string>

#include "sniperforge/analytics/evidence_report.hpp"
#include "sniperforge/analytics/store.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::app {

struct EvidenceMade {
    std::string build_id;
    std::string command;  // That makes it again.
    WallTime at;
    bool is_running = false;  // The newest run goes on.
    // Of the time from then on. What was open then, and was sold since, belongs to it with all that
    // it came to. Whoever chooses the begin may have seen what was before: no target is met.
    std::optional<WallTime> since{};
};
// Of all runs that have the newest one's provenance: each strategy that traded, and the portfolio.
[[nodiscard]] Result<analytics::EvidenceReport> run_evidence(analytics::Store& store,
                                                             const EvidenceMade& made);

}  // namespace sniperforge::app
