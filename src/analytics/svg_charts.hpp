// SPDX-License-Identifier: MIT
// Charts of a report as SVG elements. Colours are classes of the page's style, so that they follow
// the reader's light or dark scheme; nothing in them needs a script.
#pragma once

#include <cstddef>
#include <string>

#include "sniperforge/analytics/evidence_report.hpp"

namespace sniperforge::analytics {

// At most so many trades are drawn one by one.
inline constexpr std::size_t kScatterMax = 5'000;

// Each is empty when there is nothing to draw.
[[nodiscard]] std::string equity_chart(const ReportStrategy& strategy);
[[nodiscard]] std::string drawdown_chart(const Sample& sample);
// Time held against net result; both axes are drawn in powers of ten.
[[nodiscard]] std::string scatter_chart(const Sample& sample);
// Mean net result of the strategy and of the rules beside it, with their intervals.
[[nodiscard]] std::string interval_chart(const ReportStrategy& strategy);
// What each class of costs took, end to end. Classes that came out negative are not drawn.
[[nodiscard]] std::string cost_chart(const Evidence& evidence);
// A point with its interval on a common scale of plus and minus `bps_max`, for a table's row.
[[nodiscard]] std::string interval_mark(const Estimate& estimate, double bps_max);

}  // namespace sniperforge::analytics
