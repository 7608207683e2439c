// SPDX-License-Identifier: MIT
// PaceGauge: how far the chain is believed to have come, where each node tells of it by itself and
// one of them may be wrong, ahead or behind, by any number. What two tell of is believed. What one
// alone tells of is believed at the pace that a chain can have, by our own clock (ADR 0030).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/rpc/types.hpp"
#include "sniperforge/solana/clock.hpp"

namespace sniperforge::rpc {

// A slot of mainnet has taken 390 ms or more over any 150 of them for years.
inline constexpr Duration kSlotTimeUsual = std::chrono::milliseconds{400};
// No cluster that trades makes blocks faster: what is planned for mainnet is 200 ms.
inline constexpr Duration kSlotTimeMin = std::chrono::milliseconds{200};
// Clusters for tests do. Beyond this a number is none of a chain's.
inline constexpr Duration kSlotTimeLeast = std::chrono::milliseconds{40};
// A block is finalized so many slots after it was made.
inline constexpr std::uint64_t kFinalitySlots = 32;

// What was signed just now can still land for at least so long, whatever anybody says of heights:
// a blockhash lives 150 blocks. Where two nodes tell of the height, at the fastest pace that is
// credible: 30 s. Where one alone does, as long as it takes at the usual pace until the block
// behind the last valid one is final: 72.8 s, which is when an honest node says so.
[[nodiscard]] constexpr Duration expiry_floor(bool is_borne_out) {
    constexpr auto kBlocks = static_cast<std::int64_t>(solana::kBlockhashBlocks);
    constexpr auto kFinal = static_cast<std::int64_t>(kFinalitySlots);
    return is_borne_out ? kSlotTimeMin * kBlocks : kSlotTimeUsual * (kBlocks + kFinal);
}

// Longer than a blockhash has ever lived where blocks were made at all: 150 blocks of 4 s.
inline constexpr Duration kLifeMax = std::chrono::minutes{10};

class PaceGauge {
 public:
    // On one word: as many blocks as fit into the time, at kSlotTimeLeast, and these once, a
    // minute's worth. That much also separates what lags from what is wrong.
    static constexpr std::uint64_t kAheadMax = 150;
    // A node that is further behind what is believed has no say in it; until then what is believed
    // waits for it, 26 s at the most.
    static constexpr std::uint64_t kBehindMax = 64;
    // One that has not advanced for so long has none either.
    static constexpr Duration kStandstill = std::chrono::seconds{15};
    // The first word, of one alone, is waited with for so long where there are others to ask.
    static constexpr Duration kSecondWord = std::chrono::seconds{5};
    // A leap that one alone tells of is believed when it has kept to it, and gone on from there at
    // a credible pace, for so long: the machine slept, and its clock with it.
    static constexpr Duration kLeapProof = std::chrono::seconds{60};

    struct Believed {
        ChainHeight chain;
        bool is_borne_out = false;  // By two; else it is one node's word.
    };

    // `endpoints`: that are asked.
    explicit PaceGauge(std::size_t endpoints);

    void hear(std::size_t endpoint, const ChainHeight& told, MonoTime now);
    [[nodiscard]] const std::optional<Believed>& believed() const { return believed_; }
    // A block that is no older than what is believed, and no newer than can be: the newest one of a
    // node at a commitment that is as weak or weaker.
    [[nodiscard]] bool can_be_newest(BlockHeight block, MonoTime now) const;
    // What the endpoint tells is neither what is believed nor near it.
    [[nodiscard]] bool is_doubted(std::size_t endpoint) const;

 private:
    // What has been ahead of the pace is not had again before the pace has made it up.
    struct Pace {
        ChainHeight at;
        MonoTime when;
        std::uint64_t ahead_left = kAheadMax;

        [[nodiscard]] std::uint64_t room(MonoTime now) const;
        // No more than there is room for.
        [[nodiscard]] bool allows(const ChainHeight& told, MonoTime now) const;
        void advance(const ChainHeight& told, MonoTime now);
    };
    // What an endpoint tells, each time at a credible pace since the time before.
    struct Claim {
        Pace newest;
        BlockHeight first;
        MonoTime since;        // Of `first`.
        MonoTime told_at;      // Of the last word.
        MonoTime advanced_at;  // The last time that it was a newer one.
    };
    using Words = std::vector<const Claim*>;

    void put(std::size_t endpoint, const ChainHeight& told, MonoTime now);
    [[nodiscard]] Words words(MonoTime now) const;
    [[nodiscard]] bool is_behind(const Claim& claim) const;
    [[nodiscard]] static bool has_gone_on(const Claim& claim);
    void believe_two(const Words& words, MonoTime now);
    void believe_apart(const Claim& higher, const ChainHeight& lower, MonoTime now);
    void believe_one(const Claim& claim, MonoTime now);
    void believe(const ChainHeight& chain, bool is_borne_out, MonoTime now);

    std::vector<std::optional<Claim>> claims_;  // By endpoint.
    std::optional<MonoTime> heard_first_;
    std::optional<Believed> believed_;
    Pace pace_;               // Of what is believed.
    bool is_rooted_ = false;  // Two have borne out what everything since was held against.
};

}  // namespace sniperforge::rpc
