// SPDX-License-Identifier: MIT
// base58 with the Bitcoin alphabet, as Solana prints keys, signatures and hashes.
// Source: protocol wire format section 1. Each leading zero byte is one leading '1'.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/result.hpp"

namespace sniperforge {

[[nodiscard]] std::string base58_encode(std::span<const std::uint8_t> bytes);

// Decodes into a buffer of the exact expected size; a different length is an error that says both.
[[nodiscard]] Result<void> base58_decode(std::string_view text, std::span<std::uint8_t> out);

// Text that one call may decode, as its time grows with the square: a 1,232-byte transaction is at
// most 1,683 characters.
inline constexpr std::size_t kBase58TextMax = 1'700;
// Decodes text of any length up to that.
[[nodiscard]] Result<std::vector<std::uint8_t>> base58_decode(std::string_view text);

}  // namespace sniperforge
