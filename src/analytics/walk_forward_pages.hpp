// SPDX-License-Identifier: MIT
// A walk forward in the text and in the page of a report.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analytics/report_cells.hpp"
#include "sniperforge/analytics/walk_forward_report.hpp"

namespace sniperforge::analytics {

[[nodiscard]] std::vector<std::string> walk_forward_lines(const ReportWalkForward& walk);
// Of a winner whose mean net is not above zero, with all of its interval, where it was searched:
// what was found there is no edge.
enum class InSampleVerdict : std::uint8_t { NoWinner, Earned, NotShown, Lost };
[[nodiscard]] InSampleVerdict in_sample_verdict(const ReportFold& fold);
// A section.
[[nodiscard]] std::string walk_forward_html(const ReportWalkForward& walk);

}  // namespace sniperforge::analytics
