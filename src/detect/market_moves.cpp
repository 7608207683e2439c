// SPDX-License-Identifier: MIT
#include "sniperforge/detect/market_moves.hpp"

#include <algorithm>

namespace sniperforge::detect {
namespace {

// Both reserves falling by at least this much in one slot is liquidity leaving, not rounding.
constexpr BasisPoints kPullMin{100};

[[nodiscard]] BasisPoints fall_of(TokenAmount before, TokenAmount after) {
    if (before.is_zero() || after >= before) {
        return {};
    }
    return BasisPoints{
        mul_div_floor((before - after).raw(), kBasisPointsOne, before.raw()).value_or(0)};
}

}  // namespace

void append_move(PoolIndex pool, Slot slot, const PoolReserves& before, const PoolReserves& now,
                 std::vector<MarketEvent>& events) {
    // Made where they stay: what is copied right behind its making waits for it.
    events.emplace_back(std::in_place_type<ReservesChanged>, pool, slot, now.a, now.b, before.a,
                        before.b);
    if (const auto swap = swap_between(pool, slot, before, now)) {
        events.emplace_back(*swap);
    } else {
        const BasisPoints removed = std::min(fall_of(before.a, now.a), fall_of(before.b, now.b));
        if (removed >= kPullMin) {
            events.emplace_back(std::in_place_type<LiquidityPulled>, pool, slot, removed);
        }
    }
}

}  // namespace sniperforge::detect
