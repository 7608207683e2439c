// SPDX-License-Identifier: MIT
// What a transaction's log lines say of new pools. They name the instructions that ran, and mostly
// not the pools: those say the transaction's accounts (recognise.hpp), or an event.
// docs/adr/0043-new-pools-by-logs.md.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sniperforge/dex/recognise.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::dex {

struct LoggedCreations {
    // Whose programs said, in calls of their own, that they make a pool, and not which; and whose
    // may have said so behind a cut.
    VenueSet unnamed;
    // Those that an event names: pump.fun's curves.
    std::vector<PoolCreation> named;
    bool is_cut = false;  // What is told is not all that was said.

    [[nodiscard]] bool is_any() const { return !unnamed.is_empty() || !named.empty(); }
};
// Of a transaction that did not fail.
[[nodiscard]] LoggedCreations read_creations(std::span<const std::string_view> lines);

// The account whose mention finds all creations of the venue.
struct CreationMention {
    Pubkey account;
    // Nothing else mentions it: no swap is told. Where no recording proves one for a venue it is
    // the program, whose every transaction is told.
    bool is_of_creations_alone = false;
};
[[nodiscard]] CreationMention creation_mention(VenueId venue);

}  // namespace sniperforge::dex
