// SPDX-License-Identifier: MIT
// The same sample by venue, exit reason and hour. A description, not a finding: of twenty-four
// hours the best one is good by chance, and to trade by it is one more trial.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "sniperforge/analytics/performance.hpp"
#include "sniperforge/analytics/sample.hpp"

namespace sniperforge::analytics {

struct GroupFigures {
    LamportsDelta net;   // Of all its trades.
    LamportsDelta cost;  // All classes together.
    WinRate win_rate;
    Estimate expectancy_bps;
};
template <typename Key>
struct Group {
    Key key;
    GroupFigures figures;
};

// How a trade ended: by a reason to sell, not yet, or not at all, since its attempt failed.
struct Ending {
    ExitReason reason = ExitReason::None;  // None: a cycle, which needs none.
    bool is_open = false, has_failed = false;
    auto operator<=>(const Ending&) const = default;
};
[[nodiscard]] Ending ending_of(const TradeResult& trade);
[[nodiscard]] std::string_view to_string(const Ending& ending);

struct Breakdown {
    // Groups without a trade are left out; the rest in the order of their key, nothing first.
    std::vector<Group<std::optional<VenueId>>> venues;
    std::vector<Group<Ending>> exit_reasons;
    std::vector<Group<std::size_t>> hours;  // 0 to 23 UTC, of the opening.
};
[[nodiscard]] Breakdown breakdown_of(const Sample& sample, const Resampling& how);

}  // namespace sniperforge::analytics
