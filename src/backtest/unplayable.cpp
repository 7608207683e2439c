// SPDX-License-Identifier: MIT
#include "backtest/unplayable.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "backtest/columns.hpp"

namespace sniperforge::backtest {
namespace {

struct UnplayableKind {
    std::vector<std::string_view> columns;  // Those that tell it from all others.
    std::string_view name, reason;
};

// docs/backtest.md has the same list.
[[nodiscard]] const std::array<UnplayableKind, 10>& unplayable_kinds() {
    static constexpr std::string_view kOneRow =
        "it has one row for each coin, of what became of it, and no prices on the way";
    static constexpr std::string_view kOthers =
        "it is what somebody's bot did or assumed, and not what anybody could have done";
    static const std::array<UnplayableKind, 10> kKinds{{
        {{"mint", "created", "ts", "open", "high", "low", "close", "volume_usd"},
         "hourly candles of coins",
         "an hour lies between two prices, and positions last minutes"},
        {{"graduated", "final_progress", "final_sol"}, "outcomes of bonding curves", kOneRow},
        {{"detect_ts", "f60_n_swaps"}, "features of trade flow", kOneRow},
        {{"detect_ts", "o_ath_true", "t_mult"}, "highs after an alert", kOneRow},
        {{"token_mint", "launch_time", "mfe_multiple_30m"}, "outcomes of launches", kOneRow},
        {{"position_id", "entry_price_sol", "close_reason"}, "paper trades of a bot", kOthers},
        {{"mint", "cost_lamports", "proceeds_lamports", "close_reason"},
         "simulated trades of a sniper",
         kOthers},
        {{"LIQUIDITY_POOL_ADDRESS", "TOTAL_ADDED_LIQUIDITY"},
         "totals of pools",
         "it says what liquidity a pool was given and lost in all, and has no prices and no "
         "trades"},
        {{"buy_exchange", "sell_exchange", "network_used"},
         "differences between exchanges",
         "none of its markets is a pool, and of the differences only those that its author took "
         "are in it"},
        {{"pair", "dex", "price", "impact_pct"},
         "quotes of an aggregator",
         "nobody knows which pool and what depth was behind a quote, and one price stands under "
         "several venues"},
    }};
    return kKinds;
}

[[nodiscard]] std::string refusal(std::string_view name, std::string_view reason) {
    return fmt::format("no tape can be made of {}: {}", name, reason);
}

}  // namespace

std::optional<std::string> why_unplayable(std::string_view text) {
    constexpr std::string_view kZstd = "\x28\xb5\x2f\xfd";
    constexpr std::string_view kBooks =
        "its market is the order book of an exchange, and no pool that we could trade in; only "
        "bars of an exchange are played, in a pool that follows them";
    if (text.starts_with(kZstd)) {
        return fmt::format(
            "packed with zstd, and only gzip and plain files are read: unpack bars with `zstd -d`; "
            "{}",
            refusal("books and trades of an exchange", kBooks));
    }
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    const bool is_books =
        (line.starts_with('{') && line.contains("\"legs\":")) || line.contains(" {\"stream\":\"");
    if (is_books) {
        return refusal("books and trades of an exchange", kBooks);
    }
    for (const UnplayableKind& kind : unplayable_kinds()) {
        if (has_columns(line, kind.columns)) {
            return refusal(kind.name, kind.reason);
        }
    }
    return std::nullopt;
}

}  // namespace sniperforge::backtest
