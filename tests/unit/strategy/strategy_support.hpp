// SPDX-License-Identifier: MIT
// A market of hand-made pools and the view of it that strategies are given.
#pragma once

#include "sniperforge/strategy/strategy.hpp"
#include "unit/dex/book_support.hpp"

namespace sniperforge::strategy::test {

using dex::test::key_of;
using dex::test::Reserves;
using dex::test::TestPool;

inline constexpr std::uint64_t kSol = kLamportsPerSol;
inline constexpr Costs kCosts{Lamports{9'000}, Lamports{11'000}, Lamports{2'039'280},
                              Lamports{3'000}};

struct Market {
    dex::test::TestBook accounts;
    mutable dex::PoolGraph graph;  // Taken from the book whenever the view is asked for.
    std::vector<PositionView> positions;
    Slot slot{100};
    MonoTime now{1'000'000'000};
    Costs costs = kCosts;
    std::vector<PoolIndex> pools_waiting;
    MicroUsd sol_price;
    bool is_feed_lost = false;
    std::vector<dex::SwapOutstanding> own_swaps;  // On paper.
    Lamports trade_max = Lamports::max();
    std::vector<Pubkey> tokens_kept;

    PoolIndex add(const TestPool& pool, Reserves reserves) {
        return accounts.add(pool, reserves, slot.value);
    }
    // Both vaults, in the current slot.
    void set(const TestPool& pool, Reserves reserves) {
        accounts.apply(pool.account_a(reserves.a), slot.value);
        accounts.apply(pool.account_b(reserves.b), slot.value);
    }
    [[nodiscard]] const dex::PoolBook& book() const { return accounts.book; }
    [[nodiscard]] View view() const {
        for (std::uint32_t i = 0; i < accounts.book.size(); ++i) {
            graph.update(accounts.book, PoolIndex{i});
        }
        return {accounts.book, graph,     positions,    dex::test::kNow, costs,     slot,       now,
                pools_waiting, sol_price, is_feed_lost, own_swaps,       trade_max, tokens_kept};
    }
    [[nodiscard]] MarketEvent changed(PoolIndex pool) const {
        return ReservesChanged{pool, slot, {}, {}, {}, {}};
    }
};

}  // namespace sniperforge::strategy::test
