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
    if (const JudgedMint* judged = detector_.judged(mint)) {
        // It is heard with the pool's other accounts.
        const bool is_blind =
            std::ranges::any_of(token.pools, [&](PoolIndex pool) { return book_.is_blind(pool); });
        evidence.mint = known(judged->evidence, is_blind ? judged->judged.slot : now);
    }
    evidence.round_trip_loss = round_trip(mint, context, now);
    evidence.lp_burnt = lp_evidence(token, now);
    evidence.holders = holders_evidence(token);
    evidence.creator_share = creator_share(mint, token, now);
    if (const auto found = creators_.find(token.creator); found != creators_.end()) {
        evidence.creator_pulls = known(static_cast<std::uint32_t>(found->second.size()), now);
    } else {
        evidence.creator_pulls.knowledge = Knowledge::Unknown;
    }
    evidence.bundle_share = bundle_share(mint, token, now);
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

// Against the pool as it is before the purchase, so that our own impact counts twice: against us.
Evidence<BasisPoints> SafetyBook::round_trip(const Pubkey& mint, const dex::QuoteContext& context,
                                             Slot now) const {
    const auto pool = book_.deepest_sol_pool(mint);
    if (!pool) {
        return nothing<BasisPoints>(Knowledge::Awaited);  // Not complete, or between two pools.
    }
    const Slot slot = book_.is_blind(*pool) ? book_.updated_at(*pool) : now;
    const dex::Pool& state = book_.pool(*pool);
    const Direction buying = *dex::direction_spending(state, solana::kWrappedSolMint);
    const TokenAmount spent{options_.amount.raw()};
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
// say that it stays.
Evidence<BasisPoints> SafetyBook::lp_evidence(PoolIndex pool, Slot now) const {
    const dex::Pool& state = book_.pool(pool);
    const auto found = pools_.find(pool);
    if (is_curve(state)) {
        return nothing<BasisPoints>(Knowledge::NotApplicable);
    }
    if (found == pools_.end() || (found->second.lp_mint.is_zero() && !found->second.is_lp_gone)) {
        return nothing<BasisPoints>(Knowledge::Unknown);
    }
    if (found->second.is_lp_gone) {
        return known(BasisPoints{kBasisPointsOne}, now);
    }
    const LpMint& lp = lp_mints_.at(found->second.lp_mint);
    if (!lp.supply) {
        return nothing<BasisPoints>(lp.slot == Slot{} ? Knowledge::Awaited : Knowledge::Unknown);
    }
    const TokenAmount issued = lp_issued(state);
    if (issued.is_zero()) {
        return nothing<BasisPoints>(Knowledge::Unknown);
    }
    const TokenAmount burnt = issued.saturating_sub(*lp.supply);
    return known(BasisPoints{mul_div_floor(burnt.raw(), kBasisPointsOne, issued.raw()).value_or(0)},
                 heard_until(found->second.lp_mint, lp.slot, now));
}

// The worst of its pools: the token is one.
Evidence<BasisPoints> SafetyBook::lp_evidence(const Followed& token, Slot now) const {
    if (token.has_more_pools) {
        return nothing<BasisPoints>(Knowledge::Unknown);
    }
    Evidence<BasisPoints> worst = nothing<BasisPoints>(Knowledge::NotApplicable);
    for (const PoolIndex pool : token.pools) {
        const Evidence<BasisPoints> one = lp_evidence(pool, now);
        // In the order of Knowledge: what is not known before what is, and that by its value.
        const bool is_worse =
            one.knowledge == Knowledge::Known && worst.knowledge == Knowledge::Known
                ? one.value < worst.value
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
    const bool is_of_curve = std::ranges::any_of(
        token.pools, [&](PoolIndex pool) { return is_curve(book_.pool(pool)); });
    if (!is_of_curve) {
        return nothing<BasisPoints>(Knowledge::NotApplicable);
    }
    if (!token.first_bought) {
        return nothing<BasisPoints>(Knowledge::Unknown);
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
