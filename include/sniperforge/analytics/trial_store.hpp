// SPDX-License-Identifier: MIT
// Everything that was ever tried on recorded data, in a file of its own (SQLite) that outlives runs
// and studies: the best of a thousand trials deflates by a thousand, also when they were made in
// ten evenings. Rows are added and never changed or removed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/analytics/sharpe_significance.hpp"
#include "sniperforge/analytics/walk_forward.hpp"

namespace sniperforge::analytics {

struct StudyInfo {
    std::string study;
    // Of the whole recording, 64 lower-case hexadecimal digits: trials on parts of it are trials on
    // it.
    std::string data_sha256;
    std::string objective;
    std::string build_id;
    WallTime at;
};

// What is known of some data: by its hash, and by the blocks of its rows (row_blocks.hpp).
struct DataPrint {
    std::string sha256;
    std::span<const std::uint64_t> blocks;
};
// Trials on it, and on other data that it shares rows with: a part of what was searched is
// searched.
struct DataSeen {
    Trials trials;
    struct Other {
        std::string data_sha256, study;  // The first one on it.
        std::uint64_t shared = 0;        // Blocks.
    };
    std::vector<Other> others;
    // Data with trials of which nobody wrote down the rows: whether it shares any is unknown.
    std::uint64_t unprinted = 0;
};
[[nodiscard]] Searched searched_of(const DataSeen& seen, const DataPrint& data);

class TrialStore {
 public:
    // Opens or creates (0640). Refuses what is damaged, not a trial store, or of a newer version.
    [[nodiscard]] static Result<std::unique_ptr<TrialStore>> open(const std::string& path);
    virtual ~TrialStore() = default;

    // On the disk when it returns.
    [[nodiscard]] virtual Result<void> add(const StudyInfo& study, const Trial& trial) = 0;
    // What its rows look like; before its first trial. Again changes nothing.
    [[nodiscard]] virtual Result<void> add_print(const DataPrint& data) = 0;
    [[nodiscard]] virtual Result<DataSeen> seen(const DataPrint& data) = 0;
    // All trials on this data, whatever the study, run and build; those without a Sharpe ratio are
    // counted, too.
    [[nodiscard]] virtual Result<Trials> trials_on(const std::string& data_sha256) = 0;

    struct TrialRow {
        StudyInfo study;
        std::string parameters_json;
        std::uint64_t fold = 0, number = 0, trades = 0, seed = 0;
        Measured<Estimate> objective = std::unexpected{Lack::NoTrades};
        Measured<double> sharpe_daily = std::unexpected{Lack::NoTrades};
    };
    // Newest first.
    [[nodiscard]] virtual Result<std::vector<TrialRow>> rows(const std::string& data_sha256,
                                                             std::size_t limit) = 0;
};

}  // namespace sniperforge::analytics
