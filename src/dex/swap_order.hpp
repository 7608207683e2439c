// SPDX-License-Identifier: MIT
// What one walk through ticks or bins is asked for.
#pragma once

#include <cstdint>

#include "sniperforge/model/ids.hpp"

namespace sniperforge::dex {

struct SwapOrder {
    Direction direction = Direction::AToB;
    bool is_exact_in = true;
    std::uint64_t amount = 0;  // Of what goes in, or else of what comes out.
};

enum class Rounding : std::uint8_t { Down, Up };

}  // namespace sniperforge::dex
