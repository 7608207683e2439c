// SPDX-License-Identifier: MIT
// Bytes that nobody else may see: a key, a passphrase, the file that one of them was in. They lie
// between guard pages, are locked against swapping where the limits allow it, are left out of core
// dumps, and are wiped when they go. Moving hands the memory over; there is never a second copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "sniperforge/core/result.hpp"

namespace sniperforge::solana {

class SecretBuffer {
 public:
    SecretBuffer() = default;  // Holds nothing.
    // `size` zero bytes. Costs four pages of address space at least and a few system calls.
    [[nodiscard]] static Result<SecretBuffer> allocate(std::size_t size);

    SecretBuffer(const SecretBuffer&) = delete;
    SecretBuffer& operator=(const SecretBuffer&) = delete;
    SecretBuffer(SecretBuffer&& other) noexcept;
    SecretBuffer& operator=(SecretBuffer&& other) noexcept;
    ~SecretBuffer();

    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::span<std::uint8_t> bytes() { return {data_, size_}; }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {data_, size_}; }
    [[nodiscard]] std::string_view text() const {
        return {reinterpret_cast<const char*>(data_), size_};
    }

    // Wipes what lies behind the first `size` bytes, of which there must be as many.
    void shrink(std::size_t size);
    // From now on writing ends the process.
    void make_read_only();

    // Whether the system keeps it out of swap. RLIMIT_MEMLOCK may forbid that.
    [[nodiscard]] bool is_locked() const { return is_locked_; }

 private:
    void wipe() noexcept;

    std::uint8_t* data_ = nullptr;  // From sodium_malloc.
    std::size_t size_ = 0;
    bool is_locked_ = false;
};

}  // namespace sniperforge::solana
