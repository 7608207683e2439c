// SPDX-License-Identifier: MIT
#include "sniperforge/dex/quote_behind.hpp"

#include <algorithm>

#include "sniperforge/dex/venue.hpp"

namespace sniperforge::dex {
namespace {

constexpr TokenAmount kOneUnit{1};  // What both roundings together may have been off by.

[[nodiscard]] SwapQuote part_behind(const SwapQuote& whole, const SwapQuote& first) {
    SwapQuote part = whole;
    part.amount_in = whole.amount_in.saturating_sub(first.amount_in);
    part.amount_out = whole.amount_out.saturating_sub(first.amount_out);
    part.trade_fee = whole.trade_fee.saturating_sub(first.trade_fee);
    part.creator_fee = whole.creator_fee.saturating_sub(first.creator_fee);
    part.transfer_fee_in = whole.transfer_fee_in.saturating_sub(first.transfer_fee_in);
    part.transfer_fee_out = whole.transfer_fee_out.saturating_sub(first.transfer_fee_out);
    return part;
}

// What of a swap's fee stays in the pool moves its price as well, and one swap of both amounts
// would not show that: so much more is taken to be ahead, and the price behind it is the moved
// pool's or worse.
[[nodiscard]] std::expected<TokenAmount, QuoteError> with_fees_kept(const Pool& pool,
                                                                    Direction direction,
                                                                    TokenAmount before,
                                                                    const QuoteContext& context) {
    const QuoteResult first = quote_exact_in(pool, direction, before, context);
    if (!first) {
        return first.error() == QuoteError::AmountZero
                   ? std::expected<TokenAmount, QuoteError>{before}
                   : Err{first.error()};
    }
    const TokenAmount trade_fee = first->is_trade_fee_on_output ? TokenAmount{} : first->trade_fee;
    const TokenAmount creator_fee =
        first->is_creator_fee_on_output ? TokenAmount{} : first->creator_fee;
    const TokenAmount kept = before.saturating_sub(trade_fee).saturating_sub(creator_fee);
    const auto ahead =
        kept.is_zero() ? std::nullopt : mul_div_ceil(before.raw(), before.raw(), kept.raw());
    return ahead ? std::expected<TokenAmount, QuoteError>{TokenAmount{*ahead}}
                 : Err{QuoteError::Overflow};
}

[[nodiscard]] bool is_too_much(TokenAmount before, TokenAmount amount) {
    return amount > TokenAmount::max().saturating_sub(before);
}

}  // namespace

TokenAmount outstanding_in(std::span<const SwapOutstanding> swaps, PoolIndex pool,
                           Direction direction) {
    const auto found = std::ranges::find_if(swaps, [&](const SwapOutstanding& each) {
        return each.pool == pool && each.direction == direction;
    });
    return found == swaps.end() ? TokenAmount{} : found->amount_in;
}

QuoteResult quote_exact_in_behind(const Pool& pool, Direction direction, TokenAmount before,
                                  TokenAmount amount_in, const QuoteContext& context) {
    if (before.is_zero() || amount_in.is_zero()) {
        return quote_exact_in(pool, direction, amount_in, context);
    }
    const auto ahead = with_fees_kept(pool, direction, before, context);
    if (!ahead) {
        return Err{ahead.error()};
    }
    if (is_too_much(*ahead, amount_in)) {
        return Err{QuoteError::Overflow};
    }
    const QuoteResult whole = quote_exact_in(pool, direction, *ahead + amount_in, context);
    if (!whole) {
        return whole;
    }
    const QuoteResult first = quote_exact_in(pool, direction, *ahead, context);
    if (!first && first.error() != QuoteError::AmountZero) {
        return first;
    }
    SwapQuote part = part_behind(
        *whole, first.value_or(SwapQuote{
                    .amount_in = *ahead, .amount_out = {}, .trade_fee = {}, .creator_fee = {}}));
    part.amount_in = amount_in;
    part.amount_out = part.amount_out.saturating_sub(kOneUnit);
    return part.amount_out.is_zero() ? QuoteResult{Err{QuoteError::AmountZero}} : part;
}

QuoteResult quote_exact_out_behind(const Pool& pool, Direction direction, TokenAmount before,
                                   TokenAmount amount_out, const QuoteContext& context) {
    if (before.is_zero() || amount_out.is_zero()) {
        return quote_exact_out(pool, direction, amount_out, context);
    }
    const QuoteResult taken = quote_exact_out(pool, direction, before, context);
    if (!taken) {
        return taken;
    }
    const auto ahead = with_fees_kept(pool, direction, taken->amount_in, context);
    if (!ahead) {
        return Err{ahead.error()};
    }
    const QuoteResult first = quote_exact_in(pool, direction, *ahead, context);
    if (!first) {
        return first;
    }
    if (is_too_much(first->amount_out, amount_out)) {
        return Err{QuoteError::Overflow};
    }
    const QuoteResult whole =
        quote_exact_out(pool, direction, first->amount_out + amount_out, context);
    if (!whole) {
        return whole;
    }
    SwapQuote part = part_behind(*whole, *first);
    part.amount_in = part.amount_in.saturating_add(kOneUnit);
    part.amount_out = amount_out;
    return part;
}

}  // namespace sniperforge::dex
