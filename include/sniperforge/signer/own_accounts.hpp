// SPDX-License-Identifier: MIT
// Our token accounts, derived locally and remembered: one derivation costs tens of microseconds.
#pragma once

#include <array>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/signer/own_nonces.hpp"

namespace sniperforge::signer {

class OwnAccounts {
 public:
    explicit OwnAccounts(const Pubkey& wallet) : wallet_{wallet} {}
    [[nodiscard]] const Pubkey& wallet() const { return wallet_; }
    // Our associated account of `mint` under SPL Token, or under Token-2022.
    [[nodiscard]] const Pubkey& account(const Pubkey& mint, const Pubkey& token_program);
    [[nodiscard]] bool is_own(const Pubkey& account, const Pubkey& mint);
    // Where Jupiter's orders hold wrapped SOL of ours for the length of a transaction.
    [[nodiscard]] const Pubkey& jupiter_sol_account();
    // One of our nonce accounts, whether it was made or not.
    [[nodiscard]] bool is_nonce(const Pubkey& account);
    // The mint whose associated account of ours this is, under either program; null for any other.
    // Only of mints that were asked for before: an address does not tell what it was derived from.
    [[nodiscard]] const Pubkey* mint_of(const Pubkey& account) const;
    // Those mints, in the order they were asked for first.
    [[nodiscard]] const std::vector<Pubkey>& mints() const { return asked_; }

 private:
    struct Pair {
        Pubkey spl;
        Pubkey token_2022;
    };
    [[nodiscard]] const Pair& pair_of(const Pubkey& mint);

    Pubkey wallet_;
    std::optional<Pubkey> jupiter_sol_;
    std::optional<std::array<Pubkey, kNoncesMax>> nonces_;
    std::unordered_map<Pubkey, Pair, KeyHash> by_mint_;
    std::unordered_map<Pubkey, Pubkey, KeyHash> mints_;  // By account.
    std::vector<Pubkey> asked_;
};

}  // namespace sniperforge::signer
