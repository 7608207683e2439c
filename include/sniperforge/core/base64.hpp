// SPDX-License-Identifier: MIT
// Standard base64 with '=' padding, as RPC carries account data and transactions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/result.hpp"

namespace sniperforge {

[[nodiscard]] constexpr std::size_t base64_encoded_size(std::size_t bytes) {
    return (bytes + 2) / 3 * 4;
}
[[nodiscard]] std::string base64_encode(std::span<const std::uint8_t> bytes);
// Writes base64_encoded_size(bytes.size()) characters to `out`, without a terminator.
void base64_encode_to(std::span<const std::uint8_t> bytes, char* out);

[[nodiscard]] Result<std::vector<std::uint8_t>> base64_decode(std::string_view text);
// Decodes without allocating; returns the byte count. Fails when `out` is too small, on a
// character outside the alphabet, on bad padding and on non-zero trailing bits.
[[nodiscard]] Result<std::size_t> base64_decode_to(std::string_view text,
                                                   std::span<std::uint8_t> out);

}  // namespace sniperforge
