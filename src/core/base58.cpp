// SPDX-License-Identifier: MIT
#include "sniperforge/core/base58.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge {
namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::uint8_t kInvalid = 0xff;

constexpr std::array<std::uint8_t, 256> make_inverse() {
    std::array<std::uint8_t, 256> inverse{};
    inverse.fill(kInvalid);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        inverse[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return inverse;
}
constexpr auto kInverse = make_inverse();

// Radix of one limb: 58^10, the largest power of 58 below 2^64 / 2^5, so that a limb times 2^32
// plus a carry fits 128 bits with room. Ten digits a step make encoding ten times cheaper.
constexpr std::uint64_t kLimb = 430'804'206'899'405'824ULL;
constexpr std::size_t kLimbDigits = 10;

}  // namespace

std::string base58_encode(std::span<const std::uint8_t> bytes) {
    const auto zeros = static_cast<std::size_t>(
        std::find_if(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b != 0; }) -
        bytes.begin());
    // log(256) / log(58) < 1.37 digits a byte.
    std::vector<std::uint64_t> limbs;
    limbs.reserve(bytes.size() * 137 / (100 * kLimbDigits) + 1);
    // Little-endian limbs of radix 58^10, multiplied by 256 per byte (four bytes at a time).
    for (std::size_t i = zeros; i < bytes.size();) {
        const std::size_t count = std::min<std::size_t>(4, bytes.size() - i);
        std::uint64_t carry = 0;
        for (std::size_t k = 0; k < count; ++k) {
            carry = carry << 8 | bytes[i + k];
        }
        const unsigned shift = static_cast<unsigned>(8 * count);
        for (auto& limb : limbs) {
            const u128 wide = (static_cast<u128>(limb) << shift) + carry;
            limb = static_cast<std::uint64_t>(wide % kLimb);
            carry = static_cast<std::uint64_t>(wide / kLimb);
        }
        if (carry != 0) {
            limbs.push_back(carry);
        }
        i += count;
    }
    std::string text(zeros, '1');
    text.reserve(zeros + limbs.size() * kLimbDigits);
    for (std::size_t i = limbs.size(); i-- > 0;) {
        std::array<char, kLimbDigits> digits{};
        std::uint64_t limb = limbs[i];
        std::size_t used = 0;
        while (limb != 0 || (i + 1 != limbs.size() && used < kLimbDigits)) {
            digits[used++] = kAlphabet[limb % 58];
            limb /= 58;
        }
        text.append(std::make_reverse_iterator(digits.begin() + static_cast<std::ptrdiff_t>(used)),
                    digits.rend());
    }
    return text;
}

Result<std::vector<std::uint8_t>> base58_decode(std::string_view text) {
    if (text.size() > kBase58TextMax) {
        return fail(fmt::format("base58 text of {} characters is longer than {}", text.size(),
                                kBase58TextMax));
    }
    const auto zeros = static_cast<std::size_t>(
        std::find_if(text.begin(), text.end(), [](char c) { return c != '1'; }) - text.begin());
    std::vector<std::uint32_t> words;  // Little-endian base 2^32.
    words.reserve(text.size() / 5 + 1);
    for (std::size_t i = zeros; i < text.size(); ++i) {
        const auto digit = kInverse[static_cast<unsigned char>(text[i])];
        if (digit == kInvalid) {
            return fail(fmt::format(
                "'{}' has a character at {} that base58 does not use (it excludes 0, O, I "
                "and l)",
                text.substr(0, 100), i));
        }
        std::uint64_t carry = digit;
        for (auto& word : words) {
            carry += static_cast<std::uint64_t>(word) * 58;
            word = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        if (carry != 0) {
            words.push_back(static_cast<std::uint32_t>(carry));
        }
    }
    std::vector<std::uint8_t> bytes(zeros, 0);
    bool is_leading = true;
    for (std::size_t i = words.size(); i-- > 0;) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            const auto byte = static_cast<std::uint8_t>(words[i] >> shift);
            if (is_leading && byte == 0) {
                continue;
            }
            is_leading = false;
            bytes.push_back(byte);
        }
    }
    return bytes;
}

Result<void> base58_decode(std::string_view text, std::span<std::uint8_t> out) {
    auto bytes = base58_decode(text);
    if (!bytes) {
        return Err{bytes.error()};
    }
    if (bytes->size() != out.size()) {
        return fail(fmt::format("'{}' decodes to {} bytes, expected {}", text.substr(0, 100),
                                bytes->size(), out.size()));
    }
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return {};
}

}  // namespace sniperforge
