// SPDX-License-Identifier: MIT
// SlotBoard: how far each endpoint has come, and who lags behind the best. Slots are compared at
// the same commitment only: a finalized one is always some 32 behind a processed one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::rpc {

// A slot this far above a best that is younger than kSlotTrust is not believed: it would make all
// other endpoints laggards. In that time a chain with slots of 40 ms gets no further. But the best
// itself may be that of a node which stood still and answered first, so a leap is believed when
// as many endpoints tell of it as of the best: at once when they are two or more, and of a single
// one when it has kept to it, and gone on from there, for kLeapProof.
inline constexpr std::uint64_t kSlotJumpMax = 1'500;
inline constexpr Duration kSlotTrust = std::chrono::seconds{60};
inline constexpr Duration kLeapProof = std::chrono::seconds{5};

class SlotBoard {
 public:
    SlotBoard(std::size_t endpoints, std::uint64_t lag_max);

    // `expected`: the best when the request went out, since an answer that took four seconds is
    // ten slots old without the node being behind. Nothing: compare with the best of now.
    void note(std::size_t endpoint, Commitment commitment, Slot slot, MonoTime now,
              std::optional<Slot> expected = std::nullopt);
    // The node says itself that it is behind; `slots` 0: it does not say how far.
    void note_behind(std::size_t endpoint, std::uint64_t slots);

    [[nodiscard]] std::optional<Slot> best(Commitment commitment) const;
    // The newest slot that the endpoint told of, believed or not.
    [[nodiscard]] std::optional<Slot> newest(std::size_t endpoint) const;
    // Behind the best, as of when the endpoint last told: it may have caught up since.
    [[nodiscard]] std::uint64_t lag(std::size_t endpoint) const;
    [[nodiscard]] bool is_lagging(std::size_t endpoint) const { return lag(endpoint) > lag_max_; }
    // The endpoint is known to have come to `slot` at this commitment or a stronger one.
    [[nodiscard]] bool has_reached(std::size_t endpoint, Commitment commitment, Slot slot) const;

 private:
    static constexpr std::size_t kCommitments = 3;
    // A slot too far above the best, and what it was when the endpoint first told of such a one.
    struct Leap {
        Slot slot;
        Slot first;
        MonoTime since;
    };
    struct Known {
        std::array<std::optional<Slot>, kCommitments> newest;  // Of those that were believed.
        std::array<std::optional<Leap>, kCommitments> leap;    // Since it last told another.
        std::uint64_t lag = 0;
    };

    // Notes what the endpoint says, and whether it is believed by now.
    [[nodiscard]] bool is_leap_proven(std::size_t endpoint, std::size_t level, Slot slot,
                                      MonoTime now);

    std::uint64_t lag_max_;
    std::vector<Known> endpoints_;
    std::array<std::optional<Slot>, kCommitments> best_;
    std::array<MonoTime, kCommitments> best_at_{};
};

}  // namespace sniperforge::rpc
