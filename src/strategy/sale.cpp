// SPDX-License-Identifier: MIT
#include "strategy/sale.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace sniperforge::strategy {
namespace {

// Everything is read, and nothing is in the vault that would pay: that is a price, and it is zero.
// Where liquidity is concentrated what is seen may be a part of it, and says nothing.
[[nodiscard]] bool is_emptied(const PositionView& position, const View& view) {
    const dex::Pool& pool = view.book.pool(position.pool);
    const auto direction = dex::direction_spending(pool, position.mint);
    const bool is_in_vaults = std::visit(
        [](const auto& state) { return std::decay_t<decltype(state)>::kIsPricedByVaults; },
        pool.state);
    if (!direction || !is_in_vaults || !dex::is_complete(pool)) {
        return false;
    }
    return (*direction == Direction::AToB ? dex::reserve_b(pool) : dex::reserve_a(pool)).is_zero();
}

[[nodiscard]] TokenAmount share_of(TokenAmount whole, TokenAmount part, TokenAmount of) {
    const auto share = mul_div_floor(whole.raw(), part.raw(), of.raw());
    return share ? TokenAmount{*share} : whole;
}

[[nodiscard]] SaleMemo::Proceeds quoted_proceeds(const PositionView& position, TokenAmount amount,
                                                 const View& view) {
    const dex::Pool& pool = view.book.pool(position.pool);
    const auto direction = dex::direction_spending(pool, position.mint);
    if (!direction) {
        return Err{dex::QuoteError::PoolIncomplete};
    }
    const TokenAmount before = dex::outstanding_in(view.own_swaps, position.pool, *direction);
    const auto quote = dex::quote_exact_in_behind(pool, *direction, before, amount, view.quote);
    if (quote) {
        return quote->amount_out;
    }
    if (quote.error() == dex::QuoteError::AmountZero) {
        return TokenAmount{};
    }
    return Err{quote.error()};
}

}  // namespace

std::expected<TokenAmount, dex::QuoteError> sale_proceeds(const PositionView& position,
                                                          TokenAmount amount, const View& view) {
    const auto quote = [&] { return quoted_proceeds(position, amount, view); };
    if (view.sales == nullptr || !view.own_swaps.empty()) {  // Those change by themselves.
        return quote();
    }
    return view.sales->proceeds({position.position_id, position.pool,
                                 view.book.revision(position.pool), amount, view.quote},
                                quote);
}

std::optional<Lamports> liquidation_value(const PositionView& position, const View& view) {
    if (const auto proceeds = sale_proceeds(position, position.amount, view)) {
        return Lamports{proceeds->raw()}.saturating_sub(view.costs.entry_fee);
    }
    return is_emptied(position, view) ? std::optional{Lamports{}} : std::nullopt;
}

std::optional<TokenAmount> floor_unquoted(const PositionView& position, TokenAmount amount,
                                          const std::optional<SaleMark>& mark,
                                          SlippageSteps slippage) {
    const auto less = [](TokenAmount whole, BasisPoints part) {
        return part_floor(whole, BasisPoints{kBasisPointsOne}.saturating_sub(part));
    };
    if (mark && !mark->amount.is_zero()) {
        return less(share_of(mark->proceeds, amount, mark->amount), slippage.accepted);
    }
    if (position.cost.is_zero() || position.amount.is_zero()) {
        return std::nullopt;
    }
    const TokenAmount cost{position.cost.raw()};
    return less(share_of(cost, amount, position.amount), slippage.accepted_max);
}

}  // namespace sniperforge::strategy
