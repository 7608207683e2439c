// SPDX-License-Identifier: MIT
#include "sniperforge/dex/pool_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dex/book_accounts.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

const Pubkey& vault_a_of(const Pool& pool) {
    return std::visit([](const auto& p) -> const Pubkey& { return p.vault_a; }, pool);
}

const Pubkey& vault_b_of(const Pool& pool) {
    return std::visit([](const auto& p) -> const Pubkey& { return p.vault_b; }, pool);
}

// Whatever never changes in a pool's life: a different value is not this pool.
bool is_same_identity(const RaydiumAmmV4Pool& a, const RaydiumAmmV4Pool& b) {
    return a.vault_a == b.vault_a && a.vault_b == b.vault_b && a.mint_a == b.mint_a &&
           a.mint_b == b.mint_b;
}
bool is_same_identity(const RaydiumCpmmPool& a, const RaydiumCpmmPool& b) {
    return a.vault_a == b.vault_a && a.vault_b == b.vault_b && a.mint_a == b.mint_a &&
           a.mint_b == b.mint_b && a.amm_config == b.amm_config && a.program_a == b.program_a &&
           a.program_b == b.program_b;
}

// What other accounts told about the pool survives a new version of its own account.
void carry_over(const RaydiumAmmV4Pool& from, RaydiumAmmV4Pool& to) {
    to.has_vaults = from.has_vaults;
    to.vault_amount_a = from.vault_amount_a;
    to.vault_amount_b = from.vault_amount_b;
}
void carry_over(const RaydiumCpmmPool& from, RaydiumCpmmPool& to) {
    to.has_vaults = from.has_vaults;
    to.vault_amount_a = from.vault_amount_a;
    to.vault_amount_b = from.vault_amount_b;
    to.has_config = from.has_config;
    to.trade_fee_rate = from.trade_fee_rate;
    to.protocol_fee_rate = from.protocol_fee_rate;
    to.fund_fee_rate = from.fund_fee_rate;
    to.creator_fee_rate = from.creator_fee_rate;
    to.is_transfer_fee_free_a = from.is_transfer_fee_free_a;
    to.is_transfer_fee_free_b = from.is_transfer_fee_free_b;
}

void disable(RaydiumAmmV4Pool& pool) { pool.status = kAmmV4StatusDisabled; }
void disable(RaydiumCpmmPool& pool) { pool.status |= kCpmmStatusSwapDisabled; }

void set_transfer_fee_free(RaydiumCpmmPool& pool, const Pubkey& mint, bool is_free) {
    if (pool.mint_a == mint) {
        pool.is_transfer_fee_free_a = is_free;
    }
    if (pool.mint_b == mint) {
        pool.is_transfer_fee_free_b = is_free;
    }
}

}  // namespace

Result<void> PoolBook::apply(const AccountUpdate& update, std::vector<BookChange>& changes) {
    changes.clear();
    const auto found = watches_.find(update.pubkey);
    if (found == watches_.end()) {
        const auto venue = recognise_pool(update.owner, update.data);
        return venue && !is_gone(update) ? add_pool(update, *venue, changes) : Result<void>{};
    }
    Watch& watch = found->second;
    if (update.slot < watch.slot) {
        return {};
    }
    Result<void> applied;
    if (watch.role == Role::Config || watch.role == Role::Mint) {
        applied = apply_shared(update, watch, changes);
    } else {
        Entry& entry = pools_[watch.target];
        const Before was = before(entry);
        applied = watch.role == Role::PoolAccount ? apply_pool(update, entry)
                                                  : apply_vault(update, watch);
        if (applied) {
            entry.slot = std::max(entry.slot, update.slot);
            changes.push_back(change(PoolIndex{watch.target}, was));
        }
    }
    if (applied) {
        watch.slot = update.slot;
        watch.is_seen = true;
    }
    return applied;
}

Result<void> PoolBook::add_pool(const AccountUpdate& update, VenueId venue,
                                std::vector<BookChange>& changes) {
    auto decoded = decode_pool(venue, update.pubkey, update.data);
    if (!decoded) {
        return Err<Error>{decoded.error()};
    }
    if (auto checked = check_new_pool(*decoded); !checked) {
        return checked;
    }
    const PoolIndex index{static_cast<std::uint32_t>(pools_.size())};
    pools_.push_back(
        Entry{.pool = *decoded, .slot = update.slot, .vault_slot_a = {}, .vault_slot_b = {}});
    watches_.emplace(update.pubkey, Watch{Role::PoolAccount, true, index.value, update.slot});
    const Pubkey& a = mint_a(*decoded);
    const Pubkey& b = mint_b(*decoded);
    by_mint_[a].push_back(index);
    by_mint_[b].push_back(index);
    if (a == solana::kWrappedSolMint || b == solana::kWrappedSolMint) {
        sol_by_mint_[a == solana::kWrappedSolMint ? b : a].push_back(index);
    }
    watch_needed(index);
    changes.push_back(
        BookChange{.pool = index, .is_new_pool = true, .previous_a = {}, .previous_b = {}});
    return {};
}

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
    const Pubkey& a = vault_a_of(pool);
    const Pubkey& b = vault_b_of(pool);
    // Vaults are derived from the pool, so no honest pool shares one.
    if (a == b || watches_.contains(a) || watches_.contains(b)) {
        return refuse(fmt::format("vault {} or {} already plays another part in the book",
                                  a.to_string(), b.to_string()));
    }
    return {};
}

void PoolBook::watch_needed(PoolIndex index) {
    const Pool& added = pools_[index.value].pool;
    watch_vault(vault_a_of(added), Role::VaultA, index);
    watch_vault(vault_b_of(added), Role::VaultB, index);
    const auto* cpmm = std::get_if<RaydiumCpmmPool>(&added);
    if (cpmm == nullptr) {
        return;
    }
    watch_shared(cpmm->amm_config, Role::Config, index);
    if (!cpmm->is_transfer_fee_free_a) {
        watch_shared(cpmm->mint_a, Role::Mint, index);
    }
    if (!cpmm->is_transfer_fee_free_b) {
        watch_shared(cpmm->mint_b, Role::Mint, index);
    }
}

void PoolBook::watch_vault(const Pubkey& vault, Role role, PoolIndex index) {
    watches_.emplace(vault, Watch{role, false, index.value, Slot{}});
    wanted_.push_back(vault);
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
    Shared& shared = shared_[found->second.target];
    shared.pools.push_back(index);
    auto& cpmm = std::get<RaydiumCpmmPool>(pools_[index.value].pool);
    if (shared.config) {
        apply_config(cpmm, *shared.config);
    }
    if (shared.is_transfer_fee_free) {
        set_transfer_fee_free(cpmm, account, *shared.is_transfer_fee_free);
    }
}

Result<void> PoolBook::apply_pool(const AccountUpdate& update, Entry& entry) {
    const VenueId venue = venue_of(entry.pool);
    if (is_gone(update) || update.owner != program_of(venue)) {
        entry.is_closed = true;
        std::visit([](auto& pool) { disable(pool); }, entry.pool);
        return {};
    }
    auto decoded = decode_pool(venue, update.pubkey, update.data);
    if (!decoded) {
        return Err<Error>{decoded.error()};
    }
    const bool is_same = std::visit(
        [&]<typename P>(const P& old) {
            auto& next = std::get<P>(*decoded);
            if (!is_same_identity(old, next)) {
                return false;
            }
            carry_over(old, next);
            return true;
        },
        entry.pool);
    if (!is_same) {
        return fail(
            fmt::format("updating pool {} at slot {}: its vaults, mints or config differ "
                        "from the ones it was added with; update ignored",
                        update.pubkey.to_string(), update.slot.value));
    }
    entry.pool = *decoded;
    entry.is_closed = false;
    return {};
}

Result<void> PoolBook::apply_vault(const AccountUpdate& update, const Watch& watch) {
    Entry& entry = pools_[watch.target];
    const bool is_a = watch.role == Role::VaultA;
    const auto amount = read_vault_amount(
        update, !watch.is_seen, is_a ? token_program_a(entry.pool) : token_program_b(entry.pool),
        is_a ? mint_a(entry.pool) : mint_b(entry.pool));
    if (!amount) {
        return Err<Error>{amount.error()};
    }
    (is_a ? entry.is_vault_a_seen : entry.is_vault_b_seen) = true;
    (is_a ? entry.is_vault_a_read : entry.is_vault_b_read) = update.is_read;
    (is_a ? entry.vault_slot_a : entry.vault_slot_b) = update.slot;
    std::visit(
        [&](auto& pool) {
            (is_a ? pool.vault_amount_a : pool.vault_amount_b) = amount->raw();
            pool.has_vaults = entry.is_vault_a_seen && entry.is_vault_b_seen;
        },
        entry.pool);
    return {};
}

Result<void> PoolBook::apply_shared(const AccountUpdate& update, const Watch& watch,
                                    std::vector<BookChange>& changes) {
    Shared& shared = shared_[watch.target];
    if (is_gone(update)) {
        return fail(
            fmt::format("reading account {} that {} pools share: it is closed; the last "
                        "values stay",
                        update.pubkey.to_string(), shared.pools.size()));
    }
    if (watch.role == Role::Config) {
        if (update.owner != solana::kRaydiumCpmmProgram) {
            return fail(fmt::format("reading config {}: owned by {}, expected {}",
                                    update.pubkey.to_string(), update.owner.to_string(),
                                    solana::kRaydiumCpmmProgram.to_string()));
        }
        auto config = decode_cpmm_config(update.data);
        if (!config) {
            return fail(fmt::format("reading config {}", update.pubkey.to_string()),
                        config.error());
        }
        shared.config = *config;
    } else {
        auto is_free = is_mint_transfer_fee_free(update);
        if (!is_free) {
            return Err<Error>{is_free.error()};
        }
        shared.is_transfer_fee_free = *is_free;
    }
    for (const PoolIndex index : shared.pools) {
        Entry& entry = pools_[index.value];
        const Before was = before(entry);
        auto& cpmm = std::get<RaydiumCpmmPool>(entry.pool);
        if (watch.role == Role::Config) {
            apply_config(cpmm, *shared.config);
        } else {
            set_transfer_fee_free(cpmm, update.pubkey, *shared.is_transfer_fee_free);
        }
        changes.push_back(change(index, was));
    }
    return {};
}

PoolBook::Before PoolBook::before(const Entry& entry) {
    return {reserve_a(entry.pool), reserve_b(entry.pool), is_complete(entry.pool), entry.is_closed};
}

BookChange PoolBook::change(PoolIndex index, const Before& was) const {
    const Entry& entry = pools_[index.value];
    BookChange result{.pool = index, .previous_a = was.reserve_a, .previous_b = was.reserve_b};
    result.is_newly_complete = !was.is_complete && is_complete(entry.pool);
    result.is_reserves_changed = was.is_complete && (reserve_a(entry.pool) != was.reserve_a ||
                                                     reserve_b(entry.pool) != was.reserve_b);
    result.is_newly_closed = entry.is_closed && !was.is_closed;
    return result;
}

void PoolBook::reserve(std::size_t pools) {
    pools_.reserve(pools);
    watches_.reserve(pools * 3);  // The pool and its two vaults.
    by_mint_.reserve(pools);
    sol_by_mint_.reserve(pools);
}

const Pool& PoolBook::pool(PoolIndex index) const {
    SF_ASSERT(index.value < pools_.size());
    return pools_[index.value].pool;
}

std::optional<PoolIndex> PoolBook::find(const Pubkey& pool_id) const {
    const auto found = watches_.find(pool_id);
    if (found == watches_.end() || found->second.role != Role::PoolAccount) {
        return std::nullopt;
    }
    return PoolIndex{found->second.target};
}

Slot PoolBook::updated_at(PoolIndex index) const {
    SF_ASSERT(index.value < pools_.size());
    return pools_[index.value].slot;
}

bool PoolBook::is_torn(PoolIndex index) const {
    SF_ASSERT(index.value < pools_.size());
    const Entry& entry = pools_[index.value];
    if (!entry.is_vault_a_seen || !entry.is_vault_b_seen) {
        return false;
    }
    if (entry.is_vault_a_read != entry.is_vault_b_read) {
        return entry.is_vault_a_read ? entry.vault_slot_b > entry.vault_slot_a
                                     : entry.vault_slot_a > entry.vault_slot_b;
    }
    return !entry.is_vault_a_read && entry.vault_slot_a != entry.vault_slot_b;
}

std::vector<Pubkey> PoolBook::accounts_of(PoolIndex index) const {
    const Pool& of = pool(index);
    std::vector<Pubkey> accounts{id_of(of), vault_a_of(of), vault_b_of(of)};
    if (const auto* cpmm = std::get_if<RaydiumCpmmPool>(&of)) {
        accounts.push_back(cpmm->amm_config);
    }
    accounts.push_back(mint_a(of));
    accounts.push_back(mint_b(of));
    return accounts;
}

bool PoolBook::is_blind(PoolIndex index) const {
    if (blind_.empty()) {
        return false;
    }
    const std::vector<Pubkey> accounts = accounts_of(index);
    return std::any_of(accounts.begin(), accounts.end(),
                       [this](const Pubkey& account) { return blind_.contains(account); });
}

bool PoolBook::is_closed(PoolIndex index) const {
    SF_ASSERT(index.value < pools_.size());
    return pools_[index.value].is_closed;
}

std::span<const PoolIndex> PoolBook::pools_of(const Pubkey& mint) const {
    const auto found = by_mint_.find(mint);
    return found == by_mint_.end() ? std::span<const PoolIndex>{} : found->second;
}

std::span<const PoolIndex> PoolBook::sol_pools_of(const Pubkey& mint) const {
    const auto found = sol_by_mint_.find(mint);
    return found == sol_by_mint_.end() ? std::span<const PoolIndex>{} : found->second;
}

std::vector<Pubkey> PoolBook::take_accounts_wanted() { return std::exchange(wanted_, {}); }

std::optional<PoolIndex> PoolBook::deepest_sol_pool(const Pubkey& mint) const {
    std::optional<PoolIndex> deepest;
    TokenAmount depth;
    for (const PoolIndex index : sol_pools_of(mint)) {
        const Pool& candidate = pool(index);
        if (!is_complete(candidate) || !is_swap_enabled(candidate)) {
            continue;
        }
        const TokenAmount sol = mint_a(candidate) == solana::kWrappedSolMint ? reserve_a(candidate)
                                                                             : reserve_b(candidate);
        if (!deepest || sol > depth) {
            deepest = index;
            depth = sol;
        }
    }
    return deepest;
}

}  // namespace sniperforge::dex
