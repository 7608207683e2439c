// SPDX-License-Identifier: MIT
// What an event of a tape says of a pool that nobody else has touched: the one meaning of the kinds
// of events, for the market that is played and for a tape that is cut.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/backtest/tape.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/dex/displace.hpp"

namespace sniperforge::backtest {

// Nothing where no pool of these reserves could make it.
[[nodiscard]] inline std::optional<dex::SwapMoved> possible_swap(Direction direction,
                                                                 std::uint64_t in,
                                                                 std::uint64_t out, std::uint64_t a,
                                                                 std::uint64_t b) {
    const bool is_a = direction == Direction::AToB;
    const std::uint64_t reserve_in = is_a ? a : b, reserve_out = is_a ? b : a;
    if (in == 0 || out == 0 || out >= reserve_out || reserve_in > kU64Max - in) {
        return std::nullopt;
    }
    return dex::SwapMoved{direction, TokenAmount{in}, TokenAmount{out}};
}
// The swap that a Swap or a Move is, in a pool of these reserves; nothing where it cannot be one,
// or nothing has changed.
[[nodiscard]] inline std::optional<dex::SwapMoved> swap_of(const TapeEvent& event, std::uint64_t a,
                                                           std::uint64_t b) {
    if (event.kind != TapeEventKind::Move) {
        return possible_swap(event.direction, event.in, event.out, a, b);
    }
    if (event.in > a && event.out < b) {
        return possible_swap(Direction::AToB, event.in - a, b - event.out, a, b);
    }
    if (event.in < a && event.out > b) {
        return possible_swap(Direction::BToA, event.out - b, a - event.in, a, b);
    }
    return std::nullopt;
}

// Swap, Move, State or Quiet, as recorded.
void replay(const TapeEvent& event, dex::Pool& pool);
// Of Raydium's pools, which are all that recordings of reserves have.
void set_reserves(dex::Pool& pool, std::uint64_t a, std::uint64_t b);

}  // namespace sniperforge::backtest
