// SPDX-License-Identifier: MIT
// What `rescue sweep` would move, and what cannot be moved and why: from accounts as they were
// read, without asking anybody.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/rpc/types.hpp"
#include "sniperforge/signer/withdrawal.hpp"

namespace sniperforge::app {

// The token accounts of a wallet and all that decides about them.
struct SweepAccounts {
    struct Held {
        rpc::AccountData account;
        Pubkey token_program;
    };
    std::vector<Held> held;
    std::map<Pubkey, std::optional<rpc::AccountData>> mints;
    // Of the cold address, by mint and token program: its associated account, where there is one.
    std::map<std::pair<Pubkey, Pubkey>, std::optional<rpc::AccountData>> destinations;
};

// One token account that is emptied, closed, or both.
struct SweepItem {
    signer::WithdrawnAccount account;  // Amount zero: it is only closed.
    TokenAmount holds;                 // What is in it; of wrapped SOL it is not `account.amount`.
    Lamports lamports;                 // What closing it gives back, wrapped SOL included.
    bool is_closing = true;
    std::string note;  // For people: what happens on the way.
};

struct SweepLeft {
    Pubkey account;
    Pubkey mint;  // Zero: SOL.
    TokenAmount amount;
    std::string reason;
};

struct SweepPlan {
    std::vector<SweepItem> items;  // Those that are only closed first: their rent pays for others.
    std::vector<SweepLeft> left;
};

[[nodiscard]] SweepPlan plan_sweep(const SweepAccounts& accounts, const Pubkey& wallet,
                                   const Pubkey& cold);
// An account with less than the least that one must have is none: all of it stays or nothing does.
[[nodiscard]] Result<void> check_kept(Lamports keep, Lamports least);

}  // namespace sniperforge::app
