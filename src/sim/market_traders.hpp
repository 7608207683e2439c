// SPDX-License-Identifier: MIT
// The wallets behind the simulated flow: a handful of retail traders and one arbitrageur, each with
// an inventory of every liquid mint that no hour of trading exhausts.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/market_pool.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/cluster.hpp"

namespace sniperforge::sim {

class Traders {
 public:
    Traders(Chain& chain, const Rng& rng, ClusterStatistics& statistics);

    // Gives everyone `amount` of a mint.
    void give(const Pubkey& mint, TokenAmount amount);
    [[nodiscard]] const Pubkey& pick(Rng& rng) const { return retail_[rng.below(retail_.size())]; }
    [[nodiscard]] const Pubkey& arbitrageur() const { return arbitrageur_; }
    [[nodiscard]] std::uint64_t balance(const Pubkey& wallet, const Pubkey& mint) const;
    // One swap at any price. False when it cannot be done: no balance, pool closed or drained.
    bool swap(const Pubkey& wallet, const PoolView& pool, bool is_a_to_b, std::uint64_t amount_in);

 private:
    Chain& chain_;
    ClusterStatistics& statistics_;
    std::vector<Pubkey> retail_;
    Pubkey arbitrageur_;
};

[[nodiscard]] Pubkey random_key(Rng& rng);
// Rounds a model number to an amount; out of range values are clamped.
[[nodiscard]] std::uint64_t to_amount(double value);
// What moves the pool's price (b per a) to `target`: which way and how much goes in.
struct PriceMove {
    bool is_a_to_b = false;
    std::uint64_t amount_in = 0;
};
[[nodiscard]] PriceMove move_to(const PoolView& pool, double target);

}  // namespace sniperforge::sim
