// SPDX-License-Identifier: MIT
// Withdrawals: the only transactions of ours that give something away. They go to one address,
// which the signer was made with and no caller can change, and take one of two forms: lamports by a
// System transfer, or one token account, to the associated account of that address.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/signer/policy.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::signer {

// A token account of ours, what leaves it at most, and under which program.
struct WithdrawnAccount {
    Pubkey mint;
    Pubkey token_program;
    Pubkey account;
    TokenAmount amount;  // Zero: it is only closed, as that of wrapped SOL is.
    std::uint8_t decimals = 0;
};

// The bounds of one withdrawal: either an account or lamports.
struct WithdrawalPolicy {
    std::optional<WithdrawnAccount> account;
    Lamports lamports;  // The most that is transferred; zero with an account.
    Lamports cost_max;  // Fees, and the rent of a token account of the cold address.
    Lamports token_account_rent;
};

// Whether money may be sent there: a public key that somebody can sign for. Refuses the wallet
// itself, programs and sysvars, and what is not on the curve: a token account, or any other address
// that was derived, has no key, and SOL that is sent to it is gone.
[[nodiscard]] Result<void> check_cold_address(const Pubkey& cold);
[[nodiscard]] Result<void> check_cold_address(const Pubkey& cold, const Pubkey& wallet);

// Passes when the message does what the policy allows, from `wallet` to `cold`, and nothing else.
// What it costs beside that: fees, and the rent of an account as if there were none.
[[nodiscard]] Result<Lamports, Refusal> check_withdrawal(
    const solana::Message& message, std::span<const solana::AccountMeta> accounts,
    const WithdrawalPolicy& policy, const Pubkey& wallet, const Pubkey& cold);

}  // namespace sniperforge::signer
