// SPDX-License-Identifier: MIT
// StoreKeeper: the trade store as what it is, a copy of the journal for reports. Whatever fails in
// it stops nothing: what it did not take waits, within a bound, and is tried again; what is lost
// beyond that a start takes from the journal, as it does where the file is gone or was damaged.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "engine/store_upkeep.hpp"
#include "sniperforge/analytics/store.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/marks_aside.hpp"
#include "sniperforge/engine/recorder.hpp"

namespace sniperforge::engine {

// Items that wait for a store that takes nothing; some 20 MB of them.
inline constexpr std::size_t kStoreWaitingMax = std::size_t{1} << 16U;

// A memo: the books were found equal to the chain.
struct BooksEqual {};

class StoreKeeper {
 public:
    // Sets a damaged file aside, makes again what is not there, and begins the run. The journal is
    // open and this run is not in it yet; `has_past`: an earlier one is.
    StoreKeeper(const std::string& state_dir, const analytics::RunInfo& run, bool has_past,
                const config::RecorderSettings& settings);
    // Of what the store has no row for nothing is kept.
    void add(const RecorderItem& item, std::int64_t wall_ns);
    // That the journal does not have: what is lost of it no start brings back.
    void add(const OrderOnPaper& memo) { put_behind({memo, 0}); }
    void add(BooksEqual memo, std::int64_t wall_ns);
    // Something was not written to the journal, and so is not told here: a start mends both.
    void miss();
    // Between the journal's commits: writes what waits, and does a step of the store's upkeep where
    // one is due. While the store takes nothing most calls do nothing;
    // `is_last`: each tries.
    void commit(bool is_last);
    void end_run(std::int64_t wall_ns, const std::string& report_json);

 private:
    struct Waiting {
        std::variant<RecorderItem, OrderOnPaper, BooksEqual> item;
        std::int64_t wall_ns = 0;
    };
    void put_behind(Waiting waiting);
    // A minute of a run is the most that a kill leaves untold.
    [[nodiscard]] bool is_heard_due() const;
    void put_intent(const RecorderItem& item, std::int64_t wall_ns);
    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> rebuild(bool is_anew, const std::string& run_first);
    [[nodiscard]] Result<void> write();
    void leave_mark(const std::string& run_first) const;
    void note_trouble(const Error& error);
    void end_trouble();

    std::string path_, journal_path_;
    analytics::RunInfo run_;
    std::unique_ptr<analytics::Store> store_;  // Null while it cannot be opened.
    StoreUpkeep upkeep_;
    std::int64_t wall_last_ns_ = 0;   // Of what was recorded.
    std::int64_t wall_heard_ns_ = 0;  // Of it, what the store has been told.
    std::deque<Waiting> waiting_;
    std::map<std::uint64_t, OrderIntent> intended_;  // Entries and cycles that nobody judged yet.
    MarksAside marks_;
    bool is_run_begun_ = false;
    bool is_in_trouble_ = false;
    bool is_behind_ = false;  // More than what waits is missing: a start makes it again.
    std::uint64_t commits_passed_ = 0, commits_to_pass_ = 0;  // Until it is tried again.
};

}  // namespace sniperforge::engine
