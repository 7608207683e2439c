// SPDX-License-Identifier: MIT
#include "sniperforge/engine/sol_price.hpp"

#include <algorithm>
#include <array>

#include "sniperforge/dex/price.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::engine {
namespace {

// The sizes that depth is measured in. Whoever holds a false price against the first of them loses
// that much to each arbitrageur; mainnet's deepest pools take the last.
constexpr std::array kDepths{MicroUsd{1'000 * kMicroUsdPerUsd}, MicroUsd{10'000 * kMicroUsdPerUsd},
                             MicroUsd{100'000 * kMicroUsdPerUsd}};
// A swap of a size that a pool takes brings this much less than its worth at most, fees included:
// those of SOL/USDC pools are 0.01 to 1 %.
constexpr BasisPoints kImpactMax{200};
// One size below the deepest pool's: a tenth of its depth has a vote, a hundredth has none.
constexpr std::uint32_t kDepthsBelow = 1;

struct SolSide {
    Direction selling = Direction::AToB;  // Of SOL.

    [[nodiscard]] Direction buying() const {
        return selling == Direction::AToB ? Direction::BToA : Direction::AToB;
    }
};

[[nodiscard]] std::optional<SolSide> sol_side(const dex::Pool& pool) {
    const Pubkey& a = dex::mint_a(pool);
    const Pubkey& b = dex::mint_b(pool);
    if (a == solana::kWrappedSolMint && b == solana::kUsdcMint) {
        return SolSide{Direction::AToB};
    }
    if (a == solana::kUsdcMint && b == solana::kWrappedSolMint) {
        return SolSide{Direction::BToA};
    }
    return std::nullopt;
}

// The reserves of a closed or disabled pool stand still: its price is of another day.
[[nodiscard]] bool is_trading(const dex::Pool& pool) {
    return dex::is_complete(pool) && dex::is_swap_enabled(pool);
}

// USDC has six decimals, so its base unit is the micro-dollar.
[[nodiscard]] MicroUsd price_of(const dex::Pool& pool, SolSide side) {
    if (!is_trading(pool)) {
        return {};
    }
    // The marginal price: where liquidity is concentrated, the reserves do not tell it.
    const auto usdc =
        dex::worth_at(dex::marginal_price(pool), side.selling, TokenAmount{kLamportsPerSol});
    return MicroUsd{usdc.value_or(TokenAmount{}).raw()};
}

[[nodiscard]] bool takes(const dex::Pool& pool, Direction direction, TokenAmount in,
                         TokenAmount worth, const dex::QuoteContext& context) {
    const auto quote = dex::quote_exact_in(pool, direction, in, context);
    return quote && quote->amount_out >= worth.saturating_sub(part_floor(worth, kImpactMax));
}

// How many of the sizes it takes both ways.
[[nodiscard]] std::uint32_t depth_of(const dex::Pool& pool, SolSide side, MicroUsd price,
                                     const dex::QuoteContext& context) {
    const auto is_taken = [&](MicroUsd size) {
        const auto lamports = mul_div_floor(size.raw(), kLamportsPerSol, price.raw());
        const TokenAmount sol{lamports.value_or(0)};
        const TokenAmount usdc{size.raw()};
        return !sol.is_zero() && takes(pool, side.selling, sol, usdc, context) &&
               takes(pool, side.buying(), usdc, sol, context);
    };
    if (price.is_zero()) {
        return 0;
    }
    const auto first_refused = std::ranges::find_if_not(kDepths, is_taken);
    return static_cast<std::uint32_t>(first_refused - kDepths.begin());
}

}  // namespace

void SolPrice::observe(const dex::PoolBook& book, PoolIndex pool,
                       const dex::QuoteContext& context) {
    const auto side = sol_side(book.pool(pool));
    if (!side) {
        return;
    }
    const MicroUsd price = price_of(book.pool(pool), *side);
    std::erase_if(votes_, [&](const Vote& vote) { return vote.pool == pool; });
    const auto behind = std::ranges::upper_bound(votes_, price, {}, &Vote::price);
    const std::uint32_t depth = is_depth_asked_ ? depth_of(book.pool(pool), *side, price, context)
                                                : static_cast<std::uint32_t>(!price.is_zero());
    votes_.insert(behind, {pool, price, depth});
    price_ = heard(book).price;
    if (price_.is_zero()) {
        for (Vote& vote : votes_) {
            vote.is_counted = vote.depth > 0 && is_trading(book.pool(vote.pool));
        }
        price_ = verdict().price;
    }
}

bool SolPrice::look_up(const dex::PoolBook& book, PoolIndex pool) {
    const dex::Pool& state = book.pool(pool);
    if (dex::mint_a(state).is_zero()) {
        return false;  // Nobody has named it yet.
    }
    if (pool.value >= sides_.size()) {
        sides_.resize(book.size());
    }
    sides_[pool.value] = sol_side(state) ? Side::SolAndUsd : Side::Another;
    return sides_[pool.value] == Side::SolAndUsd;
}

SolVerdict SolPrice::heard(const dex::PoolBook& book) {
    for (Vote& vote : votes_) {
        // That it closed moves no reserves: nobody tells us of it.
        vote.is_counted =
            vote.depth > 0 && is_trading(book.pool(vote.pool)) && !book.is_blind(vote.pool);
    }
    return verdict();
}

SolVerdict SolPrice::verdict() const {
    std::uint32_t deepest = 0;
    for (const Vote& vote : votes_) {
        deepest = std::max(deepest, vote.is_counted ? vote.depth : 0);
    }
    const auto has_vote = [&](const Vote& vote) {
        return vote.is_counted && vote.depth + kDepthsBelow >= deepest;
    };
    SolVerdict verdict;
    verdict.voting = static_cast<std::uint32_t>(std::ranges::count_if(votes_, has_vote));
    // The upper middle of an even count: a dearer SOL turns a limit in USD into fewer lamports,
    // which is against ourselves.
    std::uint32_t before = verdict.voting / 2;
    for (const Vote& vote : votes_) {
        if (has_vote(vote) && before-- == 0) {
            verdict.price = vote.price;
            break;
        }
    }
    const MicroUsd apart = part_floor(verdict.price, divergence_max_);
    for (const Vote& vote : votes_) {
        const MicroUsd far =
            std::max(vote.price, verdict.price) - std::min(vote.price, verdict.price);
        verdict.agreeing += has_vote(vote) && far <= apart ? 1U : 0U;
    }
    return verdict;
}

MicroUsd SolPrice::price_heard(const dex::PoolBook& book) {
    const SolVerdict verdict = heard(book);
    return verdict.is_diverged() ? MicroUsd{} : verdict.price;
}

}  // namespace sniperforge::engine
