// SPDX-License-Identifier: MIT
#include "net/timer_heap.hpp"

#include <utility>

namespace sniperforge::net {

TimerId TimerHeap::add(MonoTime at, Task task) {
    if (free_slots_.empty()) {
        free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const std::uint32_t slot_index = free_slots_.back();
    free_slots_.pop_back();
    Slot& slot = slots_[slot_index];
    slot.task = std::move(task);
    ++slot.generation;
    heap_.push_back(Node{.at = at, .sequence = next_sequence_++, .slot = slot_index});
    slot.heap_index = static_cast<std::uint32_t>(heap_.size() - 1);
    const TimerId id = (TimerId{slot.generation} << 32U) | slot_index;
    sift_up(heap_.size() - 1);
    return id;
}

void TimerHeap::cancel(TimerId timer) {
    const auto slot_index = static_cast<std::uint32_t>(timer);
    const auto generation = static_cast<std::uint32_t>(timer >> 32U);
    if (generation % 2 == 0 || slot_index >= slots_.size() ||
        slots_[slot_index].generation != generation) {
        return;
    }
    const Task dropped = remove(slots_[slot_index].heap_index);
}

Task TimerHeap::take_due(MonoTime now, std::uint64_t sequence_end) {
    if (heap_.empty() || heap_.front().at > now || heap_.front().sequence >= sequence_end) {
        return {};
    }
    return remove(0);
}

void TimerHeap::place(std::size_t index, const Node& node) {
    heap_[index] = node;
    slots_[node.slot].heap_index = static_cast<std::uint32_t>(index);
}

void TimerHeap::sift_up(std::size_t index) {
    const Node node = heap_[index];
    while (index > 0) {
        const std::size_t parent = (index - 1) / 2;
        if (!is_earlier(node, heap_[parent])) {
            break;
        }
        place(index, heap_[parent]);
        index = parent;
    }
    place(index, node);
}

void TimerHeap::sift_down(std::size_t index) {
    const Node node = heap_[index];
    while (true) {
        std::size_t child = 2 * index + 1;
        if (child >= heap_.size()) {
            break;
        }
        if (child + 1 < heap_.size() && is_earlier(heap_[child + 1], heap_[child])) {
            ++child;
        }
        if (!is_earlier(heap_[child], node)) {
            break;
        }
        place(index, heap_[child]);
        index = child;
    }
    place(index, node);
}

Task TimerHeap::remove(std::size_t index) {
    const std::uint32_t slot_index = heap_[index].slot;
    const Node last = heap_.back();
    heap_.pop_back();
    if (index < heap_.size()) {
        place(index, last);
        sift_up(index);
        sift_down(slots_[last.slot].heap_index);
    }
    Slot& slot = slots_[slot_index];
    ++slot.generation;
    Task task = std::move(slot.task);
    slot.task = nullptr;
    free_slots_.push_back(slot_index);
    return task;
}

}  // namespace sniperforge::net
