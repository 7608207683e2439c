// SPDX-License-Identifier: MIT
// When the trade store is swept of what goes (analytics/store_retention.hpp), and what is said of
// it. Nothing rests on it: what fails is told and tried again at the next sweep.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sniperforge/analytics/store_retention.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::engine {

class StoreUpkeep {
 public:
    StoreUpkeep(std::string path, analytics::RetentionRules rules, std::int64_t started_wall_ns);
    // Before anything is traded: it may take seconds, for a file of an earlier version.
    static void make_shrinkable(const std::string& path);
    // Behind a commit of the store, with the time of what was recorded last: does nothing, or one
    // step of some milliseconds.
    void on_commit(std::int64_t wall_ns, Duration patience);

 private:
    [[nodiscard]] Result<void> go_on(std::int64_t wall_ns, Duration patience);
    void end_sweep();

    std::string path_;
    analytics::RetentionRules rules_;
    std::unique_ptr<analytics::StoreRetention> retention_;  // Null until the first sweep.
    std::int64_t began_, due_;
    bool is_over_told_ = false;
};

[[nodiscard]] analytics::RetentionRules retention_rules(const config::RecorderSettings& settings,
                                                        const std::string& run_id);

}  // namespace sniperforge::engine
