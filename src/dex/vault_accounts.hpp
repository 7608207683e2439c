// SPDX-License-Identifier: MIT
// Pools whose reserves are the balances of two token accounts: what they read out of them.
#pragma once

#include <cstring>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/raw_accounts.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::dex {

// Token account layout, both token programs: mint at 0, amount at 64. An account that was never
// initialised has no mint.
inline constexpr std::size_t kVaultAmountOffset = 64;

// The data is that of a token account of the mint that `mint` begins with.
[[nodiscard]] inline bool is_vault_of(BytesView data, BytesView mint) {
    return data.size() >= solana::kTokenAccountBytes &&
           std::memcmp(data.data(), mint.first(Pubkey::kSize).data(), Pubkey::kSize) == 0;
}

[[nodiscard]] bool is_gone(const AccountUpdate& update);

// The balance of a vault; a closed one holds nothing. Owner program and mint are checked
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

// Takes in a vault by its data alone, as apply_vault() does at first sight: one that it would
// refuse counts as not seen, and a closed one holds nothing.
inline void read_vault(BytesView data, BytesView mint, bool& has_vault, std::uint64_t& amount) {
    amount = 0;
    has_vault = data.empty() || is_vault_of(data, mint);
    if (has_vault && !data.empty()) {
        amount = read_le<std::uint64_t>(data, kVaultAmountOffset);
    }
}

// Both vaults of a pool whose account names its mints at these places.
template <typename Numbers>
void read_vaults(const RawAccounts& accounts, std::size_t mint_a_offset, std::size_t mint_b_offset,
                 Numbers& numbers) {
    read_vault(accounts.vault_a, accounts.pool.subspan(mint_a_offset), numbers.has_vault_a,
               numbers.vault_amount_a);
    read_vault(accounts.vault_b, accounts.pool.subspan(mint_b_offset), numbers.has_vault_b,
               numbers.vault_amount_b);
}

// The lines of the bytes from `begin` to `end`, at most a line and a byte apart.
inline void prefetch(BytesView data, std::size_t begin, std::size_t end) {
    if (data.size() >= end) {
        __builtin_prefetch(data.data() + begin);
        __builtin_prefetch(data.data() + end - 1);
    }
}

inline void prefetch_vaults(const RawAccounts& accounts) {
    prefetch(accounts.vault_a, 0, kVaultAmountOffset + sizeof(std::uint64_t));
    prefetch(accounts.vault_b, 0, kVaultAmountOffset + sizeof(std::uint64_t));
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
