// SPDX-License-Identifier: MIT
// PathMemory: what our own orders have shown of each path: how long until there were bytes to be
// sent, how many slots until they were in a block, how often it came to nothing, and how much
// Jupiter pays beyond the pool that decided. Everything has a prior, ages, and is told the time:
// what is not used any more is thought of as at first again after a while.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

#include "execute/recent_samples.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/slot_clock.hpp"
#include "sniperforge/model/path_choice.hpp"

namespace sniperforge::execute {

class PathMemory {
 public:
    // How long a measurement counts. Services and leaders change within minutes.
    static constexpr Duration kAgeMax = std::chrono::minutes{10};
    // Other pools are deeper than ours for as long as positions are held.
    static constexpr Duration kEdgeAgeMax = std::chrono::minutes{5};
    static constexpr std::size_t kTokensMax = 1'024;

    // A path has signed bytes, or has given up, so long after the decision.
    void note_ready(OrderPath path, MonoTime now, Duration latency);
    void note_given_up(OrderPath path, MonoTime now, Duration latency);
    void note_landed(OrderPath path, MonoTime now, std::uint64_t slots);
    void note_failed(OrderPath path, MonoTime now);
    // Jupiter quoted `edge` basis points more than the pool at the same moment; negative: less.
    void note_edge(const Pubkey& token, MonoTime now, std::int64_t edge);
    // It paid so much less than it had quoted; what it paid more counts for nothing.
    void note_shortfall(MonoTime now, std::int64_t basis_points);
    // A slot has begun.
    void note_slot(Slot slot, MonoTime now);

    [[nodiscard]] Duration latency(OrderPath path, MonoTime now) const;
    [[nodiscard]] std::uint64_t landing_millislots(OrderPath path, MonoTime now) const;
    [[nodiscard]] std::uint32_t failing_permille(OrderPath path, MonoTime now) const;
    // What may be expected of Jupiter beyond the pool, in basis points: zero without a measurement,
    // half of a single one.
    [[nodiscard]] std::int64_t edge(const Pubkey& token, MonoTime now) const;
    [[nodiscard]] Duration slot_time() const { return clock_.slot_time(); }

    // Until it is measured, as assumed: 100 us on the loop, 200 ms for each request to Jupiter, of
    // which v1 has two.
    [[nodiscard]] static Duration latency_prior(OrderPath path);

 private:
    static constexpr std::size_t kSamples = 16, kOutcomes = 32, kEdges = 6;
    struct Known {
        RecentSamples<kSamples> latency;  // Nanoseconds.
        RecentSamples<kSamples> landing;  // Slots.
        RecentSamples<kOutcomes> failed;  // 1: it came to nothing.
    };
    [[nodiscard]] Known& of(OrderPath path) { return known_[static_cast<std::size_t>(path)]; }
    [[nodiscard]] const Known& of(OrderPath path) const {
        return known_[static_cast<std::size_t>(path)];
    }

    std::array<Known, kOrderPaths> known_;
    RecentSamples<kSamples> shortfall_;  // Of all that Jupiter brought.
    std::unordered_map<Pubkey, RecentSamples<kEdges>, KeyHash> edges_;  // Forgotten when full.
    SlotClock clock_;
};

}  // namespace sniperforge::execute
