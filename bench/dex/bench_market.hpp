// SPDX-License-Identifier: MIT
// A market of many pools for the benches, fed to a PoolBook by accounts as the chain has them.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>
#include <variant>
#include <vector>

#include "dex/orca_whirlpool_math.hpp"
#include "dex/orca_whirlpool_window.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/dex/router.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex::bench {

inline constexpr QuoteContext kNow{.unix_time = 1'760'000'000, .epoch = 900, .slot = 370'000'000};
inline constexpr std::size_t kVaultBytes = 165;
inline constexpr std::size_t kMintBytes = 82;

inline Pubkey any_key(Rng& rng) {
    Pubkey key;
    rng.fill(key.bytes);
    return key;
}
inline void put_key(Bytes& data, std::size_t offset, const Pubkey& key) {
    std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
}
template <std::size_t Size>
void put_bytes(Bytes& data, const std::array<std::uint8_t, Size>& bytes) {
    std::ranges::copy(bytes, data.begin());
}

// ---- Accounts ----

inline Bytes vault_bytes(const Pubkey& mint, std::uint64_t amount) {
    Bytes data(kVaultBytes, 0);
    put_key(data, 0, mint);
    write_le(std::span{data}, 64, amount);
    data[108] = 1;
    return data;
}
inline Bytes mint_bytes() {
    Bytes data(kMintBytes, 0);
    write_le(std::span{data}, 36, std::uint64_t{1'000'000'000'000'000});
    data[44] = 6;
    data[45] = 1;
    return data;
}
// 0.25 % of what goes in.
inline Bytes cpmm_config_bytes() {
    Bytes data(kCpmmConfigBytes, 0);
    put_bytes(data, kCpmmConfigDiscriminator);
    write_le(std::span{data}, 12, std::uint64_t{2'500});
    write_le(std::span{data}, 20, std::uint64_t{120'000});
    write_le(std::span{data}, 28, std::uint64_t{40'000});
    return data;
}
inline Bytes pump_swap_global_bytes() {
    Bytes data(949, 0);
    put_bytes(data, kPumpSwapGlobalDiscriminator);
    for (const std::size_t offset : {57U, 385U, 643U}) {
        data[offset] = 1;  // A recipient of each kind.
    }
    return data;
}
inline Bytes pump_curve_global_bytes() {
    Bytes data(1'087, 0);
    put_bytes(data, kPumpGlobalDiscriminator);
    for (const std::size_t offset : {41U, 483U, 741U}) {
        data[offset] = 1;
    }
    return data;
}
// 0.20 % to the providers and 0.05 % to the protocol, whatever the market cap.
inline Bytes pump_fee_config_bytes() {
    Bytes data(41, 0);
    put_bytes(data, kPumpFeeConfigDiscriminator);
    const auto append_fees = [&] {
        append_le(data, std::uint64_t{20});
        append_le(data, std::uint64_t{5});
        append_le(data, std::uint64_t{0});
    };
    append_fees();
    append_le(data, std::uint32_t{1});
    append_le(data, u128{0});
    append_fees();
    append_le(data, std::uint32_t{0});
    append_fees();
    return data;
}

struct MarketPool {
    VenueId venue = VenueId::RaydiumAmmV4;
    Pubkey id, vault_a, vault_b;
    Pubkey mint_a{}, mint_b{};
    std::uint64_t amount_a = 0, amount_b = 0;  // Of the vaults, or of the curve at this price.
    double sqrt_price = 0;                     // Of the venues that keep it.
    u128 liquidity = 0;                        // Likewise.

    [[nodiscard]] bool is_priced_by_vaults() const {
        return venue != VenueId::MeteoraDammV2 && venue != VenueId::OrcaWhirlpool;
    }
};

inline constexpr double kTwo64 = 18'446'744'073'709'551'616.0;
inline constexpr std::uint16_t kWhirlpoolSpacing = 64;

inline Bytes pool_account(const MarketPool& pool, const Pubkey& cpmm_config) {
    Bytes data(std::max<std::size_t>(pool_bytes(pool.venue), 301), 0);
    const std::span out{data};
    const auto put_keys = [&](std::array<std::size_t, 4> offsets) {
        put_key(data, offsets[0], pool.mint_a);
        put_key(data, offsets[1], pool.mint_b);
        put_key(data, offsets[2], pool.vault_a);
        put_key(data, offsets[3], pool.vault_b);
    };
    const auto root = static_cast<u128>(pool.sqrt_price * kTwo64);
    switch (pool.venue) {
        case VenueId::RaydiumAmmV4:
            write_le(out, 0, kAmmV4StatusSwapOnly);
            write_le(out, 176, std::uint64_t{25});
            write_le(out, 184, std::uint64_t{10'000});
            put_keys({400, 432, 336, 368});
            break;
        case VenueId::RaydiumCpmm:
            put_bytes(data, kCpmmPoolDiscriminator);
            put_key(data, 8, cpmm_config);
            put_key(data, 232, solana::kTokenProgram);
            put_key(data, 264, solana::kTokenProgram);
            put_keys({168, 200, 72, 104});
            break;
        case VenueId::PumpSwap:
            put_bytes(data, kPumpSwapPoolDiscriminator);
            put_keys({43, 75, 139, 171});
            break;
        case VenueId::MeteoraDammV2:  // 0.25 % of what comes out; from price zero to infinity.
            put_bytes(data, kDammV2PoolDiscriminator);
            write_le(out, 8, kDammV2FeeOne / 400);
            put_keys({168, 200, 232, 264});
            write_le(out, 360, pool.liquidity);
            write_le(out, 424, u128{4'295'048'016});
            write_le(out, 440, (u128{4'294'886'577} << 64) + 3'823'267'717'312'768'226ULL);
            write_le(out, 456, root);
            break;
        default:  // A Whirlpool at 0.30 %.
            put_bytes(data, kWhirlpoolDiscriminator);
            write_le(out, 41, kWhirlpoolSpacing);
            write_le(out, 43, kWhirlpoolSpacing);
            write_le(out, 45, std::uint16_t{3'000});
            write_le(out, 49, pool.liquidity);
            write_le(out, 65, root);
            write_le(out, 81, whirlpool::tick_of(root));
            put_keys({101, 181, 133, 213});
            break;
    }
    return data;
}

// Every fourth tick that may be initialised is, with liquidity that comes and goes.
inline Bytes ticks_account(const MarketPool& pool, std::int32_t start) {
    Bytes data(kWhirlpoolFixedTicksBytes, 0);
    put_bytes(data, kWhirlpoolFixedTicksDiscriminator);
    write_le(std::span{data}, 8, start);
    const auto net = static_cast<i128>(pool.liquidity / 20);
    for (std::size_t i = 0; i < 88; i += 4) {
        data[12 + i * 113] = 1;
        write_le(std::span{data}, 12 + i * 113 + 1, i % 8 == 0 ? net : -net);
    }
    put_key(data, 9'956, pool.id);
    return data;
}

// ---- The market ----

// From zero to one.
inline double part(Rng& rng) { return static_cast<double>(rng.below(1'000'001)) / 1'000'000; }

// Hubs have thousands of pools, most tokens one or two. Prices agree to 0.2 %, which fees of
// 0.25 % a swap make unprofitable, as a market is for most of the time. Units of most tokens are
// worth less than a lamport, as with six decimals and a thousand million coins.
class BenchMarket {
 public:
    // `is_mixed`: of 100 pools 25 are PumpSwap's, 25 Raydium AMM v4, 20 CPMM, 15 DAMM v2 and 15
    // Whirlpools. Else all are Raydium AMM v4.
    BenchMarket(std::size_t pools, bool is_mixed) : is_mixed_{is_mixed} {
        book_.reserve(pools);
        graph_.reserve(pools);
        mints_.push_back(solana::kWrappedSolMint);
        worth_.push_back(1);
        for (std::size_t i = 1; i < kHubs + 1 + pools * 2 / 5; ++i) {
            mints_.push_back(any_key(rng_));
            worth_.push_back(1e-5 * std::pow(10.0, 6 * part(rng_)));
        }
        while (pools_.size() < pools) {
            const std::uint64_t kind = rng_.below(100);
            // 60 % SOL and a token, 29 % a hub and a token, 10 % two tokens, 1 % SOL and a hub.
            const std::size_t a = kind < 60 ? 0 : kind < 89 ? hub() : kind < 99 ? token() : 0;
            const std::size_t b = kind < 99 ? token() : hub();
            if (a != b) {
                add(a, b);
            }
        }
        graph_.follow(book_);
        for (std::uint32_t i = 0; i < pools_.size(); ++i) {
            SF_ASSERT(is_complete(book_.pool(PoolIndex{i})));
        }
    }

    [[nodiscard]] std::size_t size() const { return pools_.size(); }

    // Somebody's swap: a part more of A in the pool, and of B as the product says.
    void move(std::size_t index, double by) {
        MarketPool pool = pools_[index];
        pool.amount_a = static_cast<std::uint64_t>(static_cast<double>(pool.amount_a) * (1 + by));
        pool.amount_b = static_cast<std::uint64_t>(static_cast<double>(pool.amount_b) / (1 + by));
        pool.sqrt_price /= 1 + by;
        put_state(pool);
    }
    // As it was in the beginning, in the graph too.
    void restore(std::size_t index) {
        put_state(pools_[index]);
        graph_.follow(book_);
    }
    [[nodiscard]] std::optional<Cycle> look(std::size_t index, const CycleLimits& limits) {
        graph_.follow(book_);
        return best_cycle(book_, graph_, PoolIndex{static_cast<std::uint32_t>(index)}, limits,
                          kNow);
    }
    // The deepest pool of SOL and the first hub.
    [[nodiscard]] std::size_t hub_pool() const {
        return graph_.sol_edges(graph_.find(mints_[1]).value()).front().pool.value;
    }

 private:
    static constexpr std::size_t kHubs = 4;

    // The first hub has four fifths of the pools of all hubs.
    [[nodiscard]] std::size_t hub() { return rng_.below(5) != 0 ? 1 : 2 + rng_.below(kHubs - 1); }
    // The first tokens have more pools than the last ones.
    [[nodiscard]] std::size_t token() {
        const std::size_t tokens = mints_.size() - 1 - kHubs;
        return 1 + kHubs + std::min(rng_.below(tokens), rng_.below(tokens));
    }
    [[nodiscard]] VenueId venue() {
        const std::uint64_t kind = is_mixed_ ? rng_.below(100) : 0;
        return kind < 25   ? VenueId::RaydiumAmmV4
               : kind < 50 ? VenueId::PumpSwap
               : kind < 70 ? VenueId::RaydiumCpmm
               : kind < 85 ? VenueId::MeteoraDammV2
                           : VenueId::OrcaWhirlpool;
    }

    void add(std::size_t a, std::size_t b) {
        MarketPool pool{.venue = venue(),
                        .id = any_key(rng_),
                        .vault_a = any_key(rng_),
                        .vault_b = any_key(rng_)};
        if (pool.venue == VenueId::PumpSwap) {
            std::swap(a, b);  // The coin is the base.
        }
        pool.mint_a = mints_[a];
        pool.mint_b = mints_[b];
        // 1 to 1,000 SOL on each side.
        const double depth = 1e9 * std::pow(1'000.0, part(rng_));
        const double noise = 0.998 + 0.004 * part(rng_);
        const double amount_a = depth / worth_[a];
        const double amount_b = depth * noise / worth_[b];
        pool.amount_a = static_cast<std::uint64_t>(amount_a);
        pool.amount_b = static_cast<std::uint64_t>(amount_b);
        pool.sqrt_price = std::sqrt(amount_b / amount_a);
        const double liquidity = std::sqrt(amount_a) * std::sqrt(amount_b);
        pool.liquidity = static_cast<u128>(pool.venue == VenueId::MeteoraDammV2 ? liquidity * kTwo64
                                                                                : liquidity);
        apply(pool.id, program_of(pool.venue), pool_account(pool, cpmm_config_));
        put_state(pool);
        put_rest(pool);
        pools_.push_back(pool);
    }
    // What a swap changes.
    void put_state(const MarketPool& pool) {
        ++slot_;
        if (!pool.is_priced_by_vaults()) {
            apply(pool.id, program_of(pool.venue), pool_account(pool, cpmm_config_));
        }
        if (pool.is_priced_by_vaults()) {
            apply(pool.vault_a, solana::kTokenProgram, vault_bytes(pool.mint_a, pool.amount_a));
            apply(pool.vault_b, solana::kTokenProgram, vault_bytes(pool.mint_b, pool.amount_b));
        }
    }
    // What else a quote needs. The book tells pools that come later what it knows already.
    void put_rest(const MarketPool& pool) {
        const bool is_raydium =
            pool.venue == VenueId::RaydiumAmmV4 || pool.venue == VenueId::RaydiumCpmm;
        for (const Pubkey& mint : {pool.mint_a, pool.mint_b}) {
            if (!is_raydium && mint != solana::kWrappedSolMint) {
                put_once(mint, solana::kTokenProgram, mint_bytes());
            }
        }
        switch (pool.venue) {
            case VenueId::RaydiumCpmm:
                put_once(cpmm_config_, solana::kRaydiumCpmmProgram, cpmm_config_bytes());
                break;
            case VenueId::PumpSwap:
                put_once(pump_swap_addresses().global, solana::kPumpSwapProgram,
                         pump_swap_global_bytes());
                put_once(pump_swap_addresses().fee_config, solana::kPumpFeesProgram,
                         pump_fee_config_bytes());
                break;
            case VenueId::OrcaWhirlpool: {
                const auto index = book_.find(pool.id);
                const auto state = std::get<OrcaWhirlpoolPool>(book_.pool(index.value()).state);
                for (std::size_t i = 0; i < kWhirlpoolArrays; ++i) {
                    const std::int32_t start = whirlpool::window_start(state, i);
                    apply(whirlpool_tick_array_address(pool.id, start),
                          solana::kOrcaWhirlpoolProgram, ticks_account(pool, start));
                }
                break;
            }
            default:
                break;
        }
    }
    void put_once(const Pubkey& account, const Pubkey& owner, const Bytes& data) {
        if (put_.insert(account).second) {
            apply(account, owner, data);
        }
    }
    void apply(const Pubkey& account, const Pubkey& owner, const Bytes& data) {
        const auto applied =
            book_.apply({Slot{slot_}, account, owner, Lamports{1}, data}, changes_);
        SF_ASSERT(applied.has_value());
    }

    bool is_mixed_;
    Rng rng_{1};
    PoolBook book_;
    PoolGraph graph_;
    Pubkey cpmm_config_ = any_key(rng_);
    std::vector<Pubkey> mints_;  // SOL, the hubs, the tokens.
    std::vector<double> worth_;  // Lamports for a base unit.
    std::vector<MarketPool> pools_;
    std::vector<BookChange> changes_;
    std::unordered_set<Pubkey, KeyHash> put_;
    std::uint64_t slot_ = 1;
};

}  // namespace sniperforge::dex::bench
