// SPDX-License-Identifier: MIT
// A walk forward in the text and in the page of a report.
#pragma once

#include <string>
#include <vector>

#include "analytics/report_cells.hpp"
#include "sniperforge/analytics/walk_forward_report.hpp"

namespace sniperforge::analytics {

[[nodiscard]] std::vector<std::string> walk_forward_lines(const ReportWalkForward& walk);
// A section.
[[nodiscard]] std::string walk_forward_html(const ReportWalkForward& walk);

}  // namespace sniperforge::analytics
