// SPDX-License-Identifier: MIT
#include "sniperforge/dex/pool_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dex/pool_parts.hpp"
#include "dex/vault_accounts.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::dex {
namespace {

bool is_mint(const AccountUpdate& update) {
    return !is_gone(update) && solana::is_token_program(update.owner) &&
           solana::decode_mint(update.data).has_value();
}

// A newer version of a pool's own account. False, and nothing changed, if it is another pool's.
template <Venue P>
Result<bool> renew_pool(P& pool, const AccountUpdate& update) {
    if constexpr (requires { renew(pool, update.data); }) {
        return renew(pool, update.data);
    } else {
        auto decoded = decode_pool(P::kVenue, update.pubkey, update.data);
        if (!decoded) {
            return Err<Error>{decoded.error()};
        }
        auto& next = std::get<P>(decoded->state);
        if (!is_same_identity(pool, next)) {
            return false;
        }
        carry_over(pool, next);
        pool = std::move(next);
        return true;
    }
}

}  // namespace

Result<void> PoolBook::apply(const AccountUpdate& update, std::vector<BookChange>& changes) {
    changes.clear();
    auto taken = take_in(update, changes);
    for (const BookChange& change : changes) {
        touch(pools_[change.pool.value], change.pool);
    }
    return taken;
}

void PoolBook::take_touched(std::vector<PoolIndex>& touched) {
    touched.clear();
    touched.swap(touched_);
    for (const PoolIndex index : touched) {
        pools_[index.value].is_touched = false;
    }
}

Result<void> PoolBook::take_in(const AccountUpdate& update, std::vector<BookChange>& changes) {
    const auto found = watches_.find(update.pubkey);
    if (found != watches_.end()) {
        return apply_watched(update, found->second, changes);
    }
    if (const auto venue = recognise_pool(update.owner, update.data)) {
        return is_gone(update) ? Result<void>{} : add_pool(update, *venue, changes);
    }
    if (is_mint(update)) {
        return take_name(update, changes);
    }
    take_holding(update, changes);
    return {};
}

Result<void> PoolBook::apply_watched(const AccountUpdate& update, Watch& watch,
                                     std::vector<BookChange>& changes) {
    if (update.slot < watch.slot) {
        return {};
    }
    Result<void> applied;
    if (watch.role == Role::Shared || watch.role == Role::Mint) {
        applied = apply_shared(update, watch, changes);
    } else {
        Entry& entry = pools_[watch.target];
        const Before was = before(entry);
        applied =
            watch.role == Role::PoolAccount ? apply_pool(update, entry) : apply_own(update, watch);
        if (applied) {
            entry.slot = std::max(entry.slot, update.slot);
            changes.push_back(change_of(PoolIndex{watch.target}, was));
        }
    }
    if (applied || !changes.empty()) {  // Of a shared account: somebody could use it.
        watch.slot = update.slot;
        watch.is_seen = true;
        if (watch.role == Role::PoolAccount || watch.role == Role::Own) {
            move_window(PoolIndex{watch.target});  // Invalidates `watch`.
        }
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
    pools_.push_back(Entry{
        .pool = std::move(*decoded), .slot = update.slot, .vault_slot_a = {}, .vault_slot_b = {}});
    watches_.emplace(update.pubkey, Watch{Role::PoolAccount, true, index.value, update.slot});
    if (const auto named = named_.extract(update.pubkey); !named.empty()) {
        (void)dex::name_mint(pools_.back().pool, named.mapped());
    }
    if (mint_a(pools_.back().pool).is_zero()) {
        unnamed_.push_back(update.pubkey);
    }
    index_mints(index);
    watch_needed(index);
    // A pool that needs nothing but what others need too may be complete at first sight.
    changes.push_back(BookChange{.pool = index,
                                 .is_new_pool = true,
                                 .is_newly_complete = is_complete(pools_.back().pool),
                                 .previous_a = {},
                                 .previous_b = {}});
    return {};
}

Result<PoolIndex> PoolBook::add(Pool pool, Slot slot) {
    if (auto checked = check_new_pool(pool); !checked) {
        return Err{checked.error()};
    }
    if (!is_complete(pool) || watches_.contains(id_of(pool))) {
        return fail(fmt::format("adding recorded pool {}: it is {}", id_of(pool).to_string(),
                                is_complete(pool) ? "known already" : "not complete"));
    }
    const PoolIndex index{static_cast<std::uint32_t>(pools_.size())};
    watches_.emplace(id_of(pool), Watch{Role::PoolAccount, true, index.value, slot, false});
    pools_.push_back(
        Entry{.pool = std::move(pool), .slot = slot, .vault_slot_a = slot, .vault_slot_b = slot});
    index_mints(index);
    touch(pools_.back(), index);
    return index;
}

Result<void> PoolBook::apply_pool(const AccountUpdate& update, Entry& entry) {
    const VenueId venue = venue_of(entry.pool);
    if (is_gone(update) || update.owner != program_of(venue)) {
        entry.is_closed = true;
        std::visit([](auto& p) { disable(p); }, entry.pool.state);
        return {};
    }
    const auto is_same =
        std::visit([&](auto& pool) { return renew_pool(pool, update); }, entry.pool.state);
    if (!is_same) {
        return Err<Error>{is_same.error()};
    }
    if (!*is_same) {
        return fail(
            fmt::format("updating pool {} at slot {}: its vaults, mints or config differ "
                        "from the ones it was added with; update ignored",
                        update.pubkey.to_string(), update.slot.value));
    }
    entry.is_closed = false;
    return {};
}

Result<void> PoolBook::apply_own(const AccountUpdate& update, const Watch& watch) {
    Entry& entry = pools_[watch.target];
    if (auto applied = apply_to(entry.pool, update); !applied) {
        return Err<Error>{applied.error()};
    }
    if (watch.role == Role::VaultA) {
        entry.vault_slot_a = update.slot;
        entry.is_vault_a_read = update.is_read;
    } else if (watch.role == Role::VaultB) {
        entry.vault_slot_b = update.slot;
        entry.is_vault_b_read = update.is_read;
    }
    return {};
}

// What one pool cannot use may be all that another one waits for: everybody is told. Kept, also for
// those to come, is what somebody could use; the error is the first pool's that could not.
Result<void> PoolBook::apply_shared(const AccountUpdate& update, const Watch& watch,
                                    std::vector<BookChange>& changes) {
    SharedAccount& shared = shared_[watch.target];
    if (is_gone(update)) {
        return fail(
            fmt::format("reading account {} that {} pools share: it is closed; the last "
                        "values stay",
                        update.pubkey.to_string(), shared.pools.size()));
    }
    if (watch.role == Role::Mint) {
        auto terms = decode_transfer_terms(update);
        if (!terms) {
            return Err<Error>{terms.error()};
        }
        shared.terms = std::make_shared<const TransferTerms>(std::move(*terms));
    }
    Result<void> applied;
    for (const PoolIndex index : shared.pools) {
        Entry& entry = pools_[index.value];
        const Before was = before(entry);
        if (auto told = tell(entry, update, shared); told) {
            changes.push_back(change_of(index, was));
        } else if (applied) {
            applied = std::move(told);
        }
    }
    if (changes.empty() && !applied) {
        return applied;
    }
    shared.owner = update.owner;
    shared.lamports = update.lamports;
    shared.data.assign(update.data.begin(), update.data.end());
    return applied;
}

PoolBook::Before PoolBook::before(const Entry& entry) {
    return {reserve_a(entry.pool), reserve_b(entry.pool), marginal_price(entry.pool),
            is_complete(entry.pool), entry.is_closed};
}

BookChange PoolBook::change_of(PoolIndex index, const Before& was) const {
    const Entry& entry = pools_[index.value];
    BookChange result{.pool = index, .previous_a = was.reserve_a, .previous_b = was.reserve_b};
    result.is_newly_complete = !was.is_complete && is_complete(entry.pool);
    result.is_reserves_changed =
        was.is_complete &&
        (reserve_a(entry.pool) != was.reserve_a || reserve_b(entry.pool) != was.reserve_b ||
         !is_price_same(marginal_price(entry.pool), was.price));
    result.is_newly_closed = entry.is_closed && !was.is_closed;
    return result;
}

void PoolBook::reserve(std::size_t pools) {
    pools_.reserve(pools);
    watches_.reserve(pools * 3);  // The pool and its two vaults.
    by_mint_.reserve(pools);
    sol_by_mint_.reserve(pools);
    touched_.reserve(pools);
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
    if (!has_vaults(entry.pool)) {
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
    std::vector<Pubkey> accounts{id_of(of)};
    for (const Pubkey& account : accounts_needed(of)) {
        accounts.push_back(account);
    }
    for (const Pubkey* mint : {&mint_a(of), &mint_b(of)}) {
        if (!mint->is_zero() && !contains(accounts, *mint)) {
            accounts.push_back(*mint);
        }
    }
    return accounts;
}

std::vector<Pubkey> PoolBook::own_accounts_of(PoolIndex index) const {
    const Pool& of = pool(index);
    const std::vector<Pubkey> shared = shared_of(of);
    std::vector<Pubkey> accounts{id_of(of)};
    for (const Pubkey& account : accounts_needed(of)) {
        if (account != mint_a(of) && account != mint_b(of) && !contains(shared, account)) {
            accounts.push_back(account);
        }
    }
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
