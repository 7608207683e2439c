// SPDX-License-Identifier: MIT
#include "net/receive_buffer.hpp"

#include <algorithm>
#include <cstring>

#include "sniperforge/core/assert.hpp"

namespace sniperforge::net {

ReceiveBuffer::ReceiveBuffer(std::size_t capacity_initial, std::size_t capacity_max)
    : capacity_max_{capacity_max} {
    reallocate(std::min(capacity_initial, capacity_max));
}

std::span<std::uint8_t> ReceiveBuffer::prepare(std::size_t free_min) {
    if (begin_ == end_) {
        begin_ = end_ = 0;
    }
    if (capacity_ - end_ < free_min) {
        const std::size_t used = size();
        if (capacity_ - used < free_min && capacity_ < capacity_max_) {
            const std::size_t wanted = std::max(capacity_ * 2, used + free_min);
            reallocate(std::min(wanted, capacity_max_));
        } else if (begin_ > 0) {
            std::memmove(storage_.get(), storage_.get() + begin_, used);
            begin_ = 0;
            end_ = used;
        }
    }
    return {storage_.get() + end_, capacity_ - end_};
}

void ReceiveBuffer::commit(std::size_t count) {
    SF_ASSERT(count <= capacity_ - end_);
    end_ += count;
}

void ReceiveBuffer::consume(std::size_t count) {
    SF_ASSERT(count <= size());
    begin_ += count;
}

void ReceiveBuffer::shrink(std::size_t capacity) {
    SF_ASSERT(size() == 0);
    if (capacity < capacity_) {
        reallocate(capacity);
    }
}

void ReceiveBuffer::reallocate(std::size_t capacity) {
    auto storage = std::make_unique<std::uint8_t[]>(capacity + kMessagePadding);
    const std::size_t used = size();
    if (used > 0) {
        std::memcpy(storage.get(), storage_.get() + begin_, used);
    }
    storage_ = std::move(storage);
    capacity_ = capacity;
    begin_ = 0;
    end_ = used;
}

}  // namespace sniperforge::net
