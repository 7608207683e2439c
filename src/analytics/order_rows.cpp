// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/order_rows.hpp"

#include <chrono>

#include "analytics/schema.hpp"
#include "analytics/sqlite.hpp"
#include "analytics/store_trades.hpp"
#include "analytics/store_values.hpp"

namespace sniperforge::analytics {
namespace {

// For a daemon that has the file.
constexpr Duration kPatience = std::chrono::seconds{2};

constexpr std::string_view kOrderRows =
    "SELECT o.run_id, o.intent_id, o.position_id, o.strategy, o.kind, o.exit_reason, o.mint,"
    " o.outcome, o.signature, o.error, o.slot, o.finalized_slot, o.wallet, o.base_fee,"
    " o.priority_fee, o.tip, o.rent_paid, o.rent_refunded, o.rent_of_others, o.unexplained,"
    " o.amm_fee, o.transfer_fee, o.decided_to_sent_ns, o.sent_to_settled_ns, o.wall_ns,"
    " p.lack = 'none' AND p.live_outcome = 'landed', p.live_swap - p.decided_swap"
    " FROM orders o LEFT JOIN paper_orders p ON p.run_id = o.run_id AND p.intent_id = o.intent_id"
    " WHERE ?1 = 0 OR o.intent_id = ?1 ORDER BY o.wall_ns, o.intent_id";

[[nodiscard]] std::uint64_t unsigned_of(const Statement& row, int column) {
    return static_cast<std::uint64_t>(row.integer(column));
}

[[nodiscard]] std::optional<std::int64_t> told_of(const Statement& row, int column) {
    const std::int64_t value = row.integer(column);
    return value == kNotTold ? std::nullopt : std::optional{value};
}

[[nodiscard]] OrderRow row_of(const Statement& row) {
    OrderRow order;
    order.run_id = row.text(0);
    order.intent_id = unsigned_of(row, 1);
    order.position_id = unsigned_of(row, 2);
    order.strategy = row.text(3);
    order.kind = row.text(4);
    order.exit_reason = row.text(5);
    order.mint = row.text(6);
    order.outcome = row.text(7);
    order.signature = row.text(8);
    order.error = row.text(9);
    order.slot = unsigned_of(row, 10);
    order.finalized_slot = unsigned_of(row, 11);
    order.wallet = row.integer(12);
    order.base_fee = row.integer(13);
    order.priority_fee = row.integer(14);
    order.tip = row.integer(15);
    order.rent_paid = row.integer(16);
    order.rent_refunded = row.integer(17);
    order.rent_of_others = row.integer(18);
    order.unexplained = row.integer(19);
    order.amm_fee = told_of(row, 20);
    order.transfer_fee = told_of(row, 21);
    order.decided_to_sent_ns = row.integer(22);
    order.sent_to_settled_ns = row.integer(23);
    order.wall_ns = row.integer(24);
    if (row.integer(25) == 1) {
        order.beyond_quote = row.integer(26);
    }
    return order;
}

}  // namespace

Result<std::vector<OrderRow>> read_order_rows(const std::string& store_path,
                                              std::optional<IntentId> order) {
    auto database = Database::open(store_path);
    if (!database) {
        return Err<Error>{database.error()};
    }
    (*database)->set_patience(kPatience);
    if (auto migrated = migrate(**database); !migrated) {
        return Err<Error>{migrated.error()};
    }
    auto statement = (*database)->prepare(kOrderRows);
    if (!statement) {
        return Err<Error>{statement.error()};
    }
    statement->bind(0, order ? bits_of(order->value) : std::int64_t{0});
    std::vector<OrderRow> rows;
    for (;;) {
        const auto is_there = statement->step();
        if (!is_there) {
            return Err<Error>{is_there.error()};
        }
        if (!*is_there) {
            return rows;
        }
        rows.push_back(row_of(*statement));
    }
}

}  // namespace sniperforge::analytics
