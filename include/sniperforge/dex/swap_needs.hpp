// SPDX-License-Identifier: MIT
// What a transaction needs around a pool's swap instruction, beyond the token accounts of the user.
#pragma once

#include <optional>

#include "sniperforge/dex/pool.hpp"

namespace sniperforge::dex {

// SOL leaves and reaches the user's own account: no token account of wSOL is read or written. The
// instruction names its address all the same.
[[nodiscard]] bool is_native_sol(const Pool& pool);

// What has to come before the swap in the same transaction; `payer` pays its rent.
[[nodiscard]] std::optional<solana::Instruction> instruction_before_swap(const Pool& pool,
                                                                         const Pubkey& payer);

}  // namespace sniperforge::dex
