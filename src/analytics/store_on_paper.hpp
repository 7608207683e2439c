// SPDX-License-Identifier: MIT
// The store's rows of orders beside what paper would have made of them. -1 stands for fees that
// nobody tells and for a slot that there is none of.
#pragma once

#include <string>

#include "analytics/sqlite.hpp"
#include "sniperforge/analytics/order_divergence.hpp"

namespace sniperforge::analytics {

inline constexpr const char* kPutOnPaper =
    "INSERT OR REPLACE INTO paper_orders (run_id, intent_id, lack, is_own_route, is_cut_short,"
    " decided_swap, decided_venue_fees, is_before_known, before_swap, before_venue_fees,"
    " paper_outcome, paper_slots, paper_swap, paper_venue_fees, paper_base_fee, paper_priority_fee,"
    " paper_tip, paper_rent,"
    " live_outcome, live_slots, live_swap, live_venue_fees, live_base_fee, live_priority_fee,"
    " live_tip, live_rent)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
inline constexpr const char* kOrdersOnPaper =
    "SELECT o.strategy, o.outcome, o.wall_ns, p.intent_id IS NOT NULL, o.intent_id, p.lack,"
    " p.is_own_route, p.is_cut_short, p.decided_swap, p.decided_venue_fees, p.is_before_known,"
    " p.before_swap, p.before_venue_fees,"
    " p.paper_outcome, p.paper_slots, p.paper_swap, p.paper_venue_fees, p.paper_base_fee,"
    " p.paper_priority_fee, p.paper_tip, p.paper_rent,"
    " p.live_outcome, p.live_slots, p.live_swap, p.live_venue_fees, p.live_base_fee,"
    " p.live_priority_fee, p.live_tip, p.live_rent"
    " FROM orders o LEFT JOIN paper_orders p ON p.run_id = o.run_id AND p.intent_id = o.intent_id"
    " WHERE o.run_id = ? ORDER BY o.intent_id";

// Of kPutOnPaper.
void bind_on_paper(Statement& statement, const std::string& run_id, const OrderOnPaper& order);
// Of kOrdersOnPaper.
[[nodiscard]] ComparedOrder compared_order(const Statement& row);

}  // namespace sniperforge::analytics
