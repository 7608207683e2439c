// SPDX-License-Identifier: MIT
// Which accounts the book listens to for its pools, and who is told of them.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "dex/pool_parts.hpp"
#include "dex/vault_accounts.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::dex {

Result<void> PoolBook::check_new_pool(const Pool& pool) const {
    const auto refuse = [&](std::string_view what) {
        return fail(fmt::format("adding pool {}: {}", id_of(pool).to_string(), what));
    };
    if (pools_.size() >= pools_max_) {
        return refuse(
            fmt::format("the book holds {} pools, its limit; raise the limit or watch "
                        "fewer pools",
                        pools_.size()));
    }
    if (mint_a(pool) == mint_b(pool)) {
        return refuse(fmt::format("both sides are mint {}", mint_a(pool).to_string()));
    }
    const Vaults vaults = vaults_of(pool);
    if (vaults.a == nullptr) {
        return {};
    }
    // Vaults are derived from the pool, so no honest pool shares one.
    if (*vaults.a == *vaults.b || watches_.contains(*vaults.a) || watches_.contains(*vaults.b)) {
        return refuse(fmt::format("vault {} or {} already plays another part in the book",
                                  vaults.a->to_string(), vaults.b->to_string()));
    }
    return {};
}

// A mint that nobody has named yet is in no index.
void PoolBook::index_mints(PoolIndex index) {
    const Pubkey a = mint_a(pools_[index.value].pool);
    const Pubkey b = mint_b(pools_[index.value].pool);
    const auto add = [index](std::vector<PoolIndex>& pools) {
        const auto place = std::ranges::lower_bound(pools, index);
        if (place == pools.end() || *place != index) {
            pools.insert(place, index);
        }
    };
    add(by_mint_[b]);
    if (a.is_zero()) {
        return;
    }
    add(by_mint_[a]);
    if (a == solana::kWrappedSolMint || b == solana::kWrappedSolMint) {
        add(sol_by_mint_[a == solana::kWrappedSolMint ? b : a]);
    }
}

void PoolBook::name_mint(const Pubkey& mint, std::vector<BookChange>& changes) {
    changes.clear();
    const Pubkey id = unnamed_pool_of(mint);
    const auto index = find(id);
    if (!index) {
        if (named_.size() < pools_max_) {
            named_.try_emplace(id, mint);
        }
        return;
    }
    Entry& entry = pools_[index->value];
    const Before was = before(entry);
    if (!dex::name_mint(entry.pool, mint)) {
        return;
    }
    index_mints(*index);
    watch_shared(mint, Role::Mint, *index);
    moved_.push_back(*index);
    changes.push_back(change_of(*index, was));
    changes.back().is_mint_named = true;
    touch(entry, *index);
}

// A mint that nobody asked for yet: kept for the pool that it names, and for those that will ask.
Result<void> PoolBook::take_name(const AccountUpdate& mint, std::vector<BookChange>& changes) {
    if (named_.size() >= pools_max_) {
        return {};
    }
    watches_.emplace(mint.pubkey, Watch{Role::Mint, false,
                                        static_cast<std::uint32_t>(shared_.size()), Slot{}, false});
    shared_.emplace_back();
    name_mint(mint.pubkey, changes);
    const bool is_named = !changes.empty();
    changes.clear();
    auto applied = apply_watched(mint, watches_.at(mint.pubkey), changes);
    for (BookChange& change : changes) {
        change.is_mint_named = is_named;
    }
    return applied;
}

// What a pool without a name holds. Anybody may send it other tokens: their curve is elsewhere, so
// they name nothing here.
void PoolBook::take_holding(const AccountUpdate& update, std::vector<BookChange>& changes) {
    if (is_gone(update) || !solana::is_token_program(update.owner)) {
        return;
    }
    const auto held = solana::decode_token_account(update.data);
    const auto index = held ? find(held->owner) : std::nullopt;
    if (index && mint_a(pools_[index->value].pool).is_zero()) {
        name_mint(held->mint, changes);
    }
}

std::vector<Pubkey> PoolBook::take_pools_unnamed() { return std::exchange(unnamed_, {}); }

void PoolBook::watch_needed(PoolIndex index) {
    const Pool& added = pools_[index.value].pool;
    const std::vector<Pubkey> shared = shared_of(added);
    const Vaults vaults = vaults_of(added);
    for (const Pubkey& account : accounts_needed(added)) {
        if (account == mint_a(added) || account == mint_b(added)) {
            watch_shared(account, Role::Mint, index);
        } else if (contains(shared, account)) {
            watch_shared(account, Role::Shared, index);
        } else if (vaults.a != nullptr && (account == *vaults.a || account == *vaults.b)) {
            watch_own(account, account == *vaults.a ? Role::VaultA : Role::VaultB, index);
        } else {
            watch_own(account, Role::Own, index);
        }
    }
}

// True if it is watched from now on.
bool PoolBook::watch_own(const Pubkey& account, Role role, PoolIndex index) {
    // A key that already plays another part cannot be this pool's own: it stays incomplete.
    if (!watches_.try_emplace(account, Watch{role, false, index.value, Slot{}}).second) {
        return false;
    }
    wanted_.push_back(account);
    if (are_needs_moving(pools_[index.value].pool)) {
        windows_[index.value].push_back(account);
    }
    return true;
}

void PoolBook::watch_shared(const Pubkey& account, Role role, PoolIndex index) {
    const auto [found, is_added] = watches_.try_emplace(
        account, Watch{role, false, static_cast<std::uint32_t>(shared_.size()), Slot{}});
    if (is_added) {
        shared_.emplace_back();
        wanted_.push_back(account);
    }
    // A key that already plays another part cannot be a config: the pool stays incomplete.
    if (found->second.role != role) {
        return;
    }
    SharedAccount& shared = shared_[found->second.target];
    shared.pools.push_back(index);
    if (found->second.is_seen) {
        const AccountUpdate seen{.slot = found->second.slot,
                                 .pubkey = account,
                                 .owner = shared.owner,
                                 .lamports = shared.lamports,
                                 .data = shared.data,
                                 .is_read = true};
        // What does not decode for this pool leaves it incomplete; the first one was told why.
        std::ignore = tell(pools_[index.value], seen, shared);
    }
}

// Ticks or bins that the price has come near are watched; those it has left are forgotten, so that
// nobody takes what they were for what they are.
void PoolBook::move_window(PoolIndex index) {
    Entry& entry = pools_[index.value];
    if (!are_needs_moving(entry.pool) || entry.is_closed) {
        return;
    }
    const std::vector<Pubkey> needed = accounts_needed(entry.pool);
    bool is_moved = false;
    for (const Pubkey& account : needed) {
        is_moved = watch_own(account, Role::Own, index) || is_moved;
    }
    const auto left = std::erase_if(windows_[index.value], [&](const Pubkey& account) {
        if (contains(needed, account)) {
            return false;
        }
        std::visit([&](auto& p) { forget_account(p, account); }, entry.pool.state);
        watches_.erase(account);
        unwanted_.push_back(account);
        return true;
    });
    if (is_moved || left > 0) {
        moved_.push_back(index);
    }
}

Result<void> PoolBook::tell(Entry& entry, const AccountUpdate& update,
                            const SharedAccount& shared) {
    if (shared.terms) {
        const auto take = [&](const Pubkey& mint, std::shared_ptr<const TransferTerms>& terms) {
            if (mint == update.pubkey && terms) {
                terms = shared.terms;
            }
        };
        take(mint_a(entry.pool), entry.pool.transfer_a);
        take(mint_b(entry.pool), entry.pool.transfer_b);
    }
    if (auto applied = apply_to(entry.pool, update); !applied) {
        return Err<Error>{applied.error()};
    }
    return {};
}

std::vector<PoolIndex> PoolBook::take_pools_moved() {
    std::ranges::sort(moved_);
    const auto repeated = std::ranges::unique(moved_);
    moved_.erase(repeated.begin(), repeated.end());
    return std::exchange(moved_, {});
}

std::vector<Pubkey> PoolBook::take_accounts_unwanted() {
    std::ranges::sort(unwanted_);
    const auto repeated = std::ranges::unique(unwanted_);
    unwanted_.erase(repeated.begin(), repeated.end());
    return std::exchange(unwanted_, {});
}

std::vector<Pubkey> PoolBook::take_accounts_wanted() {
    std::vector<Pubkey> wanted;
    wanted.reserve(wanted_.size());
    for (const Pubkey& account : std::exchange(wanted_, {})) {
        // The price may have moved on since it was wanted, and back again.
        const auto found = watches_.find(account);
        if (found != watches_.end() && std::exchange(found->second.is_untaken, false)) {
            wanted.push_back(account);
        }
    }
    return wanted;
}

}  // namespace sniperforge::dex
