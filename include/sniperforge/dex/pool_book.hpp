// SPDX-License-Identifier: MIT
// PoolBook: all pools with their latest reserves and slot, by dense index. Fed with account data,
// read by every stage as a const view. No raw account copies are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/model/chain_update.hpp"

namespace sniperforge::dex {

// What one account update did to the book.
struct BookChange {
    PoolIndex pool;
    bool is_new_pool = false;        // First sight of the pool's own account.
    bool is_newly_complete = false;  // The last missing account arrived: it can be quoted now.
    bool is_reserves_changed = false;
    TokenAmount previous_a;
    TokenAmount previous_b;
};

class PoolBook {
   public:
    // Applies one account. Recognises pool accounts, their vaults, their fee configs. Older slots
    // than the account's last are ignored (no change). An account may concern several pools (a
    // shared fee config): `changes` is filled with one entry per affected pool, in index order.
    // A pool account that does not decode is an error and changes nothing.
    [[nodiscard]] Result<void> apply(const AccountUpdate& update, std::vector<BookChange>& changes);

    [[nodiscard]] std::size_t size() const { return pools_.size(); }
    [[nodiscard]] const Pool& pool(PoolIndex index) const;
    [[nodiscard]] std::optional<PoolIndex> find(const Pubkey& pool_id) const;
    // Slot of the newest account that the pool's reserves rest on.
    [[nodiscard]] Slot updated_at(PoolIndex index) const;
    // Pools that trade `mint`, in index order.
    [[nodiscard]] std::span<const PoolIndex> pools_of(const Pubkey& mint) const;
    // Accounts of known pools whose data has not been seen: to read and to subscribe to. Each is
    // returned once.
    [[nodiscard]] std::vector<Pubkey> take_accounts_wanted();

    // The deepest complete pool, by its SOL side, that trades `mint` against wSOL.
    [[nodiscard]] std::optional<PoolIndex> deepest_sol_pool(const Pubkey& mint) const;

   private:
    enum class Role : std::uint8_t { PoolAccount, VaultA, VaultB, Config };
    struct Watch {
        Role role = Role::PoolAccount;
        std::vector<PoolIndex> pools;  // One, except for a shared config.
        Slot slot;
    };
    struct Entry {
        Pool pool;
        Slot slot;
    };

    std::vector<Entry> pools_;
    std::unordered_map<Pubkey, Watch, KeyHash> watches_;
    std::unordered_map<Pubkey, std::vector<PoolIndex>, KeyHash> by_mint_;
    std::vector<Pubkey> wanted_;
};

}  // namespace sniperforge::dex
