// SPDX-License-Identifier: MIT
#include "sniperforge/execute/live_pools.hpp"

#include "sniperforge/dex/quote_behind.hpp"

namespace sniperforge::execute {
namespace {

[[nodiscard]] std::size_t side(Direction direction) { return static_cast<std::size_t>(direction); }

// Takes `in` of it back out of `ahead`, which came out there, and returns how much of `in` is left.
template <typename Amounts>
[[nodiscard]] TokenAmount undo(Amounts& ahead, TokenAmount in) {
    if (in >= ahead.out) {
        const TokenAmount left = in - ahead.out;
        ahead = {};
        return left;
    }
    // Rounded down: what stays outstanding is against us.
    ahead.in -= TokenAmount{mul_div_floor(ahead.in.raw(), in.raw(), ahead.out.raw()).value()};
    ahead.out -= in;
    return {};
}

}  // namespace

LivePools::Amounts LivePools::before(PoolIndex pool, Direction direction) const {
    const auto found = ours_.find(pool);
    if (found == ours_.end()) {
        return {};
    }
    const Amounts& held = found->second.held[side(direction)];
    const Amounts& taken = found->second.taken[side(direction)];
    return {held.in.saturating_add(taken.in), held.out.saturating_add(taken.out)};
}

LivePools::Amounts LivePools::reserves_of(PoolIndex pool, Direction direction) const {
    const dex::Pool& state = book_.pool(pool);
    const Amounts reserves{dex::reserve_a(state), dex::reserve_b(state)};
    return direction == Direction::AToB ? reserves : Amounts{reserves.out, reserves.in};
}

dex::QuoteResult LivePools::exact_in(PoolIndex pool, Direction direction, TokenAmount amount,
                                     const dex::QuoteContext& context) const {
    return dex::quote_exact_in_behind(book_.pool(pool), direction, before(pool, direction).in,
                                      amount, context);
}

dex::QuoteResult LivePools::exact_out(PoolIndex pool, Direction direction, TokenAmount amount,
                                      const dex::QuoteContext& context) const {
    return dex::quote_exact_out_behind(book_.pool(pool), direction, before(pool, direction).out,
                                       amount, context);
}

void LivePools::swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap,
                        OrderKind kind) {
    Ours& ours = ours_[pool];
    const bool is_taken = kind == OrderKind::Cycle;
    Sides& sides = is_taken ? ours.taken : ours.held;
    const TokenAmount left = undo(sides[side(reverse(direction))], swap.amount_in);
    Amounts& ahead = sides[side(direction)];
    ahead.in = ahead.in.saturating_add(left);
    if (!left.is_zero()) {
        ahead.out = ahead.out.saturating_add(TokenAmount{
            mul_div_ceil(swap.amount_out.raw(), left.raw(), swap.amount_in.raw()).value()});
    }
    if (is_taken) {
        ours.reserves[side(direction)] = reserves_of(pool, direction);
    }
    list();
}

void LivePools::on_slot() {
    bool is_changed = false;
    for (auto& [pool, ours] : ours_) {
        for (const Direction direction : {Direction::AToB, Direction::BToA}) {
            Amounts& taken = ours.taken[side(direction)];
            if (taken.in.is_zero()) {
                continue;
            }
            const Amounts& then = ours.reserves[side(direction)];
            const Amounts now = reserves_of(pool, direction);
            if (now.in >= then.in.saturating_add(taken.in) &&
                now.out <= then.out.saturating_sub(taken.out)) {
                taken = {};
                is_changed = true;
            }
        }
    }
    if (is_changed) {
        list();
    }
}

void LivePools::list() {
    outstanding_.clear();
    for (const auto& [pool, ours] : ours_) {
        for (const Direction direction : {Direction::AToB, Direction::BToA}) {
            if (const Amounts ahead = before(pool, direction); !ahead.in.is_zero()) {
                outstanding_.push_back({pool, direction, ahead.in});
            }
        }
    }
}

}  // namespace sniperforge::execute
