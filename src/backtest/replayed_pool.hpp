// SPDX-License-Identifier: MIT
// What an event of a tape says of a pool that nobody else has touched: the one meaning of the kinds
// of events, for the market that is played and for a tape that is cut.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/backtest/tape.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::backtest {

struct RecordedSwap {
    Direction direction = Direction::AToB;
    std::uint64_t in = 0, out = 0;
};
// The swap that a Swap or a Move is, in a pool of these reserves; nothing where it cannot be one,
// or nothing has changed.
[[nodiscard]] inline std::optional<RecordedSwap> swap_of(const TapeEvent& event, std::uint64_t a,
                                                         std::uint64_t b) {
    RecordedSwap swap{event.direction, event.in, event.out};
    if (event.kind == TapeEventKind::Move) {
        if (event.in > a && event.out < b) {
            swap = {Direction::AToB, event.in - a, b - event.out};
        } else if (event.in < a && event.out > b) {
            swap = {Direction::BToA, event.out - b, a - event.in};
        } else {
            return std::nullopt;
        }
    }
    const bool is_a = swap.direction == Direction::AToB;
    const std::uint64_t reserve_in = is_a ? a : b, reserve_out = is_a ? b : a;
    if (swap.in == 0 || swap.out == 0 || swap.out >= reserve_out ||
        reserve_in > kU64Max - swap.in) {
        return std::nullopt;
    }
    return swap;
}

// Swap, Move, State or Quiet, as recorded.
void replay(const TapeEvent& event, dex::Pool& pool);
// Of Raydium's pools, which are all that recordings of reserves have.
void set_reserves(dex::Pool& pool, std::uint64_t a, std::uint64_t b);
// Amounts as the reserves moved.
void apply(dex::Pool& pool, const RecordedSwap& swap);

}  // namespace sniperforge::backtest
