// SPDX-License-Identifier: MIT
// What the evidence about a token that is followed says.
#include <algorithm>
#include <utility>

#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/detect/safety_book.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::detect {
namespace {

template <typename T>
[[nodiscard]] Evidence<T> nothing(Knowledge knowledge) {
    return {knowledge, T{}, Slot{}};
}

[[nodiscard]] bool is_curve(const dex::Pool& pool) {
    return dex::venue_of(pool) == VenueId::PumpCurve;
}

// A curve, or what its migration made.
[[nodiscard]] bool was_on_curve(const dex::Pool& pool) {
    return is_curve(pool) || std::visit(
                                 [](const auto& state) {
                                     if constexpr (requires { state.coin_creator; }) {
                                         return dex::is_canonical(state);
                                     } else {
                                         return false;
                                     }
                                 },
                                 pool.state);
}

// LP tokens that the pool counts as issued. Burning them takes them from their mint alone.
[[nodiscard]] TokenAmount lp_issued(const dex::Pool& pool) {
    return std::visit(
        [](const auto& state) -> TokenAmount {
            if constexpr (requires { state.lp_supply; }) {
                return TokenAmount{state.lp_supply};
            } else {
                return {};
            }
        },
        pool.state);
}

}  // namespace

SafetyEvidence SafetyBook::evidence_of(const Pubkey& mint, const Followed& token,
                                       const dex::QuoteContext& context, Slot now) const {
    SafetyEvidence evidence;
    evidence.mint = mint_evidence(mint, token.pools, now);
    const auto deepest = book_.deepest_sol_pool(mint);
    evidence.round_trip_loss = round_trip(deepest, options_.amount, context, now);
    evidence.lp = lp_evidence(token, now);
    evidence.holders = holders_evidence(token);
    evidence.creator_share = creator_share(mint, token, now);
    const CreatorRecord* record = creators_.find(token.creator);
    evidence.creator_past =
        record == nullptr ? nothing<CreatorPast>(Knowledge::Unknown) : known(record->past, now);
    evidence.bundle_share = bundle_share(mint, token, now);
    evidence.simulated_trip = simulated_trip(mint, token, deepest);
    return evidence;
}

std::optional<SafetyVerdict> SafetyBook::verdict_of(const Pubkey& mint,
                                                    const dex::QuoteContext& context,
                                                    Slot now) const {
    const auto found = followed_.find(mint);
    if (found == followed_.end()) {
        return std::nullopt;
    }
    return detect::judge(evidence_of(mint, found->second, context, now), policy_, now);
}

// It is heard with the pools' other accounts.
Evidence<MintEvidence> SafetyBook::mint_evidence(const Pubkey& mint,
                                                 std::span<const PoolIndex> heard_with,
                                                 Slot now) const {
    const JudgedMint* judged = detector_.judged(mint);
    if (judged == nullptr) {
        return nothing<MintEvidence>(Knowledge::Awaited);
    }
    const bool is_blind =
        std::ranges::any_of(heard_with, [&](PoolIndex pool) { return book_.is_blind(pool); });
    return known(judged->evidence, is_blind ? judged->judged.slot : now);
}

// Against the pool as it is before the purchase, so that our own impact counts twice: against us.
Evidence<BasisPoints> SafetyBook::round_trip(std::optional<PoolIndex> pool, Lamports amount,
                                             const dex::QuoteContext& context, Slot now) const {
    if (!pool) {
        return nothing<BasisPoints>(Knowledge::Awaited);  // Not complete, or between two pools.
    }
    const Slot slot = book_.is_blind(*pool) ? book_.updated_at(*pool) : now;
    const dex::Pool& state = book_.pool(*pool);
    const Direction buying = *dex::direction_spending(state, solana::kWrappedSolMint);
    const TokenAmount spent{amount.raw()};
    const auto bought = dex::quote_exact_in(state, buying, spent, context);
    const auto sold =
        bought ? dex::quote_exact_in(state,
                                     buying == Direction::AToB ? Direction::BToA : Direction::AToB,
                                     bought->amount_out, context)
               : bought;
    if (!sold) {
        const bool is_early = sold.error() == dex::QuoteError::SwapDisabled ||
                              sold.error() == dex::QuoteError::PoolIncomplete;
        return is_early ? nothing<BasisPoints>(Knowledge::Awaited)
                        : known(BasisPoints{kBasisPointsOne}, slot);
    }
    const TokenAmount lost = spent.saturating_sub(sold->amount_out);
    return known(lost.is_zero() ? BasisPoints{} : share_ceil(lost, spent), slot);
}

// Whoever holds LP tokens can take his part of the pool out. Of concentrated liquidity nobody can
// say that it stays, but where the pool itself says so.
Evidence<LpEvidence> SafetyBook::lp_evidence(PoolIndex pool, Slot now) const {
    const dex::Pool& state = book_.pool(pool);
    const auto found = pools_.find(pool);
    if (is_curve(state)) {
        return nothing<LpEvidence>(Knowledge::NotApplicable);
    }
    if (const auto locked = lp_locked_in_pool(state)) {
        return known(*locked, book_.is_blind(pool) ? book_.updated_at(pool) : now);
    }
    if (found == pools_.end() || (found->second.lp_mint.is_zero() && !found->second.is_lp_gone)) {
        return nothing<LpEvidence>(Knowledge::Unknown);
    }
    if (found->second.is_lp_gone) {
        LpEvidence gone;
        gone.locked = BasisPoints{kBasisPointsOne};
        gone.locker = LpLocker::PumpMigration;
        gone.locked_account = dex::id_of(state);
        return known(gone, now);
    }
    return lp_tokens_evidence(pool, found->second, now);
}

Evidence<LpEvidence> SafetyBook::lp_tokens_evidence(PoolIndex pool, const FollowedPool& known_as,
                                                    Slot now) const {
    const LpAccount& minted = lp_accounts_.at(known_as.lp_mint);
    const auto unread = [](const LpAccount& account) {
        return nothing<LpEvidence>(account.slot == Slot{} ? Knowledge::Awaited
                                                          : Knowledge::Unknown);
    };
    if (!minted.amount) {
        return unread(minted);
    }
    const TokenAmount issued = lp_issued(book_.pool(pool));
    if (issued.is_zero()) {
        return nothing<LpEvidence>(Knowledge::Unknown);
    }
    const TokenAmount burnt = issued.saturating_sub(*minted.amount);
    LpEvidence lp = lp_shares(issued, burnt, {});
    Slot slot = heard_until(known_as.lp_mint, minted.slot, now);
    // What is burnt may be enough by itself.
    if (!known_as.lp_lock.is_zero() && lp.burnt < policy_.lp_burnt_min) {
        const LpAccount& lock = lp_accounts_.at(known_as.lp_lock);
        if (!lock.amount) {
            return unread(lock);
        }
        lp = lp_shares(issued, burnt, *lock.amount);
        if (!lock.amount->is_zero()) {
            lp.locker = LpLocker::RaydiumBurnAndEarn;
            lp.locked_account = known_as.lp_lock;
        }
        slot = std::min(slot, heard_until(known_as.lp_lock, lock.slot, now));
    }
    lp.burnt_mint = known_as.lp_mint;
    return known(lp, slot);
}

// The worst of its pools: the token is one.
Evidence<LpEvidence> SafetyBook::lp_evidence(const Followed& token, Slot now) const {
    if (token.has_more_pools) {
        return nothing<LpEvidence>(Knowledge::Unknown);
    }
    Evidence<LpEvidence> worst = nothing<LpEvidence>(Knowledge::NotApplicable);
    for (const PoolIndex pool : token.pools) {
        const Evidence<LpEvidence> one = lp_evidence(pool, now);
        // In the order of Knowledge: what is not known before what is, and that by its value.
        const bool is_worse =
            one.knowledge == Knowledge::Known && worst.knowledge == Knowledge::Known
                ? one.value.gone() < worst.value.gone()
                : one.knowledge != Knowledge::NotApplicable &&
                      (worst.knowledge == Knowledge::NotApplicable ||
                       one.knowledge < worst.knowledge);
        worst = is_worse ? one : worst;
    }
    return worst;
}

Evidence<HoldersEvidence> SafetyBook::holders_evidence(const Followed& token) const {
    if (token.reading == Reading::Failed) {
        return nothing<HoldersEvidence>(Knowledge::Unknown);
    }
    if (!token.holders) {
        return nothing<HoldersEvidence>(Knowledge::Awaited);
    }
    HoldersEvidence holders = *token.holders;
    for (Holder& holder : holders.holders) {
        holder.held.amount = watch_.amount_of(holder.held.account).value_or(holder.held.amount);
    }
    return known(std::move(holders), token.read_at);
}

Evidence<BasisPoints> SafetyBook::creator_share(const Pubkey& mint, const Followed& token,
                                                Slot now) const {
    if (token.creator.is_zero()) {
        return nothing<BasisPoints>(Knowledge::Unknown);
    }
    const auto amount = watch_.amount_of(token.creator_account);
    if (!amount) {
        return nothing<BasisPoints>(Knowledge::Awaited);
    }
    // What was heard of it at last; it says nothing while nobody hears it.
    return known(share_ceil(*amount, supply_of(mint)),
                 heard_until(token.creator_account, token.read_at, now));
}

Evidence<BasisPoints> SafetyBook::bundle_share(const Pubkey& mint, const Followed& token,
                                               Slot now) const {
    if (!token.first_bought) {
        // A coin whose curve nobody heard in its first slot, and a token that had a pool before:
        // its first slot is over, and no account says what was bought in it.
        const bool is_of_curve = std::ranges::any_of(
            token.pools, [&](PoolIndex pool) { return was_on_curve(book_.pool(pool)); });
        const auto launch = launches_.find(mint);
        return is_of_curve || launch == launches_.end()
                   ? nothing<BasisPoints>(Knowledge::Unknown)
                   // Whoever made the pool did not buy from it: nothing is his.
                   : known(share_ceil(launch->second.pool_bought, supply_of(mint)), now);
    }
    if (!token.creator.is_zero() && !token.creator_first) {
        return nothing<BasisPoints>(Knowledge::Awaited);
    }
    const TokenAmount others =
        token.first_bought->saturating_sub(token.creator_first.value_or(TokenAmount{}));
    // It happened once: it does not age.
    return known(share_ceil(others, supply_of(mint)), now);
}

// What is subscribed to is as it was told until it is lost.
Slot SafetyBook::heard_until(const Pubkey& account, Slot slot, Slot now) const {
    return lost_.contains(account) ? slot : now;
}

TokenAmount SafetyBook::supply_of(const Pubkey& mint) const {
    const JudgedMint* judged = detector_.judged(mint);
    return judged == nullptr ? TokenAmount{} : judged->evidence.supply;
}

}  // namespace sniperforge::detect
