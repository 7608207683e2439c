// SPDX-License-Identifier: MIT
// Pools whose reserves are the balances of two token accounts: what they read out of them.
#pragma once

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/chain_update.hpp"

namespace sniperforge::dex {

[[nodiscard]] bool is_gone(const AccountUpdate& update);

// The balance of a vault; a closed one holds nothing. Owner program, mint and state are checked
// only at `is_first_sight`: they do not change in the life of an account, and every swap of every
// pool comes through here.
[[nodiscard]] Result<TokenAmount> read_vault_amount(const AccountUpdate& update,
                                                    bool is_first_sight, const Pubkey& program,
                                                    const Pubkey& mint);

// Takes in one of the pool's two vaults; false if the account is neither.
template <typename P>
[[nodiscard]] Result<bool> apply_vault(P& pool, const AccountUpdate& update) {
    const bool is_a = update.pubkey == pool.vault_a;
    if (!is_a && update.pubkey != pool.vault_b) {
        return false;
    }
    bool& has_vault = is_a ? pool.has_vault_a : pool.has_vault_b;
    const auto amount =
        read_vault_amount(update, !has_vault, is_a ? pool.program_a : pool.program_b,
                          is_a ? pool.mint_a : pool.mint_b);
    if (!amount) {
        return Err<Error>{amount.error()};
    }
    (is_a ? pool.vault_amount_a : pool.vault_amount_b) = amount->raw();
    has_vault = true;
    return true;
}

template <typename P>
void forget_vault(P& pool, const Pubkey& account) {
    pool.has_vault_a = pool.has_vault_a && account != pool.vault_a;
    pool.has_vault_b = pool.has_vault_b && account != pool.vault_b;
}

template <typename P>
void carry_vaults(const P& from, P& to) {
    to.has_vault_a = from.has_vault_a;
    to.has_vault_b = from.has_vault_b;
    to.vault_amount_a = from.vault_amount_a;
    to.vault_amount_b = from.vault_amount_b;
}

}  // namespace sniperforge::dex
