// SPDX-License-Identifier: MIT
#include "sniperforge/core/sha256.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "core/sha256_blocks.hpp"

namespace sniperforge {
namespace {

// FIPS 180-4, 5.3.3: the first 32 bits of the fractional parts of the square roots of the first 8
// primes.
constexpr std::array<std::uint32_t, 8> kInitialState = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

void write_be32(std::uint8_t* bytes, std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i) {
        bytes[i] = static_cast<std::uint8_t>(value >> (24U - 8U * i));
    }
}

}  // namespace

Sha256::Sha256() : state_{kInitialState} {}

void Sha256::compress(const std::uint8_t* block) {
    static const CompressBlock kByProcessor = compress_by_processor();
    (kByProcessor != nullptr ? kByProcessor : compress_in_integers)(state_, block);
}

void Sha256::update(std::span<const std::uint8_t> bytes) {
    std::size_t pending = static_cast<std::size_t>(bytes_ % kBlockBytes);
    bytes_ += bytes.size();
    while (!bytes.empty()) {
        if (pending == 0 && bytes.size() >= kBlockBytes) {
            compress(bytes.data());
            bytes = bytes.subspan(kBlockBytes);
            continue;
        }
        const std::size_t taken = std::min(bytes.size(), kBlockBytes - pending);
        std::memcpy(pending_.data() + pending, bytes.data(), taken);
        bytes = bytes.subspan(taken);
        pending += taken;
        if (pending == kBlockBytes) {
            compress(pending_.data());
            pending = 0;
        }
    }
}

Sha256::Digest Sha256::digest() const {
    // Padding: one bit, zeros, the length in bits as 64-bit big-endian at a block's end.
    Sha256 last = *this;
    const std::uint64_t bits = bytes_ * 8;
    std::array<std::uint8_t, kBlockBytes + 9> padding{};
    padding[0] = 0x80;
    const std::size_t pending = static_cast<std::size_t>(bytes_ % kBlockBytes);
    const std::size_t zeros = (kBlockBytes + 55 - pending) % kBlockBytes;
    write_be32(padding.data() + 1 + zeros, static_cast<std::uint32_t>(bits >> 32U));
    write_be32(padding.data() + 5 + zeros, static_cast<std::uint32_t>(bits));
    last.update(std::span{padding}.first(9 + zeros));

    Digest digest;
    for (std::size_t i = 0; i < last.state_.size(); ++i) {
        write_be32(digest.data() + 4 * i, last.state_[i]);
    }
    return digest;
}

}  // namespace sniperforge
