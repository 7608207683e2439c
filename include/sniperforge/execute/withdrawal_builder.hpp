// SPDX-License-Identifier: MIT
// The transactions of a withdrawal: one token account to the cold address' own, and closed; or
// lamports to the cold address.
#pragma once

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/signer/withdrawal.hpp"

namespace sniperforge::execute {

// Creating an associated account takes 23,359 units, a checked transfer 6,238 and a closing 2,915;
// that three times over, for the extensions of Token-2022.
inline constexpr ComputeUnits kAccountWithdrawalUnits{100'000};
// A System transfer and two compute budget instructions take 150 each.
inline constexpr ComputeUnits kLamportsWithdrawalUnits{1'000};

struct WithdrawalOptions {
    Pubkey wallet;
    Pubkey cold;
    ComputeUnitPrice price;
    Hash blockhash;
    bool is_closing = true;  // Of an account: its rent comes back to the wallet.
};

// Exactly what the chain charges, but for the rent of an account that is created.
[[nodiscard]] Lamports withdrawal_fee(ComputeUnitPrice price, ComputeUnits units);

// The message into `out` (cleared first): version 0, without lookup tables. Moves nothing of an
// account whose amount is zero.
[[nodiscard]] Result<void> build_withdrawal(Bytes& out, const signer::WithdrawnAccount& account,
                                            const WithdrawalOptions& options);
[[nodiscard]] Result<void> build_withdrawal(Bytes& out, Lamports lamports,
                                            const WithdrawalOptions& options);

}  // namespace sniperforge::execute
