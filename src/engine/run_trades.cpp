// SPDX-License-Identifier: MIT
#include "sniperforge/engine/run_trades.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "sniperforge/engine/trade_book.hpp"

namespace sniperforge::engine {
namespace {

// What happened in one moment, in this order.
enum class Rank : std::uint8_t { Report, Opened, Closed };
struct Happening {
    WallTime at;
    Rank rank = Rank::Report;
    std::size_t place = 0;  // In the orders or the positions.
};

// When its first entry landed: the book learns from it who holds the mint. One that was taken back
// and landed again is told later than the position was opened.
[[nodiscard]] WallTime known_at(const analytics::RecordedPosition& position,
                                const std::vector<WallTime>& entries) {
    const WallTime opened = position.opened_at.value_or(WallTime{});
    const auto first = std::ranges::lower_bound(entries, opened);
    const bool is_its_own =
        first != entries.end() && (!position.closed_at || *first <= *position.closed_at);
    return is_its_own ? *first : opened;
}

[[nodiscard]] std::vector<Happening> in_order(const analytics::RecordedTrades& recorded) {
    std::vector<Happening> all;
    for (std::size_t i = 0; i < recorded.orders.size(); ++i) {
        all.push_back({recorded.orders[i].at, Rank::Report, i});
    }
    std::map<Pubkey, std::vector<WallTime>> entries;  // In the order of the orders.
    for (const auto& [report, at, is_reconciled, intent] : recorded.orders) {
        if (report.kind == OrderKind::Entry && report.outcome == Outcome::Landed) {
            entries[report.mint].push_back(at);
        }
    }
    for (std::size_t i = 0; i < recorded.positions.size(); ++i) {
        const analytics::RecordedPosition& position = recorded.positions[i];
        const WallTime opened = known_at(position, entries[position.mint]);
        all.push_back({opened, Rank::Opened, i});
        if (position.closed_at) {
            all.push_back({std::max(opened, *position.closed_at), Rank::Closed, i});
        }
    }
    std::ranges::stable_sort(all, [](const Happening& a, const Happening& b) {
        return std::tuple{a.at, a.rank} < std::tuple{b.at, b.rank};
    });
    return all;
}

// As it was decided; of one that was written down before stores had that, its ceiling.
[[nodiscard]] OrderIntent intent_of(const analytics::RecordedOrder& order) {
    OrderIntent intent;
    intent.intent_id = order.report.intent_id;
    intent.strategy = order.report.strategy;
    intent.kind = order.report.kind;
    if (order.intent) {
        intent.amount_in = TokenAmount{order.intent->amount_in.raw()};
        intent.pool_liquidity = order.intent->pool_liquidity;
        intent.venues = order.intent->venues;
    } else {
        intent.amount_in = TokenAmount{order.report.spend_max.raw()};
    }
    return intent;
}

void take(TradeBook& book, const analytics::RecordedOrder& order) {
    if (order.report.kind == OrderKind::Entry || order.report.kind == OrderKind::Cycle) {
        book.take(RecorderItem{intent_of(order)}, order.at);
    }
    book.take(RecorderItem{order.report}, order.at, order.is_reconciled);
}

void open(TradeBook& book, const analytics::RecordedPosition& position, WallTime at) {
    book.take(PositionOpened{position.position_id, position.strategy, position.mint, {}, {}}, at);
    for (const auto& value : {position.value_low, position.value_high}) {
        if (value) {
            book.mark(position.mint, *value);
        }
    }
}

// What was lost beyond the stake, to whoever moved it outside say, was at stake as well.
void mend_stake(analytics::TradeResult& trade) {
    const Lamports lost = trade.gross.is_negative() ? trade.gross.magnitude() : Lamports{};
    trade.stake = std::max({trade.stake, lost, Lamports{1}});
}

}  // namespace

RunTrades run_trades(const analytics::RecordedTrades& recorded, Provenance provenance,
                     const analytics::Period& period) {
    const auto basis = provenance == Provenance::Paper ? analytics::FillBasis::PoolState
                                                       : analytics::FillBasis::Chain;
    TradeBook book{provenance, basis};
    std::set<std::pair<PositionId, Pubkey>> adopted;
    for (const analytics::RecordedPosition& position : recorded.positions) {
        if (position.is_adopted) {
            adopted.emplace(position.position_id, position.mint);
        }
    }
    std::uint64_t adopted_sales = 0;
    std::vector<OpenValue> values;
    std::uint64_t unmarked = 0;
    for (const Happening& happening : in_order(recorded)) {
        if (happening.rank == Rank::Report) {
            const analytics::RecordedOrder& order = recorded.orders[happening.place];
            const bool is_adopted = order.report.kind == OrderKind::Exit &&
                                    adopted.contains({order.report.position_id, order.report.mint});
            adopted_sales += is_adopted ? 1 : 0;
            if (!is_adopted) {
                take(book, order);
            }
            continue;
        }
        const analytics::RecordedPosition& position = recorded.positions[happening.place];
        if (happening.rank == Rank::Opened) {
            open(book, position, happening.at);
        } else {
            book.take(
                PositionClosed{
                    position.position_id, position.strategy, position.mint, {}, position.reason},
                happening.at);
        }
        if (!position.closed_at && position.value_last) {
            values.push_back({position.mint, *position.value_last});
        }
        unmarked += !position.closed_at && !position.value_last ? 1 : 0;
    }
    const WallTime last{period.to.ns - 1};
    RunTrades result{.trades = book.with_open(values, last),
                     .unassigned = book.unassigned(),
                     .exits_without_entry = book.exits_without_entry(),
                     .adopted_sales = adopted_sales};
    // A stake of next to nothing would make every part of it that was won a fortune.
    std::erase_if(result.trades, [&](const analytics::TradeResult& trade) {
        const auto net = trade.stake.is_zero() ? analytics::net_of(trade) : std::nullopt;
        if (net) {
            result.unassigned += *net;
            ++result.stakes_unknown;
        }
        return net.has_value();
    });
    std::ranges::stable_sort(result.trades, {}, &analytics::TradeResult::opened_at);
    std::uint64_t number = 0;
    for (analytics::TradeResult& trade : result.trades) {
        trade.trade_id = ++number;  // Positions and cycles each count by themselves.
        result.open += trade.basis == analytics::FillBasis::Quote ? 1 : 0;
        mend_stake(trade);
    }
    result.unmarked = std::min(result.open, unmarked);
    return result;
}

}  // namespace sniperforge::engine
