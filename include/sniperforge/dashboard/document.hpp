// SPDX-License-Identifier: MIT
// The dashboard's documents: docs/dashboard.md says what each member is. Made on the thread that
// serves them.
#pragma once

#include <span>
#include <string>

#include "sniperforge/dashboard/snapshot.hpp"
#include "sniperforge/telemetry/recent_lines.hpp"

namespace sniperforge::dashboard {

// Grows when a page of before could not read what is told now.
inline constexpr int kProtocol = 1;

struct DocumentFacts {
    std::string build_id{};
    bool has_charts = false;        // The page was built with uPlot.
    bool is_control_armed = false;  // Commands are taken, with a token of their own.
    WallTime now{};                 // When it is served: how old it is follows.
    std::span<const telemetry::LoggedLine> warnings{};  // The oldest first.
};

// One JSON object on one line.
[[nodiscard]] std::string to_json(const Snapshot& snapshot, const DocumentFacts& facts);

}  // namespace sniperforge::dashboard
