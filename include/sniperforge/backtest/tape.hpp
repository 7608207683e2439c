// SPDX-License-Identifier: MIT
// Tape: a recorded market as the backtest reads it: pools, and what happened in them in the order
// of time. Whatever kind of file it came from, it says here what it had to assume.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/dataset/reading.hpp"
#include "sniperforge/dex/pool.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::backtest {

enum class TapeEventKind : std::uint8_t {
    Appear,  // The pool begins.
    Stand,   // The pool was there before the tape begins; these come first.
    Swap,    // Somebody swapped: amounts as the pool's reserves moved, fees that left it apart.
    Move,    // The reserves are these now: `in` is A, `out` is B. Swaps brought them there.
    State,   // The same; what happened since the last time was not recorded.
    Quiet,   // As State, and the next event was seen together with it: nothing is decided yet.
};

// 40 bytes.
struct TapeEvent {
    WallTime at;
    Slot slot;
    std::uint64_t in = 0, out = 0;  // Base units.
    std::uint32_t pool = 0;         // Position in Tape::pools.
    Direction direction = Direction::AToB;
    TapeEventKind kind = TapeEventKind::Swap;
};

struct Tape {
    std::string name;  // Of the file.
    std::vector<dex::Pool> pools;
    std::vector<TapeEvent> events;  // By slot, then as recorded.
    dataset::Tally tally;           // Of what it was made of.
    std::vector<std::string> assumptions;
    // Detected differences only: what became of them was not recorded, so that of those that we go
    // for somebody else takes a part (BacktestOptions::competition_percent).
    bool is_competition_unrecorded = false;

    [[nodiscard]] bool is_empty() const { return events.empty(); }
};

// Of recordings that tell the time and no slot: one starts every 400 ms since the first event.
// Slots on the chain have lately been a little longer or shorter; the landing model counts in them.
inline constexpr Duration kSlotNominal = std::chrono::milliseconds{400};
[[nodiscard]] Slot nominal_slot(WallTime begin, WallTime at);
// Says so in the tape.
void assume_nominal_slots(Tape& tape);

}  // namespace sniperforge::backtest
