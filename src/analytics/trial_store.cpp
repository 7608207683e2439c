// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/trial_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "analytics/sqlite.hpp"

namespace sniperforge::analytics {
namespace {

constexpr std::int64_t kApplicationId = 0x53465452;  // "SFTR".
constexpr std::int64_t kSchemaVersion = 2;

// A lack is empty where the figure exists. The seed is the 64 bits of it as a signed integer.
constexpr const char* kTrialSchema = R"sql(
CREATE TABLE trials (
    trial_id       INTEGER NOT NULL PRIMARY KEY,
    study          TEXT    NOT NULL,
    data_sha256    TEXT    NOT NULL,
    objective_name TEXT    NOT NULL,
    build_id       TEXT    NOT NULL,
    at_wall_ns     INTEGER NOT NULL,
    fold           INTEGER NOT NULL,
    number         INTEGER NOT NULL,
    parameters     TEXT    NOT NULL,
    trades         INTEGER NOT NULL,
    seed           INTEGER NOT NULL,
    objective      REAL,
    objective_lack TEXT    NOT NULL,
    ci_low         REAL,
    ci_high        REAL,
    ci_lack        TEXT    NOT NULL,
    sharpe         REAL,
    sharpe_lack    TEXT    NOT NULL
) STRICT;
CREATE INDEX trials_by_data ON trials (data_sha256);
CREATE TRIGGER trials_stay BEFORE DELETE ON trials
    BEGIN SELECT RAISE(ABORT, 'a trial that was made stays counted'); END;
CREATE TRIGGER trials_keep BEFORE UPDATE ON trials
    BEGIN SELECT RAISE(ABORT, 'a trial that was made stays as it was'); END;
)sql";
// Since version 2: the blocks of rows (row_blocks.hpp) of data that was searched, 64 bits each as a
// signed integer.
constexpr const char* kRowsSchema = R"sql(
CREATE TABLE row_blocks (
    block       INTEGER NOT NULL,
    data_sha256 TEXT    NOT NULL,
    PRIMARY KEY (block, data_sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX row_blocks_by_data ON row_blocks (data_sha256);
CREATE TRIGGER row_blocks_stay BEFORE DELETE ON row_blocks
    BEGIN SELECT RAISE(ABORT, 'what a search has seen stays seen'); END;
CREATE TRIGGER row_blocks_keep BEFORE UPDATE ON row_blocks
    BEGIN SELECT RAISE(ABORT, 'what a search has seen stays as it was'); END;
)sql";
constexpr const char* kAddTrial =
    "INSERT INTO trials (study, data_sha256, objective_name, build_id, at_wall_ns, fold, number,"
    " parameters, trades, seed, objective, objective_lack, ci_low, ci_high, ci_lack, sharpe,"
    " sharpe_lack) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kTrialRows =
    "SELECT study, data_sha256, objective_name, build_id, at_wall_ns, fold, number, parameters,"
    " trades, seed, objective, objective_lack, ci_low, ci_high, ci_lack, sharpe, sharpe_lack"
    " FROM trials WHERE data_sha256 = ? ORDER BY trial_id DESC LIMIT ?";

Lack lack_of(std::string_view text) {
    for (const Lack lack : {Lack::NoTrades, Lack::TooFewTrades, Lack::TooFewClusters,
                            Lack::NoVariation, Lack::NoLoss, Lack::NoWin, Lack::BoundBroken}) {
        if (to_string(lack) == text) {
            return lack;
        }
    }
    return Lack::NotRecorded;
}

Result<void> check_hash(const std::string& sha256) {
    const bool is_hash =
        sha256.size() == 64 && std::all_of(sha256.begin(), sha256.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        });
    if (!is_hash) {
        return fail(
            fmt::format("trials are counted by the SHA-256 of their data, 64 lower-case "
                        "hexadecimal digits: \"{}\" is none",
                        sha256));
    }
    return {};
}

class SqliteTrialStore final : public TrialStore {
 public:
    explicit SqliteTrialStore(std::unique_ptr<Database> database)
        : database_{std::move(database)} {}

    Result<void> prepare() {
        // A trial counts from when it is on the disk.
        if (auto done = database_->execute("PRAGMA synchronous = FULL"); !done) {
            return done;
        }
        if (auto begun = database_->execute("BEGIN IMMEDIATE"); !begun) {
            return begun;
        }
        if (auto known = recognise(); !known) {
            (void)database_->execute("ROLLBACK");  // The first error tells more.
            return known;
        }
        if (auto done = database_->execute("COMMIT"); !done) {
            return done;
        }
        // Not before it is known to be ours. Who reads meanwhile, and who adds, do not wait for
        // each other.
        if (auto done = database_->execute("PRAGMA journal_mode = WAL"); !done) {
            return done;
        }
        auto add = database_->prepare(kAddTrial);
        if (!add) {
            return std::unexpected{add.error()};
        }
        add_ = std::move(*add);
        return {};
    }

    Result<void> add(const StudyInfo& study, const Trial& trial) override {
        if (auto checked = check_hash(study.data_sha256); !checked) {
            return checked;
        }
        add_.bind(0, study.study).bind(1, study.data_sha256).bind(2, study.objective);
        add_.bind(3, study.build_id).bind(4, study.at.ns);
        add_.bind(5, static_cast<std::int64_t>(trial.fold));
        add_.bind(6, static_cast<std::int64_t>(trial.number));
        add_.bind(7, trial.parameters_json).bind(8, static_cast<std::int64_t>(trial.trades));
        add_.bind(9, static_cast<std::int64_t>(trial.seed));
        const auto lack_text = [](const auto& measured) {
            return measured ? std::string_view{} : to_string(measured.error());
        };
        // What is not bound is NULL.
        add_.bind(11, lack_text(trial.objective));
        const Measured<Interval> interval =
            trial.objective ? trial.objective->ci95
                            : Measured<Interval>{std::unexpected{trial.objective.error()}};
        add_.bind(14, lack_text(interval)).bind(16, lack_text(trial.sharpe_daily));
        if (trial.objective) {
            add_.bind(10, trial.objective->value);
        }
        if (interval) {
            add_.bind(12, interval->low).bind(13, interval->high);
        }
        if (trial.sharpe_daily) {
            add_.bind(15, *trial.sharpe_daily);
        }
        return add_.run();
    }

    Result<void> add_print(const DataPrint& data) override {
        if (auto checked = check_hash(data.sha256); !checked) {
            return checked;
        }
        if (auto begun = database_->execute("BEGIN IMMEDIATE"); !begun) {
            return begun;
        }
        auto added = add_blocks(data);
        auto done = added ? database_->execute("COMMIT") : database_->execute("ROLLBACK");
        return added ? std::move(done) : std::move(added);
    }

    Result<DataSeen> seen(const DataPrint& data) override {
        if (auto checked = check_hash(data.sha256); !checked) {
            return std::unexpected{checked.error()};
        }
        auto shared = shared_with(data);
        if (!shared) {
            return std::unexpected{shared.error()};
        }
        DataSeen seen;
        std::vector<std::string> all{data.sha256};
        for (const auto& [other, blocks] : *shared) {
            auto study = study_on(other);
            if (!study) {
                return std::unexpected{study.error()};
            }
            if (!study->empty()) {
                seen.others.push_back({other, *std::move(study), blocks});
                all.push_back(other);
            }
        }
        auto unprinted = database_->prepare(
            "SELECT count(DISTINCT data_sha256) FROM trials WHERE data_sha256 <> ?"
            " AND data_sha256 NOT IN (SELECT data_sha256 FROM row_blocks)");
        if (!unprinted) {
            return std::unexpected{unprinted.error()};
        }
        unprinted->bind(0, data.sha256);
        if (const auto row = unprinted->step(); !row) {
            return std::unexpected{row.error()};
        }
        seen.unprinted = static_cast<std::uint64_t>(unprinted->integer(0));
        auto trials = trials_on_all(all);
        if (!trials) {
            return std::unexpected{trials.error()};
        }
        seen.trials = *trials;
        return seen;
    }

    Result<Trials> trials_on(const std::string& data_sha256) override {
        if (auto checked = check_hash(data_sha256); !checked) {
            return std::unexpected{checked.error()};
        }
        return trials_on_all({data_sha256});
    }

    Result<std::vector<TrialRow>> rows(const std::string& data_sha256, std::size_t limit) override {
        auto select = database_->prepare(kTrialRows);
        if (!select) {
            return std::unexpected{select.error()};
        }
        constexpr auto kLimitMax =
            static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
        select->bind(0, data_sha256).bind(1, static_cast<std::int64_t>(std::min(limit, kLimitMax)));
        std::vector<TrialRow> rows;
        for (;;) {
            const auto row = select->step();
            if (!row) {
                return std::unexpected{row.error()};
            }
            if (!*row) {
                return rows;
            }
            rows.push_back(row_of(*select));
        }
    }

 private:
    Result<void> add_blocks(const DataPrint& data) {
        auto add = database_->prepare(
            "INSERT OR IGNORE INTO row_blocks (block, data_sha256) VALUES (?, ?)");
        if (!add) {
            return std::unexpected{add.error()};
        }
        for (const std::uint64_t block : data.blocks) {
            if (auto added =
                    add->bind(0, static_cast<std::int64_t>(block)).bind(1, data.sha256).run();
                !added) {
                return added;
            }
        }
        return {};
    }

    // Other data by its hash, and how many blocks of rows it shares.
    Result<std::map<std::string, std::uint64_t>> shared_with(const DataPrint& data) {
        auto select = database_->prepare(
            "SELECT data_sha256 FROM row_blocks WHERE block = ? AND data_sha256 <> ?");
        if (!select) {
            return std::unexpected{select.error()};
        }
        std::map<std::string, std::uint64_t> shared;
        for (const std::uint64_t block : data.blocks) {
            select->bind(0, static_cast<std::int64_t>(block)).bind(1, data.sha256);
            for (;;) {
                const auto row = select->step();
                if (!row) {
                    return std::unexpected{row.error()};
                }
                if (!*row) {
                    break;
                }
                ++shared[select->text(0)];
            }
        }
        return shared;
    }

    // The first on it; empty: none.
    Result<std::string> study_on(const std::string& data_sha256) {
        auto select = database_->prepare(
            "SELECT study FROM trials WHERE data_sha256 = ? ORDER BY trial_id LIMIT 1");
        if (!select) {
            return std::unexpected{select.error()};
        }
        select->bind(0, data_sha256);
        const auto row = select->step();
        if (!row) {
            return std::unexpected{row.error()};
        }
        return *row ? select->text(0) : std::string{};
    }

    Result<Trials> trials_on_all(const std::vector<std::string>& data) {
        auto select =
            database_->prepare("SELECT sharpe, sharpe_lack FROM trials WHERE data_sha256 = ?");
        if (!select) {
            return std::unexpected{select.error()};
        }
        std::uint64_t count = 0;
        std::vector<double> sharpes;
        for (const std::string& sha256 : data) {
            select->bind(0, sha256);
            for (;;) {
                const auto row = select->step();
                if (!row) {
                    return std::unexpected{row.error()};
                }
                if (!*row) {
                    break;
                }
                ++count;
                if (select->text(1).empty()) {
                    sharpes.push_back(select->real(0));
                }
            }
        }
        // A trial without a ratio earned nothing that could be measured: 0. Whichever way spreads
        // them further deflates more.
        Trials trials = trials_of(sharpes);
        sharpes.resize(count, 0.0);
        const Trials all = trials_of(sharpes);
        trials.count = all.count;
        trials.sharpe_variance = std::max(trials.sharpe_variance, all.sharpe_variance);
        return trials;
    }

    // An empty file becomes a trial store; anything else must be one.
    Result<void> recognise() {
        const auto sound = database_->query_text("PRAGMA quick_check(1)");
        if (!sound) {
            return std::unexpected{sound.error()};
        }
        if (*sound != "ok") {
            return fail(
                fmt::format("trial store {} is damaged: {}; restore it from a backup, since "
                            "trials that are forgotten make results look better than they "
                            "are",
                            database_->path(), *sound));
        }
        std::array<std::int64_t, 3> facts{};  // Tables and the like, application, version.
        constexpr std::array kQueries = {"SELECT count(*) FROM sqlite_master",
                                         "PRAGMA application_id", "PRAGMA user_version"};
        for (std::size_t i = 0; i < facts.size(); ++i) {
            const auto fact = database_->query_integer(kQueries[i]);
            if (!fact) {
                return std::unexpected{fact.error()};
            }
            facts[i] = *fact;
        }
        const auto [objects, application, version] = facts;
        if (objects == 0 && application == 0 && version == 0) {
            return create();
        }
        if (application != kApplicationId) {
            return fail(
                fmt::format("{} is a database of something else, not a trial store; name "
                            "another file",
                            database_->path()));
        }
        if (version == 1) {
            return bring_up();
        }
        if (version != kSchemaVersion) {
            return fail(
                fmt::format("trial store {} has schema version {}, this program knows {}; "
                            "use the newer program",
                            database_->path(), version, kSchemaVersion));
        }
        return {};
    }

    // Its trials stay; which rows they saw nobody wrote down.
    Result<void> bring_up() {
        if (auto done = database_->execute(kRowsSchema); !done) {
            return done;
        }
        return database_->execute(fmt::format("PRAGMA user_version = {}", kSchemaVersion).c_str());
    }

    Result<void> create() {
        if (auto done = database_->execute(kTrialSchema); !done) {
            return done;
        }
        if (auto done = database_->execute(kRowsSchema); !done) {
            return done;
        }
        // A PRAGMA takes no parameters; the numbers are ours.
        const std::string marks = fmt::format(
            "PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, kSchemaVersion);
        return database_->execute(marks.c_str());
    }

    static TrialRow row_of(const Statement& select) {
        TrialRow row;
        row.study = {select.text(0), select.text(1), select.text(2), select.text(3),
                     WallTime{select.integer(4)}};
        row.fold = static_cast<std::uint64_t>(select.integer(5));
        row.number = static_cast<std::uint64_t>(select.integer(6));
        row.parameters_json = select.text(7);
        row.trades = static_cast<std::uint64_t>(select.integer(8));
        row.seed = static_cast<std::uint64_t>(select.integer(9));
        if (const std::string lack = select.text(11); !lack.empty()) {
            row.objective = std::unexpected{lack_of(lack)};
        } else {
            const std::string ci_lack = select.text(14);
            row.objective = Estimate{
                select.real(10),
                ci_lack.empty() ? Measured<Interval>{Interval{select.real(12), select.real(13)}}
                                : Measured<Interval>{std::unexpected{lack_of(ci_lack)}}};
        }
        const std::string sharpe_lack = select.text(16);
        row.sharpe_daily = sharpe_lack.empty()
                               ? Measured<double>{select.real(15)}
                               : Measured<double>{std::unexpected{lack_of(sharpe_lack)}};
        return row;
    }

    std::unique_ptr<Database> database_;
    Statement add_;
};

}  // namespace

Searched searched_of(const DataSeen& seen, const DataPrint& data) {
    if (seen.trials.count > 0) {
        return Searched::Yes;
    }
    return seen.unprinted > 0 || data.blocks.empty() ? Searched::Unknown : Searched::No;
}

Result<std::unique_ptr<TrialStore>> TrialStore::open(const std::string& path) {
    auto database = Database::open(path);
    if (!database) {
        return std::unexpected{database.error()};
    }
    auto store = std::make_unique<SqliteTrialStore>(std::move(*database));
    if (auto prepared = store->prepare(); !prepared) {
        return std::unexpected{prepared.error()};
    }
    return store;
}

}  // namespace sniperforge::analytics
