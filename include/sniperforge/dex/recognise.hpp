// SPDX-License-Identifier: MIT
// What a transaction did to pools: created, moved to another venue, swapped; and whether its calls
// still have the shapes that we know (docs/adr/0014-live-shapes.md). Pure; off the hot path.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/dex/instruction_shape.hpp"
#include "sniperforge/model/transaction.hpp"

namespace sniperforge::dex {

struct PoolCreation {
    VenueId venue = VenueId::RaydiumAmmV4;
    Pubkey pool;
    Pubkey mint_a, mint_b;
};

// A pool's liquidity moved to a pool of another venue, which is among the creations too.
struct PoolMigration {
    VenueId from = VenueId::PumpCurve;
    Pubkey pool_from;
    PoolCreation to;
};

// How a call differs from the shape that we know.
enum class ShapeDifference : std::uint8_t {
    // Those that succeed only if the program has changed:
    DataTooShort,
    AccountsMissing,
    NotWritable,  // We mark the account writable.
    Former,       // A form that the program had given up.
    // Those that succeed anyway, with most programs:
    AccountsAdded,
    Writable,  // We mark the account read-only.
    // Swaps go through instructions that we do not know.
    Replaced,
};
// One such call proves that the program is not what we know.
[[nodiscard]] constexpr bool is_proof(ShapeDifference difference) {
    return difference <= ShapeDifference::Former;
}

struct ShapeMismatch {
    VenueId venue = VenueId::RaydiumAmmV4;
    const InstructionShape* shape = nullptr;  // Null: Replaced.
    ShapeDifference difference = ShapeDifference::AccountsAdded;
    std::size_t seen = 0;  // Bytes or accounts; for flags the account's position.
};
// "swap_base_input with 14 accounts (known: 13)".
[[nodiscard]] std::string to_text(const ShapeMismatch& mismatch);

// One call of a venue's program.
struct VenueCall {
    VenueId venue = VenueId::RaydiumAmmV4;
    // The form that it has, or that it is nearest to; null: none has its discriminator.
    const InstructionShape* shape = nullptr;
    std::optional<ShapeMismatch> mismatch{};
    std::uint32_t writable = 0;  // Bit i: account i is, for the whole message.
    // Somebody's two mints, or a mint and SOL, moved in opposite directions: a swap, whatever the
    // instruction.
    bool is_like_swap = false;
};

struct Recognised {
    std::vector<PoolCreation> creations;    // Each pool once.
    std::vector<PoolMigration> migrations;  // Each pool once.
    std::vector<VenueCall> calls;           // In order, top-level and inner.
};

// Nothing of a failed transaction: what a program refused says nothing about what it takes.
[[nodiscard]] Recognised recognise(const ChainTransaction& transaction);

}  // namespace sniperforge::dex
