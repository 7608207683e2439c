// SPDX-License-Identifier: MIT
#include "sniperforge/signer/own_accounts.hpp"

#include <algorithm>

#include "sniperforge/solana/jupiter_account.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {

const OwnAccounts::Pair& OwnAccounts::pair_of(const Pubkey& mint) {
    auto [position, is_new] = by_mint_.try_emplace(mint);
    if (is_new) {
        position->second = {
            solana::associated_token_address(wallet_, mint, solana::kTokenProgram),
            solana::associated_token_address(wallet_, mint, solana::kToken2022Program)};
        mints_[position->second.spl] = mint;
        mints_[position->second.token_2022] = mint;
        asked_.push_back(mint);
    }
    return position->second;
}

const Pubkey& OwnAccounts::account(const Pubkey& mint, const Pubkey& token_program) {
    const Pair& pair = pair_of(mint);
    return token_program == solana::kToken2022Program ? pair.token_2022 : pair.spl;
}

const Pubkey& OwnAccounts::jupiter_sol_account() {
    if (!jupiter_sol_) {
        jupiter_sol_ = solana::jupiter_token_account_address(wallet_, solana::kWrappedSolMint);
    }
    return *jupiter_sol_;
}

bool OwnAccounts::is_nonce(const Pubkey& account) {
    if (!nonces_) {
        nonces_ = nonce_addresses(wallet_);
    }
    return std::ranges::find(*nonces_, account) != nonces_->end();
}

bool OwnAccounts::is_own(const Pubkey& account, const Pubkey& mint) {
    const Pair& pair = pair_of(mint);
    return account == pair.spl || account == pair.token_2022;
}

const Pubkey* OwnAccounts::mint_of(const Pubkey& account) const {
    const auto found = mints_.find(account);
    return found == mints_.end() ? nullptr : &found->second;
}

}  // namespace sniperforge::signer
