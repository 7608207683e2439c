// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/token_accounts.hpp"

namespace sniperforge::portfolio {

void TokenAccounts::start(std::span<const OwnTokenAccount> accounts) {
    accounts_.clear();
    for (const OwnTokenAccount& account : accounts) {
        accounts_[{account.mint, account.token_program}] = {account, Slot{}};
    }
    count_open();
}

void TokenAccounts::apply(std::span<const OwnTokenAccount> accounts, Slot slot) {
    for (const OwnTokenAccount& account : accounts) {
        const Key key{account.mint, account.token_program};
        const auto [position, is_new] = accounts_.try_emplace(key, Entry{account, slot});
        if (is_new || slot < position->second.slot) {
            continue;
        }
        // A fill does not tell whether it can be closed: what was read of it stands while it is
        // open.
        const bool is_unclosable = account.is_open && position->second.account.is_open &&
                                   position->second.account.is_unclosable;
        position->second = {account, slot};
        position->second.account.is_unclosable = account.is_unclosable || is_unclosable;
    }
    count_open();
}

void TokenAccounts::forget(std::span<const OwnTokenAccount> accounts) {
    for (const OwnTokenAccount& account : accounts) {
        accounts_.erase({account.mint, account.token_program});
    }
    count_open();
}

void TokenAccounts::count_open() {
    open_ = static_cast<std::size_t>(std::ranges::count_if(
        accounts_, [](const auto& entry) { return entry.second.account.is_open; }));
}

}  // namespace sniperforge::portfolio
