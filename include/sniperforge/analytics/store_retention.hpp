// SPDX-License-Identifier: MIT
// What leaves the trade store, in small steps between the recorder's commits: rows beyond an age,
// and above the file's budget the oldest that no account of the money needs. What is left is moved
// together, so that the file shrinks. docs/operations.md has the rules as a table.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::analytics {

struct RetentionRules {
    Duration age_max{};
    std::uint64_t bytes_max = 0;
    std::string run_id;  // The one that is written now: it and its comparisons stay.
};

struct StoreBytes {
    std::uint64_t file = 0;  // Without SQLite's -wal and -shm beside it.
    std::uint64_t used = 0;  // Of them; the rest is free for new rows.
};
struct StoreUse : StoreBytes {
    std::uint64_t orders = 0;
    WallTime first{}, last{};       // Of them; zero where there are none.
    std::uint64_t bytes_a_day = 0;  // By the last month's orders; zero: less than a day of them.
};
// Writes nothing. An error where it is no store, or another process keeps it from being read.
[[nodiscard]] Result<StoreUse> use_of_store(const std::string& path);

// A store of a version that did not give pages back is written anew once, so that it can from then
// on. It takes seconds, and room for two copies: an error, and the file as it was, where that is
// not free or somebody else has the file. Such a file stops growing, but does not shrink. True: it
// was done, false: it can already.
[[nodiscard]] Result<bool> make_store_shrinkable(const std::string& path);

// One that has deleted nothing and is at its limit all the same has only what must stay.
struct StoreSweep {
    std::uint64_t orders = 0, positions = 0, runs = 0;  // Deleted.
    StoreBytes left{};
    bool is_over = false;  // More than bytes_max is used still.
    [[nodiscard]] bool has_deleted() const { return orders + positions + runs > 0; }
};

// One thread at a time, that of the store.
class StoreRetention {
 public:
    // `patience`: for whoever else has the file.
    [[nodiscard]] static Result<std::unique_ptr<StoreRetention>> open(const std::string& path,
                                                                      const RetentionRules& rules,
                                                                      Duration patience);
    virtual ~StoreRetention() = default;

    // Begins a sweep. Ages are counted back from `wall_ns`, but not from a time more than a month
    // behind the last that the store knows of: a clock that is years ahead deletes nothing at once.
    [[nodiscard]] virtual Result<void> begin(std::int64_t wall_ns) = 0;
    [[nodiscard]] virtual bool is_sweeping() const = 0;
    // Looks at some hundred rows, in a transaction of its own, or moves a megabyte. Between two
    // commits of the store. After an error the sweep has ended.
    [[nodiscard]] virtual Result<void> step() = 0;
    // What the sweep has done so far.
    [[nodiscard]] virtual const StoreSweep& swept() const = 0;
};

}  // namespace sniperforge::analytics
