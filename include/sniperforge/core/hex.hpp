// SPDX-License-Identifier: MIT
// Lower-case hexadecimal.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/result.hpp"

namespace sniperforge {

[[nodiscard]] std::string hex_encode(std::span<const std::uint8_t> bytes);
[[nodiscard]] Result<std::vector<std::uint8_t>> hex_decode(std::string_view text);

}  // namespace sniperforge
