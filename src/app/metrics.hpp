// SPDX-License-Identifier: MIT
// Everything that a scraper is told, of the newest replica and of the process. Names follow
// sniperforge_<stage>_<subject>_<cause>_<past participle>_total, with base units at their end. What
// a reversed fill takes back is a gauge: a counter that falls would count as one that began anew.
#pragma once

#include <cstdint>
#include <string>

#include "app/replica.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/ops/admin_server.hpp"
#include "sniperforge/ops/event_streams.hpp"
#include "sniperforge/telemetry/log_counts.hpp"

namespace sniperforge::app {

// What the kernel and the log tell, read when it is asked for.
struct ProcessFigures {
    std::uint64_t resident_bytes = 0;
    Duration cpu{0};  // Of all threads, in the kernel too.
    telemetry::LogCounts log;
};
[[nodiscard]] ProcessFigures process_figures();

struct MetricsOptions {
    MonoTime now;
    WallTime started;
    ProcessFigures process;
    ops::AdminStatistics admin;
    ops::EventStreams::Statistics streams;
};
// Prometheus text format 0.0.4. Null: the loop has told nothing yet, and only the process is told.
[[nodiscard]] std::string metrics_text(const Replica* replica, const MetricsOptions& options);

}  // namespace sniperforge::app
