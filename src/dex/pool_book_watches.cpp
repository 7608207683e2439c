// SPDX-License-Identifier: MIT
// Which accounts the book listens to for its pools, and who is told of them.
#include <fmt/format.h>

#include <tuple>

#include "dex/pool_parts.hpp"
#include "sniperforge/dex/pool_book.hpp"

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

void PoolBook::watch_own(const Pubkey& account, Role role, PoolIndex index) {
    // A key that already plays another part cannot be this pool's own: it stays incomplete.
    if (!watches_.try_emplace(account, Watch{role, false, index.value, Slot{}}).second) {
        return;
    }
    wanted_.push_back(account);
    if (are_needs_moving(pools_[index.value].pool)) {
        windows_[index.value].push_back(account);
    }
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
    for (const Pubkey& account : needed) {
        watch_own(account, Role::Own, index);
    }
    std::erase_if(windows_[index.value], [&](const Pubkey& account) {
        if (contains(needed, account)) {
            return false;
        }
        std::visit([&](auto& p) { forget_account(p, account); }, entry.pool.state);
        watches_.erase(account);
        unwanted_.push_back(account);
        return true;
    });
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

}  // namespace sniperforge::dex
