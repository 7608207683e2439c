// SPDX-License-Identifier: MIT
// CRC-32C (Castagnoli, RFC 3720): finds torn and flipped bytes; no protection against intent.
#pragma once

#include <cstdint>
#include <span>

namespace sniperforge::journal {

// `before` is the checksum of what came before: crc32c(b, crc32c(a)) is that of a and b joined.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t before = 0);

}  // namespace sniperforge::journal
