// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/cut.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "backtest/replayed_pool.hpp"

namespace sniperforge::backtest {
namespace {

// Slots lie evenly between two events.
[[nodiscard]] Slot slot_at(WallTime at, const TapeEvent& before, const TapeEvent& after) {
    if (after.at <= before.at) {
        return before.slot;
    }
    const i128 slots = static_cast<i128>(at.ns - before.at.ns) *
                       static_cast<i128>(after.slot.since(before.slot)) /
                       (after.at.ns - before.at.ns);
    return before.slot.plus(static_cast<std::uint64_t>(slots));
}

// Events are in the order of their slots, and times within a slot may not be.
[[nodiscard]] std::size_t first_since(const Tape& tape, WallTime time) {
    const auto found =
        std::ranges::find_if(tape.events, [&](const TapeEvent& event) { return event.at >= time; });
    return static_cast<std::size_t>(std::distance(tape.events.begin(), found));
}

}  // namespace

Tape cut(const Tape& tape, const analytics::Period& period) {
    Tape part;
    part.name = tape.name;
    part.tally = tape.tally;
    part.assumptions = tape.assumptions;
    part.is_competition_unrecorded = tape.is_competition_unrecorded;
    const std::size_t begin = first_since(tape, period.from);
    const std::size_t end = first_since(tape, period.to);
    if (begin >= end) {
        return part;
    }
    std::vector<dex::Pool> pools = tape.pools;
    std::vector<std::optional<std::uint32_t>> places(tape.pools.size());
    std::vector<bool> is_there(tape.pools.size(), false);
    for (std::size_t i = 0; i < begin; ++i) {
        const TapeEvent& event = tape.events[i];
        if (event.kind == TapeEventKind::Appear || event.kind == TapeEventKind::Stand) {
            is_there[event.pool] = true;
        } else if (is_there[event.pool]) {
            replay(event, pools[event.pool]);
        }
    }
    const auto place_of = [&](std::uint32_t pool) {
        if (!places[pool]) {
            places[pool] = static_cast<std::uint32_t>(part.pools.size());
            part.pools.push_back(pools[pool]);
        }
        return *places[pool];
    };
    for (std::uint32_t pool = 0; pool < tape.pools.size(); ++pool) {
        if (is_there[pool]) {
            const Slot slot = slot_at(period.from, tape.events[begin - 1], tape.events[begin]);
            part.events.push_back(
                {period.from, slot, 0, 0, place_of(pool), Direction::AToB, TapeEventKind::Stand});
        }
    }
    for (std::size_t i = begin; i < end; ++i) {
        TapeEvent event = tape.events[i];
        event.pool = place_of(event.pool);
        part.events.push_back(event);
    }
    return part;
}

}  // namespace sniperforge::backtest
