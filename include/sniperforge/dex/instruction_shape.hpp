// SPDX-License-Identifier: MIT
// How a venue's instructions look on the chain, as data: what recognises the birth of a pool, and
// what tells early that a program has changed under us.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sniperforge::dex {

// Positions in an instruction's account list.
struct CreationAccounts {
    std::uint8_t pool = 0;
    std::uint8_t mint_a = 0;
    std::uint8_t mint_b = 0;
    // The instruction names no second mint: it is wSOL.
    bool is_mint_b_sol = false;
};

struct InstructionShape {
    std::string_view name;  // The program's own.
    std::array<std::uint8_t, 8> discriminator{};
    std::uint8_t discriminator_bytes = 8;  // Programs without Anchor use fewer.
    std::uint8_t data_bytes_min = 8;       // Discriminator included.
    // Accounts that every form of it has, and the most that any form is known to have.
    std::uint8_t accounts_min = 0;
    std::uint8_t accounts_max = 0;
    // Bit i: account i is writable (or signs) in every form; checked for the first accounts_min.
    std::uint32_t writable = 0;
    std::uint32_t signers = 0;
    // Swaps of this shape are what our own swap is built as.
    bool is_ours = false;
    std::optional<CreationAccounts> creation{};
    // A pool moves to another venue: the accounts are those of the pool it moves to.
    bool is_migration = false;
};

}  // namespace sniperforge::dex
