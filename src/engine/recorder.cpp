// SPDX-License-Identifier: MIT
#include "sniperforge/engine/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>

#include "engine/creator_keeper.hpp"
#include "engine/journal_keeper.hpp"
#include "engine/signed_record.hpp"
#include "engine/store_keeper.hpp"
#include "sniperforge/core/spsc_ring.hpp"
#include "sniperforge/journal/intent_ring.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

// Records of one group commit without a thread: well below the slots of the write-ahead ring, which
// only a commit empties.
constexpr std::uint64_t kInlineGroup = 256;
// Signed orders that may wait in the write-ahead ring for an unsynced journal: half of it.
constexpr std::uint64_t kAheadWaitingMax = journal::kRingSlotsDefault / 2;

// No start of a machine is called so: whoever reads it knows that orders of before are missing.
constexpr const char* kBootOfAGap = "records are missing";

[[nodiscard]] std::string ring_in(const std::string& state_dir) {
    return state_dir + "/intents.ring";
}

struct Stamped {
    // A memo goes to the store alone, or to the file of creators.
    std::variant<RecorderItem, OrderOnPaper, BooksEqual, CreatorBook, detect::CreatorRecord> item;
    std::int64_t wall_ns = 0;
};

// What the books are kept by. A journal that goes on behind a lost one would be believed; one that
// ends is known to end, and the write-ahead ring has what was signed since.
[[nodiscard]] bool is_of_books(const RecorderItem& item) {
    const auto* intent = std::get_if<OrderIntent>(&item);
    const bool is_wish = intent != nullptr && intent->kind != OrderKind::Exit;
    return !is_wish && !std::holds_alternative<RunNote>(item) &&
           !std::holds_alternative<IntentDenied>(item) &&
           !std::holds_alternative<TokenVerdict>(item) &&
           !std::holds_alternative<SettingsChanged>(item) &&
           !std::holds_alternative<PathChoice>(item) &&
           !std::holds_alternative<PositionPeak>(item) &&
           !std::holds_alternative<PositionMarked>(item) && !std::holds_alternative<DayBegun>(item);
}

}  // namespace

struct Recorder::State {
    State(const RecorderOptions& recorder_options, std::unique_ptr<JournalKeeper> keeper,
          std::unique_ptr<StoreKeeper> trades, std::unique_ptr<journal::IntentRing> mapped_ring)
        : options{recorder_options},
          journal{std::move(keeper)},
          store{std::move(trades)},
          write_ahead{std::move(mapped_ring)},
          creators{recorder_options.state_dir},
          ring{recorder_options.ring_capacity} {}

    [[nodiscard]] std::uint64_t inline_group() const {
        return options.inline_group == 0 ? kInlineGroup
                                         : std::min(options.inline_group, kInlineGroup);
    }

    // Loop thread. Survives kill -9 from here on; the journal makes it survive power loss.
    [[nodiscard]] bool append_ahead(const OrderIntent& intent, const OrderSigned& order) {
        return write_ahead->append(journal::RecordKind::Signed, encode_signed(intent, order).view())
            .has_value();
    }

    // What only the ring of an earlier run has is brought to the journal before the ring is used
    // again.
    [[nodiscard]] Result<void> begin(std::int64_t wall_ns) {
        if (options.records_missing) {
            // First: the end of the journal was cut, and no later start could tell.
            write(*options.records_missing, wall_ns);
        }
        if (options.gap) {
            // As a run of another machine that was cut: a start reads it as the doubt that it is.
            RunStarted lost = options.run;
            lost.run_id += "-gap";
            lost.boot_id = kBootOfAGap;
            write(lost, wall_ns);
        }
        write(options.run, wall_ns);
        if (options.gap) {
            write(*options.gap, wall_ns);
        }
        for (const OrderAhead& order : options.signed_before) {
            if (!order.is_intent_known) {
                write(order.intent, wall_ns);
            }
            if (!order.is_approval_known) {
                write(IntentApproved{order.intent.intent_id}, wall_ns);
            }
            write(order.signed_as, wall_ns);
        }
        options.signed_before.clear();
        if (has_failed) {
            return fail("the journal does not take the start of this run; see the log");
        }
        if (auto synced = journal->sync(); !synced) {
            return synced;
        }
        is_unsynced = false;
        records = ahead_written = 0;  // Of this run, from here on.
        if (auto anew = options.gap ? begin_ring() : Result<void>{}; !anew) {
            return anew;
        }
        ahead_start = write_ahead->sequence_last();
        write_ahead->mark_copied(ahead_start);
        write_ahead->note_journal(journal->sequence_last());
        return {};
    }

    // What the old one has is older than the gap or behind it: the next start would find it again.
    [[nodiscard]] Result<void> begin_ring() {
        const std::string path = ring_in(options.state_dir);
        std::error_code error;
        std::string aside;
        for (int number = 1; aside.empty(); ++number) {
            const std::string candidate = fmt::format("{}.gap-{}", path, number);
            aside = std::filesystem::exists(candidate, error) ? "" : candidate;
        }
        write_ahead.reset();
        std::filesystem::rename(path, aside, error);
        if (error) {
            return fail(fmt::format("moving {} to {}: {}", path, aside, error.message()));
        }
        auto anew = journal::IntentRing::open(path);
        if (!anew) {
            return Err{anew.error()};
        }
        write_ahead = std::move(*anew);
        return {};
    }

    // Recorder's thread, or the loop when there is none.
    void write(const Stamped& stamped) {
        if (const auto* memo = std::get_if<OrderOnPaper>(&stamped.item)) {
            store->add(*memo);
        } else if (const auto* equal = std::get_if<BooksEqual>(&stamped.item)) {
            store->add(*equal, stamped.wall_ns);
        } else if (const auto* known = std::get_if<CreatorBook>(&stamped.item)) {
            creators.begin(*known);
        } else if (const auto* creator = std::get_if<detect::CreatorRecord>(&stamped.item)) {
            creators.note(*creator, stamped.wall_ns);
        } else {
            write(std::get<RecorderItem>(stamped.item), stamped.wall_ns);
        }
    }
    void write(const RecorderItem& item, std::int64_t wall_ns) {
        if (has_failed) {
            store->miss();
            return;  // A journal with a hole would be believed; one that ends is known to end.
        }
        wall_last = std::max(wall_last, WallTime{wall_ns});
        if (auto written = journal->append(kind_of(item), wall_ns, body_of(item)); !written) {
            store->miss();
            return report_failure(written.error());
        }
        ++records;
        if (std::holds_alternative<OrderSigned>(item)) {
            ++ahead_written;
        }
        store->add(item, wall_ns);
        is_unsynced = true;
        note_size();
    }

    // `is_last`: nothing may stay in memory. Without journal_synced the file is brought up to date
    // then, before the write-ahead ring, which only a journal on disk may empty, gets full, and
    // when the file did not take a write: entries do not go on over a disk that is full.
    void commit(bool is_last = false, bool is_asked = false) {
        const bool is_sync_due = options.settings.is_journal_synced || is_last || is_asked ||
                                 journal->is_behind() ||
                                 ahead_written - ahead_copied >= kAheadWaitingMax;
        const bool is_synced_now = is_sync_due && is_unsynced;
        if (is_synced_now) {
            is_unsynced = false;
            if (auto synced = journal->sync(); !synced) {
                report_failure(synced.error());
            }
        }
        if (is_synced_now && !has_failed) {
            write_ahead->note_journal(journal->sequence_last());
            ahead_copied = ahead_written;
            write_ahead->mark_copied(ahead_start + ahead_written);
        }
        if (!has_failed) {
            if (auto turned = journal->turn(wall_last); !turned) {
                report_failure(turned.error());
            }
            note_size();
        }
        store->commit(is_last);  // Behind the journal, which waits for nothing of it.
        creators.commit(is_last);
    }

    // Recorder's thread, or the loop when there is none.
    void note_size() {
        journal_bytes.store(journal->bytes(), std::memory_order_relaxed);
        const bool was_full =
            std::exchange(is_full, journal->bytes() >= options.settings.journal_bytes_max);
        if (is_full && !was_full) {
            telemetry::error("recorder",
                             "the journal has {} bytes, journal_bytes_max is {}, and no segment is "
                             "left that may be deleted; no entries until there is one or the limit "
                             "is raised",
                             journal->bytes(), options.settings.journal_bytes_max);
        }
    }

    void report_failure(const Error& error) {
        if (!has_failed.exchange(true)) {
            telemetry::error("recorder", "{}; no entries until restarted", error.text);
        }
    }

    void drain() {
        // Before the ring is looked at: what was recorded before it was asked for is in there.
        const std::uint64_t asked = writes_asked.load(std::memory_order_acquire);
        Stamped stamped;
        while (ring.pop(stamped)) {
            write(stamped);
        }
        commit(false, asked != writes_done.load(std::memory_order_relaxed));
        if (!has_failed) {
            writes_done.store(asked, std::memory_order_release);
        }
    }

    // Loop thread. False, and counted, where it gave way.
    [[nodiscard]] bool put_memo(Stamped memo) {
        if (!options.is_threaded && !is_disk_stalled()) {
            drain_waiting();
            write(memo);
            return true;
        }
        const bool has_room = !is_cut && ring.size() < memos_waiting_max();
        if (has_room && ring.push(std::move(memo))) {
            return true;
        }
        if (memos_lost++ == 0) {
            telemetry::warning("recorder",
                               "{} records wait for the disk, which is half of what may: what "
                               "paper would have made of orders is not kept while it is so, nor "
                               "that the books equalled the chain, and reports do not compare "
                               "these; nor what is seen of creators, for later runs",
                               ring.size());
        }
        return false;
    }

    // In the ring, with all else: beyond it memos give way.
    [[nodiscard]] std::size_t memos_waiting_max() const { return options.ring_capacity / 2; }

    // Without a thread: whether a thread would be waiting for the disk now.
    [[nodiscard]] bool is_disk_stalled() const {
        return options.disk != nullptr && options.disk->is_stalled();
    }

    // Without a thread: what came while the disk stalled.
    void drain_waiting() {
        if (ring.size() > 0) {
            drain();
        }
    }

    [[nodiscard]] bool is_write_asked() const { return writes_asked != writes_done && !has_failed; }

    // Group commit: sleeps one interval between rounds, so that one fdatasync covers many records.
    void run() {
        std::unique_lock lock{mutex};
        while (!is_stopping) {
            wake.wait_for(lock, options.settings.commit_interval,
                          [this] { return is_stopping || is_write_asked(); });
            lock.unlock();
            drain();
            lock.lock();
        }
    }

    void start_thread() {
        is_stopping = false;
        thread = std::thread{[this] { run(); }};
    }

    void stop_thread() {
        if (!thread.joinable()) {
            return;
        }
        {
            const std::scoped_lock lock{mutex};
            is_stopping = true;
        }
        wake.notify_one();
        thread.join();
        drain();
    }

    [[nodiscard]] Result<RecorderSummary> summary() {
        if (has_failed || is_cut) {
            return fail("the recorder could not write everything; see the log");
        }
        return RecorderSummary{journal->decision_sha256(), journal->bytes(), records, memos_lost};
    }

    RecorderOptions options;
    std::unique_ptr<JournalKeeper> journal;
    std::unique_ptr<StoreKeeper> store;
    std::unique_ptr<journal::IntentRing> write_ahead;
    CreatorKeeper creators;
    std::uint64_t ahead_start = 0;    // Ring sequence before this run.
    std::uint64_t ahead_written = 0;  // Signed orders that reached the journal since.
    std::uint64_t ahead_copied = 0;   // Of them, those that are on disk.
    SpscRing<Stamped> ring;
    std::uint64_t records = 0;
    std::atomic<std::uint64_t> journal_bytes{0};
    std::atomic<std::uint64_t> writes_asked{0};  // By the loop thread.
    std::atomic<std::uint64_t> writes_done{0};   // By whoever writes.
    WallTime wall_last;                          // Of what was written.
    bool is_unsynced = false;                    // The journal has records that may not be on disk.
    bool is_full = false;                        // journal_bytes_max is reached, and it was said.
    bool is_closed = false;
    bool is_cut = false;                             // Loop thread.
    std::uint64_t memos_lost = 0, records_lost = 0;  // Loop thread.
    std::atomic<bool> has_failed{false};
    std::mutex mutex;  // Guards is_stopping.
    std::condition_variable wake;
    bool is_stopping = false;
    std::thread thread;
};

Recorder::Recorder(std::unique_ptr<State> state) : state_{std::move(state)} {}

Recorder::~Recorder() {
    state_->stop_thread();
    state_->drain_waiting();
    state_->commit(true);
}

Result<std::unique_ptr<Recorder>> Recorder::open(const RecorderOptions& options,
                                                 const analytics::RunInfo& run) {
    const bool has_past = journal::has_journal(options.state_dir + "/journal.sfj");
    auto keeper = JournalKeeper::open(options);
    if (!keeper) {
        return fail("opening the journal", keeper.error());
    }
    auto write_ahead = journal::IntentRing::open(ring_in(options.state_dir));
    if (!write_ahead) {
        return fail("opening the write-ahead ring", write_ahead.error());
    }
    auto store = std::make_unique<StoreKeeper>(options.state_dir, run, has_past, options.settings);
    auto state = std::make_unique<State>(options, std::move(*keeper), std::move(store),
                                         std::move(*write_ahead));
    if (auto begun = state->begin(run.started_wall_ns); !begun) {
        return Err{begun.error()};
    }
    if (options.is_threaded) {
        state->thread = std::thread{[raw = state.get()] { raw->run(); }};
    }
    return std::unique_ptr<Recorder>{new Recorder{std::move(state)}};
}

bool Recorder::record_signed(const OrderIntent& intent, const OrderSigned& order, WallTime at) {
    return !state_->is_cut && state_->append_ahead(intent, order) && record(order, at);
}

bool Recorder::record(RecorderItem item, WallTime at) {
    const bool is_opening = std::holds_alternative<LedgerOpened>(item);
    if (!state_->options.is_threaded && !state_->is_disk_stalled()) {
        state_->drain_waiting();
        state_->write(item, at.ns);
        if (is_opening || state_->records % state_->inline_group() == 0 ||
            state_->journal->is_turn_due() || state_->journal->is_behind()) {
            state_->commit();
        }
        return true;
    }
    const bool is_missed = is_of_books(item);
    if (state_->is_cut || !state_->ring.push({std::move(item), at.ns})) {
        ++state_->records_lost;
        if (is_missed && !std::exchange(state_->is_cut, true)) {
            telemetry::error("recorder",
                             "the ring of {} records is full and one that the books rest on is "
                             "lost: nothing more is journalled, no entries until restarted",
                             state_->options.ring_capacity);
        }
        return false;
    }
    return true;
}

bool Recorder::record_on_paper(const OrderOnPaper& order) {
    return state_->put_memo(Stamped{order});
}

bool Recorder::record_books_equal(WallTime at) {
    return state_->put_memo(Stamped{BooksEqual{}, at.ns});
}

void Recorder::keep_creators(CreatorBook known, WallTime at) {
    (void)state_->put_memo(Stamped{std::move(known), at.ns});
}

void Recorder::note_creator(detect::CreatorRecord creator, WallTime at) {
    (void)state_->put_memo(Stamped{std::move(creator), at.ns});
}

bool Recorder::is_pressed() const {
    const RecorderLoad now = load();
    return now.records_waiting > now.records_waiting_max ||
           now.journal_bytes >= now.journal_bytes_max;
}

RecorderLoad Recorder::load() const {
    return {.records_waiting = state_->ring.size(),
            .records_waiting_max = state_->options.ring_capacity / 2,
            .journal_bytes = state_->journal_bytes.load(std::memory_order_relaxed),
            .journal_bytes_max = state_->options.settings.journal_bytes_max};
}

RecorderDrops Recorder::drops() const {
    return {.records = state_->records_lost, .memos = state_->memos_lost};
}

bool Recorder::has_failed() const { return state_->has_failed || state_->is_cut; }

Result<RecorderSummary> Recorder::flush() {
    state_->stop_thread();
    state_->drain_waiting();
    state_->commit(true);
    // What comes after is written in place: the run is ending.
    state_->options.is_threaded = false;
    return state_->summary();
}

void Recorder::write_waiting() {
    if (state_->thread.joinable()) {
        state_->stop_thread();
        state_->start_thread();
    }
}

void Recorder::write_through() {
    const bool is_threaded = state_->thread.joinable();
    state_->stop_thread();
    state_->drain_waiting();
    state_->commit(true);
    if (is_threaded) {
        state_->start_thread();
    }
}

std::uint64_t Recorder::write_soon() {
    std::uint64_t number = 0;
    {
        const std::scoped_lock lock{state_->mutex};  // Nobody holds it while he writes.
        number = ++state_->writes_asked;
    }
    state_->wake.notify_one();
    if (!state_->thread.joinable() && !state_->is_disk_stalled()) {
        state_->drain();
    }
    return number;
}

bool Recorder::is_written(std::uint64_t number) const {
    return state_->writes_done.load(std::memory_order_acquire) >= number;
}

Result<RecorderSummary> Recorder::close(WallTime at, const std::string& report_json) {
    auto flushed = flush();
    if (!state_->is_closed) {
        state_->is_closed = true;
        state_->store->end_run(at.ns, report_json);
    }
    return flushed;
}

}  // namespace sniperforge::engine
