// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace sniperforge::dex {

// Unix seconds as Raydium's programs keep them, unsigned. A time beyond the signed range never
// comes: it stays the last there is.
[[nodiscard]] constexpr std::int64_t unix_time_of(std::uint64_t seconds) {
    constexpr auto kNever = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(seconds, kNever));
}

}  // namespace sniperforge::dex
