// SPDX-License-Identifier: MIT
// Pending timers in firing order: by time, then by the order they were added. Adding, cancelling
// and taking are O(log n); cancelled timers leave at once, so request timeouts do not pile up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sniperforge/core/time.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {

class TimerHeap {
 public:
    TimerId add(MonoTime at, Task task);
    void cancel(TimerId timer);

    [[nodiscard]] bool is_empty() const { return heap_.empty(); }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }
    // Of a heap that is not empty.
    [[nodiscard]] MonoTime earliest_at() const { return heap_.front().at; }
    // The sequence that the next timer gets. Firing only what is below it bounds a round of
    // firing, even when tasks add timers that are due already.
    [[nodiscard]] std::uint64_t next_sequence() const { return next_sequence_; }

    // Takes out the earliest task if it is due at `now` and was added before `sequence_end`;
    // otherwise an empty task.
    [[nodiscard]] Task take_due(MonoTime now, std::uint64_t sequence_end);

 private:
    struct Node {
        MonoTime at;
        std::uint64_t sequence = 0;
        std::uint32_t slot = 0;
    };
    struct Slot {
        Task task;
        // Odd while pending; part of the id, so an id of a former user of the slot is unknown.
        std::uint32_t generation = 0;
        std::uint32_t heap_index = 0;
    };

    [[nodiscard]] static bool is_earlier(const Node& a, const Node& b) {
        return a.at != b.at ? a.at < b.at : a.sequence < b.sequence;
    }
    void place(std::size_t index, const Node& node);
    void sift_up(std::size_t index);
    void sift_down(std::size_t index);
    // Removes the node and frees its slot. The task is returned, not destroyed here: destroying
    // it may run code that calls back into this heap.
    Task remove(std::size_t index);

    std::vector<Node> heap_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::uint64_t next_sequence_ = 0;
};

}  // namespace sniperforge::net
