// SPDX-License-Identifier: MIT
// Pubkey, Hash and Signature: fixed byte strings that do not convert into each other.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/base58.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge {

template <typename Tag, std::size_t Size>
struct FixedBytes {
    static constexpr std::size_t kSize = Size;
    std::array<std::uint8_t, Size> bytes{};

    [[nodiscard]] constexpr auto operator<=>(const FixedBytes&) const = default;
    // In words: which token a pool trades is asked several times for each update, and a call of
    // memcmp costs more than the four of a key.
    [[nodiscard]] constexpr bool operator==(const FixedBytes& other) const {
        if consteval {
            return bytes == other.bytes;
        }
        static_assert(Size % sizeof(std::uint64_t) == 0);
        std::uint64_t apart = 0;
        for (std::size_t at = 0; at < Size; at += sizeof(std::uint64_t)) {
            std::uint64_t one = 0, two = 0;
            std::memcpy(&one, bytes.data() + at, sizeof one);
            std::memcpy(&two, other.bytes.data() + at, sizeof two);
            apart |= one ^ two;
        }
        return apart == 0;
    }
    [[nodiscard]] constexpr bool is_zero() const { return *this == FixedBytes{}; }

    // Copies exactly Size bytes; the caller has checked the length.
    [[nodiscard]] static FixedBytes from(std::span<const std::uint8_t> source) {
        SF_ASSERT(source.size() >= Size);
        FixedBytes out;
        std::memcpy(out.bytes.data(), source.data(), Size);
        return out;
    }
    [[nodiscard]] static Result<FixedBytes> parse(std::string_view text) {
        FixedBytes out;
        if (auto decoded = base58_decode(text, out.bytes); !decoded) {
            return Err{decoded.error()};
        }
        return out;
    }
    [[nodiscard]] std::string to_string() const { return base58_encode(bytes); }
};

using Pubkey = FixedBytes<struct PubkeyTag, 32>;
using Hash = FixedBytes<struct HashTag, 32>;  // A blockhash, durable nonce or genesis hash.
using Signature =
    FixedBytes<struct SignatureTag, 64>;  // ed25519; the first one is the transaction id.

// Keys are uniformly distributed already: eight of their bytes are the hash. Program-derived and
// user keys cannot be chosen to collide in a cheaper way than 2^64 key generations.
struct KeyHash {
    template <typename Tag, std::size_t Size>
    [[nodiscard]] std::size_t operator()(const FixedBytes<Tag, Size>& key) const noexcept {
        std::uint64_t head = 0;
        std::memcpy(&head, key.bytes.data() + 8, sizeof head);
        return static_cast<std::size_t>(head);
    }
};

// Parses a key that is a constant of this program; aborts when it is not one.
[[nodiscard]] inline Pubkey pubkey_constant(std::string_view text) {
    auto key = Pubkey::parse(text);
    SF_ASSERT(key.has_value());
    return *key;
}

}  // namespace sniperforge
