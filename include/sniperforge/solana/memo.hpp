// SPDX-License-Identifier: MIT
// Memo program: the data is the UTF-8 text itself.
#pragma once

#include <string_view>

#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::solana {

[[nodiscard]] Instruction memo(std::string_view text);

}  // namespace sniperforge::solana
