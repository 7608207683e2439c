// SPDX-License-Identifier: MIT
// The one form of a sweep that we sign.
#pragma once

#include "sniperforge/signer/policy.hpp"

namespace sniperforge::signer {

// After the fee payer and the number of signatures have been checked: nothing but a compute unit
// limit and price, at most one burn of at most amount_in_max out of our account of mint_in, and one
// closing of that account to our wallet.
[[nodiscard]] Result<void, Refusal> check_sweep(const solana::Message& message,
                                                std::span<const solana::AccountMeta> accounts,
                                                const SigningPolicy& policy, OwnAccounts& own);

}  // namespace sniperforge::signer
