// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/candles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "dataset/table.hpp"

namespace sniperforge::dataset {

Result<Reading<Candle>> read_candles(std::string_view text, Duration interval) {
    if (interval.count() <= 0) {
        return fail(fmt::format("reading candles: an interval of {} ns is none", interval.count()));
    }
    static constexpr std::array<std::string_view, 6> kColumns = {"ts_ms", "open",  "high",
                                                                 "low",   "close", "volume"};
    std::optional<WallTime> before;
    return read_rows<Candle>(text, "candles", kColumns, [&](Row& row, Tally& tally) {
        const Candle candle{row.milliseconds(0), row.number(1), row.number(2),
                            row.number(3),       row.number(4), row.number(5)};
        row.require(candle.low > 0, RowProblem::Implausible, "a price of 0");
        row.require(candle.low <= std::min(candle.open, candle.close) &&
                        candle.high >= std::max(candle.open, candle.close),
                    RowProblem::Implausible, "open and close do not lie between low and high");
        row.require(candle.opened_at.ns % interval.count() == 0, RowProblem::Implausible,
                    "not at a multiple of the interval");
        row.require(!before || candle.opened_at > *before, RowProblem::OutOfOrder,
                    "not after the bar before it");
        if (!row.is_bad()) {
            tally.breaks += before && candle.opened_at > *before + interval ? 1 : 0;
            before = candle.opened_at;
        }
        return candle;
    });
}

}  // namespace sniperforge::dataset
