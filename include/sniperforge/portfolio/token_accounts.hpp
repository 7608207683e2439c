// SPDX-License-Identifier: MIT
// TokenAccounts: which token accounts of ours are known to be open, from what was read at the start
// and what fills tell. What is not known is not in it. Amounts are the ledger's.
#pragma once

#include <algorithm>
#include <map>
#include <span>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/model/execution.hpp"

namespace sniperforge::portfolio {

class TokenAccounts {
 public:
    // Read from the chain before the first fill.
    void start(std::span<const OwnTokenAccount> accounts);
    // As a transaction in this slot left them. Fills may be told out of order: what an older slot
    // says is ignored; of one slot the last word wins.
    void apply(std::span<const OwnTokenAccount> accounts, Slot slot);
    // That transaction never happened: what it said of an account, nobody says now.
    void forget(std::span<const OwnTokenAccount> accounts);

    // Calls `visit` with every open account, by mint.
    template <typename Visit>
    void for_each_open(Visit visit) const {
        for (const auto& [key, entry] : accounts_) {
            if (entry.account.is_open) {
                visit(entry.account);
            }
        }
    }
    template <typename Holds>
    [[nodiscard]] bool is_any_open(Holds holds) const {
        return open_ > 0 && std::ranges::any_of(accounts_, [&](const auto& entry) {
                   return entry.second.account.is_open && holds(entry.second.account);
               });
    }

 private:
    struct Key {
        Pubkey mint;
        Pubkey token_program;
        [[nodiscard]] auto operator<=>(const Key&) const = default;
    };
    struct Entry {
        OwnTokenAccount account;
        Slot slot;
    };
    void count_open();

    // Closed ones stay, so that an older fill cannot open them again: as many as mints were traded.
    std::map<Key, Entry> accounts_;
    std::size_t open_ = 0;  // Of them: mostly none, and often asked.
};

}  // namespace sniperforge::portfolio
