// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/store.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "analytics/schema.hpp"
#include "analytics/sqlite.hpp"
#include "analytics/store_on_paper.hpp"
#include "analytics/store_statements.hpp"
#include "analytics/store_trades.hpp"
#include "analytics/store_values.hpp"

namespace sniperforge::analytics {
namespace {

class SqliteStore final : public Store {
 public:
    explicit SqliteStore(std::unique_ptr<Database> database) : database_{std::move(database)} {}

    Result<void> prepare();

    Result<void> begin_run(const RunInfo& run) override;
    Result<void> resume_run(const RunInfo& run) override;
    void set_patience(Duration patience) override { database_->set_patience(patience); }
    Result<void> end_run(std::int64_t wall_ns, const std::string& report_json) override;
    void add_report(const ExecutionReport& report, std::int64_t wall_ns) override;
    void add_finalized(const OrderFinalized& order) override;
    void add_on_paper(const OrderOnPaper& order) override;
    void add_denial(StrategyId strategy, DenialReason reason, const std::string& detail,
                    std::int64_t wall_ns) override;
    void add_position_opened(const PositionOpened& event, std::int64_t wall_ns) override;
    void add_position_closed(const PositionClosed& event, std::int64_t wall_ns) override;
    void add_intent(const OrderIntent& intent) override;
    void add_position_marked(const PositionMarked& event) override;
    void add_books_equal() override;
    void add_shortfall(Lamports missing, std::int64_t wall_ns) override;
    void add_heard(std::int64_t wall_ns) override;
    Result<void> commit() override;

    Result<void> begin_snapshot() override;
    void end_snapshot() override;
    Result<std::vector<RunRow>> runs(std::size_t limit) override;
    Result<std::vector<TradeRow>> trades(const std::string& run_id, std::size_t limit) override;
    Result<std::vector<DenialRow>> denials(const std::string& run_id) override;
    Result<std::vector<PositionRow>> positions(const std::string& run_id,
                                               std::size_t limit) override;
    Result<std::vector<TokenChangeRow>> token_changes(const std::string& run_id,
                                                      IntentId intent_id) override;
    Result<std::vector<ComparedOrder>> orders_on_paper(const std::string& run_id) override;
    Result<RecordedTrades> recorded_trades(Provenance provenance) override;

 private:
    // True when the transaction is open and nothing has failed in it.
    bool is_writable();
    void note(const Result<void>& result) {
        if (!result && !failure_) {
            failure_ = result.error();
        }
    }
    std::int64_t lamports(Lamports amount);
    void put_token_changes(const ExecutionReport& report);
    // Runs a query with its bound values and collects the rows.
    template <typename Row, typename Bind, typename Read>
    Result<std::vector<Row>> query(std::string_view sql, Bind bind, Read read) const;

    std::unique_ptr<Database> database_;
    Statement begin_, commit_, rollback_;
    Statement insert_run_, end_run_;
    Statement put_order_, finalize_order_, put_on_paper_, drop_token_changes_, insert_token_change_;
    Statement count_denial_, open_position_, close_position_;
    Statement put_intent_, mark_position_, count_equal_check_, never_equal_, put_shortfall_;
    Statement hear_run_;
    std::string run_id_;
    bool is_in_transaction_ = false;
    std::optional<Error> failure_;  // The first one since the last commit().
};

Result<void> SqliteStore::prepare() {
    // NORMAL in WAL mode: a power loss may take the last commits, never the file's consistency.
    constexpr std::array kPragmas = {"PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = ON",
                                     "PRAGMA cache_size = -512", "PRAGMA temp_store = MEMORY",
                                     // What the -wal file keeps of the disk between its uses.
                                     "PRAGMA journal_size_limit = 4194304"};
    const auto pages = database_->query_integer("PRAGMA page_count");
    if (!pages) {
        return Err<Error>{pages.error()};
    }
    if (*pages == 0) {
        // Before anything is in it: pages that get free can be given back to the disk. Of a file
        // that has pages it would wait for whoever writes.
        if (auto vacuum = database_->execute("PRAGMA auto_vacuum = INCREMENTAL"); !vacuum) {
            return vacuum;
        }
    }
    const auto mode = database_->query_text("PRAGMA journal_mode = WAL");
    if (!mode) {
        return Err<Error>{mode.error()};
    }
    if (*mode != "wal") {
        return fail(
            fmt::format("store {}: the file system does not allow SQLite's WAL mode (it stays "
                        "in {}); use a local --state-dir",
                        database_->path(), *mode));
    }
    for (const char* const pragma : kPragmas) {
        if (auto done = database_->execute(pragma); !done) {
            return done;
        }
    }
    if (auto migrated = migrate(*database_); !migrated) {
        return migrated;
    }
    const std::array<std::pair<Statement*, const char*>, 19> statements = {{
        {&begin_, "BEGIN IMMEDIATE"},
        {&commit_, "COMMIT"},
        {&rollback_, "ROLLBACK"},
        {&insert_run_, kInsertRun},
        {&end_run_, kEndRun},
        {&put_order_, kPutOrder},
        {&finalize_order_, kFinalizeOrder},
        {&put_on_paper_, kPutOnPaper},
        {&drop_token_changes_, kDropTokenChanges},
        {&insert_token_change_, kInsertTokenChange},
        {&count_denial_, kCountDenial},
        {&open_position_, kOpenPosition},
        {&close_position_, kClosePosition},
        {&put_intent_, kPutIntent},
        {&mark_position_, kMarkPosition},
        {&count_equal_check_, kCountEqualCheck},
        {&never_equal_, kNeverEqual},
        {&put_shortfall_, kPutShortfall},
        {&hear_run_, kHearRun},
    }};
    for (const auto& [statement, sql] : statements) {
        auto prepared = database_->prepare(sql);
        if (!prepared) {
            return Err<Error>{prepared.error()};
        }
        *statement = std::move(*prepared);
    }
    return {};
}

bool SqliteStore::is_writable() {
    if (!is_in_transaction_ && !failure_) {
        const auto begun = begin_.run();
        note(begun);
        is_in_transaction_ = begun.has_value();
    }
    return !failure_;
}

std::int64_t SqliteStore::lamports(Lamports amount) {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (amount.raw() > kMax) {
        note(fail(fmt::format("store {}: {} lamports do not fit a column (at most {})",
                              database_->path(), amount.raw(), kMax)));
        return 0;
    }
    return static_cast<std::int64_t>(amount.raw());
}

Result<void> SqliteStore::begin_run(const RunInfo& run) {
    if (is_writable()) {
        run_id_ = run.run_id;
        insert_run_.bind(0, run.run_id)
            .bind(1, to_string(run.provenance))
            .bind(2, run.scenario)
            .bind(3, run.time_compression)
            .bind(4, bits_of(run.seed))
            .bind(5, run.started_wall_ns)
            .bind(6, run.build_id);
        note(insert_run_.run());
    }
    return commit();
}

Result<void> SqliteStore::resume_run(const RunInfo& run) {
    auto statement = database_->prepare("SELECT 1 FROM runs WHERE run_id = ?");
    if (!statement) {
        return Err<Error>{statement.error()};
    }
    const auto row = statement->bind(0, run.run_id).step();
    if (!row) {
        return Err<Error>{row.error()};
    }
    if (!*row) {
        return begin_run(run);
    }
    run_id_ = run.run_id;
    return {};
}

Result<void> SqliteStore::end_run(std::int64_t wall_ns, const std::string& report_json) {
    if (is_writable()) {
        end_run_.bind(0, wall_ns).bind(1, report_json).bind(2, run_id_);
        note(end_run_.run());
    }
    return commit();
}

void SqliteStore::add_report(const ExecutionReport& report, std::int64_t wall_ns) {
    if (!is_writable()) {
        return;
    }
    // Rows of the fill go first: they refer to the order that is about to be replaced.
    drop_token_changes_.bind(0, run_id_).bind(1, bits_of(report.intent_id.value));
    note(drop_token_changes_.run());
    const Fill& fill = report.fill;
    put_order_.bind(0, run_id_)
        .bind(1, bits_of(report.intent_id.value))
        .bind(2, to_string(report.strategy))
        .bind(3, to_string(report.kind))
        .bind(4, to_string(report.exit_reason))
        .bind(5, bits_of(report.position_id.value))
        .bind(6, report.mint.to_string())
        .bind(7, to_string(report.outcome))
        .bind(8, report.signature.is_zero() ? std::string{} : report.signature.to_string())
        .bind(9, bits_of(report.slot.value))
        .bind(10, fill.wallet.raw())
        .bind(11, lamports(fill.base_fee))
        .bind(12, lamports(fill.priority_fee))
        .bind(13, lamports(fill.tip))
        .bind(14, lamports(fill.rent_paid))
        .bind(15, lamports(fill.rent_refunded))
        .bind(16, lamports(report.spend_max))
        .bind(17, error_text(report))
        .bind(18, elapsed_ns(report.decided_at, report.sent_at))
        .bind(19, elapsed_ns(report.sent_at, report.settled_at))
        .bind(20, wall_ns)
        .bind(21, fill.venue_fees ? lamports(fill.venue_fees->amm) : kNotTold)
        .bind(22, fill.venue_fees ? lamports(fill.venue_fees->transfer) : kNotTold)
        .bind(23, lamports(fill.rent_of_others))
        .bind(24, fill.unexplained.raw());
    note(put_order_.run());
    put_token_changes(report);
}

void SqliteStore::put_token_changes(const ExecutionReport& report) {
    std::int64_t part = 0;
    for (const TokenChange& change : report.fill.tokens) {
        if (failure_) {
            return;
        }
        insert_token_change_.bind(0, run_id_)
            .bind(1, bits_of(report.intent_id.value))
            .bind(2, part++)
            .bind(3, change.mint.to_string())
            .bind(4, fmt::format("{}", change.amount.raw()));
        note(insert_token_change_.run());
    }
}

void SqliteStore::add_finalized(const OrderFinalized& order) {
    if (!is_writable()) {
        return;
    }
    finalize_order_.bind(0, bits_of(order.slot.value))
        .bind(1, bits_of(order.intent_id.value))
        .bind(2, run_id_)
        .bind(3, order.signature.is_zero() ? std::string{} : order.signature.to_string());
    note(finalize_order_.run());
}

void SqliteStore::add_on_paper(const OrderOnPaper& order) {
    if (is_writable()) {
        bind_on_paper(put_on_paper_, run_id_, order);
        note(put_on_paper_.run());
    }
}

void SqliteStore::add_denial(StrategyId strategy, DenialReason reason, const std::string& detail,
                             std::int64_t wall_ns) {
    if (!is_writable()) {
        return;
    }
    count_denial_.bind(0, run_id_)
        .bind(1, to_string(strategy))
        .bind(2, to_string(reason))
        .bind(3, detail)
        .bind(4, wall_ns);
    note(count_denial_.run());
}

void SqliteStore::add_position_opened(const PositionOpened& event, std::int64_t wall_ns) {
    if (!is_writable()) {
        return;
    }
    open_position_.bind(0, run_id_)
        .bind(1, bits_of(event.position_id.value))
        .bind(2, to_string(event.strategy))
        .bind(3, event.mint.to_string())
        .bind(4, fmt::format("{}", event.amount.raw()))
        .bind(5, lamports(event.cost))
        .bind(6, wall_ns);
    note(open_position_.run());
}

void SqliteStore::add_position_closed(const PositionClosed& event, std::int64_t wall_ns) {
    if (!is_writable()) {
        return;
    }
    close_position_.bind(0, run_id_)
        .bind(1, bits_of(event.position_id.value))
        .bind(2, to_string(event.strategy))
        .bind(3, event.mint.to_string())
        .bind(4, wall_ns)
        .bind(5, event.pnl_realized.raw())
        .bind(6, to_string(event.reason));
    note(close_position_.run());
}

void SqliteStore::add_intent(const OrderIntent& intent) {
    if (is_writable()) {
        bind_intent(put_intent_, run_id_, intent);
        note(put_intent_.run());
    }
}

void SqliteStore::add_position_marked(const PositionMarked& event) {
    if (is_writable()) {
        mark_position_.bind(0, clamped_column(event.value.raw()))
            .bind(1, bits_of(event.position_id.value));
        note(mark_position_.run());
    }
}

void SqliteStore::add_shortfall(Lamports missing, std::int64_t wall_ns) {
    if (is_writable()) {
        note(never_equal_.bind(0, wall_ns).run());
        put_shortfall_.bind(0, run_id_).bind(1, wall_ns).bind(2, lamports(missing));
        note(put_shortfall_.run());
    }
}

void SqliteStore::add_heard(std::int64_t wall_ns) {
    if (is_writable()) {
        hear_run_.bind(0, wall_ns).bind(1, run_id_);
        note(hear_run_.run());
    }
}

void SqliteStore::add_books_equal() {
    if (is_writable()) {
        note(count_equal_check_.run());
    }
}

Result<void> SqliteStore::commit() {
    if (is_in_transaction_ && !failure_) {
        const auto committed = commit_.run();
        note(committed);
        is_in_transaction_ = !committed;
    }
    if (!failure_) {
        return {};
    }
    if (is_in_transaction_) {
        (void)rollback_.run();  // SQLite may have rolled back by itself (disk full).
        is_in_transaction_ = false;
    }
    const Error failure = *std::exchange(failure_, std::nullopt);
    return Err<Error>{failure};
}

template <typename Row, typename Bind, typename Read>
Result<std::vector<Row>> SqliteStore::query(std::string_view sql, Bind bind, Read read) const {
    auto statement = database_->prepare(sql);
    if (!statement) {
        return Err<Error>{statement.error()};
    }
    bind(*statement);
    std::vector<Row> rows;
    while (true) {
        const auto more = statement->step();
        if (!more) {
            return Err<Error>{more.error()};
        }
        if (!*more) {
            return rows;
        }
        rows.push_back(read(*statement));
    }
}

Result<void> SqliteStore::begin_snapshot() {
    if (is_in_transaction_) {
        return fail(fmt::format("store {}: reading a snapshot with rows that are not committed",
                                database_->path()));
    }
    // It is of the moment of the first reading, which follows: DEFERRED waits for nobody.
    return database_->execute("BEGIN DEFERRED");
}

void SqliteStore::end_snapshot() {
    (void)database_->execute("ROLLBACK");  // Nothing was written.
}

Result<std::vector<Store::RunRow>> SqliteStore::runs(std::size_t limit) {
    return query<RunRow>(
        kRuns, [&](Statement& statement) { statement.bind(0, limit_of(limit)); },
        [](const Statement& row) {
            return RunRow{{row.text(0), parse_provenance(row.text(1)), row.text(2), row.real(3),
                           static_cast<std::uint64_t>(row.integer(4)), row.integer(5), row.text(6)},
                          row.integer(7),
                          row.text(8),
                          row.integer(9)};
        });
}

Result<std::vector<Store::TradeRow>> SqliteStore::trades(const std::string& run_id,
                                                         std::size_t limit) {
    return query<TradeRow>(
        "SELECT strategy, kind, outcome, mint, signature, error, wallet,"
        " base_fee + priority_fee + tip, wall_ns, intent_id, exit_reason, finalized_slot"
        " FROM orders"
        " WHERE run_id = ? ORDER BY wall_ns DESC, intent_id DESC LIMIT ?",
        [&](Statement& statement) { statement.bind(0, run_id).bind(1, limit_of(limit)); },
        [](const Statement& row) {
            return TradeRow{row.text(0),    row.text(1),
                            row.text(2),    row.text(3),
                            row.text(4),    row.text(5),
                            row.integer(6), row.integer(7),
                            row.integer(8), static_cast<std::uint64_t>(row.integer(9)),
                            row.text(10),   static_cast<std::uint64_t>(row.integer(11))};
        });
}

Result<std::vector<Store::DenialRow>> SqliteStore::denials(const std::string& run_id) {
    return query<DenialRow>(
        "SELECT strategy, reason, detail_last, count, wall_ns_last FROM denials WHERE run_id = ?"
        " ORDER BY count DESC, strategy, reason",
        [&](Statement& statement) { statement.bind(0, run_id); },
        [](const Statement& row) {
            return DenialRow{row.text(0), row.text(1), row.text(2), row.integer(3), row.integer(4)};
        });
}

Result<std::vector<Store::PositionRow>> SqliteStore::positions(const std::string& run_id,
                                                               std::size_t limit) {
    return query<PositionRow>(
        "SELECT position_id, strategy, mint, amount, reason, cost, pnl, opened_wall_ns,"
        " closed_wall_ns FROM positions WHERE run_id = ? ORDER BY position_id DESC LIMIT ?",
        [&](Statement& statement) { statement.bind(0, run_id).bind(1, limit_of(limit)); },
        [](const Statement& row) {
            return PositionRow{static_cast<std::uint64_t>(row.integer(0)),
                               row.text(1),
                               row.text(2),
                               row.text(3),
                               row.text(4),
                               row.integer(5),
                               row.integer(6),
                               row.integer(7),
                               row.integer(8)};
        });
}

Result<std::vector<Store::TokenChangeRow>> SqliteStore::token_changes(const std::string& run_id,
                                                                      IntentId intent_id) {
    return query<TokenChangeRow>(
        "SELECT mint, amount FROM token_changes WHERE run_id = ? AND intent_id = ? ORDER BY part",
        [&](Statement& statement) { statement.bind(0, run_id).bind(1, bits_of(intent_id.value)); },
        [](const Statement& row) { return TokenChangeRow{row.text(0), row.text(1)}; });
}

Result<std::vector<ComparedOrder>> SqliteStore::orders_on_paper(const std::string& run_id) {
    return query<ComparedOrder>(
        kOrdersOnPaper, [&](Statement& statement) { statement.bind(0, run_id); }, compared_order);
}

Result<RecordedTrades> SqliteStore::recorded_trades(Provenance provenance) {
    return read_recorded_trades(*database_, provenance);
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& path) {
    auto database = Database::open(path);
    if (!database) {
        return Err<Error>{database.error()};
    }
    auto store = std::make_unique<SqliteStore>(std::move(*database));
    if (auto prepared = store->prepare(); !prepared) {
        return Err<Error>{prepared.error()};
    }
    return store;
}

}  // namespace sniperforge::analytics
