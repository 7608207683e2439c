// SPDX-License-Identifier: MIT
// What a transaction needs around a pool's swap instruction, beyond the token accounts of the user.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::dex {

// SOL leaves and reaches the user's own account: no token account of wSOL is read or written. The
// instruction names its address all the same.
[[nodiscard]] bool is_native_sol(const Pool& pool);

// Transfers of the mint, one of the pool's, leave a fee in the account that receives them. Until
// its mint has collected it, Token-2022 refuses to close that account.
[[nodiscard]] bool is_fee_withheld(const Pool& pool, const Pubkey& mint);

// What has to come before the swap in the same transaction; `payer` pays its rent.
[[nodiscard]] std::optional<solana::Instruction> instruction_before_swap(const Pool& pool,
                                                                         const Pubkey& payer);

// What a swap of the venue asks for at most, and what else a transaction with swaps does: creating
// and closing one token account, wrapping and unwrapping.
[[nodiscard]] ComputeUnits swap_units(VenueId venue);
inline constexpr ComputeUnits kTokenAccountUnits{35'000};
inline constexpr ComputeUnits kWrapUnits{10'000};
// Of a transaction with these legs: what they come to, `least` if that is more, and never more than
// a transaction may have.
[[nodiscard]] ComputeUnits cycle_units(const PoolBook& book, std::span<const Leg> legs,
                                       ComputeUnits least);

// Accounts whose rent the user may have to pay for one swap, his token accounts apart, in rents of
// one of those, which is more. They stay: the account of his trading volume is made once, what
// others' accounts lack is paid by whoever trades first, and a pool of an older version is
// lengthened once.
struct SwapRents {
    std::uint8_t of_user = 0;
    std::uint8_t of_pool = 0;
};
[[nodiscard]] SwapRents swap_rents(const Pool& pool, Direction direction);

}  // namespace sniperforge::dex
