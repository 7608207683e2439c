// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/store_retention.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <utility>

#include "analytics/retention_statements.hpp"
#include "analytics/sqlite.hpp"

namespace sniperforge::analytics {
namespace {

// One step: some milliseconds of the recorder's thread, beside commits that are 50 ms apart.
constexpr std::int64_t kRowsAtOnce = 256;
constexpr std::int64_t kPagesAtOnce = 256;
constexpr Duration kDay = std::chrono::hours{24};
// Above the budget: an order of the last day may still be settled anew, or taken back by a fork.
constexpr Duration kAgeMin = kDay;
// A file that is over its budget is brought below it by so much, or each row would be one more
// sweep.
constexpr std::uint64_t kRoomParts = 16;
// How far the time of a sweep may be ahead of the last that is known.
constexpr Duration kLeapMax = 31 * kDay;
// What a forecast looks back.
constexpr Duration kRateSpan = 30 * kDay;

constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

constexpr std::uint64_t kRewrittenAtStartMax = std::uint64_t{64} << 20U;

constexpr std::int64_t kVacuumIncremental = 2;  // As SQLite numbers it.

[[nodiscard]] Result<StoreBytes> bytes_in(const Database& database) {
    std::array<std::int64_t, 3> values{};
    constexpr std::array kPragmas = {"PRAGMA page_size", "PRAGMA page_count",
                                     "PRAGMA freelist_count"};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto value = database.query_integer(kPragmas[i]);
        if (!value) {
            return Err<Error>{value.error()};
        }
        values[i] = *value;
    }
    const auto [size, pages, free] = values;
    return StoreBytes{
        .file = static_cast<std::uint64_t>(pages * size),
        .used = static_cast<std::uint64_t>(std::max<std::int64_t>(pages - free, 0) * size)};
}

class SqliteRetention final : public StoreRetention {
 public:
    SqliteRetention(std::unique_ptr<Database> database, RetentionRules rules)
        : database_{std::move(database)}, rules_{std::move(rules)} {}

    [[nodiscard]] Result<void> prepare();
    Result<void> begin(std::int64_t wall_ns) override;
    [[nodiscard]] bool is_sweeping() const override { return phase_ != Phase::Idle; }
    Result<void> step() override;
    [[nodiscard]] const StoreSweep& swept() const override { return swept_; }

 private:
    enum class Phase : std::uint8_t { Idle, NextRun, Orders, Positions, Run, Pages };
    struct Run {
        std::string id;
        std::int64_t started = kFirst;
        bool is_live = false;
    };
    // What is older than this goes. Above the budget more of what is not live does.
    [[nodiscard]] std::int64_t cutoff(bool is_live) const {
        return is_pressed_ && !is_live ? std::max(cutoff_age_, cutoff_pressed_) : cutoff_age_;
    }
    [[nodiscard]] std::int64_t cutoff_latest() const { return cutoff(false); }

    [[nodiscard]] Result<void> next_run();
    [[nodiscard]] Result<void> drop_orders();
    [[nodiscard]] Result<void> drop_positions();
    [[nodiscard]] Result<void> drop_run();
    [[nodiscard]] Result<void> give_back();
    [[nodiscard]] Result<void> note_size();
    // Where a step that began behind `after_` ends; kLast: with the table.
    [[nodiscard]] Result<std::int64_t> end_of_step(Statement& next);
    // What the statement deleted.
    [[nodiscard]] Result<std::uint64_t> drop(Statement& statement);
    [[nodiscard]] Result<void> in_transaction(Result<void> (SqliteRetention::*part)());

    std::unique_ptr<Database> database_;
    RetentionRules rules_;
    Statement begin_, commit_, rollback_, changes_;
    Statement next_run_, next_orders_, next_positions_;
    Statement mark_orders_, drop_changes_, drop_paper_of_orders_, drop_intents_of_orders_,
        note_orders_cut_, note_run_cut_, drop_orders_, forget_leaving_;
    Statement drop_paper_, drop_positions_;
    Statement run_goes_, drop_paper_of_run_, drop_intents_of_run_, drop_denials_, drop_run_;
    std::int64_t wall_latest_ = 0;  // That is believed.
    std::int64_t cutoff_age_ = kFirst, cutoff_pressed_ = kFirst;
    bool is_pressed_ = false;
    Phase phase_ = Phase::Idle;
    Run run_;
    std::int64_t after_ = kFirst;  // The last row that was looked at.
    StoreSweep swept_;
};

Result<void> SqliteRetention::prepare() {
    constexpr std::array kPragmas = {"PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = ON",
                                     "PRAGMA cache_size = -512", "PRAGMA temp_store = MEMORY",
                                     kMakeLeaving};
    for (const char* const pragma : kPragmas) {
        if (auto done = database_->execute(pragma); !done) {
            return done;
        }
    }
    const std::array<std::pair<Statement*, const char*>, 22> statements = {{
        {&begin_, "BEGIN IMMEDIATE"},
        {&commit_, "COMMIT"},
        {&rollback_, "ROLLBACK"},
        {&changes_, "SELECT changes()"},
        {&next_run_, kNextRun},
        {&next_orders_, kNextOrders},
        {&next_positions_, kNextPositions},
        {&mark_orders_, kMarkOrders},
        {&drop_changes_, kDropTokenChangesOfOrders},
        {&drop_paper_of_orders_, kDropPaperOfOrders},
        {&drop_intents_of_orders_, kDropIntentsOfOrders},
        {&note_orders_cut_, kNoteOrdersCut},
        {&note_run_cut_, kNoteRunCut},
        {&drop_orders_, kDropOrders},
        {&forget_leaving_, kForgetLeaving},
        {&drop_paper_, kDropPaper},
        {&drop_positions_, kDropPositions},
        {&run_goes_, kRunGoes},
        {&drop_paper_of_run_, kDropPaperOfRun},
        {&drop_intents_of_run_, kDropIntentsOfRun},
        {&drop_denials_, kDropDenialsOfRun},
        {&drop_run_, kDropRun},
    }};
    for (const auto& [statement, sql] : statements) {
        auto prepared = database_->prepare(sql);
        if (!prepared) {
            return Err<Error>{prepared.error()};
        }
        *statement = std::move(*prepared);
    }
    auto latest = database_->prepare(kLatestOfOthers);
    if (!latest) {
        return Err<Error>{latest.error()};
    }
    if (const auto row = latest->bind(0, rules_.run_id).step(); !row) {
        return Err<Error>{row.error()};
    }
    wall_latest_ = latest->integer(0);
    return {};
}

Result<void> SqliteRetention::begin(std::int64_t wall_ns) {
    phase_ = Phase::Idle;
    swept_ = {};
    wall_latest_ = wall_latest_ == 0 ? wall_ns : std::min(wall_ns, wall_latest_ + kLeapMax.count());
    cutoff_age_ = wall_latest_ - rules_.age_max.count();
    cutoff_pressed_ = wall_latest_ - kAgeMin.count();
    is_pressed_ = true;
    if (auto noted = note_size(); !noted) {
        return noted;
    }
    is_pressed_ = swept_.is_over;
    run_ = {};
    phase_ = Phase::NextRun;
    return {};
}

Result<void> SqliteRetention::step() {
    Result<void> done;
    switch (phase_) {
        case Phase::Idle:
            return {};
        case Phase::NextRun:
            done = next_run();
            break;
        case Phase::Orders:
            done = in_transaction(&SqliteRetention::drop_orders);
            break;
        case Phase::Positions:
            done = in_transaction(&SqliteRetention::drop_positions);
            break;
        case Phase::Run:
            done = in_transaction(&SqliteRetention::drop_run);
            break;
        case Phase::Pages:
            done = give_back();
            break;
    }
    if (done) {
        done = note_size();
    }
    if (!done) {
        phase_ = Phase::Idle;
    }
    return done;
}

Result<void> SqliteRetention::note_size() {
    const auto bytes = bytes_in(*database_);
    if (!bytes) {
        return Err<Error>{bytes.error()};
    }
    swept_.left = *bytes;
    swept_.is_over = bytes->used > rules_.bytes_max;
    is_pressed_ = is_pressed_ && bytes->used > rules_.bytes_max - rules_.bytes_max / kRoomParts;
    return {};
}

Result<void> SqliteRetention::next_run() {
    const auto row =
        next_run_.bind(0, run_.started).bind(1, run_.id).bind(2, cutoff_latest()).step();
    if (!row) {
        return Err<Error>{row.error()};
    }
    if (!*row) {
        phase_ = Phase::Pages;
        return {};
    }
    run_ = {.id = next_run_.text(0),
            .started = next_run_.integer(1),
            .is_live = next_run_.integer(2) != 0};
    phase_ = Phase::Orders;
    after_ = kFirst;
    // There is one row at most: it is read to its end, so that no reading stays open.
    const auto end = next_run_.step();
    return end ? Result<void>{} : Err<Error>{end.error()};
}

Result<std::int64_t> SqliteRetention::end_of_step(Statement& next) {
    const auto row = next.bind(0, run_.id).bind(1, after_).bind(2, kRowsAtOnce - 1).step();
    if (!row) {
        return Err<Error>{row.error()};
    }
    if (!*row) {
        return kLast;
    }
    const std::int64_t last = next.integer(0);
    const auto end = next.step();
    return end ? Result<std::int64_t>{last} : Err<Error>{end.error()};
}

Result<std::uint64_t> SqliteRetention::drop(Statement& statement) {
    if (auto run = statement.run(); !run) {
        return Err<Error>{run.error()};
    }
    const auto row = changes_.step();
    if (!row) {
        return Err<Error>{row.error()};
    }
    const auto count = static_cast<std::uint64_t>(changes_.integer(0));
    const auto end = changes_.step();
    return end ? Result<std::uint64_t>{count} : Err<Error>{end.error()};
}

Result<void> SqliteRetention::in_transaction(Result<void> (SqliteRetention::*part)()) {
    const Phase before = phase_;
    const std::int64_t after_before = after_;
    const StoreSweep swept_before = swept_;
    if (auto begun = begin_.run(); !begun) {
        return begun;
    }
    auto done = (this->*part)();
    if (done) {
        done = commit_.run();
    }
    if (!done) {
        (void)rollback_.run();  // The first error tells more.
        phase_ = before;
        after_ = after_before;
        swept_ = swept_before;
    }
    return done;
}

Result<void> SqliteRetention::drop_orders() {
    const auto to = end_of_step(next_orders_);
    if (!to) {
        return Err<Error>{to.error()};
    }
    mark_orders_.bind(0, run_.id)
        .bind(1, after_)
        .bind(2, *to)
        .bind(3, cutoff_age_)
        .bind(4, is_pressed_ ? cutoff_pressed_ : kFirst)
        .bind(5, std::int64_t{run_.is_live ? 1 : 0});
    const auto marked = drop(mark_orders_);
    if (!marked) {
        return Err<Error>{marked.error()};
    }
    if (*marked > 0) {
        for (Statement* const each : {&note_orders_cut_, &drop_changes_, &drop_paper_of_orders_,
                                      &drop_intents_of_orders_, &drop_orders_}) {
            if (auto dropped = each->bind(0, run_.id).run(); !dropped) {
                return dropped;
            }
        }
        if (auto forgotten = forget_leaving_.run(); !forgotten) {
            return forgotten;
        }
        swept_.orders += *marked;
    }
    if (is_pressed_ && run_.id != rules_.run_id) {
        drop_paper_.bind(0, run_.id).bind(1, after_).bind(2, *to).bind(3, cutoff_pressed_);
        if (auto dropped = drop_paper_.run(); !dropped) {
            return dropped;
        }
    }
    after_ = *to;
    if (after_ == kLast) {
        phase_ = Phase::Positions;
        after_ = kFirst;
    }
    return {};
}

Result<void> SqliteRetention::drop_positions() {
    const auto to = end_of_step(next_positions_);
    if (!to) {
        return Err<Error>{to.error()};
    }
    drop_positions_.bind(0, run_.id).bind(1, after_).bind(2, *to).bind(3, cutoff(run_.is_live));
    const auto dropped = drop(drop_positions_);
    if (!dropped) {
        return Err<Error>{dropped.error()};
    }
    swept_.positions += *dropped;
    after_ = *to;
    if (after_ == kLast) {
        phase_ = Phase::Run;
    }
    return {};
}

Result<void> SqliteRetention::drop_run() {
    phase_ = Phase::NextRun;
    const auto row = run_goes_.bind(0, run_.id)
                         .bind(1, rules_.run_id)
                         .bind(2, cutoff_age_)
                         .bind(3, is_pressed_ ? cutoff_pressed_ : kFirst)
                         .bind(4, std::int64_t{run_.is_live ? 1 : 0})
                         .step();
    if (!row) {
        return Err<Error>{row.error()};
    }
    if (!*row) {
        return {};
    }
    if (const auto end = run_goes_.step(); !end) {
        return Err<Error>{end.error()};
    }
    for (Statement* const each :
         {&note_run_cut_, &drop_paper_of_run_, &drop_intents_of_run_, &drop_denials_, &drop_run_}) {
        if (auto dropped = each->bind(0, run_.id).run(); !dropped) {
            return dropped;
        }
    }
    ++swept_.runs;
    return {};
}

Result<void> SqliteRetention::give_back() {
    if (swept_.left.file == swept_.left.used) {
        phase_ = Phase::Idle;
        return {};
    }
    const std::uint64_t before = swept_.left.file;
    if (auto moved =
            database_->execute(fmt::format("PRAGMA incremental_vacuum({})", kPagesAtOnce).c_str());
        !moved) {
        return moved;
    }
    const auto bytes = bytes_in(*database_);
    if (!bytes) {
        return Err<Error>{bytes.error()};
    }
    if (bytes->file != before && bytes->file != bytes->used) {
        return {};
    }
    phase_ = Phase::Idle;
    // The file itself gets shorter when the -wal is brought into it. Readers are not waited for.
    return database_->execute("PRAGMA wal_checkpoint(PASSIVE)");
}

}  // namespace

Result<StoreUse> use_of_store(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        return fail(fmt::format("store {}: there is none", path));
    }
    auto database = Database::open(path);
    if (!database) {
        return Err<Error>{database.error()};
    }
    const auto bytes = bytes_in(**database);
    if (!bytes) {
        return Err<Error>{bytes.error()};
    }
    StoreUse use{*bytes};
    auto orders = (*database)->prepare(
        "SELECT count(*), coalesce(min(wall_ns), 0), coalesce(max(wall_ns), 0) FROM orders");
    if (!orders) {
        return Err<Error>{orders.error()};
    }
    if (const auto row = orders->step(); !row) {
        return Err<Error>{row.error()};
    }
    use.orders = static_cast<std::uint64_t>(orders->integer(0));
    use.first = WallTime{orders->integer(1)};
    use.last = WallTime{orders->integer(2)};
    const std::int64_t span = std::min(use.last.ns - use.first.ns, kRateSpan.count());
    if (span < kDay.count()) {
        return use;
    }
    const auto lately = (*database)->query_integer(fmt::format(
        "SELECT count(*) FROM orders WHERE wall_ns >= {}", use.last.ns - kRateSpan.count()));
    if (!lately) {
        return Err<Error>{lately.error()};
    }
    // A forecast: floating point will do.
    use.bytes_a_day =
        static_cast<std::uint64_t>(static_cast<double>(use.used) / static_cast<double>(use.orders) *
                                   static_cast<double>(*lately) *
                                   static_cast<double>(kDay.count()) / static_cast<double>(span));
    return use;
}

Result<bool> make_store_shrinkable(const std::string& path) {
    auto database = Database::open(path);
    if (!database) {
        return Err<Error>{database.error()};
    }
    const auto mode = (*database)->query_integer("PRAGMA auto_vacuum");
    if (!mode || *mode == kVacuumIncremental) {
        return mode ? Result<bool>{false} : Err<Error>{mode.error()};
    }
    const auto bytes = bytes_in(**database);
    if (!bytes) {
        return Err<Error>{bytes.error()};
    }
    // The copy is made in memory, since SQLite would put it where the environment says, and the
    // start waits for it: a second or two for so much.
    if (bytes->file > kRewrittenAtStartMax) {
        return fail(fmt::format(
            "store {}: it has {} bytes, and no start takes the time to write more than {} anew; "
            "while nothing runs, do `sqlite3 FILE 'PRAGMA auto_vacuum=INCREMENTAL; VACUUM'`",
            path, bytes->file, kRewrittenAtStartMax));
    }
    // That copy in the -wal, the file, and as much for whoever else writes.
    std::error_code error;
    const auto space = std::filesystem::space(std::filesystem::path{path}.parent_path(), error);
    if (error || space.available < 3 * bytes->file) {
        return fail(
            fmt::format("store {}: writing it anew so that it can shrink needs {} bytes of "
                        "the disk, {} are free",
                        path, 3 * bytes->file, error ? 0 : space.available));
    }
    constexpr std::array kSteps = {"PRAGMA temp_store = MEMORY", "PRAGMA auto_vacuum = INCREMENTAL",
                                   "VACUUM", "PRAGMA journal_size_limit = 4194304",
                                   "PRAGMA wal_checkpoint(PASSIVE)"};
    for (const char* const step : kSteps) {
        if (auto done = (*database)->execute(step); !done) {
            return Err<Error>{done.error()};
        }
    }
    return true;
}

Result<std::unique_ptr<StoreRetention>> StoreRetention::open(const std::string& path,
                                                             const RetentionRules& rules,
                                                             Duration patience) {
    auto database = Database::open(path);
    if (!database) {
        return Err<Error>{database.error()};
    }
    (*database)->set_patience(patience);
    auto retention = std::make_unique<SqliteRetention>(std::move(*database), rules);
    if (auto prepared = retention->prepare(); !prepared) {
        return Err<Error>{prepared.error()};
    }
    return retention;
}

}  // namespace sniperforge::analytics
