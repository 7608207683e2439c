// SPDX-License-Identifier: MIT
// SHA-256 (FIPS 180-4) over a stream. For digests of our own records; what touches the chain uses
// the one in solana, over libsodium.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace sniperforge {

class Sha256 {
 public:
    using Digest = std::array<std::uint8_t, 32>;

    Sha256();
    void update(std::span<const std::uint8_t> bytes);
    // Of everything so far; more may follow.
    [[nodiscard]] Digest digest() const;

 private:
    static constexpr std::size_t kBlockBytes = 64;
    void compress(const std::uint8_t* block);

    std::array<std::uint32_t, 8> state_;
    std::array<std::uint8_t, kBlockBytes> pending_{};
    std::uint64_t bytes_ = 0;
};

}  // namespace sniperforge
