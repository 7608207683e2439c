// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/coin_history.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "dataset/table.hpp"

namespace sniperforge::dataset {

Result<Reading<CoinCandle>> read_coin_candles(std::string_view text) {
    static constexpr std::array<std::string_view, 8> kColumns = {
        "mint", "created", "ts", "open", "high", "low", "close", "volume_usd"};
    static constexpr Duration kHour = std::chrono::hours{1};
    std::map<Pubkey, WallTime> newest;
    return read_rows<CoinCandle>(text, "candles of coins", kColumns, [&](Row& row, Tally& tally) {
        const CoinCandle candle{row.key(0),    row.seconds(1), row.seconds(2), row.number(3),
                                row.number(4), row.number(5),  row.number(6),  row.number(7)};
        row.require(candle.low > 0, RowProblem::Implausible, "a price of 0");
        row.require(candle.low <= std::min(candle.open, candle.close) &&
                        candle.high >= std::max(candle.open, candle.close),
                    RowProblem::Implausible, "open and close do not lie between low and high");
        row.require(candle.opened_at.ns % kHour.count() == 0, RowProblem::Implausible,
                    "not at a full hour");
        row.require(candle.opened_at + kHour > candle.created_at, RowProblem::Implausible,
                    "before the coin was made");
        const auto before = newest.find(candle.mint);
        row.require(before == newest.end() || candle.opened_at > before->second,
                    RowProblem::OutOfOrder, "not after the coin's bar before it");
        if (!row.is_bad()) {
            tally.breaks +=
                before != newest.end() && candle.opened_at > before->second + kHour ? 1 : 0;
            newest.insert_or_assign(candle.mint, candle.opened_at);
        }
        return candle;
    });
}

Result<Reading<CurveOutcome>> read_curve_outcomes(std::string_view text) {
    static constexpr std::array<std::string_view, 7> kColumns = {
        "mint",       "created_at",     "graduated",      "final_sol",
        "duration_s", "final_progress", "eviction_reason"};
    return read_rows<CurveOutcome>(
        text, "outcomes of bonding curves", kColumns, [](Row& row, Tally&) {
            const CurveOutcome outcome{row.key(0),
                                       row.milliseconds(1),
                                       row.word(2, "1", "0"),
                                       Lamports{row.exact(3, 9)},
                                       row.number(4),
                                       row.number(5),
                                       std::string{row.text(6)}};
            row.require(outcome.progress <= 1, RowProblem::Implausible, "a progress above 1");
            return outcome;
        });
}

Result<Reading<SniperTrade>> read_sniper_trades(std::string_view text) {
    static constexpr std::array<std::string_view, 6> kColumns = {
        "mint", "opened_at", "closed_at", "cost_lamports", "proceeds_lamports", "close_reason"};
    return read_rows<SniperTrade>(text, "simulated sniper trades", kColumns, [](Row& row, Tally&) {
        const SniperTrade trade{row.key(0),
                                row.seconds(1),
                                row.seconds(2),
                                Lamports{row.integer(3)},
                                Lamports{row.integer(4)},
                                std::string{row.text(5)}};
        row.require(!trade.cost.is_zero(), RowProblem::Implausible, "a cost of 0");
        row.require(trade.closed_at >= trade.opened_at, RowProblem::Implausible,
                    "closed before it was opened");
        return trade;
    });
}

}  // namespace sniperforge::dataset
