// SPDX-License-Identifier: MIT
// base58 with the Bitcoin alphabet, as Solana prints keys, signatures and hashes.
// Source: protocol wire format section 1. Each leading zero byte is one leading '1'.
#pragma once

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

// Decodes text of any length up to 1,700 characters (a whole transaction).
[[nodiscard]] Result<std::vector<std::uint8_t>> base58_decode(std::string_view text);

}  // namespace sniperforge
