// SPDX-License-Identifier: MIT
// The statements that write the store; store.cpp binds their parameters in this order.
#pragma once

namespace sniperforge::analytics {

inline constexpr const char* kInsertRun =
    "INSERT INTO runs (run_id, provenance, scenario, time_compression, seed, started_wall_ns, "
    "build_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)";
inline constexpr const char* kEndRun =
    "UPDATE runs SET ended_wall_ns = ?, report_json = ? WHERE run_id = ?";
inline constexpr const char* kHearRun =
    "UPDATE runs SET heard_wall_ns = max(heard_wall_ns, ?) WHERE run_id = ?";
// The last sign of life of each run is whatever of it is youngest.
inline constexpr const char* kRuns =
    "SELECT run_id, provenance, scenario, time_compression, seed, started_wall_ns, build_id,"
    " ended_wall_ns, report_json, max(started_wall_ns, heard_wall_ns,"
    " (SELECT coalesce(max(wall_ns), 0) FROM orders WHERE orders.run_id = runs.run_id),"
    " (SELECT coalesce(max(wall_ns_last), 0) FROM denials WHERE denials.run_id = runs.run_id),"
    " (SELECT coalesce(max(max(opened_wall_ns, closed_wall_ns)), 0) FROM positions"
    " WHERE positions.run_id = runs.run_id))"
    " FROM runs ORDER BY started_wall_ns DESC, run_id DESC LIMIT ?";
inline constexpr const char* kPutOrder =
    "INSERT OR REPLACE INTO orders (run_id, intent_id, strategy, kind, exit_reason, position_id, "
    "mint,"
    " outcome, signature, slot, wallet, base_fee, priority_fee, tip, rent_paid, rent_refunded,"
    " spend_max, error, decided_to_sent_ns, sent_to_settled_ns, wall_ns, amm_fee, transfer_fee,"
    " rent_of_others, unexplained)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// Of this run, or of an earlier one that ended before its block was final.
inline constexpr const char* kFinalizeOrder =
    "UPDATE orders SET finalized_slot = ? WHERE run_id IN (SELECT run_id FROM runs)"
    " AND intent_id = ? AND (run_id = ? OR (signature = ? AND signature <> ''))";
inline constexpr const char* kDropTokenChanges =
    "DELETE FROM token_changes WHERE run_id = ? AND intent_id = ?";
inline constexpr const char* kInsertTokenChange =
    "INSERT INTO token_changes (run_id, intent_id, part, mint, amount) VALUES (?, ?, ?, ?, ?)";
inline constexpr const char* kCountDenial =
    "INSERT INTO denials (run_id, strategy, reason, count, detail_last, wall_ns_last)"
    " VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT (run_id, strategy, reason) DO UPDATE SET"
    " count = count + 1, detail_last = excluded.detail_last, wall_ns_last = excluded.wall_ns_last";
// Opened twice: the sale that had closed it was reversed.
inline constexpr const char* kOpenPosition =
    "INSERT INTO positions (run_id, position_id, strategy, mint, amount, cost, opened_wall_ns)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run_id, position_id) DO UPDATE SET"
    " amount = excluded.amount, cost = excluded.cost,"
    " opened_wall_ns = iif(opened_wall_ns = 0, excluded.opened_wall_ns, opened_wall_ns),"
    " closed_wall_ns = 0, pnl = 0, reason = ''";
// A position from before a restart was opened in another run: its row begins here, without a cost.
inline constexpr const char* kClosePosition =
    "INSERT INTO positions (run_id, position_id, strategy, mint, amount, cost, opened_wall_ns,"
    " closed_wall_ns, pnl, reason) VALUES (?, ?, ?, ?, '0', 0, 0, ?, ?, ?)"
    " ON CONFLICT (run_id, position_id) DO UPDATE SET closed_wall_ns = excluded.closed_wall_ns,"
    " pnl = excluded.pnl, reason = excluded.reason";

}  // namespace sniperforge::analytics
