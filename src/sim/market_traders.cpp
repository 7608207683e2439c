// SPDX-License-Identifier: MIT
#include "sim/market_traders.hpp"

#include <cmath>

#include "sim/derived.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {

namespace {

constexpr std::size_t kRetailTraders = 6;
constexpr Lamports kWalletLamports{1'000 * kLamportsPerSol};

}  // namespace

Pubkey random_key(Rng& rng) {
    Pubkey key;
    rng.fill(key.bytes);
    return key;
}

std::uint64_t to_amount(double value) {
    constexpr double kMax = 9e18;
    if (!(value > 0)) {
        return 0;
    }
    return value >= kMax ? static_cast<std::uint64_t>(kMax)
                         : static_cast<std::uint64_t>(std::llround(value));
}

PriceMove move_to(const PoolView& pool, double target) {
    const auto a = static_cast<double>(pool.reserve_a);
    const auto b = static_cast<double>(pool.reserve_b);
    // x·y = k with y/x = target gives the reserves after the swap; the fee is paid on top.
    const double keep = 1.0 - pool.fee();
    if (target < b / a) {
        return {true, to_amount((std::sqrt(a * b / target) - a) / keep)};
    }
    return {false, to_amount((std::sqrt(a * b * target) - b) / keep)};
}

Traders::Traders(Chain& chain, const Rng& rng, ClusterStatistics& statistics)
    : chain_{chain}, statistics_{statistics} {
    Rng keys = rng;
    for (std::size_t i = 0; i < kRetailTraders; ++i) {
        retail_.push_back(random_key(keys));
        create_wallet(chain_, retail_.back(), kWalletLamports);
    }
    arbitrageur_ = random_key(keys);
    create_wallet(chain_, arbitrageur_, kWalletLamports);
}

void Traders::give(const Pubkey& mint, TokenAmount amount) {
    for (const Pubkey& wallet : retail_) {
        create_token_account(chain_, wallet, mint, amount);
    }
    create_token_account(chain_, arbitrageur_, mint, amount);
}

std::uint64_t Traders::balance(const Pubkey& wallet, const Pubkey& mint) const {
    return token_balance(chain_, derived_token_address(wallet, mint, solana::kTokenProgram))
        .value_or(0);
}

bool Traders::swap(const Pubkey& wallet, const PoolView& pool, bool is_a_to_b,
                   std::uint64_t amount_in) {
    if (amount_in == 0 || !pool.is_tradable(chain_.slot_time().seconds()) ||
        !quote_in(pool, is_a_to_b, amount_in)) {
        return false;
    }
    const Pubkey& paid = is_a_to_b ? pool.mint_a : pool.mint_b;
    const Pubkey& received = is_a_to_b ? pool.mint_b : pool.mint_a;
    const SwapParties parties{
        .user = wallet,
        .source = derived_token_address(wallet, paid, solana::kTokenProgram),
        .destination = derived_token_address(wallet, received, solana::kTokenProgram)};
    const auto done =
        chain_.execute_unsigned(wallet, {swap_in(pool, is_a_to_b, amount_in, 0, parties)});
    if (done) {
        ++statistics_.market_trades;
    }
    return done.has_value();
}

}  // namespace sniperforge::sim
