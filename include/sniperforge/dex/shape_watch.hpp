// SPDX-License-Identifier: MIT
// ShapeWatch: whether each venue's live instructions are still those that we know. Told of every
// transaction that was read; says which venue may not be traded any more, and why. The rules and
// their reasons: docs/adr/0014-live-shapes.md. Pure: no clock, no I/O.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/dex/recognise.hpp"

namespace sniperforge::dex {

enum class VenueStanding : std::uint8_t {
    Unproven,     // No live swap was read, nor a whole round without one.
    Trusted,      // What was read last has the shapes that we know.
    Quarantined,  // It has not. Until the process ends.
};
[[nodiscard]] constexpr std::string_view to_string(VenueStanding standing) {
    switch (standing) {
        case VenueStanding::Unproven:
            return "unproven";
        case VenueStanding::Trusted:
            return "trusted";
        case VenueStanding::Quarantined:
            return "quarantined";
    }
    return "unknown";
}

// What anybody can send without the program having changed counts when the newest calls agree.
struct ShapeWatchLimits {
    std::size_t window = 8;           // Newest calls of one instruction that are looked at.
    std::size_t added_calls_min = 4;  // Of them with more accounts, and none without.
    std::size_t flag_calls_min = 8;   // All with an account writable that we send read-only.
    std::size_t replaced_swaps = 8;   // In a row through instructions that we do not know.
    std::size_t payers_min = 3;       // Different fee payers behind any of these.
};

struct ShapeAlert {
    VenueId venue = VenueId::RaydiumAmmV4;
    bool is_quarantine = false;  // Otherwise only worth a look: a creation has changed.
    std::string text;            // For people: what was seen, where, what to do.
};

class ShapeWatch {
 public:
    explicit ShapeWatch(ShapeWatchLimits limits = {}) : limits_{limits} {}

    // Appends to `alerts` what is new about a venue.
    void observe(const ChainTransaction& transaction, const Recognised& recognised,
                 std::vector<ShapeAlert>& alerts);
    // The venue's newest transactions were all read: where there was no swap, there is nothing to
    // wait for. (Where there were some, and none of a form that we know, there is.)
    void round_read(VenueId venue);

    [[nodiscard]] VenueStanding standing(VenueId venue) const { return of(venue).standing; }
    // What was seen of a quarantined one, else empty.
    [[nodiscard]] const std::string& reason(VenueId venue) const { return of(venue).reason; }
    // Successful swaps seen that have a shape that we know.
    [[nodiscard]] std::uint64_t swaps_matched(VenueId venue) const { return of(venue).matched; }

 private:
    // One call of an instruction.
    struct Seen {
        Pubkey payer;
        std::size_t accounts_added = 0;  // The number of accounts, where there are too many.
        std::uint32_t writable = 0;
    };
    struct Venue {
        VenueStanding standing = VenueStanding::Unproven;
        std::string reason;
        std::uint64_t matched = 0;
        bool is_swap_doubted = false;  // A swap was seen that is of no form that we know.
        std::map<std::string_view, std::deque<Seen>> calls;  // By instruction.
        std::deque<Pubkey> swaps_unknown;  // Payers, since the last swap that we know.
        std::map<std::string_view, bool> creations_told;
    };
    [[nodiscard]] const Venue& of(VenueId venue) const {
        return venues_[static_cast<std::size_t>(venue)];
    }
    // What this call, with those before it, says against the venue.
    [[nodiscard]] std::optional<ShapeMismatch> judge(const VenueCall& call, const Pubkey& payer);
    [[nodiscard]] std::optional<ShapeMismatch> judge_unknown(const VenueCall& call,
                                                             const Pubkey& payer);
    [[nodiscard]] std::optional<ShapeMismatch> judge_window(const VenueCall& call,
                                                            const std::deque<Seen>& calls) const;

    ShapeWatchLimits limits_;
    std::array<Venue, kVenueCount> venues_;
};

}  // namespace sniperforge::dex
