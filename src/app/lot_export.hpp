// SPDX-License-Identifier: MIT
// Lots as files for accountants and spreadsheets: exact integers, one row for everything that won
// or cost lamports (docs/ledger.md, "Export").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/state_records.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::app {

struct ExportPeriod {
    std::optional<WallTime> since;  // Ends before it are left out.
    std::optional<WallTime> until;  // Ends at or after it are left out, and what is held.
};

// One field by RFC 4180: quoted where it has a comma, a quote or a line end.
[[nodiscard]] std::string csv_field(std::string_view text);
// With a header; lines end with CR LF.
[[nodiscard]] std::string lots_csv(const StateRecords& records, const ExportPeriod& period);
[[nodiscard]] std::string lots_json(const StateRecords& records, const ExportPeriod& period);

}  // namespace sniperforge::app
