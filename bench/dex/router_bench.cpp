// SPDX-License-Identifier: MIT
// A changed pool, looked at anew: the graph takes it in and the best cycle of two or three legs
// through it is searched. Percentiles are of single calls, each timed by itself; applying the
// account that changed is not in them.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/dex/router.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr QuoteContext kNow{.unix_time = 1'760'000'000, .epoch = 900};
constexpr std::size_t kVaultBytes = 165;
// What the daemon's defaults come to.
constexpr CycleLimits kLimits{.amount_in_max = Lamports{600'000'000},
                              .cost = Lamports{11'000},
                              .third_leg_cost = Lamports{3'000}};

Pubkey any_key(Rng& rng) {
    Pubkey key;
    rng.fill(key.bytes);
    return key;
}

struct MarketPool {
    Pubkey id, vault_a, vault_b, mint_a, mint_b;
    std::uint64_t amount_a = 0, amount_b = 0;
};

// Hubs have thousands of pools, most tokens one or two. Prices agree to 0.2 %, which fees of
// 0.25 % a swap make unprofitable, as a market is for most of the time.
class BenchMarket {
 public:
    explicit BenchMarket(std::size_t pools) {
        book_.reserve(pools);
        graph_.reserve(pools);
        mints_.push_back(solana::kWrappedSolMint);
        worth_.push_back(1);
        for (std::size_t i = 1; i < kHubs + 1 + pools * 2 / 5; ++i) {
            mints_.push_back(any_key(rng_));
            worth_.push_back(static_cast<double>(1 + rng_.below(1'000'000)) / 1'000);
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
    }

    [[nodiscard]] std::size_t size() const { return pools_.size(); }
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return rng_.below(bound); }

    // Somebody's swap: both vaults, `permyriad` of the first; the other as the product says.
    void move(std::size_t index, std::int64_t permyriad) {
        MarketPool& pool = pools_[index];
        const auto before = static_cast<double>(pool.amount_a);
        const double after = before * (1 + static_cast<double>(permyriad) / 10'000);
        pool.amount_b =
            static_cast<std::uint64_t>(static_cast<double>(pool.amount_b) * before / after);
        pool.amount_a = static_cast<std::uint64_t>(after);
        ++slot_;
        put_vaults(pool);
    }
    [[nodiscard]] std::optional<Cycle> look(std::size_t index) {
        graph_.follow(book_);
        return best_cycle(book_, graph_, PoolIndex{static_cast<std::uint32_t>(index)}, kLimits,
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

    void add(std::size_t a, std::size_t b) {
        MarketPool pool{any_key(rng_), any_key(rng_), any_key(rng_), mints_[a], mints_[b]};
        // 1 to 1,000 SOL on each side.
        const double depth = 1e9 * static_cast<double>(1ULL << rng_.below(11));
        const double noise = 0.998 + 0.004 * static_cast<double>(rng_.below(1'000)) / 1'000;
        pool.amount_a = static_cast<std::uint64_t>(depth / worth_[a]);
        pool.amount_b = static_cast<std::uint64_t>(depth * noise / worth_[b]);
        Bytes data(kAmmV4PoolBytes, 0);
        write_le(std::span{data}, 0, kAmmV4StatusSwapOnly);
        write_le(std::span{data}, 176, std::uint64_t{25});
        write_le(std::span{data}, 184, std::uint64_t{10'000});
        const auto put = [&](std::size_t offset, const Pubkey& key) {
            std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
        };
        put(336, pool.vault_a);
        put(368, pool.vault_b);
        put(400, pool.mint_a);
        put(432, pool.mint_b);
        apply({Slot{slot_}, pool.id, solana::kRaydiumAmmV4Program, Lamports{1}, data});
        put_vaults(pool);
        pools_.push_back(pool);
    }
    void put_vaults(const MarketPool& pool) {
        put_vault(pool.vault_a, pool.mint_a, pool.amount_a);
        put_vault(pool.vault_b, pool.mint_b, pool.amount_b);
    }
    void put_vault(const Pubkey& vault, const Pubkey& mint, std::uint64_t amount) {
        std::array<std::uint8_t, kVaultBytes> data{};
        std::ranges::copy(mint.bytes, data.begin());
        write_le(std::span{data}, 64, amount);
        data[108] = 1;
        apply({Slot{slot_}, vault, solana::kTokenProgram, Lamports{1}, data});
    }
    void apply(const AccountUpdate& update) {
        const auto applied = book_.apply(update, changes_);
        SF_ASSERT(applied.has_value());
    }

    Rng rng_{1};
    PoolBook book_;
    PoolGraph graph_;
    std::vector<Pubkey> mints_;  // SOL, the hubs, the tokens.
    std::vector<double> worth_;  // Lamports for a base unit.
    std::vector<MarketPool> pools_;
    std::vector<BookChange> changes_;
    std::uint64_t slot_ = 1;
};

// `choose` names the pool that changes; it moves by `permyriad_max` at most, and back afterwards.
template <typename Choose>
void look_again(benchmark::State& state, std::int64_t permyriad_max, Choose choose) {
    BenchMarket market{static_cast<std::size_t>(state.range(0))};
    std::vector<double> microseconds;
    std::uint64_t found = 0;
    std::uint64_t of_three = 0;
    for (auto _ : state) {
        const std::size_t pool = choose(market);
        const auto permyriad = static_cast<std::int64_t>(market.below(
                                   2 * static_cast<std::uint64_t>(permyriad_max) + 1)) -
                               permyriad_max;
        market.move(pool, permyriad);
        const auto before = std::chrono::steady_clock::now();
        const auto cycle = market.look(pool);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
        state.SetIterationTime(took.count());
        microseconds.push_back(took.count() * 1e6);
        found += cycle ? 1 : 0;
        of_three += cycle && cycle->leg_count == 3 ? 1 : 0;
        market.move(pool, -permyriad);
    }
    std::ranges::sort(microseconds);
    const auto at = [&](double part) {
        return microseconds[static_cast<std::size_t>(part *
                                                     static_cast<double>(microseconds.size() - 1))];
    };
    state.counters["p50_us"] = at(0.5);
    state.counters["p99_us"] = at(0.99);
    state.counters["p999_us"] = at(0.999);
    state.counters["max_us"] = at(1);
    const auto looks = static_cast<double>(microseconds.size());
    state.counters["found_percent"] = 100 * static_cast<double>(found) / looks;
    state.counters["of_three_percent"] = 100 * static_cast<double>(of_three) / looks;
}

std::size_t any_pool(BenchMarket& market) { return market.below(market.size()); }
std::size_t hub_pool(BenchMarket& market) { return market.hub_pool(); }

void any_changed(benchmark::State& state) { look_again(state, 10, any_pool); }
void any_with_a_gap(benchmark::State& state) { look_again(state, 300, any_pool); }
void hub_changed(benchmark::State& state) { look_again(state, 10, hub_pool); }
void hub_with_a_gap(benchmark::State& state) { look_again(state, 300, hub_pool); }
BENCHMARK(any_changed)->UseManualTime()->Arg(1'000)->Arg(20'000)->Arg(100'000);
BENCHMARK(any_with_a_gap)->UseManualTime()->Arg(20'000);
BENCHMARK(hub_changed)->UseManualTime()->Arg(20'000);
BENCHMARK(hub_with_a_gap)->UseManualTime()->Arg(20'000);

}  // namespace
}  // namespace sniperforge::dex
