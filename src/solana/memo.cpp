// SPDX-License-Identifier: MIT
#include "sniperforge/solana/memo.hpp"

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::solana {

Instruction memo(std::string_view text) {
    return {kMemoProgram, {}, Bytes{text.begin(), text.end()}};
}

}  // namespace sniperforge::solana
