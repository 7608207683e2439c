// SPDX-License-Identifier: MIT
#include "analytics/schema.hpp"

#include <fmt/format.h>

#include <array>

namespace sniperforge::analytics {
namespace {

// Migration i leads from user_version i to i + 1.
// Lamports and times (ns since 1970, UTC) are INTEGER; token amounts TEXT: SQLite would turn
// integers above 2^63 into floating point. The seed is the 64 bits of it as a signed integer.
constexpr std::array kMigrations = {
    R"sql(
CREATE TABLE runs (
    run_id            TEXT    NOT NULL PRIMARY KEY,
    provenance        TEXT    NOT NULL CHECK (provenance IN ('sim', 'test', 'paper', 'live')),
    scenario          TEXT    NOT NULL,
    time_compression  REAL    NOT NULL,
    seed              INTEGER NOT NULL,
    started_wall_ns   INTEGER NOT NULL,
    ended_wall_ns     INTEGER NOT NULL DEFAULT 0,
    build_id          TEXT    NOT NULL,
    report_json       TEXT    NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_start ON runs (started_wall_ns);

CREATE TABLE orders (
    run_id        TEXT    NOT NULL REFERENCES runs,
    intent_id     INTEGER NOT NULL,
    strategy      TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    exit_reason   TEXT    NOT NULL,
    position_id   INTEGER NOT NULL,
    mint          TEXT    NOT NULL,
    outcome       TEXT    NOT NULL,
    signature     TEXT    NOT NULL,
    slot          INTEGER NOT NULL,
    wallet        INTEGER NOT NULL,
    base_fee      INTEGER NOT NULL,
    priority_fee  INTEGER NOT NULL,
    tip           INTEGER NOT NULL,
    rent_paid     INTEGER NOT NULL,
    rent_refunded INTEGER NOT NULL,
    spend_max     INTEGER NOT NULL,
    error         TEXT    NOT NULL,
    decided_to_sent_ns   INTEGER NOT NULL,
    sent_to_settled_ns   INTEGER NOT NULL,
    wall_ns       INTEGER NOT NULL,
    PRIMARY KEY (run_id, intent_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE token_changes (
    run_id    TEXT    NOT NULL,
    intent_id INTEGER NOT NULL,
    part      INTEGER NOT NULL,
    mint      TEXT    NOT NULL,
    amount    TEXT    NOT NULL,
    PRIMARY KEY (run_id, intent_id, part),
    FOREIGN KEY (run_id, intent_id) REFERENCES orders
) STRICT, WITHOUT ROWID;

CREATE TABLE denials (
    run_id       TEXT    NOT NULL REFERENCES runs,
    strategy     TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    count        INTEGER NOT NULL,
    detail_last  TEXT    NOT NULL,
    wall_ns_last INTEGER NOT NULL,
    PRIMARY KEY (run_id, strategy, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE positions (
    run_id         TEXT    NOT NULL REFERENCES runs,
    position_id    INTEGER NOT NULL,
    strategy       TEXT    NOT NULL,
    mint           TEXT    NOT NULL,
    amount         TEXT    NOT NULL,
    cost           INTEGER NOT NULL,
    opened_wall_ns INTEGER NOT NULL,
    closed_wall_ns INTEGER NOT NULL DEFAULT 0,
    pnl            INTEGER NOT NULL DEFAULT 0,
    reason         TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, position_id)
) STRICT, WITHOUT ROWID;
)sql",
    // Of the order's block, once it is finalized; 0: not known to be.
    R"sql(
ALTER TABLE orders ADD COLUMN finalized_slot INTEGER NOT NULL DEFAULT 0;
)sql",
    // Orders beside what paper would have made of them. They refer to their run only: the order
    // itself is replaced by each later report. -1: venue fees that nobody tells, in no slot.
    R"sql(
CREATE TABLE paper_orders (
    run_id             TEXT    NOT NULL REFERENCES runs,
    intent_id          INTEGER NOT NULL,
    lack               TEXT    NOT NULL,
    is_own_route       INTEGER NOT NULL,
    is_cut_short       INTEGER NOT NULL,
    decided_swap       INTEGER NOT NULL,
    decided_venue_fees INTEGER NOT NULL,
    is_before_known    INTEGER NOT NULL,
    before_swap        INTEGER NOT NULL,
    before_venue_fees  INTEGER NOT NULL,
    paper_outcome      TEXT    NOT NULL,
    paper_slots        INTEGER NOT NULL,
    paper_swap         INTEGER NOT NULL,
    paper_venue_fees   INTEGER NOT NULL,
    paper_base_fee     INTEGER NOT NULL,
    paper_priority_fee INTEGER NOT NULL,
    paper_tip          INTEGER NOT NULL,
    paper_rent         INTEGER NOT NULL,
    live_outcome       TEXT    NOT NULL,
    live_slots         INTEGER NOT NULL,
    live_swap          INTEGER NOT NULL,
    live_venue_fees    INTEGER NOT NULL,
    live_base_fee      INTEGER NOT NULL,
    live_priority_fee  INTEGER NOT NULL,
    live_tip           INTEGER NOT NULL,
    live_rent          INTEGER NOT NULL,
    PRIMARY KEY (run_id, intent_id)
) STRICT, WITHOUT ROWID;
)sql",
    // What is held, for the retention. A position is open where the newest row that opened it is
    // younger than any that closed it: one of before a restart is closed in another run's row.
    R"sql(
CREATE INDEX positions_by_id ON positions (position_id, closed_wall_ns);
CREATE INDEX positions_unclosed ON positions (mint) WHERE closed_wall_ns = 0;
CREATE VIEW tokens_held AS
    SELECT mint FROM positions AS opened
    WHERE closed_wall_ns = 0 AND opened_wall_ns >
        (SELECT max(closed_wall_ns) FROM positions AS closed
         WHERE closed.position_id = opened.position_id);
)sql",
    // What evidence is made of. -1: fees that nobody tells, a position that nobody has marked yet.
    // equal_checks: times that the books were found equal to the chain since the order was final,
    // two at most; -1: what was missing then was accepted, and none tells of this order. Intents of
    // entries and cycles that were approved. heard_wall_ns: when the run was last known to go on,
    // to the minute. What the retention took from evidence: the youngest order that landed or was
    // reverted, the begin of the first run; 0: none.
    R"sql(
ALTER TABLE orders ADD COLUMN amm_fee INTEGER NOT NULL DEFAULT -1;
ALTER TABLE orders ADD COLUMN transfer_fee INTEGER NOT NULL DEFAULT -1;
ALTER TABLE orders ADD COLUMN rent_of_others INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN unexplained INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN equal_checks INTEGER NOT NULL DEFAULT 0;
CREATE INDEX orders_to_reconcile ON orders (run_id)
    WHERE finalized_slot <> 0 AND equal_checks >= 0 AND equal_checks < 2;
CREATE TABLE intents (
    run_id         TEXT    NOT NULL REFERENCES runs,
    intent_id      INTEGER NOT NULL,
    amount_in      INTEGER NOT NULL,
    pool_liquidity INTEGER NOT NULL,
    venues         TEXT    NOT NULL,
    PRIMARY KEY (run_id, intent_id)
) STRICT, WITHOUT ROWID;
ALTER TABLE positions ADD COLUMN value_low INTEGER NOT NULL DEFAULT -1;
ALTER TABLE positions ADD COLUMN value_high INTEGER NOT NULL DEFAULT -1;
ALTER TABLE positions ADD COLUMN value_last INTEGER NOT NULL DEFAULT -1;
CREATE INDEX positions_by_mint ON positions (mint, closed_wall_ns);
CREATE TABLE shortfalls (
    provenance TEXT    NOT NULL,
    wall_ns    INTEGER NOT NULL,
    lamports   INTEGER NOT NULL,
    PRIMARY KEY (provenance, wall_ns)
) STRICT, WITHOUT ROWID;
CREATE TABLE retention_cuts (
    provenance     TEXT    NOT NULL PRIMARY KEY,
    orders_wall_ns INTEGER NOT NULL DEFAULT 0,
    runs_wall_ns   INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
ALTER TABLE runs ADD COLUMN heard_wall_ns INTEGER NOT NULL DEFAULT 0;
)sql",
};

}  // namespace

Result<void> migrate(Database& database) {
    constexpr auto kNewest = static_cast<std::int64_t>(kMigrations.size());
    // One that is as it should be waits for nobody.
    if (const auto version = database.query_integer("PRAGMA user_version");
        !version || *version == kNewest) {
        return version ? Result<void>{} : Err<Error>{version.error()};
    }
    // The lock first: two processes may open a new store at the same time.
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) {
        return begun;
    }
    const auto run = [&]() -> Result<void> {
        const auto version = database.query_integer("PRAGMA user_version");
        if (!version) {
            return Err<Error>{version.error()};
        }
        if (*version < 0 || *version > kNewest) {
            return fail(
                fmt::format("store {} has schema version {}, this program knows up to {}; use "
                            "the newer program or another --state-dir",
                            database.path(), *version, kNewest));
        }
        for (std::int64_t at = *version; at < kNewest; ++at) {
            if (auto done = database.execute(kMigrations[static_cast<std::size_t>(at)]); !done) {
                return done;
            }
        }
        // A PRAGMA takes no parameters; the number is ours.
        return database.execute(fmt::format("PRAGMA user_version = {}", kNewest).c_str());
    };
    if (auto done = run(); !done) {
        (void)database.execute("ROLLBACK");  // The first error tells more.
        return done;
    }
    return database.execute("COMMIT");
}

}  // namespace sniperforge::analytics
