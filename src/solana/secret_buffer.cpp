// SPDX-License-Identifier: MIT
#include "sniperforge/solana/secret_buffer.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <utility>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge::solana {

Result<SecretBuffer> SecretBuffer::allocate(std::size_t size) {
    if (auto ready = initialise_crypto(); !ready) {
        return Err{ready.error()};
    }
    SecretBuffer buffer;
    buffer.data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
    if (buffer.data_ == nullptr) {
        return fail(
            fmt::format("no guarded memory for {} secret bytes: raise the memory limit of this "
                        "process",
                        size));
    }
    buffer.size_ = size;
    // sodium_malloc has tried to lock it and does not say with what result. Locks do not nest, so
    // that asking again costs nothing.
    buffer.is_locked_ = sodium_mlock(buffer.data_, size) == 0;
    sodium_memzero(buffer.data_, size);
    return buffer;
}

SecretBuffer::SecretBuffer(SecretBuffer&& other) noexcept
    : data_{std::exchange(other.data_, nullptr)},
      size_{std::exchange(other.size_, 0)},
      is_locked_{std::exchange(other.is_locked_, false)} {}

SecretBuffer& SecretBuffer::operator=(SecretBuffer&& other) noexcept {
    if (this != &other) {
        wipe();
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
        is_locked_ = std::exchange(other.is_locked_, false);
    }
    return *this;
}

SecretBuffer::~SecretBuffer() { wipe(); }

void SecretBuffer::shrink(std::size_t size) {
    SF_ASSERT(size <= size_);
    sodium_memzero(data_ + size, size_ - size);
    size_ = size;
}

void SecretBuffer::make_read_only() { sodium_mprotect_readonly(data_); }

void SecretBuffer::wipe() noexcept {
    sodium_free(data_);  // Zeroes all of it before it unmaps, read-only or not; accepts null.
    data_ = nullptr;
    size_ = 0;
    is_locked_ = false;
}

}  // namespace sniperforge::solana
