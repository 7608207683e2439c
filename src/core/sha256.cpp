// SPDX-License-Identifier: MIT
#include "sniperforge/core/sha256.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

namespace sniperforge {
namespace {

// FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64
// primes.
constexpr std::array<std::uint32_t, 64> kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// 5.3.3: the same of the square roots of the first 8 primes.
constexpr std::array<std::uint32_t, 8> kInitialState = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

std::uint32_t read_be32(const std::uint8_t* bytes) {
    return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U |
           std::uint32_t{bytes[2]} << 8U | std::uint32_t{bytes[3]};
}

void write_be32(std::uint8_t* bytes, std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i) {
        bytes[i] = static_cast<std::uint8_t>(value >> (24U - 8U * i));
    }
}

}  // namespace

Sha256::Sha256() : state_{kInitialState} {}

void Sha256::compress(const std::uint8_t* block) {
    std::array<std::uint32_t, 64> w;
    for (std::size_t t = 0; t < 16; ++t) {
        w[t] = read_be32(block + 4 * t);
    }
    for (std::size_t t = 16; t < 64; ++t) {
        const std::uint32_t s0 =
            std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3U);
        const std::uint32_t s1 =
            std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10U);
        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t t = 0; t < 64; ++t) {
        const std::uint32_t t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                 ((e & f) ^ (~e & g)) + kRoundConstants[t] + w[t];
        const std::uint32_t t2 =
            (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> mixed = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < mixed.size(); ++i) {
        state_[i] += mixed[i];
    }
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
