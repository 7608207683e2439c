// SPDX-License-Identifier: MIT
#include "sniperforge/engine/sol_price.hpp"

#include <algorithm>

#include "sniperforge/dex/price.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::engine {
namespace {

// A pool below 10 SOL is cheap to push around: it has no vote.
constexpr Lamports kDepthMin{10 * kLamportsPerSol};

// USDC has six decimals, so its base unit is the micro-dollar.
[[nodiscard]] std::optional<MicroUsd> price_of(const dex::Pool& pool) {
    const bool is_sol_a = dex::mint_a(pool) == solana::kWrappedSolMint;
    const TokenAmount sol = is_sol_a ? dex::reserve_a(pool) : dex::reserve_b(pool);
    // The reserves of a closed or disabled pool stand still: its price is of another day.
    if (!dex::is_complete(pool) || !dex::is_swap_enabled(pool) || sol.raw() < kDepthMin.raw()) {
        return std::nullopt;
    }
    // The marginal price: where liquidity is concentrated, the reserves do not tell it.
    const auto usdc =
        dex::worth_at(dex::marginal_price(pool), is_sol_a ? Direction::AToB : Direction::BToA,
                      TokenAmount{kLamportsPerSol});
    return usdc && !usdc->is_zero() ? std::optional{MicroUsd{usdc->raw()}} : std::nullopt;
}

}  // namespace

void SolPrice::observe(const dex::PoolBook& book, PoolIndex pool) {
    const Pubkey& a = dex::mint_a(book.pool(pool));
    const Pubkey& b = dex::mint_b(book.pool(pool));
    const bool is_sol_usdc = (a == solana::kWrappedSolMint && b == solana::kUsdcMint) ||
                             (a == solana::kUsdcMint && b == solana::kWrappedSolMint);
    if (!is_sol_usdc) {
        return;
    }
    if (std::find(pools_.begin(), pools_.end(), pool) == pools_.end()) {
        pools_.push_back(pool);
    }
    std::vector<MicroUsd> prices;
    for (const PoolIndex index : pools_) {
        if (const auto price = price_of(book.pool(index))) {
            prices.push_back(*price);
        }
    }
    voting_ = static_cast<std::uint32_t>(prices.size());
    agreeing_ = 0;
    if (prices.empty()) {
        price_ = MicroUsd{};
        return;
    }
    // The upper middle of an even count: a dearer SOL turns a limit in USD into fewer lamports,
    // which is against ourselves.
    std::sort(prices.begin(), prices.end());
    price_ = prices[prices.size() / 2];
    const MicroUsd apart = part_floor(price_, divergence_max_);
    for (const MicroUsd price : prices) {
        agreeing_ += std::max(price, price_) - std::min(price, price_) <= apart ? 1U : 0U;
    }
}

MicroUsd SolPrice::price_heard(const dex::PoolBook& book) const {
    const bool is_any_heard = std::any_of(pools_.begin(), pools_.end(), [&](PoolIndex pool) {
        return price_of(book.pool(pool)) && !book.is_blind(pool);
    });
    return is_any_heard && !is_diverged() ? price_ : MicroUsd{};
}

}  // namespace sniperforge::engine
