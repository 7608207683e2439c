// SPDX-License-Identifier: MIT
#include "core/sha256_blocks.hpp"

#include <bit>
#include <cstddef>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace sniperforge {
namespace {

// FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64
// primes.
alignas(16) constexpr std::array<std::uint32_t, 64> kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t read_be32(const std::uint8_t* bytes) {
    return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U |
           std::uint32_t{bytes[2]} << 8U | std::uint32_t{bytes[3]};
}

#if defined(__x86_64__)

// Bit 29 of EBX of leaf 7 says SHA, bits 9 and 19 of ECX of leaf 1 SSSE3 and SSE4.1 (Intel SDM,
// CPUID).
[[nodiscard]] bool has_sha_instructions() {
    constexpr unsigned kShuffles = 1U << 9U | 1U << 19U, kSha = 1U << 29U;
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kShuffles) != kShuffles) {
        return false;
    }
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kSha) != 0;
}

[[gnu::target("sha,sse4.1"), nodiscard]] inline __m128i load(const void* from) {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

// Words of two vectors, those of `high` are 4 to 7. Not by intrinsics that take an immediate: built
// without optimisation beside other units they do not always see one (g++ 12).
using Words = std::uint32_t __attribute__((vector_size(16)));
template <int A, int B, int C, int D>
[[gnu::target("sha,sse4.1"), nodiscard]] inline __m128i words(const __m128i& low,
                                                              const __m128i& high) {
    return std::bit_cast<__m128i>(
        __builtin_shufflevector(std::bit_cast<Words>(low), std::bit_cast<Words>(high), A, B, C, D));
}

// The instructions hold the state as ABEF and CDGH and make two rounds each (Intel SDM,
// SHA256RNDS2).
[[gnu::target("sha,sse4.1")]] void compress_in_vectors(Sha256State& state,
                                                       const std::uint8_t* block) {
    constexpr std::size_t kGroups = 16;  // Of four words.
    const __m128i to_big_endian = _mm_set_epi64x(0x0c0d'0e0f'0809'0a0b, 0x0405'0607'0001'0203);
    const __m128i dcba = load(state.data()), hgfe = load(state.data() + 4);
    const __m128i abef_before = words<5, 4, 1, 0>(dcba, hgfe);
    const __m128i cdgh_before = words<7, 6, 3, 2>(dcba, hgfe);
    __m128i abef = abef_before, cdgh = cdgh_before;
    __m128i w[kGroups];  // An std::array would lose their alignment.
    for (std::size_t t = 0; t < kGroups; ++t) {
        if (t < 4) {
            w[t] = _mm_shuffle_epi8(load(block + 16 * t), to_big_endian);
        } else {
            const __m128i sums = _mm_add_epi32(_mm_sha256msg1_epu32(w[t - 4], w[t - 3]),
                                               words<1, 2, 3, 4>(w[t - 2], w[t - 1]));
            w[t] = _mm_sha256msg2_epu32(sums, w[t - 1]);
        }
        const __m128i added = _mm_add_epi32(w[t], load(kRoundConstants.data() + 4 * t));
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, added);
        abef = _mm_sha256rnds2_epu32(abef, cdgh, words<2, 3, 0, 1>(added, added));
    }
    const __m128i abef_after = _mm_add_epi32(abef, abef_before);
    const __m128i cdgh_after = _mm_add_epi32(cdgh, cdgh_before);
    auto* const to = reinterpret_cast<__m128i*>(state.data());
    _mm_storeu_si128(to, words<3, 2, 7, 6>(abef_after, cdgh_after));
    _mm_storeu_si128(to + 1, words<1, 0, 5, 4>(abef_after, cdgh_after));
}

#endif

}  // namespace

CompressBlock compress_by_processor() {
#if defined(__x86_64__)
    return has_sha_instructions() ? compress_in_vectors : nullptr;
#else
    return nullptr;
#endif
}

void compress_in_integers(Sha256State& state, const std::uint8_t* block) {
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
    auto [a, b, c, d, e, f, g, h] = state;
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
    const Sha256State mixed = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < mixed.size(); ++i) {
        state[i] += mixed[i];
    }
}

}  // namespace sniperforge
