// SPDX-License-Identifier: MIT
#include "analytics/store_trades.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "analytics/store_values.hpp"

namespace sniperforge::analytics {
namespace {

// Rows of a run that begins later come later: what it says of an older order or position stands.
constexpr const char* kIntents =
    "SELECT i.intent_id, i.amount_in, i.pool_liquidity, i.venues, coalesce(o.signature, '')"
    " FROM intents i JOIN runs r USING (run_id)"
    " LEFT JOIN orders o ON o.run_id = i.run_id AND o.intent_id = i.intent_id"
    " WHERE r.provenance = ?"
    " ORDER BY r.started_wall_ns, r.run_id";
constexpr const char* kOrders =
    "SELECT o.intent_id, o.strategy, o.kind, o.exit_reason, o.position_id, o.mint, o.outcome,"
    " o.signature, o.slot, o.wallet, o.base_fee, o.priority_fee, o.tip, o.rent_paid,"
    " o.rent_refunded, o.spend_max, o.wall_ns, o.amm_fee, o.transfer_fee, o.rent_of_others,"
    " o.unexplained, o.finalized_slot <> 0 AND o.equal_checks >= ?,"
    " i.intent_id IS NOT NULL, i.amount_in, i.pool_liquidity, i.venues, o.run_id"
    " FROM orders o JOIN runs r USING (run_id)"
    " LEFT JOIN intents i ON i.run_id = o.run_id AND i.intent_id = o.intent_id"
    " WHERE r.provenance = ? AND o.outcome <> 'unknown'"
    " ORDER BY r.started_wall_ns, r.run_id, o.wall_ns, o.intent_id";
constexpr const char* kPositions =
    "SELECT p.position_id, p.strategy, p.mint, p.opened_wall_ns, p.closed_wall_ns, p.reason,"
    " p.value_low, p.value_high, p.value_last, p.opened_wall_ns <> 0 AND p.cost = 0,"
    " p.run_id"
    " FROM positions p JOIN runs r USING (run_id) WHERE r.provenance = ?"
    " ORDER BY r.started_wall_ns, r.run_id, p.position_id";

constexpr const char* kCuts =
    "SELECT orders_wall_ns, runs_wall_ns FROM retention_cuts WHERE provenance = ?";

// Before what was deleted nothing is asked for.
constexpr const char* kShortfalls =
    "SELECT coalesce(sum(lamports), 0) FROM shortfalls WHERE provenance = ? AND wall_ns > ?";

template <typename Bind, typename Read>
[[nodiscard]] Result<void> each_row(const Database& database, const char* sql, Bind bind,
                                    Read read) {
    auto statement = database.prepare(sql);
    if (!statement) {
        return Err<Error>{statement.error()};
    }
    bind(*statement);
    for (;;) {
        const auto more = statement->step();
        if (!more) {
            return Err<Error>{more.error()};
        }
        if (!*more) {
            return {};
        }
        read(*statement);
    }
}

[[nodiscard]] Lamports lamports_at(const Statement& row, int column) {
    return Lamports{static_cast<std::uint64_t>(std::max<std::int64_t>(row.integer(column), 0))};
}
[[nodiscard]] std::optional<Lamports> told_at(const Statement& row, int column) {
    return row.integer(column) < 0 ? std::nullopt : std::optional{lamports_at(row, column)};
}
[[nodiscard]] std::optional<WallTime> time_at(const Statement& row, int column) {
    const std::int64_t ns = row.integer(column);
    return ns == 0 ? std::nullopt : std::optional{WallTime{ns}};
}

[[nodiscard]] std::string text_of(const VenueSet& venues) {
    std::string text;
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        if (const auto venue = static_cast<VenueId>(i); venues.has(venue)) {
            text += text.empty() ? "" : " ";
            text += to_string(venue);
        }
    }
    return text;
}
[[nodiscard]] VenueSet venues_of(const std::string& text) {
    VenueSet venues;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t to = std::min(text.find(' ', from), text.size());
        if (const auto venue = parse_venue(text.substr(from, to - from))) {
            venues.add(*venue);
        }
        from = to + 1;
    }
    return venues;
}

[[nodiscard]] RecordedIntent intent_at(const Statement& row, int first) {
    return {lamports_at(row, first), lamports_at(row, first + 1), venues_of(row.text(first + 2))};
}

[[nodiscard]] RecordedOrder order_at(const Statement& row) {
    RecordedOrder order;
    ExecutionReport& report = order.report;
    report.intent_id = IntentId{static_cast<std::uint64_t>(row.integer(0))};
    report.strategy = parse_strategy(row.text(1));
    report.kind = parse_kind(row.text(2));
    report.exit_reason = parse_exit_reason(row.text(3));
    report.position_id = PositionId{static_cast<std::uint64_t>(row.integer(4))};
    report.mint = Pubkey::parse(row.text(5)).value_or(Pubkey{});
    report.outcome = parse_outcome(row.text(6));
    report.signature = Signature::parse(row.text(7)).value_or(Signature{});
    report.slot = Slot{static_cast<std::uint64_t>(row.integer(8))};
    report.fill.wallet = LamportsDelta{row.integer(9)};
    report.fill.base_fee = lamports_at(row, 10);
    report.fill.priority_fee = lamports_at(row, 11);
    report.fill.tip = lamports_at(row, 12);
    report.fill.rent_paid = lamports_at(row, 13);
    report.fill.rent_refunded = lamports_at(row, 14);
    report.spend_max = lamports_at(row, 15);
    order.at = WallTime{row.integer(16)};
    if (const auto amm = told_at(row, 17)) {
        report.fill.venue_fees = VenueFees{*amm, lamports_at(row, 18)};
    }
    report.fill.rent_of_others = lamports_at(row, 19);
    report.fill.unexplained = LamportsDelta{row.integer(20)};
    order.is_reconciled = row.integer(21) != 0;
    if (row.integer(22) != 0) {
        order.intent = intent_at(row, 23);
    }
    return order;
}

// One transaction has one outcome: what a later run found is what became of it.
[[nodiscard]] Result<std::vector<RecordedOrder>> read_orders(const Database& database,
                                                             Provenance provenance) {
    // With the transaction that its run knows of it, if any: numbers begin again with a journal.
    std::map<std::uint64_t, std::pair<RecordedIntent, std::string>> intents;
    auto read = each_row(
        database, kIntents, [&](Statement& s) { s.bind(0, to_string(provenance)); },
        [&](const Statement& row) {
            intents[static_cast<std::uint64_t>(row.integer(0))] = {intent_at(row, 1), row.text(4)};
        });
    if (!read) {
        return Err<Error>{read.error()};
    }
    // On paper nothing is signed, and no later run tells of an order again.
    std::map<std::tuple<Signature, std::string, std::uint64_t>, RecordedOrder> by_transaction;
    read = each_row(
        database, kOrders,
        [&](Statement& s) { s.bind(0, kEqualChecks).bind(1, to_string(provenance)); },
        [&](const Statement& row) {
            RecordedOrder order = order_at(row);
            if (const auto found = intents.find(order.report.intent_id.value);
                !order.intent && found != intents.end() &&
                (found->second.second.empty() || found->second.second == row.text(7))) {
                order.intent = found->second.first;  // Of the run that decided it.
            }
            const Signature& signature = order.report.signature;
            auto& place =
                signature.is_zero()
                    ? by_transaction[{signature, row.text(26), order.report.intent_id.value}]
                    : by_transaction[{signature, "", 0}];
            place = std::move(order);
        });
    if (!read) {
        return Err<Error>{read.error()};
    }
    std::vector<RecordedOrder> orders;
    for (auto& [transaction, order] : by_transaction) {
        const Outcome outcome = order.report.outcome;
        if (outcome == Outcome::Landed || outcome == Outcome::Reverted) {
            orders.push_back(std::move(order));
        }
    }
    std::ranges::sort(orders, [](const RecordedOrder& a, const RecordedOrder& b) {
        return std::pair{a.at, a.report.intent_id} < std::pair{b.at, b.report.intent_id};
    });
    return orders;
}

[[nodiscard]] RecordedPosition position_at(const Statement& row) {
    return {.position_id = PositionId{static_cast<std::uint64_t>(row.integer(0))},
            .strategy = parse_strategy(row.text(1)),
            .mint = Pubkey::parse(row.text(2)).value_or(Pubkey{}),
            .opened_at = time_at(row, 3),
            .closed_at = time_at(row, 4),
            .reason = parse_exit_reason(row.text(5)),
            .is_adopted = row.integer(9) != 0,
            .value_low = told_at(row, 6),
            .value_high = told_at(row, 7),
            .value_last = told_at(row, 8)};
}

// The run that closed a position need not be the one that opened it: each has a row of it.
void merge(RecordedPosition& position, const RecordedPosition& later) {
    position.opened_at = position.opened_at ? position.opened_at : later.opened_at;
    position.closed_at = later.closed_at;
    position.reason = later.reason;
    if (later.value_last) {
        position.value_low =
            std::min(position.value_low.value_or(*later.value_low), *later.value_low);
        position.value_high =
            std::max(position.value_high.value_or(*later.value_high), *later.value_high);
        position.value_last = later.value_last;
    }
}

// A journal that was lost begins its numbers again, and what was held is opened anew: a mint is
// held by one position at a time, so that the older one has become it.
void supersede(RecordedPosition& position, const RecordedPosition& later) {
    position.position_id = later.position_id;
    position.strategy = later.strategy;
    position.is_adopted = position.is_adopted && later.is_adopted;
    merge(position, later);
}

// `doubtful`: positions that were closed and opened again in another run under their number. A fork
// does that, which took their sale back; so does a journal that was lost, and those are two.
[[nodiscard]] Result<std::vector<RecordedPosition>> read_positions(const Database& database,
                                                                   Provenance provenance,
                                                                   std::uint64_t& doubtful) {
    std::vector<RecordedPosition> positions;
    std::map<std::pair<std::uint64_t, Pubkey>, std::size_t> places;
    std::map<Pubkey, std::pair<std::size_t, std::string>> newest;  // Of each mint, and its run.
    auto read = each_row(
        database, kPositions, [&](Statement& s) { s.bind(0, to_string(provenance)); },
        [&](const Statement& row) {
            const RecordedPosition position = position_at(row);
            const auto last = newest.find(position.mint);
            const bool is_held = position.opened_at && last != newest.end() &&
                                 !positions[last->second.first].closed_at &&
                                 last->second.second != row.text(10);
            const auto [place, is_new] =
                places.try_emplace({position.position_id.value, position.mint},
                                   is_held ? last->second.first : positions.size());
            if (!is_new) {
                doubtful += positions[place->second].closed_at && position.opened_at &&
                                    newest.at(position.mint).second != row.text(10)
                                ? 1
                                : 0;
                merge(positions[place->second], position);
            } else if (is_held) {
                supersede(positions[place->second], position);
            } else {
                positions.push_back(position);
            }
            newest[position.mint] = {place->second, row.text(10)};
        });
    if (!read) {
        return Err<Error>{read.error()};
    }
    std::ranges::stable_sort(positions, {}, [](const RecordedPosition& position) {
        return position.opened_at.value_or(WallTime{});
    });
    return positions;
}

}  // namespace

void bind_intent(Statement& statement, const std::string& run_id, const OrderIntent& intent) {
    statement.bind(0, run_id)
        .bind(1, bits_of(intent.intent_id.value))
        .bind(2, clamped_column(intent.amount_in.raw()))
        .bind(3, clamped_column(intent.pool_liquidity.raw()))
        .bind(4, text_of(intent.venues));
}

Result<RecordedTrades> read_recorded_trades(const Database& database, Provenance provenance) {
    auto orders = read_orders(database, provenance);
    if (!orders) {
        return Err<Error>{orders.error()};
    }
    std::uint64_t doubtful = 0;
    auto positions = read_positions(database, provenance, doubtful);
    if (!positions) {
        return Err<Error>{positions.error()};
    }
    RecordedTrades recorded{std::move(*orders), std::move(*positions), {}, {}, {}, doubtful};
    auto cuts = each_row(
        database, kCuts, [&](Statement& s) { s.bind(0, to_string(provenance)); },
        [&](const Statement& row) {
            recorded.deleted_until = time_at(row, 0);
            recorded.begun = time_at(row, 1);
        });
    if (!cuts) {
        return Err<Error>{cuts.error()};
    }
    auto missing = each_row(
        database, kShortfalls,
        [&](Statement& s) {
            s.bind(0, to_string(provenance))
                .bind(1, recorded.deleted_until.value_or(WallTime{}).ns);
        },
        [&](const Statement& row) { recorded.missing = lamports_at(row, 0); });
    if (!missing) {
        return Err<Error>{missing.error()};
    }
    return recorded;
}

}  // namespace sniperforge::analytics
