// SPDX-License-Identifier: MIT
// The statements of the store's retention; store_retention.cpp binds their parameters in this
// order.
#pragma once

namespace sniperforge::analytics {

// ?1 start and ?2 id of the run before, ?3 the first start that is too young.
inline constexpr const char* kNextRun =
    "SELECT run_id, started_wall_ns, provenance = 'live' FROM runs"
    " WHERE (started_wall_ns, run_id) > (?1, ?2) AND started_wall_ns < ?3"
    " ORDER BY started_wall_ns, run_id LIMIT 1";

// The last of the next so many: ?1 run, ?2 the last one looked at, ?3 how many less one.
inline constexpr const char* kNextOrders =
    "SELECT intent_id FROM orders WHERE run_id = ?1 AND intent_id > ?2"
    " ORDER BY intent_id LIMIT 1 OFFSET ?3";
inline constexpr const char* kNextPositions =
    "SELECT position_id FROM positions WHERE run_id = ?1 AND position_id > ?2"
    " ORDER BY position_id LIMIT 1 OFFSET ?3";

// The orders of a step that go. Those of what is held are known by the token: the order that
// bought it came before the position.
inline constexpr const char* kMakeLeaving =
    "CREATE TEMP TABLE leaving (intent_id INTEGER NOT NULL)";
// ?1 run, ?2 to ?3 the orders, ?4 older than this goes, ?5 the same above the budget, ?6 live:
// there only what moved nothing. The purchase of a position that was closed later than that stays
// with its sales, or they would be a result of nothing.
inline constexpr const char* kMarkOrders =
    "INSERT INTO temp.leaving SELECT intent_id FROM orders"
    " WHERE run_id = ?1 AND intent_id > ?2 AND intent_id <= ?3"
    " AND (wall_ns < ?4 OR (wall_ns < ?5 AND (NOT ?6 OR (outcome IN ('rejected', 'expired')"
    " AND wallet = 0 AND base_fee = 0 AND priority_fee = 0 AND tip = 0))))"
    " AND NOT EXISTS (SELECT 1 FROM tokens_held WHERE tokens_held.mint = orders.mint)"
    " AND (outcome <> 'landed' OR kind NOT IN ('entry', 'exit') OR NOT EXISTS ("
    "SELECT 1 FROM positions AS later WHERE later.mint = orders.mint"
    " AND later.closed_wall_ns >= iif(?6, ?4, max(?4, ?5))"
    " AND NOT EXISTS (SELECT 1 FROM positions AS its WHERE its.mint = orders.mint"
    " AND its.closed_wall_ns BETWEEN orders.wall_ns AND iif(?6, ?4, max(?4, ?5)) - 1)))";
// ?1 run. Evidence begins behind what is gone of it.
inline constexpr const char* kNoteOrdersCut =
    "INSERT INTO retention_cuts (provenance, orders_wall_ns)"
    " SELECT (SELECT provenance FROM runs WHERE run_id = ?1), max(wall_ns) FROM orders"
    " WHERE run_id = ?1 AND intent_id IN (SELECT intent_id FROM temp.leaving)"
    " AND outcome IN ('landed', 'reverted') HAVING count(*) > 0"
    " ON CONFLICT (provenance) DO UPDATE SET"
    " orders_wall_ns = max(orders_wall_ns, excluded.orders_wall_ns)";
// ?1 run: days without an order are days of evidence.
inline constexpr const char* kNoteRunCut =
    "INSERT INTO retention_cuts (provenance, runs_wall_ns)"
    " SELECT provenance, started_wall_ns FROM runs WHERE run_id = ?1"
    " ON CONFLICT (provenance) DO UPDATE SET runs_wall_ns ="
    " iif(runs_wall_ns = 0, excluded.runs_wall_ns, min(runs_wall_ns, excluded.runs_wall_ns))";
// ?1 run. What refers to an order goes before it.
inline constexpr const char* kDropTokenChangesOfOrders =
    "DELETE FROM token_changes WHERE run_id = ?1"
    " AND intent_id IN (SELECT intent_id FROM temp.leaving)";
inline constexpr const char* kDropPaperOfOrders =
    "DELETE FROM paper_orders WHERE run_id = ?1"
    " AND intent_id IN (SELECT intent_id FROM temp.leaving)";
inline constexpr const char* kDropIntentsOfOrders =
    "DELETE FROM intents WHERE run_id = ?1"
    " AND intent_id IN (SELECT intent_id FROM temp.leaving)";
inline constexpr const char* kDropOrders =
    "DELETE FROM orders WHERE run_id = ?1 AND intent_id IN (SELECT intent_id FROM temp.leaving)";
inline constexpr const char* kForgetLeaving = "DELETE FROM temp.leaving";
// ?1 run, ?2 to ?3 the orders, ?4 what is older goes: above the budget, of runs that have ended.
// The order stays, and evidence counts it as not compared.
inline constexpr const char* kDropPaper =
    "DELETE FROM paper_orders WHERE run_id = ?1 AND intent_id > ?2 AND intent_id <= ?3"
    " AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.run_id = ?1"
    " AND orders.intent_id = paper_orders.intent_id AND orders.wall_ns >= ?4)";

// ?1 run, ?2 to ?3 the positions, ?4 what ended before this goes. The row that says that a position
// was closed goes after the one that opened it, or that one would pass for open; but that one stays
// while the closing is young.
inline constexpr const char* kDropPositions =
    "DELETE FROM positions WHERE run_id = ?1 AND position_id > ?2 AND position_id <= ?3"
    " AND max(opened_wall_ns, closed_wall_ns) < ?4"
    " AND NOT EXISTS (SELECT 1 FROM tokens_held WHERE tokens_held.mint = positions.mint)"
    " AND (closed_wall_ns <> 0 OR NOT EXISTS (SELECT 1 FROM positions AS closed"
    " WHERE closed.position_id = positions.position_id AND closed.closed_wall_ns >= ?4"
    " AND closed.mint = positions.mint))"
    " AND (closed_wall_ns = 0 OR NOT EXISTS (SELECT 1 FROM positions AS opened"
    " WHERE opened.position_id = positions.position_id AND opened.closed_wall_ns = 0"
    " AND opened.run_id <> positions.run_id))";

// ?1 run, ?2 the one that is written now, ?3 what ended before this goes, ?4 the same above the
// budget, ?5 live: there only what has no result.
inline constexpr const char* kRunGoes =
    "SELECT 1 FROM runs WHERE run_id = ?1 AND run_id <> ?2"
    " AND run_id <> (SELECT run_id FROM runs ORDER BY started_wall_ns DESC, run_id DESC LIMIT 1)"
    " AND (max(started_wall_ns, ended_wall_ns, heard_wall_ns) < ?3"
    " OR (max(started_wall_ns, ended_wall_ns, heard_wall_ns) < ?4 AND (NOT ?5 OR report_json = "
    "'')))"
    " AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.run_id = ?1)"
    " AND NOT EXISTS (SELECT 1 FROM positions WHERE positions.run_id = ?1)";
inline constexpr const char* kDropPaperOfRun = "DELETE FROM paper_orders WHERE run_id = ?1";
inline constexpr const char* kDropIntentsOfRun = "DELETE FROM intents WHERE run_id = ?1";
inline constexpr const char* kDropDenialsOfRun = "DELETE FROM denials WHERE run_id = ?1";
inline constexpr const char* kDropRun = "DELETE FROM runs WHERE run_id = ?1";

// The last time that a run other than ?1 told of.
inline constexpr const char* kLatestOfOthers =
    "SELECT coalesce(max(max(started_wall_ns, ended_wall_ns)), 0) FROM runs WHERE run_id <> ?1";

}  // namespace sniperforge::analytics
