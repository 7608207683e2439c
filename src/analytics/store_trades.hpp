// SPDX-License-Identifier: MIT
// The store's rows that trades are made of again.
#pragma once

#include <cstdint>
#include <string>

#include "analytics/sqlite.hpp"
#include "sniperforge/analytics/recorded_trades.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::analytics {

// Stands in columns of what nobody told.
inline constexpr std::int64_t kNotTold = -1;
// Of the books against the chain, after which an order counts as reconciled (docs/evidence.md).
inline constexpr std::int64_t kEqualChecks = 2;
// Two statements below and the index orders_to_reconcile (schema.cpp) have it in their text.
static_assert(kEqualChecks == 2);

inline constexpr const char* kPutIntent =
    "INSERT OR REPLACE INTO intents (run_id, intent_id, amount_in, pool_liquidity, venues)"
    " VALUES (?, ?, ?, ?, ?)";
// Of this run or of an earlier one: the position is open still. Numbers begin again with a journal:
// it is the newest one of that number.
inline constexpr const char* kMarkPosition =
    "UPDATE positions SET value_last = ?1,"
    " value_low = iif(value_low < 0, ?1, min(value_low, ?1)), value_high = max(value_high, ?1)"
    " WHERE position_id = ?2 AND closed_wall_ns = 0 AND mint ="
    " (SELECT newest.mint FROM positions AS newest JOIN runs USING (run_id)"
    " WHERE newest.position_id = ?2 AND newest.closed_wall_ns = 0"
    " ORDER BY runs.started_wall_ns DESC, runs.run_id DESC LIMIT 1)";
inline constexpr const char* kCountEqualCheck =
    "UPDATE orders SET equal_checks = equal_checks + 1"
    " WHERE finalized_slot <> 0 AND equal_checks >= 0 AND equal_checks < 2";
// The books equal the chain because they took its figures over: no later look tells of these.
inline constexpr const char* kNeverEqual =
    "UPDATE orders SET equal_checks = -1 WHERE equal_checks < 2 AND wall_ns <= ?";
// ?1 run, ?2 when, ?3 lamports. The journal may tell of it again.
inline constexpr const char* kPutShortfall =
    "INSERT OR REPLACE INTO shortfalls (provenance, wall_ns, lamports)"
    " SELECT provenance, ?2, ?3 FROM runs WHERE run_id = ?1";

// Of kPutIntent.
void bind_intent(Statement& statement, const std::string& run_id, const OrderIntent& intent);
[[nodiscard]] Result<RecordedTrades> read_recorded_trades(const Database& database,
                                                          Provenance provenance);

}  // namespace sniperforge::analytics
