// SPDX-License-Identifier: MIT
#include "engine/store_upkeep.hpp"

#include <chrono>
#include <utility>

#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

// A start has other things to write.
constexpr Duration kFirstSweep = std::chrono::minutes{1};
constexpr Duration kSweepInterval = std::chrono::hours{1};
// Where what is over the budget must stay: each sweep looks at all of it.
constexpr Duration kSweepIntervalOver = std::chrono::hours{24};

}  // namespace

analytics::RetentionRules retention_rules(const config::RecorderSettings& settings,
                                          const std::string& run_id) {
    return {.age_max = std::chrono::hours{24} * settings.trades_days,
            .bytes_max = settings.trades_bytes_max,
            .run_id = run_id};
}

StoreUpkeep::StoreUpkeep(std::string path, analytics::RetentionRules rules,
                         std::int64_t started_wall_ns)
    : path_{std::move(path)},
      rules_{std::move(rules)},
      began_{started_wall_ns},
      due_{started_wall_ns + kFirstSweep.count()} {}

void StoreUpkeep::make_shrinkable(const std::string& path) {
    const auto made = analytics::make_store_shrinkable(path);
    if (!made) {
        telemetry::warning("recorder",
                           "{}: the file does not get smaller until a start could do it; rows are "
                           "deleted all the same, and their room is used again",
                           made.error().text);
    } else if (*made) {
        telemetry::info("recorder",
                        "the trade store {} was written anew: from now on it gets smaller when "
                        "rows are deleted",
                        path);
    }
}

void StoreUpkeep::on_commit(std::int64_t wall_ns, Duration patience) {
    const bool is_sweeping = retention_ != nullptr && retention_->is_sweeping();
    // A clock that was set back does not put it off.
    if (!is_sweeping && wall_ns < due_ && wall_ns >= began_) {
        return;
    }
    if (!is_sweeping) {
        began_ = wall_ns;
        due_ = wall_ns + kSweepInterval.count();
    }
    if (auto done = go_on(wall_ns, patience); !done) {
        telemetry::warning("recorder",
                           "{}: what is too old in the trade store is deleted later; it is tried "
                           "again in an hour",
                           done.error().text);
    } else if (!retention_->is_sweeping()) {
        end_sweep();
    }
}

Result<void> StoreUpkeep::go_on(std::int64_t wall_ns, Duration patience) {
    if (!retention_) {
        auto opened = analytics::StoreRetention::open(path_, rules_, patience);
        if (!opened) {
            return Err{opened.error()};
        }
        retention_ = std::move(*opened);
    }
    return retention_->is_sweeping() ? retention_->step() : retention_->begin(wall_ns);
}

void StoreUpkeep::end_sweep() {
    const analytics::StoreSweep& swept = retention_->swept();
    if (swept.has_deleted()) {
        telemetry::info("recorder",
                        "the trade store {}: {} orders, {} positions and {} runs were deleted, by "
                        "recorder.trades_days and recorder.trades_bytes_max; {} bytes are left, "
                        "{} of them used",
                        path_, swept.orders, swept.positions, swept.runs, swept.left.file,
                        swept.left.used);
    }
    if (!swept.is_over) {
        is_over_told_ = false;
        return;
    }
    due_ = began_ + kSweepIntervalOver.count();
    if (!std::exchange(is_over_told_, true)) {
        telemetry::warning("recorder",
                           "the trade store {} uses {} bytes, recorder.trades_bytes_max is {}, and "
                           "the rest of it stays: orders of the last day, of what is held, and, in "
                           "live mode, those that moved money in recorder.trades_days. Raise "
                           "trades_bytes_max; or copy the file away and lower trades_days",
                           path_, swept.left.used, rules_.bytes_max);
    }
}

}  // namespace sniperforge::engine
