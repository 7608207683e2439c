// SPDX-License-Identifier: MIT
#include "engine/store_keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <utility>
#include <variant>

#include "engine/store_rebuild.hpp"
#include "sniperforge/analytics/store_repair.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

namespace fs = std::filesystem;

// For whoever else has the file: the journal's next commit waits along.
constexpr Duration kPatience = std::chrono::milliseconds{50};
// 20 commits are a second by recorder.commit_interval_ms: at most every 13 s.
constexpr std::uint64_t kCommitsToPassMax = 256;

// Marks apart: MarksAside tells which of them have one.
[[nodiscard]] bool has_row(const RecorderItem& item) {
    return std::holds_alternative<ExecutionReport>(item) ||
           std::holds_alternative<OrderFinalized>(item) ||
           std::holds_alternative<IntentDenied>(item) ||
           std::holds_alternative<PositionOpened>(item) ||
           std::holds_alternative<PositionClosed>(item) ||
           std::holds_alternative<ShortfallAccepted>(item);
}

void put_row(analytics::Store& store, const RecorderItem& item, std::int64_t wall_ns) {
    if (const auto* report = std::get_if<ExecutionReport>(&item)) {
        store.add_report(*report, wall_ns);
    } else if (const auto* finalized = std::get_if<OrderFinalized>(&item)) {
        store.add_finalized(*finalized);
    } else if (const auto* denied = std::get_if<IntentDenied>(&item)) {
        store.add_denial(denied->strategy, denied->denial.reason, denied->denial.detail, wall_ns);
    } else if (const auto* opened = std::get_if<PositionOpened>(&item)) {
        store.add_position_opened(*opened, wall_ns);
    } else if (const auto* marked = std::get_if<PositionMarked>(&item)) {
        store.add_position_marked(*marked);
    } else if (const auto* intent = std::get_if<OrderIntent>(&item)) {
        store.add_intent(*intent);
    } else if (const auto* shortfall = std::get_if<ShortfallAccepted>(&item)) {
        store.add_shortfall(sol_missing(*shortfall), wall_ns);
    } else if (const auto* closed = std::get_if<PositionClosed>(&item)) {
        store.add_position_closed(*closed, wall_ns);
    }
}

// Beside the store while it lacks what the journal has: from which run on; empty: from the first.
[[nodiscard]] std::string mark_of(const std::string& path) { return path + ".behind"; }

}  // namespace

StoreKeeper::StoreKeeper(const std::string& state_dir, const analytics::RunInfo& run, bool has_past,
                         const config::RecorderSettings& settings)
    : path_{state_dir + "/trades.sqlite"},
      journal_path_{state_dir + "/journal.sfj"},
      run_{run},
      upkeep_{path_, retention_rules(settings, run.run_id), run.started_wall_ns},
      wall_last_ns_{run.started_wall_ns},
      wall_heard_ns_{run.started_wall_ns} {
    if (const std::string damage = analytics::damage_of_store(path_); !damage.empty()) {
        const auto aside = analytics::set_store_aside(path_);
        telemetry::error("recorder", "the trade store {} is damaged ({}): {}", path_, damage,
                         aside ? "it was moved to " + *aside +
                                     ", nothing of it is deleted, and it is made again from the "
                                     "journal as far as that reaches"
                               : aside.error().text);
    }
    std::error_code ignored;
    const bool is_anew = !fs::exists(path_, ignored);
    std::string run_first;
    const bool is_marked = fs::exists(mark_of(path_), ignored);
    if (is_marked) {
        std::ifstream{mark_of(path_)} >> run_first;
    }
    if (has_past && is_anew) {
        // It lacks all from the first run on, whatever the mark said. Before the file is there: a
        // kill behind its making would leave an empty one that passes for whole.
        std::ofstream{mark_of(path_)};
        run_first.clear();
    }
    Result<void> opened = open();
    if (has_past && (is_anew || is_marked)) {
        opened = opened ? rebuild(is_anew, run_first) : opened;
        is_behind_ = !opened;
    }
    if (opened) {
        opened = write();
    }
    if (!opened) {
        note_trouble(opened.error());
    } else if (!is_anew) {
        StoreUpkeep::make_shrinkable(path_);
    }
}

Result<void> StoreKeeper::open() {
    auto store = analytics::Store::open(path_);
    if (!store) {
        return Err{store.error()};
    }
    store_ = std::move(*store);
    store_->set_patience(kPatience);
    return {};
}

// One that is there already is of an earlier run, and lacks more.
void StoreKeeper::leave_mark(const std::string& run_first) const {
    if (std::error_code ignored; !fs::exists(mark_of(path_), ignored)) {
        std::ofstream{mark_of(path_)} << run_first;
    }
}

Result<void> StoreKeeper::rebuild(bool is_anew, const std::string& run_first) {
    const auto rebuilt = rebuild_store(*store_, {.journal_path = journal_path_,
                                                 .provenance = run_.provenance,
                                                 .run_first = run_first,
                                                 .is_anew = is_anew});
    if (!rebuilt) {
        return Err{rebuilt.error()};
    }
    std::error_code ignored;
    fs::remove(mark_of(path_), ignored);
    telemetry::warning("recorder",
                       "the trade store {} was {} the journal: {} rows; what older segments told "
                       "how long orders took and what paper assumed of them is not in it",
                       path_, is_anew ? "made again from" : "brought up to date by", rebuilt->rows);
    if (rebuilt->is_begin_gone) {
        telemetry::warning("recorder",
                           "the trade store {} lacks rows from the run {} on, whose begin the "
                           "journal does not have any more: it has what the segments that are left "
                           "say, and reports of that run may lack orders; recorder.segments_max "
                           "says how many are kept",
                           path_, run_first);
    }
    return {};
}

void StoreKeeper::add(const RecorderItem& item, std::int64_t wall_ns) {
    wall_last_ns_ = wall_ns;
    put_intent(item, wall_ns);
    for (const PositionMarked& marked : marks_.take(item)) {
        put_behind({marked, wall_ns});
    }
    if (has_row(item)) {
        put_behind({item, wall_ns});
    }
}

void StoreKeeper::add(BooksEqual memo, std::int64_t wall_ns) {
    wall_last_ns_ = wall_ns;
    put_behind({memo, wall_ns});
}

void StoreKeeper::miss() {
    if (!std::exchange(is_behind_, true)) {
        leave_mark(run_.run_id);
    }
}

bool StoreKeeper::is_heard_due() const {
    return wall_last_ns_ - wall_heard_ns_ >= kHeardInterval.count();
}

// Most intents are denied, and have no row.
void StoreKeeper::put_intent(const RecorderItem& item, std::int64_t wall_ns) {
    if (const auto* intent = std::get_if<OrderIntent>(&item)) {
        if (intent->kind == OrderKind::Entry || intent->kind == OrderKind::Cycle) {
            intended_[intent->intent_id.value] = *intent;
        }
    } else if (const auto* denied = std::get_if<IntentDenied>(&item)) {
        intended_.erase(denied->intent_id.value);
    } else if (const auto* approved = std::get_if<IntentApproved>(&item)) {
        if (const auto found = intended_.extract(approved->intent_id.value)) {
            put_behind({found.mapped(), wall_ns});
        }
    }
}

void StoreKeeper::put_behind(Waiting waiting) {
    if (waiting_.size() == kStoreWaitingMax) {
        telemetry::error("recorder",
                         "{} rows wait for the trade store {}, which is the limit: they come into "
                         "it at the next start, from the journal",
                         waiting_.size(), path_);
        waiting_.clear();
        is_behind_ = true;
        leave_mark(run_.run_id);
    }
    waiting_.push_back(std::move(waiting));
}

Result<void> StoreKeeper::write() {
    if (!store_) {
        if (auto opened = open(); !opened) {
            return opened;
        }
    }
    if (!is_run_begun_) {
        if (auto begun = store_->resume_run(run_); !begun) {
            return begun;
        }
        is_run_begun_ = true;
    }
    for (const Waiting& each : waiting_) {
        if (const auto* memo = std::get_if<OrderOnPaper>(&each.item)) {
            store_->add_on_paper(*memo);
        } else if (std::holds_alternative<BooksEqual>(each.item)) {
            store_->add_books_equal();
        } else {
            put_row(*store_, std::get<RecorderItem>(each.item), each.wall_ns);
        }
    }
    const bool is_heard = is_heard_due();
    if (is_heard) {
        store_->add_heard(wall_last_ns_);
    }
    if (auto committed = store_->commit(); !committed) {
        return committed;
    }
    waiting_.clear();
    wall_heard_ns_ = is_heard ? wall_last_ns_ : wall_heard_ns_;
    return {};
}

void StoreKeeper::commit(bool is_last) {
    const bool is_due = is_last || !is_in_trouble_ || ++commits_passed_ >= commits_to_pass_;
    if (!is_due) {
        return;
    }
    if (!waiting_.empty() || !is_run_begun_ || is_heard_due()) {
        if (auto written = write(); !written) {
            return note_trouble(written.error());
        }
        end_trouble();
    }
    if (!is_last && !is_in_trouble_) {
        upkeep_.on_commit(wall_last_ns_, kPatience);
    }
}

void StoreKeeper::note_trouble(const Error& error) {
    commits_passed_ = 0;
    commits_to_pass_ = std::clamp<std::uint64_t>(2 * commits_to_pass_, 1, kCommitsToPassMax);
    if (std::exchange(is_in_trouble_, true)) {
        return;
    }
    leave_mark(run_.run_id);
    telemetry::error("recorder",
                     "{}: the journal and trading go on, reports do not see what comes now; it is "
                     "tried again, and a start takes from the journal what is missing then",
                     error.text);
}

void StoreKeeper::end_trouble() {
    commits_to_pass_ = 0;
    if (!std::exchange(is_in_trouble_, false)) {
        return;
    }
    if (std::error_code ignored; !is_behind_) {
        fs::remove(mark_of(path_), ignored);
    }
    telemetry::warning("recorder", "the trade store {} takes what it is told again{}", path_,
                       is_behind_
                           ? "; the next start takes from the journal and the chain what it lacks"
                           : ", and lacks nothing");
}

void StoreKeeper::end_run(std::int64_t wall_ns, const std::string& report_json) {
    commit(true);
    if (!store_ || !is_run_begun_) {
        return;
    }
    if (auto ended = store_->end_run(wall_ns, report_json); !ended) {
        note_trouble(ended.error());
    }
}

}  // namespace sniperforge::engine
