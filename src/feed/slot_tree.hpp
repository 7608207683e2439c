// SPDX-License-Identifier: MIT
// SlotTree: the recent slots with their parents, and which of them the newest one is built on. A
// node that processes a fork announces its slots like any others: what was written in them is
// history that never happened as soon as the chain goes on elsewhere, and no notification says so.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/model/chain_update.hpp"

namespace sniperforge::feed {

class SlotTree {
 public:
    // Forks are decided within 32 slots; a slot older than this counts for nothing.
    static constexpr std::size_t kSlots = 512;

    // What one announcement changed; valid until the next.
    struct Change {
        bool is_head = false;             // The newest slot so far.
        std::span<const Slot> abandoned;  // No longer, or never, below the newest one.
        std::span<const Slot> revived;    // Abandoned before, and below it now.
    };
    Change observe(const SlotUpdate& update);

    // Announced, and not below the newest slot.
    [[nodiscard]] bool is_abandoned(Slot slot) const;
    [[nodiscard]] Slot head() const { return head_; }
    // Newest slots heard so far: counts what was announced, so that skipped slots are no distance.
    [[nodiscard]] std::uint64_t heads() const { return heads_; }
    // How many newest slots had been heard up to this one, whenever it was announced: a node that
    // lags tells of old slots that are news to us, and is no nearer for it. Nothing when it is not
    // known.
    [[nodiscard]] std::optional<std::uint64_t> order_of(Slot slot) const;

 private:
    struct Entry {
        Slot slot;
        Slot parent;
        std::uint64_t order = 0;
        bool is_known = false;
        bool is_below = false;  // The head, below it, or not known to be elsewhere.
    };
    [[nodiscard]] Entry* find(Slot slot);
    [[nodiscard]] const Entry* find(Slot slot) const;
    // Of the newest known slot below; zero when all are above.
    [[nodiscard]] std::uint64_t order_below(Slot slot) const;
    // Follows the parents from the head and judges every slot that the line passes or passes by.
    void relink();

    std::array<Entry, kSlots> entries_{};
    Slot head_;
    std::uint64_t heads_ = 0;
    std::vector<Slot> abandoned_, revived_;
};

}  // namespace sniperforge::feed
