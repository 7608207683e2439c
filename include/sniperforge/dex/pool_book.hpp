// SPDX-License-Identifier: MIT
// PoolBook: all pools with their latest reserves and slot, by dense index. Fed with account data,
// read by every stage as a const view. No raw account copies are kept.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/model/chain_update.hpp"

namespace sniperforge::dex {

// What one account update did to the book.
struct BookChange {
    PoolIndex pool;
    bool is_new_pool = false;        // First sight of the pool's own account.
    bool is_newly_complete = false;  // The last missing account arrived: it can be quoted now.
    // The net reserves or the price of a pool that was complete before; `previous_*` are what the
    // reserves were.
    bool is_reserves_changed = false;
    bool is_newly_closed = false;  // The pool's own account is gone: swaps are disabled for good.
    bool is_mint_named = false;    // What it trades is known now (PoolBook::name_mint).
    TokenAmount previous_a;
    TokenAmount previous_b;
};

class PoolBook {
 public:
    // 100,000 pools are the largest planned profile; above the limit new pools are refused.
    static constexpr std::size_t kPoolsMaxDefault = 200'000;

    explicit PoolBook(std::size_t pools_max = kPoolsMaxDefault) : pools_max_{pools_max} {}

    // Applies one account. Recognises pool accounts, their vaults, their fee configs. Older slots
    // than the account's last are ignored (no change); at the same slot the last write wins. An
    // account may concern several pools (a shared fee config): `changes` is filled with one entry
    // per affected pool, in index order. Accounts nobody asked for are ignored.
    // What a pool cannot decode or use is an error and changes nothing but the pools that can.
    [[nodiscard]] Result<void> apply(const AccountUpdate& update, std::vector<BookChange>& changes);

    // Some pools' accounts do not say what they trade, because their address follows from it
    // (pump's curves): whoever learns of a mint, from a creation, a trade or the operator, names it
    // here, before its pool is known or after. `changes` gets the pool that learned its mint now,
    // if there is one. Costs the derivation of an address, 10 to 30 us. A mint's account that
    // apply() is given without having asked for it is a name as well, and so is a token account
    // that the pool owns.
    void name_mint(const Pubkey& mint, std::vector<BookChange>& changes);
    // Pools that came in without a name: what they hold of tokens is to be read, and names them.
    // Each is returned once.
    [[nodiscard]] std::vector<Pubkey> take_pools_unnamed();

    // The account may change unheard, until set_heard(). Any account: pools use what concerns them.
    void set_blind(const Pubkey& account) { blind_.insert(account); }
    void set_heard(const Pubkey& account) { blind_.erase(account); }

    // ---- Markets that are recorded, whose pools come without accounts ----
    // A pool that is complete as it is, and of which no account will be told. Its identity must be
    // new.
    [[nodiscard]] Result<PoolIndex> add(Pool pool, Slot slot);
    // What happened in one of them: `change` is given its state, and its answer is returned.
    template <typename Change>
    auto change(PoolIndex index, Slot slot, Change&& change) {
        SF_ASSERT(index.value < pools_.size());
        Entry& entry = pools_[index.value];
        entry.slot = entry.vault_slot_a = entry.vault_slot_b = slot;
        touch(entry, index);
        return change(entry.pool);
    }

    // Makes room, so that adding up to `pools` pools does not rehash on the way.
    void reserve(std::size_t pools);

    [[nodiscard]] std::size_t size() const { return pools_.size(); }
    [[nodiscard]] const Pool& pool(PoolIndex index) const {
        SF_ASSERT(index.value < pools_.size());
        return pools_[index.value].pool;
    }
    [[nodiscard]] std::optional<PoolIndex> find(const Pubkey& pool_id) const;
    // Slot of the newest account that the pool's reserves rest on.
    [[nodiscard]] Slot updated_at(PoolIndex index) const;
    // Another one after each change of what the pool would pay.
    [[nodiscard]] std::uint32_t revision(PoolIndex index) const {
        SF_ASSERT(index.value < pools_.size());
        return pools_[index.value].revision;
    }
    // The two vaults were written in different slots. Every swap writes both, so half of one is
    // still on its way and the reserves show a price that never existed. (A donation to one vault
    // looks the same until the next swap.) What was read by RPC may have been written at any time
    // before: it is torn from a vault that was written later than that, and from no other.
    [[nodiscard]] bool is_torn(PoolIndex index) const;
    // An account or mint of the pool is among the blind ones: what stands here may be history.
    [[nodiscard]] bool is_blind(PoolIndex index) const;
    // The pool's account was closed. Its index stays.
    [[nodiscard]] bool is_closed(PoolIndex index) const;
    // An account of some pool, or its mint.
    [[nodiscard]] bool is_watching(const Pubkey& account) const {
        return watches_.contains(account);
    }
    // Pools that trade `mint`, in index order.
    [[nodiscard]] std::span<const PoolIndex> pools_of(const Pubkey& mint) const;
    // Pools that trade `mint` against wSOL, in index order.
    [[nodiscard]] std::span<const PoolIndex> sol_pools_of(const Pubkey& mint) const;
    // What the pool is made of: its own account, those its quotes need, and its mints, in this
    // order, each once.
    [[nodiscard]] std::vector<Pubkey> accounts_of(PoolIndex index) const;
    // Those of them that belong to this pool alone, its own account first: what one transaction
    // changes together.
    [[nodiscard]] std::vector<Pubkey> own_accounts_of(PoolIndex index) const;
    // Pools whose accounts_of() are others now, because their price has moved on or their mint was
    // named. Each is returned once.
    [[nodiscard]] std::vector<PoolIndex> take_pools_moved();
    // Accounts that no pool needs any more. Each is returned once, and to be let go before those
    // wanted are asked for: what was needed before and is needed again is in both, and is read
    // afresh.
    [[nodiscard]] std::vector<Pubkey> take_accounts_unwanted();
    // Accounts of known pools whose data has not been seen: to read and to subscribe to. Each is
    // returned once.
    [[nodiscard]] std::vector<Pubkey> take_accounts_wanted();

    // Pools that anything was applied to since the last call, each once, in the order of the first
    // time, in place of what `touched` holds. Nobody has to ask: there are never more than pools.
    void take_touched(std::vector<PoolIndex>& touched);

    // The deepest complete pool, by its SOL side, that trades `mint` against wSOL and is not
    // disabled; the lower index of two equally deep ones.
    [[nodiscard]] std::optional<PoolIndex> deepest_sol_pool(const Pubkey& mint) const;

 private:
    // The last two are shared by several pools.
    enum class Role : std::uint8_t { PoolAccount, VaultA, VaultB, Own, Shared, Mint };
    struct Watch {
        Role role = Role::PoolAccount;
        bool is_seen = false;
        std::uint32_t target = 0;  // Position in pools_, or in shared_ for Shared and Mint.
        Slot slot;
        bool is_untaken = true;  // Still to be returned by take_accounts_wanted().
    };
    struct Entry {
        Pool pool;
        Slot slot;
        Slot vault_slot_a, vault_slot_b;
        bool is_vault_a_read = false, is_vault_b_read = false;  // By RPC: written then or before.
        bool is_closed = false;
        bool is_touched = false;  // In touched_.
        std::uint32_t revision = 0;
    };
    // What pools that come later are told too. The only raw copies kept: there are few of them.
    struct SharedAccount {
        std::vector<PoolIndex> pools;
        Pubkey owner;
        Lamports lamports;
        Bytes data;
        std::shared_ptr<const TransferTerms> terms;  // Of a mint, once seen.
    };
    // What a pool was before an update, to tell what the update did.
    struct Before {
        TokenAmount reserve_a, reserve_b;
        MarginalPrice price;
        bool is_complete = false;
        bool is_closed = false;
    };
    using MintIndex = std::unordered_map<Pubkey, std::vector<PoolIndex>, KeyHash>;

    [[nodiscard]] Result<void> take_in(const AccountUpdate& update,
                                       std::vector<BookChange>& changes);
    void touch(Entry& entry, PoolIndex index) {
        ++entry.revision;
        if (!entry.is_touched) {
            entry.is_touched = true;
            touched_.push_back(index);
        }
    }
    [[nodiscard]] Result<void> add_pool(const AccountUpdate& update, VenueId venue,
                                        std::vector<BookChange>& changes);
    [[nodiscard]] Result<void> apply_watched(const AccountUpdate& update, Watch& watch,
                                             std::vector<BookChange>& changes);
    [[nodiscard]] Result<void> take_name(const AccountUpdate& mint,
                                         std::vector<BookChange>& changes);
    void take_holding(const AccountUpdate& update, std::vector<BookChange>& changes);
    [[nodiscard]] Result<void> check_new_pool(const Pool& pool) const;
    void index_mints(PoolIndex index);
    void watch_needed(PoolIndex index);
    bool watch_own(const Pubkey& account, Role role, PoolIndex index);
    void watch_shared(const Pubkey& account, Role role, PoolIndex index);
    void move_window(PoolIndex index);
    [[nodiscard]] Result<void> apply_pool(const AccountUpdate& update, Entry& entry);
    [[nodiscard]] Result<void> apply_own(const AccountUpdate& update, const Watch& watch);
    [[nodiscard]] Result<void> apply_shared(const AccountUpdate& update, const Watch& watch,
                                            std::vector<BookChange>& changes);
    [[nodiscard]] static Result<void> tell(Entry& entry, const AccountUpdate& update,
                                           const SharedAccount& shared);
    [[nodiscard]] static Before before(const Entry& entry);
    [[nodiscard]] BookChange change_of(PoolIndex index, const Before& was) const;

    std::size_t pools_max_;
    std::vector<Entry> pools_;
    std::vector<SharedAccount> shared_;
    std::unordered_map<Pubkey, Watch, KeyHash> watches_;
    MintIndex by_mint_;
    MintIndex sol_by_mint_;
    std::unordered_set<Pubkey, KeyHash> blind_;  // Empty most of the time.
    // Accounts of pools whose needs move with their price, to see what they need no more.
    std::unordered_map<std::uint32_t, std::vector<Pubkey>> windows_;
    // Mints named before their pool was known, by the pool's address. Never more than pools_max_:
    // what is named above that is forgotten.
    std::unordered_map<Pubkey, Pubkey, KeyHash> named_;
    std::vector<Pubkey> unnamed_;
    std::vector<Pubkey> wanted_;
    std::vector<Pubkey> unwanted_;
    std::vector<PoolIndex> moved_;
    std::vector<PoolIndex> touched_;
};

}  // namespace sniperforge::dex
