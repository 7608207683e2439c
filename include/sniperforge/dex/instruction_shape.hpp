// SPDX-License-Identifier: MIT
// How a venue's instructions look on the chain, as data: what recognises the birth of a pool, and
// what tells early that a program has changed under us.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/model/ids.hpp"

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
    // Bit i: account i is writable in some forms and not in others. What is neither writable, nor
    // that, nor a signer among the first accounts_min is read-only in every form.
    std::uint32_t writable_sometimes = 0;
    // Swaps of this shape are what our own swap is built as.
    bool is_ours = false;
    // The program took this form once and takes it no more: old transactions have it.
    bool is_former = false;
    std::optional<CreationAccounts> creation{};
    // A pool moves to another venue: the accounts are those of the pool it moves to.
    std::optional<VenueId> migrates_to{};

    [[nodiscard]] constexpr bool is_swap() const { return !creation; }
};

// The instruction's data starts with the shape's discriminator.
[[nodiscard]] constexpr bool is_called_by(const InstructionShape& shape, BytesView data) {
    return data.size() >= shape.discriminator_bytes &&
           std::equal(shape.discriminator.begin(),
                      shape.discriminator.begin() + shape.discriminator_bytes, data.begin());
}

}  // namespace sniperforge::dex
