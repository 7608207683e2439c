// SPDX-License-Identifier: MIT
// Priority: what depends on an account. It decides on how many endpoints the account is subscribed
// and who is subscribed and read first after a loss.
#pragma once

#include <cstdint>

namespace sniperforge::feed {

enum class Priority : std::uint8_t {
    Scanned,   // Looked at.
    Armed,     // A strategy may enter its pool now.
    Position,  // We hold a position in its pool.
};
inline constexpr std::size_t kPriorities = 3;

}  // namespace sniperforge::feed
