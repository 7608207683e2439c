// SPDX-License-Identifier: MIT
// What the PoolBook asks of a pool and nobody else does.
#pragma once

#include <algorithm>
#include <span>
#include <variant>
#include <vector>

#include "sniperforge/dex/venue.hpp"

namespace sniperforge::dex {

// The two token accounts that the pool's reserves are in, where they are.
struct Vaults {
    const Pubkey* a = nullptr;
    const Pubkey* b = nullptr;
};

[[nodiscard]] inline Vaults vaults_of(const Pool& pool) {
    return std::visit(
        []<Venue P>(const P& p) {
            if constexpr (P::kIsPricedByVaults) {
                return Vaults{&p.vault_a, &p.vault_b};
            } else {
                return Vaults{};
            }
        },
        pool.state);
}

[[nodiscard]] inline bool has_vaults(const Pool& pool) {
    return std::visit(
        []<Venue P>(const P& p) {
            if constexpr (P::kIsPricedByVaults) {
                return p.has_vault_a && p.has_vault_b;
            } else {
                return false;
            }
        },
        pool.state);
}

[[nodiscard]] inline bool are_needs_moving(const Pool& pool) {
    return std::visit([](const auto& p) { return p.kAreNeedsMoving; }, pool.state);
}

[[nodiscard]] inline std::vector<Pubkey> shared_of(const Pool& pool) {
    return std::visit([](const auto& p) { return accounts_shared(p); }, pool.state);
}

[[nodiscard]] inline bool contains(std::span<const Pubkey> keys, const Pubkey& key) {
    return std::ranges::find(keys, key) != keys.end();
}

[[nodiscard]] inline Result<bool> apply_to(Pool& pool, const AccountUpdate& update) {
    return std::visit([&](auto& p) { return apply_account(p, update); }, pool.state);
}

// The address of the pool that trades `mint` and whose account does not say so.
[[nodiscard]] inline Pubkey unnamed_pool_of(const Pubkey& mint) { return pump_curve_address(mint); }

// Tells such a pool what it trades. False if it knows already, or is not the mint's.
[[nodiscard]] inline bool name_mint(Pool& pool, const Pubkey& mint) {
    return std::visit(
        [&]<Venue P>(P& p) {
            if constexpr (requires { set_coin_mint(p, mint); }) {
                return p.mint_a.is_zero() && set_coin_mint(p, mint).has_value();
            } else {
                return false;
            }
        },
        pool.state);
}

[[nodiscard]] inline bool is_price_same(const MarginalPrice& a, const MarginalPrice& b) {
    return a.numerator == b.numerator && a.denominator == b.denominator;
}

}  // namespace sniperforge::dex
