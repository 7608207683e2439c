// SPDX-License-Identifier: MIT
// What is to be read and heard about the tokens that are followed, and what came of it.
#include <algorithm>
#include <utility>

#include "sniperforge/detect/safety_book.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::detect {
namespace {

// The same holders are not read again sooner.
constexpr std::uint64_t kRereadSlotsMin = 8;
constexpr std::uint64_t kReheldSlotsMin = 150;
// So much of the supply bought or sold since the reading makes it another one.
constexpr BasisPoints kMovedMin{500};
// Whose token accounts nobody can take anything out of: no key has this address.
constexpr Pubkey kIncinerator =
    solana::detail::key_literal("1nc1nerator11111111111111111111111111111111");

// One that is gone has no tokens; one that is something else says nothing.
[[nodiscard]] std::optional<TokenAmount> supply_in(const AccountUpdate& update) {
    const auto mint = solana::is_token_program(update.owner)
                          ? solana::decode_mint(update.data)
                          : Result<solana::Mint>{fail("not owned by a token program")};
    return mint ? std::optional{mint->supply} : std::nullopt;
}

// Its address is its owner's and its mint's. There is none where nobody has locked any.
[[nodiscard]] std::optional<TokenAmount> locked_of(const AccountUpdate& update) {
    const auto account = solana::is_token_program(update.owner)
                             ? solana::decode_token_account(update.data)
                             : Result<solana::TokenAccount>{fail("not owned by a token program")};
    return account ? account->amount : TokenAmount{};
}

}  // namespace

bool SafetyBook::observe(const AccountUpdate& update, std::vector<MarketEvent>& events) {
    if (const Pubkey* mint = watch_.mint_of(update.pubkey)) {
        const Pubkey of = *mint;
        const std::size_t before = events.size();
        watch_.observe(update, supply_of(of), events);
        statistics_.holders_sold += events.size() - before;
        mark(of);
        return false;  // It may be a vault of a pool that was not known when it was asked for.
    }
    const auto found = lp_accounts_.find(update.pubkey);
    if (found == lp_accounts_.end()) {
        return false;
    }
    LpAccount& lp = found->second;
    if (!lp.amount || update.slot >= lp.slot) {
        lp.amount = lp.is_lock ? locked_of(update) : supply_in(update);
        lp.slot = update.slot;
        mark(lp.mint);
    }
    return book_.pools_of(update.pubkey).empty();
}

void SafetyBook::set_lost(std::span<const Pubkey> accounts, bool is_lost) {
    for (const Pubkey& account : accounts) {
        if (!is_lost) {
            lost_.erase(account);
        } else if (lp_accounts_.contains(account) || watch_.mint_of(account) != nullptr) {
            lost_.insert(account);
        }
    }
}

void SafetyBook::take_holders(const Pubkey& mint, const std::optional<HolderReading>& reading,
                              Slot now) {
    const auto found = followed_.find(mint);
    if (found == followed_.end()) {
        return;  // Let go since.
    }
    Followed& token = found->second;
    mark(mint);
    token.asked_at = now;
    if (!reading) {
        // What was read before stands, as long as it is young enough.
        token.reading = token.holders ? Reading::Done : Reading::Failed;
        return;
    }
    token.reading = Reading::Done;
    token.holders = HoldersEvidence{reading->supply, {}};
    token.read_at = reading->slot;
    for (const TokenHolder& holder : reading->holders) {
        token.holders->holders.push_back({holder, false});
    }
    token.reserve_read = reserve_of(mint, token);
    exclude(mint, token);
    if (!token.creator_account.is_zero()) {
        watch_.note(token.creator_account, reading->beside, reading->slot);
    }
}

// What pools hold is for sale to anybody, and what nobody can move is not for sale at all. What we
// hold ourselves threatens nobody. A pool may become known after its account was taken for a
// holder's.
void SafetyBook::exclude(const Pubkey& mint, Followed& token) {
    if (!token.holders) {
        return;
    }
    std::vector<Pubkey> owners{kIncinerator, Pubkey{}, own_}, accounts;
    for (const PoolIndex pool : book_.pools_of(mint)) {
        owners.push_back(dex::id_of(book_.pool(pool)));
        const std::vector<Pubkey> own = book_.own_accounts_of(pool);
        accounts.insert(accounts.end(), own.begin(), own.end());
    }
    for (Holder& holder : token.holders->holders) {
        holder.is_excluded = std::ranges::find(owners, holder.held.owner) != owners.end() ||
                             std::ranges::find(accounts, holder.held.account) != accounts.end();
    }
    watch_largest(mint, token);
}

void SafetyBook::watch_largest(const Pubkey& mint, const Followed& token) {
    std::vector<Pubkey> largest;
    for (const Holder& holder : token.holders->holders) {
        if (largest.size() < options_.holders_watched && !holder.is_excluded) {
            largest.push_back(holder.held.account);
        }
    }
    watch_.keep_only(mint, largest, true);
    for (const Pubkey& account : largest) {
        watch_.watch(account, mint, account == token.creator_account);
    }
    for (const Holder& holder : token.holders->holders) {
        watch_.note(holder.held.account, holder.held.amount, token.read_at);
    }
}

bool SafetyBook::is_due(const Pubkey& mint, const Followed& token, Slot now) const {
    const std::uint64_t since = now.since(token.asked_at);
    switch (token.reading) {
        case Reading::Asked:
            return false;
        case Reading::None:
            return detector_.judged(mint) != nullptr &&
                   (token.creator.is_zero() || !token.creator_account.is_zero());
        case Reading::Failed:
            // What is only held costs nothing by being unread.
            return since >= (token.is_wanted ? kRereadSlotsMin : kReheldSlotsMin);
        case Reading::Done:
            break;
    }
    if (!token.is_wanted || since < kRereadSlotsMin) {
        return false;
    }
    if (since > policy_.evidence_age_slots_max / 2) {
        return true;
    }
    if (now.since(token.since) > options_.wanted_slots) {
        return false;  // Somebody asked for it. Calls are for what is new.
    }
    const TokenAmount reserve = reserve_of(mint, token);
    const TokenAmount moved =
        reserve > token.reserve_read ? reserve - token.reserve_read : token.reserve_read - reserve;
    return share_ceil(moved, supply_of(mint)) >= kMovedMin;
}

std::vector<SafetyBook::Unread> SafetyBook::take_unread(Slot now) {
    std::vector<Unread> unread;
    if (!std::exchange(is_any_judged_, false)) {
        return unread;  // As before.
    }
    for (auto& [mint, token] : followed_) {
        if (is_due(mint, token, now)) {
            token.reading = Reading::Asked;
            unread.push_back({mint, token.creator_account});
        }
    }
    return unread;
}

std::vector<Pubkey> SafetyBook::take_accounts_wanted() {
    std::vector<Pubkey> wanted = watch_.take_wanted();
    wanted.insert(wanted.end(), wanted_.begin(), wanted_.end());
    wanted_.clear();
    return wanted;
}

// Those that the book of pools needs stay.
std::vector<Pubkey> SafetyBook::take_accounts_unwanted() {
    std::vector<Pubkey> unwanted = watch_.take_unwanted();
    unwanted.insert(unwanted.end(), unwanted_.begin(), unwanted_.end());
    unwanted_.clear();
    std::erase_if(unwanted, [&](const Pubkey& account) {
        lost_.erase(account);
        return book_.is_watching(account) || lp_accounts_.contains(account) ||
               watch_.mint_of(account) != nullptr;
    });
    return unwanted;
}

// In the token's pools, as far as they are followed.
TokenAmount SafetyBook::reserve_of(const Pubkey& mint, const Followed& token) const {
    TokenAmount sum;
    for (const PoolIndex pool : token.pools) {
        const dex::Pool& state = book_.pool(pool);
        sum = sum.saturating_add(dex::mint_a(state) == mint ? dex::reserve_a(state)
                                                            : dex::reserve_b(state));
    }
    return sum;
}

}  // namespace sniperforge::detect
