// SPDX-License-Identifier: MIT
// Recorder: what the pipeline did, to disk. Plain values cross one bounded ring; the recorder's own
// thread turns them into journal records and store rows and commits them in groups. Under virtual
// time there is no thread: the same work is done in place, so that a fast run cannot outpace it,
// unless the disk keeps writers waiting: then the ring fills as it would behind a waiting thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/analytics/store.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/engine/records.hpp"
#include "sniperforge/journal/disk.hpp"
#include "sniperforge/model/order_on_paper.hpp"

namespace sniperforge::engine {

// One that only the write-ahead ring of an earlier run has, and what of it the journal has.
struct OrderAhead : SignedOrder {
    bool is_intent_known = false, is_approval_known = false;
};

struct RecorderOptions {
    std::string state_dir;  // journal.sfj, trades.sqlite and creators.sfc live here.
    RunStarted run{};
    std::vector<OrderAhead> signed_before{};  // Written first.
    // The files lack orders (History::gap()): it is journalled, and a new ring is begun.
    std::optional<BooksDoubted> gap{};
    // They lack records, whatever of (History::records_missing): journalled before all else.
    std::optional<CauseChanged> records_missing{};
    bool is_threaded = true;
    config::RecorderSettings settings;
    config::RiskSettings limits{};  // Of the breakers that a checkpoint of the journal has.
    std::size_t ring_capacity = 2'048;
    // Records of one group commit without a thread; 0: as many as the write-ahead ring bears.
    std::uint64_t inline_group = 0;
    journal::Disk* disk =
        nullptr;  // Below the journal; outlives the recorder. The daemon has none.
};

struct RecorderSummary {
    std::string decision_sha256;
    std::uint64_t journal_bytes = 0;
    std::uint64_t records = 0;
    std::uint64_t memos_lost = 0;
};

// What did not fit the ring to the recorder's thread.
struct RecorderDrops {
    std::uint64_t records = 0;  // The books rest on them: has_failed().
    std::uint64_t memos = 0;    // Nothing rests on them.
};

class Recorder final : public RecordKeeper {
 public:
    [[nodiscard]] static Result<std::unique_ptr<Recorder>> open(const RecorderOptions& options,
                                                                const analytics::RunInfo& run);
    ~Recorder() override;  // As close(), errors logged.
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    // Loop thread. False when the ring is full and the item is lost. Where it is one that the books
    // rest on, nothing more is recorded, and has_failed().
    bool record(RecorderItem item, WallTime at) override;
    // Loop thread. When it returns true the order survives the end of this process: it is in the
    // write-ahead ring, with its intent, whose own record may still wait for the journal.
    bool record_signed(const OrderIntent& intent, const OrderSigned& order, WallTime at) override;
    // Loop thread. A memo for the store, which nothing rests on: the journal has none of it. False,
    // and counted, while half of the ring waits to be written: what the books rest on goes first.
    bool record_on_paper(const OrderOnPaper& order);
    // Loop thread. The same of a look at the chain that found the books equal to it: what is final
    // before two of them counts as reconciled in reports.
    bool record_books_equal(WallTime at);
    // Loop thread. The same: from now on a file of their own is kept of them (creator_file.hpp).
    void keep_creators(CreatorBook known, WallTime at) override;
    void note_creator(detect::CreatorRecord creator, WallTime at) override;
    // Loop thread: more than half of the ring waits to be written, or the journal has reached its
    // size limit. No entries while it is so.
    [[nodiscard]] bool is_pressed() const override;
    // The disk failed, or something was lost: the journal ends before it.
    [[nodiscard]] bool has_failed() const override;
    [[nodiscard]] RecorderLoad load() const override;
    // Loop thread.
    [[nodiscard]] RecorderDrops drops() const;
    // Loop thread: waits until all of it is written, so that many more fit. Not while trading.
    void write_waiting() override;
    // Loop thread: all of it is on the disk when it returns, which takes a few milliseconds. For
    // what neither the write-ahead ring nor the chain could tell after a kill.
    void write_through();
    // Loop thread: has all that was recorded so far on the disk with the next commit, whatever the
    // settings say, and does not wait for it. The number to ask for.
    [[nodiscard]] std::uint64_t write_soon();
    // Any thread: it is there. Never, once the disk has failed.
    [[nodiscard]] bool is_written(std::uint64_t number) const;
    // Writes everything, stores the run's report, joins the thread.
    [[nodiscard]] Result<RecorderSummary> close(WallTime at, const std::string& report_json);
    // Everything so far, before the report exists. Loop thread; waits for the recorder's thread.
    [[nodiscard]] Result<RecorderSummary> flush();

 private:
    struct State;
    explicit Recorder(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::engine
