// SPDX-License-Identifier: MIT
// Received bytes waiting to be parsed: contiguous, filled in place by a stream, with
// kMessagePadding bytes that always exist behind the last one. In steady state it neither
// allocates nor moves: when everything was consumed it starts again at the front.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "sniperforge/net/websocket.hpp"

namespace sniperforge::net {

class ReceiveBuffer {
 public:
    // Capacities without the padding.
    ReceiveBuffer(std::size_t capacity_initial, std::size_t capacity_max);

    // Space for the next bytes: at least `free_min`, after moving or growing if need be; less, or
    // even nothing, only when the largest capacity is reached.
    [[nodiscard]] std::span<std::uint8_t> prepare(std::size_t free_min);
    // `count` bytes were written to the front of the prepared space.
    void commit(std::size_t count);

    [[nodiscard]] std::span<std::uint8_t> data() {
        return {storage_.get() + begin_, end_ - begin_};
    }
    [[nodiscard]] std::size_t size() const { return end_ - begin_; }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }
    // Drops the first `count` bytes.
    void consume(std::size_t count);
    // Gives memory back after a time of large messages. Only when empty.
    void shrink(std::size_t capacity);

 private:
    void reallocate(std::size_t capacity);

    std::unique_ptr<std::uint8_t[]> storage_;
    std::size_t capacity_ = 0;
    std::size_t capacity_max_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace sniperforge::net
