// SPDX-License-Identifier: MIT
// The SQLite store (WAL): orders, fills, positions, denials, runs. Written by the recorder thread
// in batches, read by `report`. Money columns are integers in lamports or base units.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"

namespace sniperforge::analytics {

struct RunInfo {
    std::string run_id;      // Unique per start.
    Provenance provenance = Provenance::Sim;
    std::string scenario;    // Empty unless sim.
    double time_compression = 1.0;
    std::uint64_t seed = 0;
    std::int64_t started_wall_ns = 0;
    std::string build_id;
};

class Store {
   public:
    [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::string& path);
    virtual ~Store() = default;

    [[nodiscard]] virtual Result<void> begin_run(const RunInfo& run) = 0;
    [[nodiscard]] virtual Result<void> end_run(std::int64_t wall_ns, const std::string& report_json) = 0;
    virtual void add_report(const ExecutionReport& report, std::int64_t wall_ns) = 0;
    virtual void add_denial(StrategyId strategy, DenialReason reason, const std::string& detail,
                            std::int64_t wall_ns) = 0;
    virtual void add_position_opened(const PositionOpened& event, std::int64_t wall_ns) = 0;
    virtual void add_position_closed(const PositionClosed& event, std::int64_t wall_ns) = 0;
    // Commits what was added since the last call.
    [[nodiscard]] virtual Result<void> commit() = 0;

    struct TradeRow {
        std::string strategy, kind, outcome, mint, signature, error;
        std::int64_t wallet_lamports = 0, fees_lamports = 0, wall_ns = 0;
    };
    struct RunRow {
        RunInfo run;
        std::int64_t ended_wall_ns = 0;  // 0: did not end cleanly.
        std::string report_json;
    };
    [[nodiscard]] virtual Result<std::vector<RunRow>> runs(std::size_t limit) = 0;  // Newest first.
    [[nodiscard]] virtual Result<std::vector<TradeRow>> trades(const std::string& run_id,
                                                               std::size_t limit) = 0;
};

}  // namespace sniperforge::analytics
