// SPDX-License-Identifier: MIT
// How the venues' swap instructions read, one row for each form that we sign. Written from the
// protocol and not shared with dex, which builds them: one mistake cannot hide in both.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "signer/swap_instruction.hpp"

namespace sniperforge::signer {

struct SwapForm {
    Pubkey program;
    std::string_view name;
    std::array<std::uint8_t, 8> discriminator{};
    std::uint8_t discriminator_bytes = 8;  // Two u64 amounts follow it.
    std::uint8_t data_bytes = 24;          // Exactly.
    std::uint8_t accounts_min = 0;
    std::uint8_t accounts_max = 0;
    // Positions in the account list: whose signature moves the source, what pays, what receives.
    std::uint8_t authority = 0;
    std::uint8_t source = 0;
    std::uint8_t destination = 0;
    // The first amount is what comes out exactly, the second the most that goes in. Otherwise the
    // first goes in (exactly, or at most), and the second comes out (at least, or exactly).
    bool is_out_first = false;
    // Reads the rest, which only this program has; may turn sides and amounts around.
    Result<void> (*finish)(std::span<const Pubkey> accounts, BytesView data,
                           SwapInstruction& swap) = nullptr;
};

[[nodiscard]] std::span<const SwapForm> swap_forms();

}  // namespace sniperforge::signer
