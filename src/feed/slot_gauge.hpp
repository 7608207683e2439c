// SPDX-License-Identifier: MIT
// SlotGauge: whether a slot that a node tells of can be the chain's. One absurd number believed as
// the newest slot would make everything after it old: nodes, accounts and reads alike.
#pragma once

#include <optional>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::feed {

class SlotGauge {
 public:
    // Ahead of the newest slot by as many as fit into the time since, four times over, and by a
    // minute's worth that a source may have been silent about.
    static constexpr std::uint64_t kAheadMin = 150;
    static constexpr std::int64_t kPaceFactor = 4;
    // Beyond that it is a leap: the machine slept, or the node errs. It is believed when more
    // endpoints tell of it than of the newest slot: at once of two or more, after this much
    // progress of a single one. One against one, the clock decides for the other.
    static constexpr Duration kLeapProof = std::chrono::seconds{5};
    // More than a year of slots: nobody slept for so long.
    static constexpr std::uint64_t kLeapMax = 100'000'000;
    // As the first slot at all, where no node has answered yet. Mainnet is at 0.4 billion in 2026
    // and adds 0.08 a year; what is above has to be proven like a leap.
    static constexpr std::uint64_t kFirstMax = 1'000'000'000;

    explicit SlotGauge(std::size_t endpoints) : endpoints_(endpoints) {}

    // The endpoint announces a slot: true when it can be. `slot_time`: as measured.
    [[nodiscard]] bool observe(std::size_t endpoint, Slot slot, MonoTime now, Duration slot_time);
    // Before anything was announced: where the chain is by the answers that were read from nodes.
    // What is announced first is held against that.
    void begin(Slot slot, MonoTime now);
    [[nodiscard]] bool has_begun() const { return head_.has_value(); }
    // Of what else carries a slot.
    [[nodiscard]] bool is_plausible(Slot slot, MonoTime now, Duration slot_time) const;

 private:
    struct Leap {
        Slot slot;
        Slot first;
        MonoTime since;
    };
    struct Known {
        std::optional<MonoTime> told;  // The last time that it told what was believed.
        std::optional<Leap> leap;      // Since then.
    };
    [[nodiscard]] bool is_leap_proven(std::size_t endpoint, Slot slot, MonoTime now);

    std::optional<Slot> head_;
    MonoTime head_at_{};
    std::vector<Known> endpoints_;
};

}  // namespace sniperforge::feed
