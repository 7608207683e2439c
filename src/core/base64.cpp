// SPDX-License-Identifier: MIT
#include "sniperforge/core/base64.hpp"

#include <fmt/format.h>

#include <array>

namespace sniperforge {
namespace {

constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoLetter = 0xff;

constexpr std::array<std::uint8_t, 256> values_of_letters() {
    std::array<std::uint8_t, 256> inverse{};
    inverse.fill(kNoLetter);
    for (std::size_t i = 0; i < kLetters.size(); ++i) {
        inverse[static_cast<unsigned char>(kLetters[i])] = static_cast<std::uint8_t>(i);
    }
    return inverse;
}
constexpr auto kValues = values_of_letters();

}  // namespace

void base64_encode_to(std::span<const std::uint8_t> bytes, char* out) {
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16 |
                                    static_cast<std::uint32_t>(bytes[i + 1]) << 8 | bytes[i + 2];
        *out++ = kLetters[group >> 18];
        *out++ = kLetters[group >> 12 & 63];
        *out++ = kLetters[group >> 6 & 63];
        *out++ = kLetters[group & 63];
    }
    const std::size_t rest = bytes.size() - i;
    if (rest == 1) {
        *out++ = kLetters[static_cast<std::size_t>(bytes[i] >> 2)];
        *out++ = kLetters[static_cast<std::size_t>((bytes[i] & 3) << 4)];
        *out++ = '=';
        *out++ = '=';
    } else if (rest == 2) {
        *out++ = kLetters[static_cast<std::size_t>(bytes[i] >> 2)];
        *out++ = kLetters[static_cast<std::size_t>((bytes[i] & 3) << 4 | bytes[i + 1] >> 4)];
        *out++ = kLetters[static_cast<std::size_t>((bytes[i + 1] & 15) << 2)];
        *out++ = '=';
    }
}

std::string base64_encode(std::span<const std::uint8_t> bytes) {
    std::string text(base64_encoded_size(bytes.size()), '\0');
    base64_encode_to(bytes, text.data());
    return text;
}

Result<std::size_t> base64_decode_to(std::string_view text, std::span<std::uint8_t> out) {
    if (text.size() % 4 != 0) {
        return fail(
            fmt::format("base64 text has {} characters, expected a multiple of 4", text.size()));
    }
    if (text.empty()) {
        return std::size_t{0};
    }
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    const std::size_t size = text.size() / 4 * 3 - padding;
    if (size > out.size()) {
        return fail(fmt::format("base64 text holds {} bytes, the buffer {}", size, out.size()));
    }
    const std::size_t whole_groups = text.size() / 4 - (padding != 0 ? 1 : 0);
    const char* in = text.data();
    std::uint8_t* write = out.data();
    std::uint8_t invalid = 0;
    for (std::size_t group = 0; group < whole_groups; ++group, in += 4, write += 3) {
        const std::uint8_t a = kValues[static_cast<unsigned char>(in[0])];
        const std::uint8_t b = kValues[static_cast<unsigned char>(in[1])];
        const std::uint8_t c = kValues[static_cast<unsigned char>(in[2])];
        const std::uint8_t d = kValues[static_cast<unsigned char>(in[3])];
        // Valid digits are below 64, so only kNoLetter sets bit 7; checked once after the loop.
        invalid = static_cast<std::uint8_t>(invalid | a | b | c | d);
        write[0] = static_cast<std::uint8_t>(a << 2 | b >> 4);
        write[1] = static_cast<std::uint8_t>(b << 4 | c >> 2);
        write[2] = static_cast<std::uint8_t>(c << 6 | d);
    }
    if (padding != 0) {
        const std::uint8_t a = kValues[static_cast<unsigned char>(in[0])];
        const std::uint8_t b = kValues[static_cast<unsigned char>(in[1])];
        const std::uint8_t c =
            padding == 1 ? kValues[static_cast<unsigned char>(in[2])] : std::uint8_t{0};
        invalid = static_cast<std::uint8_t>(invalid | a | b | c);
        const bool has_trailing_bits = padding == 2 ? (b & 15) != 0 : (c & 3) != 0;
        if (has_trailing_bits && (invalid & 0x80) == 0) {
            return fail("base64 text has non-zero bits after its last byte");
        }
        write[0] = static_cast<std::uint8_t>(a << 2 | b >> 4);
        if (padding == 1) {
            write[1] = static_cast<std::uint8_t>(b << 4 | c >> 2);
        }
    }
    if ((invalid & 0x80) != 0) {
        return fail(
            fmt::format("base64 text of {} characters has one outside the alphabet", text.size()));
    }
    return size;
}

Result<std::vector<std::uint8_t>> base64_decode(std::string_view text) {
    std::vector<std::uint8_t> bytes(text.size() / 4 * 3);
    auto size = base64_decode_to(text, bytes);
    if (!size) {
        return Err{size.error()};
    }
    bytes.resize(*size);
    return bytes;
}

}  // namespace sniperforge
