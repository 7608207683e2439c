// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/pool_pairs.hpp"

#include <array>
#include <cmath>
#include <optional>

#include "dataset/table.hpp"

namespace sniperforge::dataset {
namespace {

// Of a side's columns, after those of the row.
constexpr std::size_t kSideColumns = 6;
constexpr std::size_t kBuyColumn = 1;
constexpr std::size_t kSellColumn = kBuyColumn + kSideColumns;

// Prices are recorded with some 14 digits.
constexpr double kPriceTolerance = 1e-6;

// "RaydiumAmm(wSOL-USDC)", "OrcaWhirlpool(wSOL-USDT-2)", "RaydiumAmm(SOL-USDT)".
struct Label {
    VenueId venue;
    QuoteToken quote_token;
};
std::optional<Label> parse_label(std::string_view text) {
    Label label{};
    const std::size_t bracket = text.find('(');
    const std::string_view venue = text.substr(0, bracket);
    if (bracket == std::string_view::npos || !text.ends_with(')')) {
        return std::nullopt;
    }
    if (venue == "RaydiumAmm") {
        label.venue = VenueId::RaydiumAmmV4;
    } else if (venue == "OrcaWhirlpool") {
        label.venue = VenueId::OrcaWhirlpool;
    } else {
        return std::nullopt;
    }
    std::string_view pair = text.substr(bracket + 1, text.size() - bracket - 2);
    if (pair.starts_with('w')) {
        pair.remove_prefix(1);
    }
    if (pair.starts_with("SOL-USDC")) {
        label.quote_token = QuoteToken::Usdc;
    } else if (pair.starts_with("SOL-USDT")) {
        label.quote_token = QuoteToken::Usdt;
    } else {
        return std::nullopt;
    }
    return label;
}

PoolState side_of(Row& row, std::size_t column, Slot seen_at) {
    PoolState state;
    const auto label = parse_label(row.text(column));
    row.require(label.has_value(), RowProblem::Malformed,
                "a pool that is neither Raydium's nor Orca's, of SOL with USDC or USDT");
    if (label) {
        state.venue = label->venue;
        state.quote_token = label->quote_token;
    }
    state.pool = row.key(column + 1);
    state.base = Lamports{row.exact(column + 2, 9)};
    state.quote = TokenAmount{row.exact(column + 3, 6)};
    state.updated_at = row.slot(column + 5);
    const double price = row.number(column + 4);
    row.require(!state.base.is_zero() && !state.quote.is_zero(), RowProblem::Implausible,
                "a reserve of 0");
    row.require(state.updated_at <= seen_at, RowProblem::Implausible,
                "a pool that was updated after the slot it was seen in");
    if (state.venue == VenueId::RaydiumAmmV4 && !row.is_bad()) {
        // Lamports per base unit of the quote are a thousandth of SOL per unit.
        const double implied =
            static_cast<double>(state.quote.raw()) / static_cast<double>(state.base.raw()) * 1'000;
        row.require(std::abs(implied - price) <= kPriceTolerance * price, RowProblem::Implausible,
                    "a price that is not that of its reserves");
    }
    return state;
}

}  // namespace

Result<Reading<PoolPair>> read_pool_pairs(std::string_view text) {
    static constexpr std::array<std::string_view, kSellColumn + kSideColumns> kColumns = {
        "slot",       "buy_pool",     "buy_addr",     "buy_base",  "buy_quote",
        "buy_price",  "buy_upd_slot", "sell_pool",    "sell_addr", "sell_base",
        "sell_quote", "sell_price",   "sell_upd_slot"};
    std::optional<Slot> before;
    return read_rows<PoolPair>(text, "pairs of pools", kColumns, [&](Row& row, Tally&) {
        PoolPair pair;
        pair.slot = row.slot(0);
        pair.buy = side_of(row, kBuyColumn, pair.slot);
        pair.sell = side_of(row, kSellColumn, pair.slot);
        row.require(pair.buy.pool != pair.sell.pool, RowProblem::Implausible,
                    "a pool against itself");
        row.require(!before || pair.slot >= *before, RowProblem::OutOfOrder,
                    "earlier than the pair before it");
        if (!row.is_bad()) {
            before = pair.slot;
        }
        return pair;
    });
}

}  // namespace sniperforge::dataset
