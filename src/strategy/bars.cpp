// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/bars.hpp"

#include <algorithm>
#include <bit>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/dex/venue.hpp"

namespace sniperforge::strategy {
namespace {

[[nodiscard]] unsigned bits_of(u128 value) {
    const auto high = static_cast<std::uint64_t>(value >> 64U);
    return high != 0 ? 64U + static_cast<unsigned>(std::bit_width(high))
                     : static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(value)));
}

// Two prices of one pool over one denominator, small enough that their squares times 10,000 fit
// 128 bits.
struct OverOne {
    u128 from = 0;
    u128 to = 0;
};
[[nodiscard]] OverOne over_one(const BarPrice& from, const BarPrice& to) {
    OverOne prices{static_cast<u128>(from.sol) * to.tokens,
                   static_cast<u128>(to.sol) * from.tokens};
    // 10,000 takes 14 bits, a square twice its own.
    const unsigned bits_max = from.is_root ? 57U : 114U;
    const unsigned bits = std::max(bits_of(prices.from), bits_of(prices.to));
    const unsigned shift = bits > bits_max ? bits - bits_max : 0U;
    prices.from >>= shift;
    prices.to >>= shift;
    if (from.is_root) {
        prices.from *= prices.from;
        prices.to *= prices.to;
    }
    return prices;
}

[[nodiscard]] BasisPoints part_of(u128 difference, u128 whole) {
    const u128 part = difference * kBasisPointsOne / whole;
    return BasisPoints{part > kU64Max ? kU64Max : static_cast<std::uint64_t>(part)};
}

}  // namespace

std::optional<BarPrice> bar_price(const dex::MarginalPrice& price, Direction buying) {
    // Base units of B for one of A. Whoever spends SOL from A to B has SOL as A.
    const bool is_sol_a = buying == Direction::AToB;
    u128 sol = is_sol_a ? price.denominator : price.numerator;
    u128 tokens = is_sol_a ? price.numerator : price.denominator;
    if (const u128 both = sol | tokens; both > kU64Max) {
        const unsigned shift = bits_of(both) - 64U;
        sol >>= shift;
        tokens >>= shift;
    }
    if (sol == 0 || tokens == 0) {
        return std::nullopt;
    }
    return BarPrice{static_cast<std::uint64_t>(sol), static_cast<std::uint64_t>(tokens),
                    price.is_squared};
}

std::optional<BarPrice> bar_price(const dex::Pool& pool, Direction buying) {
    return bar_price(dex::marginal_price(pool), buying);
}

std::strong_ordering compare(const BarPrice& a, const BarPrice& b) {
    return static_cast<u128>(a.sol) * b.tokens <=> static_cast<u128>(b.sol) * a.tokens;
}

BasisPoints rise_between(const BarPrice& from, const BarPrice& to) {
    const auto [before, after] = over_one(from, to);
    return before == 0 || after <= before ? BasisPoints{} : part_of(after - before, before);
}

BasisPoints move_between(const BarPrice& from, const BarPrice& to) {
    const auto [before, after] = over_one(from, to);
    if (before == 0) {
        return {};
    }
    return part_of(after > before ? after - before : before - after, before);
}

BarRule bar_rule(const config::MomentumSettings& settings) {
    if (settings.bar_by == "slots") {
        return {BarRule::By::Slots, settings.bar_slots};
    }
    if (settings.bar_by == "volume") {
        return {BarRule::By::Volume, settings.bar_volume.raw()};
    }
    if (settings.bar_by == "dollar") {
        return {BarRule::By::Dollars, settings.bar_dollars.raw()};
    }
    return {BarRule::By::Trades, settings.bar_trades};
}

bool Bars::add(const BarTrade& trade, const BarRule& rule) {
    const bool is_late = rule.by == BarRule::By::Slots && open_.trades > 0 &&
                         trade.slot.since(open_.begun_at) >= rule.size;
    if (is_late) {
        end_bar();
    }
    if (open_.trades == 0) {
        open_.high = trade.price;
        open_.begun_at = trade.slot;
    }
    ++open_.trades;
    auto& side = trade.is_buy ? open_.bought : open_.sold;
    side = side.saturating_add(trade.sol);
    open_.dollars = open_.dollars.saturating_add(trade.dollars);
    open_.close = trade.price;
    if (compare(trade.price, open_.high) > 0) {
        open_.high = trade.price;
    }
    if (!is_full(rule)) {
        return is_late;
    }
    end_bar();
    return true;
}

bool Bars::is_full(const BarRule& rule) const {
    switch (rule.by) {
        case BarRule::By::Trades:
            return open_.trades >= rule.size;
        case BarRule::By::Volume:
            return open_.volume().raw() >= rule.size;
        case BarRule::By::Dollars:
            return open_.dollars.raw() >= rule.size;
        case BarRule::By::Slots:
            break;
    }
    return false;
}

const Bar& Bars::newest(std::size_t back) const {
    SF_ASSERT(back < size_);
    return ring_[next_ > back ? next_ - 1 - back : next_ + ring_.size() - 1 - back];
}

void Bars::end_bar() {
    ring_[next_] = open_;
    next_ = next_ + 1 == ring_.size() ? 0 : next_ + 1;
    size_ = std::min(size_ + 1, ring_.size());
    open_ = {};
}

}  // namespace sniperforge::strategy
