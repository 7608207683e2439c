// SPDX-License-Identifier: MIT
// Live orders beside paper, as a part of a report.
#pragma once

#include <string>
#include <string_view>

#include "sniperforge/analytics/evidence_report.hpp"

namespace sniperforge::analytics {

[[nodiscard]] std::string orders_text(const ReportOnPaper& orders, std::string_view stamp);
[[nodiscard]] std::string orders_json(const ReportOnPaper& orders);
// A section of the page.
[[nodiscard]] std::string orders_html(const ReportOnPaper& orders, std::string_view stamp);

}  // namespace sniperforge::analytics
