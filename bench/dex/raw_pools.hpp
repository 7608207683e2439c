// SPDX-License-Identifier: MIT
// Pools of Raydium's two constant-product programs as their accounts' bytes, and decoded.
#pragma once

#include <algorithm>
#include <array>
#include <type_traits>
#include <vector>

#include "bench_market.hpp"

namespace sniperforge::dex::bench {

inline constexpr TokenAmount kAmountIn{1'000'000};

// The accounts of many pools as they come from the chain, each in its own allocation.
struct RawPool {
    Pubkey id;
    Bytes pool, vault_a, vault_b;

    [[nodiscard]] RawAccounts accounts() const { return {pool, vault_a, vault_b}; }
};

inline constexpr Pubkey kConfigId = solana::kMemoProgram;  // Any key.

inline RawPool raw_pool(VenueId venue, Rng& rng) {
    const MarketPool pool{.venue = venue,
                          .id = any_key(rng),
                          .vault_a = any_key(rng),
                          .vault_b = any_key(rng),
                          .mint_a = solana::kWrappedSolMint,
                          .mint_b = any_key(rng)};
    return {pool.id, pool_account(pool, kConfigId),
            vault_bytes(pool.mint_a, 1'000'000'000 + rng.below(1ULL << 40)),
            vault_bytes(pool.mint_b, 1'000'000'000 + rng.below(1ULL << 50))};
}

inline std::vector<RawPool> raw_pools(VenueId venue, std::size_t count) {
    Rng rng{1};
    std::vector<RawPool> pools;
    pools.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        pools.push_back(raw_pool(venue, rng));
    }
    return pools;
}

// One config account serves thousands of pools and is not reread.
inline RaydiumCpmmConfig common_config() { return *decode_cpmm_config(cpmm_config_bytes()); }

inline AccountUpdate update_of(const Pubkey& account, const Pubkey& owner, const Bytes& data) {
    return {Slot{1}, account, owner, Lamports{1}, data};
}

// Of accounts that are told to a pool; false if one of them is refused.
template <typename PoolType>
bool apply_vaults(PoolType& pool, const RawPool& raw) {
    const auto a = apply_account(pool, update_of(pool.vault_a, solana::kTokenProgram, raw.vault_a));
    const auto b = apply_account(pool, update_of(pool.vault_b, solana::kTokenProgram, raw.vault_b));
    return a && *a && b && *b;
}

template <typename PoolType>
Result<PoolType> decode_raw(const RawPool& raw) {
    Result<PoolType> pool = [&] {
        if constexpr (std::is_same_v<PoolType, RaydiumCpmmPool>) {
            return decode_cpmm_pool(raw.id, raw.pool);
        } else {
            return decode_amm_v4_pool(raw.id, raw.pool);
        }
    }();
    SF_ASSERT(pool && apply_vaults(*pool, raw));
    if constexpr (std::is_same_v<PoolType, RaydiumCpmmPool>) {
        apply_config(*pool, common_config());
    }
    return pool;
}

template <typename PoolType>
std::vector<PoolType> decoded_pools(const std::vector<RawPool>& raw_pools) {
    std::vector<PoolType> pools;
    pools.reserve(raw_pools.size());
    for (const RawPool& raw : raw_pools) {
        pools.push_back(*decode_raw<PoolType>(raw));
    }
    return pools;
}

inline std::uint64_t amount_out(const QuoteResult& quote) {
    SF_ASSERT(quote.has_value());
    return quote->amount_out.raw();
}

}  // namespace sniperforge::dex::bench
