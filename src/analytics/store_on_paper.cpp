// SPDX-License-Identifier: MIT
#include "analytics/store_on_paper.hpp"

#include <algorithm>
#include <limits>

#include "analytics/store_values.hpp"

namespace sniperforge::analytics {
namespace {

constexpr std::int64_t kNone = -1;

// A memo is never a reason to stop recording: what is too large for a column is said by whoever
// compares (kOrderLamportsMax).
std::int64_t lamports_column(Lamports amount) {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(amount.raw(), kMax));
}
Lamports lamports_of(std::int64_t column) {
    return Lamports{static_cast<std::uint64_t>(std::max<std::int64_t>(column, 0))};
}

class SideColumns {
 public:
    SideColumns(Statement& statement, int first) : statement_{statement}, at_{first} {}
    void put(const SwapWorth& worth) {
        put(worth.lamports.raw());
        put(worth.venue_fees ? lamports_column(*worth.venue_fees) : kNone);
    }
    void put(const OrderSide& side) {
        statement_.bind(at_++, to_string(side.outcome));
        put(side.slots ? static_cast<std::int64_t>(*side.slots) : kNone);
        put(side.swap);
        put(lamports_column(side.base_fee));
        put(lamports_column(side.priority_fee));
        put(lamports_column(side.tip));
        put(side.rent.raw());
    }
    void put(std::int64_t value) { statement_.bind(at_++, value); }

 private:
    Statement& statement_;
    int at_;
};

class SideReader {
 public:
    SideReader(const Statement& row, int first) : row_{row}, at_{first} {}
    SwapWorth worth() {
        SwapWorth read{LamportsDelta{row_.integer(at_)}};
        if (const std::int64_t fees = row_.integer(at_ + 1); fees != kNone) {
            read.venue_fees = lamports_of(fees);
        }
        at_ += 2;
        return read;
    }
    OrderSide side() {
        OrderSide read;
        read.outcome = parse_outcome(row_.text(at_++));
        if (const std::int64_t slots = row_.integer(at_++); slots != kNone) {
            read.slots = static_cast<std::uint32_t>(slots);
        }
        read.swap = worth();
        read.base_fee = lamports_of(row_.integer(at_++));
        read.priority_fee = lamports_of(row_.integer(at_++));
        read.tip = lamports_of(row_.integer(at_++));
        read.rent = LamportsDelta{row_.integer(at_++)};
        return read;
    }
    bool flag() { return row_.integer(at_++) != 0; }

 private:
    const Statement& row_;
    int at_;
};

}  // namespace

void bind_on_paper(Statement& statement, const std::string& run_id, const OrderOnPaper& order) {
    statement.bind(0, run_id)
        .bind(1, bits_of(order.intent_id.value))
        .bind(2, to_string(order.lack));
    SideColumns columns{statement, 3};
    columns.put(order.is_own_route ? 1 : 0);
    columns.put(order.is_cut_short ? 1 : 0);
    columns.put(order.decided);
    columns.put(order.before ? 1 : 0);
    columns.put(order.before.value_or(SwapWorth{}));
    columns.put(order.paper);
    columns.put(order.live);
}

ComparedOrder compared_order(const Statement& row) {
    ComparedOrder order{.strategy = parse_strategy(row.text(0)),
                        .outcome = parse_outcome(row.text(1)),
                        .at = WallTime{row.integer(2)},
                        .on_paper = {}};
    if (row.integer(3) == 0) {
        return order;
    }
    OrderOnPaper& both = order.on_paper.emplace();
    both.intent_id = IntentId{static_cast<std::uint64_t>(row.integer(4))};
    both.lack = parse_paper_lack(row.text(5));
    SideReader reader{row, 6};
    both.is_own_route = reader.flag();
    both.is_cut_short = reader.flag();
    both.decided = reader.worth();
    const bool is_before_known = reader.flag();
    both.before = reader.worth();
    if (!is_before_known) {
        both.before.reset();
    }
    both.paper = reader.side();
    both.live = reader.side();
    return order;
}

}  // namespace sniperforge::analytics
