// SPDX-License-Identifier: MIT
// Which kind of recording a file is, by its columns.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "backtest/columns.hpp"
#include "backtest/unplayable.hpp"
#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/dataset/text_file.hpp"

namespace sniperforge::backtest {
namespace {

template <typename Row>
[[nodiscard]] Result<std::vector<Tape>> one_tape(const Result<dataset::Reading<Row>>& reading,
                                                 const std::string& name) {
    if (!reading) {
        return fail(name, reading.error());
    }
    std::vector<Tape> tapes;
    tapes.push_back(tape_of(*reading, name));
    return tapes;
}

[[nodiscard]] Result<std::vector<Tape>> tapes_in(std::string_view text, const std::string& name,
                                                 const SolPrices& sol,
                                                 const AdapterOptions& options) {
    const std::string_view header = text.substr(0, text.find_first_of("\r\n"));
    if (has_columns(header, {"ts_ms", "open", "high", "low", "close", "volume"}) &&
        !has_columns(header, {"mint"})) {
        const auto interval = bar_interval(text);
        if (!interval) {
            return fail(name, interval.error());
        }
        const auto bars = dataset::read_candles(text, *interval);
        if (!bars) {
            return fail(name, bars.error());
        }
        std::vector<Tape> tapes;
        tapes.push_back(tape_of(*bars, *interval, sol, options.candle_depth, name));
        return tapes;
    }
    if (has_columns(header, {"virtual_sol_reserves", "virtual_token_reserves"})) {
        return one_tape(dataset::read_curve_trades(text), name);
    }
    if (has_columns(header, {"sol_in_pool", "unique_buyers"})) {
        return one_tape(dataset::read_curve_polls(text), name);
    }
    if (has_columns(header, {"real_sol_sol", "progress"})) {
        return one_tape(dataset::read_curve_snapshots(text), name);
    }
    if (has_columns(header, {"side", "sol", "tokens", "src"})) {
        return one_tape(dataset::read_pool_swaps(text), name);
    }
    if (has_columns(header, {"buy_pool", "sell_pool", "buy_base", "sell_base"})) {
        const auto pairs = dataset::read_pool_pairs(text);
        if (!pairs) {
            return fail(name, pairs.error());
        }
        return tapes_of(*pairs, name);
    }
    if (const auto why = why_unplayable(text)) {
        return fail(fmt::format("{}: {}", name, *why));
    }
    return fail(
        fmt::format("{}: its columns are of no kind of recording that a backtest can play: "
                    "\"{}\"; docs/backtest.md lists the kinds",
                    name, header.substr(0, 80)));
}

}  // namespace

Result<Duration> bar_interval(std::string_view text) {
    constexpr Duration kGrid = std::chrono::minutes{1};  // No exchange's bars are shorter.
    const auto bars = dataset::read_candles(text, kGrid);
    if (!bars) {
        return Err{bars.error()};
    }
    std::vector<std::int64_t> steps;
    for (std::size_t i = 1; i < bars->rows.size(); ++i) {
        steps.push_back(bars->rows[i].opened_at.ns - bars->rows[i - 1].opened_at.ns);
    }
    if (steps.empty()) {
        return fail(
            fmt::format("how long its bars are cannot be told: {} of {} rows could be "
                        "read, and it takes two; give a recording with more bars",
                        bars->rows.size(), bars->tally.rows));
    }
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::ranges::nth_element(steps, middle);
    return Duration{*middle};
}

Result<std::vector<Tape>> read_tapes(const std::string& path, const SolPrices& sol,
                                     const AdapterOptions& options) {
    auto text = dataset::read_text(path);
    if (!text) {
        return Err{text.error()};
    }
    auto tapes = tapes_in(*text, std::filesystem::path{path}.filename().string(), sol, options);
    if (!tapes) {
        return tapes;
    }
    for (Tape& tape : *tapes) {
        if (auto added = add_sol_price(tape, sol); !added) {
            return Err{added.error()};
        }
    }
    return tapes;
}

}  // namespace sniperforge::backtest
