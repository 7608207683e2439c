// SPDX-License-Identifier: MIT
#include "sniperforge/dex/pool_graph.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/dex/damm_support.hpp"
#include "unit/dex/router_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

const Pubkey kX = key_of(4);
const Pubkey kY = key_of(40);

std::vector<std::uint32_t> pools_of(std::span<const PoolEdge> edges) {
    std::vector<std::uint32_t> pools;
    for (const PoolEdge& edge : edges) {
        pools.push_back(edge.pool.value);
    }
    return pools;
}
using Pools = std::vector<std::uint32_t>;

struct TestGraph : TestMarket {
    void set(const TestPool& pool, Reserves reserves, std::uint64_t slot = 1) {
        apply(pool.account_a(reserves.a), slot);
        apply(pool.account_b(reserves.b), slot);
        graph.follow(book);
    }
    PoolIndex put(const TestPool& pool, Reserves reserves) {
        const PoolIndex index = add(pool, reserves);
        graph.follow(book);
        return index;
    }
    [[nodiscard]] MintIndex mint(const Pubkey& key) const { return graph.find(key).value(); }
};

TEST(PoolGraph, ListsAPoolAtItsTokensAndAPoolOfSolAtTheTokenOnly) {
    TestGraph t;
    EXPECT_EQ(t.graph.find(solana::kWrappedSolMint), kSolNode);
    EXPECT_EQ(t.graph.find(kX), std::nullopt);
    EXPECT_EQ(t.graph.find(PoolIndex{0}), nullptr);
    t.put({.number = 1, .mint_b = kX}, {100 * kSol, 1'000'000});
    t.put({.number = 2, .mint_a = kX, .mint_b = kY}, {1'000'000, 3'000'000});
    EXPECT_EQ(t.graph.mints(), 3U);
    EXPECT_TRUE(t.graph.sol_edges(kSolNode).empty());
    EXPECT_TRUE(t.graph.cross_edges(kSolNode).empty());
    EXPECT_EQ(pools_of(t.graph.sol_edges(t.mint(kX))), Pools{0});
    EXPECT_EQ(pools_of(t.graph.cross_edges(t.mint(kX))), Pools{1});
    EXPECT_TRUE(t.graph.sol_edges(t.mint(kY)).empty());
    const PoolEdge& link = t.graph.cross_edges(t.mint(kY))[0];
    EXPECT_EQ(link.other, t.mint(kX));
    EXPECT_EQ(link.out, Direction::BToA);
    EXPECT_EQ(link.depth, 3'000'000U);
    const PoolEdge& sol = t.graph.sol_edges(t.mint(kX))[0];
    EXPECT_EQ(sol.other, kSolNode);
    EXPECT_EQ(sol.out, Direction::BToA);
    EXPECT_EQ(sol.depth, 100 * kSol);  // The SOL side, wherever it is seen from.
}

TEST(PoolGraph, KnowsTheMarginalRateAfterFees) {
    TestGraph t;
    t.put({.number = 1, .mint_b = kX}, {4'000'000'000, 1'000'000'000});
    const double kept = std::log(1 - 0.0025);
    const PoolEdge edge = t.graph.sol_edges(t.mint(kX))[0];
    EXPECT_NEAR(edge.rate_out, std::log(4.0) + kept, 1e-12);
    EXPECT_NEAR(edge.rate_in, -std::log(4.0) + kept, 1e-12);
    EXPECT_EQ(t.graph.best_sell(t.mint(kX)), edge.rate_out);
    EXPECT_EQ(t.graph.best_buy(t.mint(kX)), edge.rate_in);
    EXPECT_TRUE(std::isinf(t.graph.best_sell(kSolNode)));
}

// Of every pool of the venue, those that come later too; and of no other.
TEST(PoolGraph, LeavesAVenuesPoolsOutOnceItIsExcluded) {
    TestGraph t;
    const TestPool first{.number = 1, .mint_b = kX};
    const TestPool other{.venue = VenueId::RaydiumAmmV4, .number = 2, .mint_b = kX};
    t.put(first, {100 * kSol, 1'000'000});
    t.put(other, {90 * kSol, 1'000'000});
    t.graph.exclude(t.book, VenueId::RaydiumCpmm);
    t.put({.number = 3, .mint_b = kX}, {300 * kSol, 1'000'000});
    t.set(first, {101 * kSol, 1'000'000}, 2);
    const auto edges = t.graph.sol_edges(t.mint(kX));
    ASSERT_EQ(edges.size(), 3U);
    EXPECT_EQ(edges[0].pool, PoolIndex{1}) << "the others have no depth";
    EXPECT_EQ(t.graph.best_buy(t.mint(kX)), edges[0].rate_in);
    EXPECT_TRUE(std::isinf(edges[1].rate_in) && std::isinf(edges[2].rate_out));
    EXPECT_FALSE(std::isinf(edges[0].rate_in));
}

// A pool that cannot be swapped through has no rate and no depth.
TEST(PoolGraph, HasNoRateForWhatIsIncompleteDisabledOrEmpty) {
    TestGraph t;
    const TestPool pool{.number = 1, .mint_b = kX};
    t.apply(pool.account(), 1);
    t.graph.follow(t.book);
    const auto is_without = [&] {
        const PoolEdge edge = t.graph.sol_edges(t.mint(kX))[0];
        return std::isinf(edge.rate_out) && std::isinf(edge.rate_in) && edge.depth == 0 &&
               std::isinf(t.graph.best_buy(t.mint(kX))) &&
               std::isinf(t.graph.best_sell(t.mint(kX)));
    };
    EXPECT_TRUE(is_without());
    t.put(pool, {100 * kSol, 1'000'000});
    EXPECT_FALSE(is_without());
    t.set(pool, {100 * kSol, 0}, 2);
    EXPECT_TRUE(is_without());
    t.set(pool, {100 * kSol, 1'000'000}, 3);
    EXPECT_FALSE(is_without());
    t.apply({pool.id(), solana::kSystemProgram, {}, Lamports{0}}, 4);
    t.graph.follow(t.book);
    EXPECT_TRUE(is_without());
}

TEST(PoolGraph, KeepsTheDeepestFirstAndOfEquallyDeepOnesTheLowerIndex) {
    TestGraph t;
    std::vector<TestPool> pools;
    for (std::uint64_t i = 0; i < 4; ++i) {
        pools.push_back({.number = 1 + i, .mint_b = kX});
        t.put(pools.back(), {(10 + i) * kSol, 1'000'000});
    }
    const auto order = [&] { return pools_of(t.graph.sol_edges(t.mint(kX))); };
    EXPECT_EQ(order(), (Pools{3, 2, 1, 0}));
    t.set(pools[0], {12 * kSol, 1'000'000}, 2);  // As deep as the third.
    EXPECT_EQ(order(), (Pools{3, 0, 2, 1}));
    t.set(pools[3], {1 * kSol, 1'000'000}, 2);
    EXPECT_EQ(order(), (Pools{0, 2, 1, 3}));
    t.set(pools[1], {99 * kSol, 1'000'000}, 2);
    EXPECT_EQ(order(), (Pools{1, 0, 2, 3}));
}

// Against a graph built from nothing out of the same book, after thousands of changes.
TEST(PoolGraph, IsWhatItWouldBeIfItWereBuiltAnew) {
    Rng rng{30};
    TestGraph t;
    std::vector<TestPool> pools;
    const std::array<Pubkey, 5> mints{solana::kWrappedSolMint, key_of(1), key_of(2), key_of(3),
                                      key_of(6)};
    for (std::uint64_t i = 0; i < 40; ++i) {
        const std::size_t a = rng.below(mints.size());
        const std::size_t b = (a + 1 + rng.below(mints.size() - 1)) % mints.size();
        pools.push_back({.number = 1 + i, .mint_a = mints[a], .mint_b = mints[b]});
        t.put(pools.back(), {any_amount(rng, 40), any_amount(rng, 40)});
    }
    for (std::uint64_t slot = 2; slot < 1'500; ++slot) {
        const TestPool& pool = pools[rng.below(pools.size())];
        // Often equally deep, now and then empty.
        t.set(pool, {rng.below(20) * 1'000, rng.below(20) * 1'000}, slot);
    }
    PoolGraph anew;
    for (std::uint32_t i = 0; i < t.book.size(); ++i) {
        anew.update(t.book, PoolIndex{i});
    }
    ASSERT_EQ(anew.mints(), t.graph.mints());
    for (std::uint32_t node = 0; node < anew.mints(); ++node) {
        const MintIndex mint{node};
        EXPECT_EQ(anew.best_buy(mint), t.graph.best_buy(mint));
        EXPECT_EQ(anew.best_sell(mint), t.graph.best_sell(mint));
        for (const bool is_sol : {true, false}) {
            const auto there = is_sol ? anew.sol_edges(mint) : anew.cross_edges(mint);
            const auto here = is_sol ? t.graph.sol_edges(mint) : t.graph.cross_edges(mint);
            ASSERT_EQ(pools_of(there), pools_of(here));
            for (std::size_t i = 0; i < here.size(); ++i) {
                EXPECT_EQ(there[i].rate_out, here[i].rate_out);
                EXPECT_EQ(there[i].rate_in, here[i].rate_in);
                EXPECT_EQ(there[i].depth, here[i].depth);
                EXPECT_EQ(there[i].other, here[i].other);
                EXPECT_EQ(there[i].out, here[i].out);
                const auto* place = t.graph.find(here[i].pool);
                ASSERT_NE(place, nullptr);
                EXPECT_EQ(place->a == mint ? place->at_a : place->at_b, i);
            }
        }
    }
}

// What pruning rests on: no quote of any size is better than the rate and its thinness.
void expect_no_quote_beats_the_rate(const Pool& pool, Rng& rng) {
    const NetRates rates = net_rates(pool);
    for (int i = 0; i < 20; ++i) {
        const std::uint64_t amount = any_amount(rng, 50);
        for (const Direction direction : {Direction::AToB, Direction::BToA}) {
            const auto quote = quote_exact_in(pool, direction, TokenAmount{amount}, kNow);
            if (!quote) {
                continue;
            }
            const double paid = std::log(static_cast<double>(quote->amount_out.raw()) /
                                         static_cast<double>(amount));
            const bool is_down = direction == Direction::AToB;
            const double thinness =
                std::max(is_down ? rates.thinness_a_to_b : rates.thinness_b_to_a, 0.0F);
            EXPECT_LE(paid, (is_down ? rates.a_to_b : rates.b_to_a) -
                                std::log1p(thinness * static_cast<double>(amount)) + 1e-9);
        }
    }
}
void expect_no_quote_beats_the_rate(TestGraph& t, PoolIndex index, Rng& rng) {
    t.graph.follow(t.book);
    expect_no_quote_beats_the_rate(t.book.pool(index), rng);
}

TEST(PoolGraph, IsNotBeatenByAnyQuoteOfOneRangeOfLiquidity) {
    Rng rng{32};
    for (int round = 0; round < 200; ++round) {
        auto spec = round % 2 == 0 ? damm_spec() : compounding_spec();
        spec.collect_fee_mode =
            round % 4 == 0 ? DammV2CollectFeeMode::OnlyB : spec.collect_fee_mode;
        spec.liquidity = static_cast<u128>(any_amount(rng, 48)) << 64;
        spec.amount_a = any_amount(rng, 48);
        spec.amount_b = any_amount(rng, 48);
        Pool pool{damm_pool(spec)};
        auto& state = std::get<MeteoraDammV2Pool>(pool.state);
        state.is_mint_a_seen = state.is_mint_b_seen = true;
        expect_no_quote_beats_the_rate(pool, rng);
        EXPECT_GT(net_rates(pool).thinness_a_to_b, 0);
    }
}

TEST(PoolGraph, IsNotBeatenByAnyQuote) {
    Rng rng{31};
    for (int round = 0; round < 200; ++round) {
        TestGraph t;
        const auto reserves = [&] { return Reserves{any_amount(rng, 48), any_amount(rng, 48)}; };
        expect_no_quote_beats_the_rate(t, t.put({.number = 1, .mint_b = kX}, reserves()), rng);
        // The fee on transfers, below and at its ceiling.
        const auto taxed =
            t.put({.number = 2, .mint_b = kY, .program_b = solana::kToken2022Program}, reserves());
        t.apply(taxed_mint(kY, rng.below(1'000), any_amount(rng)), 1);
        expect_no_quote_beats_the_rate(t, taxed, rng);
    }
}

TEST(PoolGraph, TellsTheFeeOnTransfersToAFewPartsInAMillion) {
    TestGraph t;
    const auto taxed = t.put({.number = 2, .mint_b = kY, .program_b = solana::kToken2022Program},
                             {1'000'000'000'000, 1'000'000'000'000});
    t.apply(taxed_mint(kY, 100, kU64Max), 1);
    const NetRates rates = net_rates(t.book.pool(taxed));
    const double exact = std::log((1 - 0.0025) * (1 - 0.01));
    EXPECT_NEAR(rates.a_to_b, exact, 1e-5);
    EXPECT_NEAR(rates.b_to_a, exact, 1e-5);
    EXPECT_GE(rates.a_to_b, exact);
    EXPECT_GE(rates.b_to_a, exact);
}

TEST(PoolBookTouched, NamesEachPoolOnceUntilItIsAskedFor) {
    TestBook t;
    const TestPool first{.number = 1};
    t.add(first, {100 * kSol, 1'000'000});
    t.add({.number = 2}, {100 * kSol, 1'000'000});
    std::vector<PoolIndex> touched{PoolIndex{9}};
    t.book.take_touched(touched);
    EXPECT_EQ(touched, (std::vector{PoolIndex{0}, PoolIndex{1}}));
    t.book.take_touched(touched);
    EXPECT_TRUE(touched.empty());
    // A shared config concerns both; accounts nobody asked for and old news concern none.
    t.apply(first.account_b(2'000'000), 3);
    t.apply(config_account(first.config, 100), 3);
    t.apply(config_account(key_of(77)), 3);
    t.apply(first.account_b(1'000'000), 2);
    t.book.take_touched(touched);
    EXPECT_EQ(touched, (std::vector{PoolIndex{0}, PoolIndex{1}}));
}

}  // namespace
}  // namespace sniperforge::dex
