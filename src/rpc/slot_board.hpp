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
#include "sniperforge/rpc/pace_gauge.hpp"

namespace sniperforge::rpc {

// Who is behind the best by kSlotAheadMax or less, a minute's worth as PaceGauge has it, may well
// lag: the higher is believed. Further apart, and up to kSlotJumpMax, one of them lags or tells
// slots that are none, and neither can be seen from here. Those that more endpoints are near to are
// believed. Of as many on both sides the higher is the best, which no honest laggard is then; but
// the lower ones are no laggards by its word, so it does not draw all reads. Where the best was
// borne out by a second endpoint, who falls behind it is a laggard.
//
// A slot still further above the best is not believed: it would make all other endpoints laggards.
// But the best itself may be that of a node which stood still and answered first, so such a leap is
// believed when as many endpoints tell of it as of the best: at once when they are two or more, and
// of a single one when it has kept to it, and gone on from there, for kLeapProof, and no other one
// has gone on from the best meanwhile.
//
// The first slot, and the first after a silence, is believed at once: there may be only one
// endpoint. It may be absurd all the same, so until a second endpoint tells of it too, or it has
// gone on for kLeapProof, it gives way to a slot far below that more endpoints tell of; and to a
// single one that goes on for as long as the other stands still.
inline constexpr std::uint64_t kSlotAheadMax = PaceGauge::kAheadMax;
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
    // Behind the best, as of when the endpoint last told: it may have caught up since. What is
    // finalized does not count.
    [[nodiscard]] std::uint64_t lag(std::size_t endpoint) const;
    [[nodiscard]] bool is_lagging(std::size_t endpoint) const { return lag(endpoint) > lag_max_; }
    // The endpoint is known to have come to `slot` at this commitment or a stronger one.
    [[nodiscard]] bool has_reached(std::size_t endpoint, Commitment commitment, Slot slot) const;

 private:
    static constexpr std::size_t kCommitments = 3;
    // What an endpoint has told of late, each slot near the one before.
    struct Claim {
        Slot slot;
        Slot first;
        MonoTime since;  // Of `first`.
        MonoTime at;     // Of `slot`.

        [[nodiscard]] bool has_gone_on() const { return slot > first && at - since >= kLeapProof; }
        [[nodiscard]] bool has_stood_still() const {
            return slot <= first && at - since >= kLeapProof;
        }
    };
    struct Best {
        Slot slot;
        MonoTime at;
        bool is_borne_out = false;  // By two within PaceGauge::kBehindMax, since then in pace.
        bool is_proven = false;     // Or one has gone on from there.
    };
    // Endpoints that are nearer to a claim than to the best, and the other way round. What was told
    // longer than kSlotTrust ago is not counted.
    struct Votes {
        std::size_t for_claim = 0, for_best = 0;
    };
    struct Known {
        std::array<std::optional<Slot>, kCommitments> newest;  // Of those that were believed.
        std::array<std::optional<Claim>, kCommitments> claim;
        std::uint64_t lag = 0;
    };

    [[nodiscard]] const Claim& put_claim(std::size_t endpoint, std::size_t level, Slot slot,
                                         MonoTime now);
    // The best.
    [[nodiscard]] bool is_told_by_two(std::size_t level) const;
    // Near the one, and nearer than to the other.
    [[nodiscard]] static bool is_for(const std::optional<Claim>& told, Slot one, Slot other);
    [[nodiscard]] Votes votes(std::size_t level, const Claim& claim) const;
    // A slot far above the best, or far below it.
    [[nodiscard]] bool is_leap_proven(std::size_t level, const Claim& claim) const;
    [[nodiscard]] bool is_best_refuted(std::size_t level, const Claim& claim) const;
    // The claim is below the best by so much that one of them lags or is wrong, and as many are for
    // the one as for the other.
    [[nodiscard]] bool is_undecided(std::size_t level, const Claim& claim) const;
    void replace_best(std::size_t level, const Claim& claim);

    std::uint64_t lag_max_;
    std::vector<Known> endpoints_;
    std::array<std::optional<Best>, kCommitments> best_;
};

}  // namespace sniperforge::rpc
