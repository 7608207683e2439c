// SPDX-License-Identifier: MIT
// The one kind of edge between threads: bounded, lock-free, single producer, single consumer.
// A full ring refuses and counts; it never blocks the producer.
#pragma once

#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace sniperforge {

template <typename T>
class SpscRing {
 public:
    explicit SpscRing(std::size_t capacity) : queue_{capacity} {}

    // Producer thread only. False, and one more in refused(), when full.
    bool push(T value) {
        if (queue_.push(std::move(value))) {
            return true;
        }
        refused_.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    // Consumer thread only.
    [[nodiscard]] bool pop(T& out) { return queue_.pop(out); }

    // Any thread.
    [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::size_t size() const { return queue_.read_available(); }

 private:
    boost::lockfree::spsc_queue<T> queue_;
    std::atomic<std::uint64_t> refused_{0};
};

}  // namespace sniperforge
