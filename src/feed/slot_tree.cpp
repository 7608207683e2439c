// SPDX-License-Identifier: MIT
#include "feed/slot_tree.hpp"

#include <algorithm>
#include <bitset>

namespace sniperforge::feed {

SlotTree::Entry* SlotTree::find(Slot slot) {
    Entry& entry = entries_[slot.value % kSlots];
    return entry.is_known && entry.slot == slot ? &entry : nullptr;
}

const SlotTree::Entry* SlotTree::find(Slot slot) const {
    const Entry& entry = entries_[slot.value % kSlots];
    return entry.is_known && entry.slot == slot ? &entry : nullptr;
}

bool SlotTree::is_abandoned(Slot slot) const {
    const Entry* const entry = find(slot);
    return entry != nullptr && !entry->is_below;
}

std::optional<std::uint64_t> SlotTree::order_of(Slot slot) const {
    const Entry* const entry = find(slot);
    return entry == nullptr ? std::nullopt : std::optional{entry->order};
}

std::uint64_t SlotTree::order_below(Slot slot) const {
    std::uint64_t order = 0;
    for (const Entry& entry : entries_) {
        if (entry.is_known && entry.slot < slot) {
            order = std::max(order, entry.order);
        }
    }
    return order;
}

SlotTree::Change SlotTree::observe(const SlotUpdate& update) {
    abandoned_.clear();
    revived_.clear();
    const bool is_first = heads_ == 0;
    const bool is_too_old = !is_first && head_.since(update.slot) >= kSlots;
    // The first announcement of a slot stands. A parent that is no ancestor would send the line in
    // circles.
    if (is_too_old || update.parent >= update.slot || find(update.slot) != nullptr) {
        return {};
    }
    const bool is_head = is_first || update.slot > head_;
    const bool is_next = is_head && (is_first || update.parent == head_);
    heads_ += is_head ? 1 : 0;
    head_ = is_head ? update.slot : head_;
    const std::uint64_t order = is_head ? heads_ : order_below(update.slot);
    entries_[update.slot.value % kSlots] = {update.slot, update.parent, order, true, true};
    if (!is_next) {
        relink();
    }
    return {is_head, abandoned_, revived_};
}

// Parents are older than their slots, so the line ends within kSlots steps: at a slot that was
// never announced, or is too old. What is below its end is left as it was.
void SlotTree::relink() {
    std::bitset<kSlots> is_on_line;
    Slot end = head_;
    while (const Entry* const entry = find(end)) {
        if (head_.since(end) >= kSlots) {
            break;
        }
        is_on_line.set(end.value % kSlots);
        end = entry->parent;
    }
    // A parent far below says nothing about slots that are forgotten.
    const std::uint64_t oldest = head_.value < kSlots ? 0 : head_.value - kSlots + 1;
    for (Slot slot{std::max(end.value + 1, oldest)}; slot < head_; slot = slot.plus(1)) {
        Entry* const entry = find(slot);
        if (entry == nullptr || entry->is_below == is_on_line.test(slot.value % kSlots)) {
            continue;
        }
        entry->is_below = !entry->is_below;
        (entry->is_below ? revived_ : abandoned_).push_back(slot);
    }
}

}  // namespace sniperforge::feed
