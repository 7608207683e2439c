// SPDX-License-Identifier: MIT
#include "dex/vault_accounts.hpp"

#include <fmt/format.h>

#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::dex {
namespace {

// The checks that need doing once: the account is a live token account of the pool's mint.
Result<void> check_vault(const AccountUpdate& update, const Pubkey& program, const Pubkey& mint) {
    const auto refuse = [&](std::string_view what) {
        return fail(fmt::format("reading vault {}: {}", update.pubkey.to_string(), what));
    };
    if (update.owner != program) {
        return refuse(fmt::format("owned by {}, expected the token program {}",
                                  update.owner.to_string(), program.to_string()));
    }
    if (update.data.size() < solana::kTokenAccountBytes) {
        return refuse(fmt::format("account has {} bytes, expected at least {}", update.data.size(),
                                  solana::kTokenAccountBytes));
    }
    if (const auto found = Pubkey::from(update.data); found != mint) {
        return refuse(
            fmt::format("holds mint {}, expected {}", found.to_string(), mint.to_string()));
    }
    return {};
}

}  // namespace

bool is_gone(const AccountUpdate& update) {
    return update.lamports.is_zero() || update.data.empty();
}

Result<TokenAmount> read_vault_amount(const AccountUpdate& update, bool is_first_sight,
                                      const Pubkey& program, const Pubkey& mint) {
    if (is_gone(update)) {
        return TokenAmount{};
    }
    if (is_first_sight) {
        if (auto checked = check_vault(update, program, mint); !checked) {
            return Err<Error>{checked.error()};
        }
    }
    if (update.data.size() < solana::kTokenAccountBytes) {
        return fail(fmt::format("reading vault {}: account has {} bytes, expected at least {}",
                                update.pubkey.to_string(), update.data.size(),
                                solana::kTokenAccountBytes));
    }
    return TokenAmount{read_le<std::uint64_t>(update.data, kVaultAmountOffset)};
}

}  // namespace sniperforge::dex
