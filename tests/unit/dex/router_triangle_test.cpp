// SPDX-License-Identifier: MIT
// Cycles of three legs, and sizes found by search.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "unit/dex/router_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

const Pubkey kX = key_of(4);
const Pubkey kY = key_of(40);

// SOL/X, X/Y and SOL/Y; a unit of any mint is worth one of any other, but for `gap`.
struct Triangle {
    TestMarket t;
    TestPool sol_x{.number = 1, .mint_b = kX};
    TestPool x_y{.number = 2, .mint_a = kX, .mint_b = kY};
    TestPool sol_y{.venue = VenueId::RaydiumAmmV4, .number = 3, .mint_b = kY};

    explicit Triangle(std::uint64_t gap_permille) {
        t.add(sol_x, {100 * kSol, 100 * kSol});
        t.add(x_y, {100 * kSol, 100 * kSol * (1'000 + gap_permille) / 1'000});
        t.add_plain(sol_y, {100 * kSol, 100 * kSol});
    }
};

TEST(RouterTriangle, GoesRoundThroughThreePoolsFromWhicheverOfThemChanged) {
    // 100 X buy 110 Y: SOL → X → Y → SOL.
    Triangle pools{100};
    const auto limits = limits_of(50 * kSol, 10'000);
    for (std::uint32_t changed = 0; changed < 3; ++changed) {
        const auto cycle = pools.t.best(PoolIndex{changed}, limits);
        ASSERT_TRUE(cycle) << changed;
        ASSERT_EQ(cycle->leg_count, 3);
        EXPECT_EQ(cycle->legs[0].pool, PoolIndex{0});
        EXPECT_EQ(cycle->legs[1].pool, PoolIndex{1});
        EXPECT_EQ(cycle->legs[2].pool, PoolIndex{2});
        expect_exact(pools.t.book, *cycle, limits);
    }
}

TEST(RouterTriangle, GoesTheOtherWayRoundWhenThatPays) {
    Triangle pools{0};
    pools.t.apply(pools.x_y.account_b(90 * kSol), 2);  // 100 X for 90 Y.
    pools.t.apply(pools.x_y.account_a(100 * kSol), 2);
    const auto limits = limits_of(50 * kSol, 10'000);
    for (std::uint32_t changed = 0; changed < 3; ++changed) {
        const auto cycle = pools.t.best(PoolIndex{changed}, limits);
        ASSERT_TRUE(cycle) << changed;
        ASSERT_EQ(cycle->leg_count, 3);
        EXPECT_EQ(cycle->legs[0].pool, PoolIndex{2});
        EXPECT_EQ(cycle->legs[1].pool, PoolIndex{1});
        EXPECT_EQ(cycle->legs[1].direction, Direction::BToA);
        EXPECT_EQ(cycle->legs[2].pool, PoolIndex{0});
        expect_exact(pools.t.book, *cycle, limits);
    }
}

// 0.25 % three times is about 0.75 %.
TEST(RouterTriangle, FindsNothingWhereTheFeesEatTheDifference) {
    for (std::uint32_t changed = 0; changed < 3; ++changed) {
        Triangle narrow{7};
        EXPECT_FALSE(narrow.t.best(PoolIndex{changed}, limits_of(50 * kSol)));
        Triangle wide{9};
        EXPECT_TRUE(wide.t.best(PoolIndex{changed}, limits_of(50 * kSol)));
    }
}

TEST(RouterTriangle, AsksForOneLamportMoreThanTheCostsOfThreeLegs) {
    Triangle pools{50};
    auto limits = limits_of(50 * kSol);
    const auto free = pools.t.best(PoolIndex{0}, limits);
    ASSERT_TRUE(free);
    limits.cost = Lamports{1'000};
    limits.third_leg_cost = free->profit - Lamports{1'001};
    const auto just = pools.t.best(PoolIndex{0}, limits);
    ASSERT_TRUE(just);
    EXPECT_EQ(just->profit, Lamports{1});
    limits.third_leg_cost += Lamports{1};
    EXPECT_FALSE(pools.t.best(PoolIndex{0}, limits));
}

TEST(RouterTriangle, SpendsNoMoreThanItMay) {
    Triangle pools{100};
    const auto open = pools.t.best(PoolIndex{1}, limits_of(50 * kSol));
    ASSERT_TRUE(open);
    const auto limits = limits_of(open->amount_in.raw() / 3);
    const auto clamped = pools.t.best(PoolIndex{1}, limits);
    ASSERT_TRUE(clamped);
    expect_exact(pools.t.book, *clamped, limits);
    EXPECT_LT(clamped->profit, open->profit);
    EXPECT_GT(clamped->amount_in.raw() + 10, limits.amount_in_max.raw());
}

TEST(RouterTriangle, TakesTwoLegsWhereTheyPayMoreOrNoMoreAreAllowed) {
    Triangle pools{20};
    TestPool dear{.number = 4, .mint_b = kX};
    pools.t.add(dear, {120 * kSol, 100 * kSol});
    auto limits = limits_of(50 * kSol);
    const auto best = pools.t.best(PoolIndex{0}, limits);
    ASSERT_TRUE(best);
    EXPECT_EQ(best->leg_count, 2);
    EXPECT_EQ(best->legs[1].pool, PoolIndex{3});
    limits.legs_max = 2;
    EXPECT_EQ(pools.t.best(PoolIndex{0}, limits)->profit, best->profit);
    EXPECT_FALSE(pools.t.best(PoolIndex{1}, limits));  // No cycle of two has that one.
    limits.legs_max = 3;
    EXPECT_TRUE(pools.t.best(PoolIndex{1}, limits));
}

TEST(RouterTriangle, LeavesTornAndClosedPoolsAloneInAnyPlace) {
    for (std::uint32_t changed = 0; changed < 3; ++changed) {
        for (const bool is_closed : {false, true}) {
            Triangle pools{100};
            const auto limits = limits_of(50 * kSol);
            ASSERT_TRUE(pools.t.best(PoolIndex{changed}, limits));
            if (is_closed) {
                pools.t.apply({pools.x_y.id(), solana::kSystemProgram, {}, Lamports{0}}, 2);
            } else {
                pools.t.apply(pools.x_y.account_b(120 * kSol), 2);
            }
            EXPECT_FALSE(pools.t.best(PoolIndex{changed}, limits)) << changed;
        }
    }
}

TEST(RouterTriangle, LooksAtTheDeepestLinksFirstAndAtMostTheLimit) {
    TestMarket t;
    t.add({.number = 1, .mint_b = kX}, {100 * kSol, 100 * kSol});
    // Two tokens that X trades against: the deeper link pays 5 %, the shallower one 10 %.
    for (std::uint64_t i = 0; i < 2; ++i) {
        const Pubkey mint = key_of(50 + i);
        const std::uint64_t size = (50 - 10 * i) * kSol;
        t.add({.number = 2 + 2 * i, .mint_a = kX, .mint_b = mint},
              {size, size * (105 + 5 * i) / 100});
        t.add({.number = 3 + 2 * i, .mint_b = mint}, {100 * kSol, 100 * kSol});
    }
    auto limits = limits_of(kSol);
    const auto best = t.best(PoolIndex{0}, limits);
    ASSERT_TRUE(best);
    EXPECT_EQ(best->legs[1].pool, PoolIndex{3});
    limits.links_max = 1;
    const auto among_one = t.best(PoolIndex{0}, limits);
    ASSERT_TRUE(among_one);
    EXPECT_EQ(among_one->legs[1].pool, PoolIndex{1});
    limits.links_max = 0;
    EXPECT_FALSE(t.best(PoolIndex{0}, limits));
    limits.links_max = 256;
    limits.closers_max = 0;
    EXPECT_FALSE(t.best(PoolIndex{0}, limits));
    limits.closers_max = 1;
    EXPECT_EQ(t.best(PoolIndex{0}, limits)->profit, best->profit);
    limits.routes_max = 0;
    EXPECT_FALSE(t.best(PoolIndex{0}, limits));
    limits.routes_max = 1;  // The most promising one.
    EXPECT_EQ(t.best(PoolIndex{0}, limits)->profit, best->profit);
    limits.routes_max = 1'000'000;  // More than the table holds is the table.
    EXPECT_EQ(t.best(PoolIndex{0}, limits)->profit, best->profit);
}

// ---- Against brute force ----

// What a route of hops gains when its first one yields exactly `tokens`; nothing when it refuses.
std::optional<i128> gain_at(const PoolBook& book, std::span<const Leg> hops, std::uint64_t tokens,
                            std::uint64_t amount_in_max) {
    const auto bought =
        quote_exact_out(book.pool(hops[0].pool), hops[0].direction, TokenAmount{tokens}, kNow);
    if (!bought || bought->amount_in.raw() > amount_in_max) {
        return std::nullopt;
    }
    TokenAmount amount = bought->amount_out;
    for (const Leg& hop : hops.subspan(1)) {
        const auto sold = quote_exact_in(book.pool(hop.pool), hop.direction, amount, kNow);
        if (!sold) {
            return std::nullopt;
        }
        amount = sold->amount_out;
    }
    return static_cast<i128>(amount.raw()) - static_cast<i128>(bought->amount_in.raw());
}

// A grid over all sizes, logarithmic because optima lie anywhere, and finer grids around its best.
i128 brute_force(const PoolBook& book, std::span<const Leg> hops, std::uint64_t amount_in_max) {
    const auto affordable = quote_exact_in(book.pool(hops[0].pool), hops[0].direction,
                                           TokenAmount{amount_in_max}, kNow);
    const std::uint64_t top = affordable ? affordable->amount_out.raw() : kU64Max / 2;
    i128 best = 0;
    std::uint64_t best_at = 1;
    const auto visit = [&](std::uint64_t tokens) {
        const auto gain = gain_at(book, hops, tokens, amount_in_max);
        if (gain && *gain > best) {
            best = *gain;
            best_at = tokens;
        }
    };
    for (std::uint64_t tokens = 1; tokens <= top; tokens += 1 + tokens / 50) {
        visit(tokens);
    }
    for (const std::uint64_t width : {std::uint64_t{30}, std::uint64_t{1'500}}) {
        const std::uint64_t reach = best_at / width + 1;
        const std::uint64_t from = best_at > reach ? best_at - reach : 1;
        const std::uint64_t step = reach / 100 + 1;
        for (std::uint64_t tokens = from; tokens <= best_at + reach; tokens += step) {
            visit(tokens);
        }
    }
    return best;
}

std::array<Leg, 3> hops_of(const PoolBook& book, std::array<std::uint32_t, 3> pools) {
    std::array<Leg, 3> hops;
    Pubkey mint = solana::kWrappedSolMint;
    for (std::size_t i = 0; i < 3; ++i) {
        hops[i].pool = PoolIndex{pools[i]};
        hops[i].direction = *direction_spending(book.pool(hops[i].pool), mint);
        mint = mint_received(book, hops[i]);
    }
    return hops;
}

struct RandomTriangle {
    TestMarket t;
    std::array<double, 3> unit{1, 1, 1};  // Lamports that a unit of SOL, X and Y is worth.

    // `is_taxed`: transfers of X cost a fee, so that sizes are searched for.
    RandomTriangle(Rng& rng, bool is_taxed) {
        const std::uint64_t depth = any_amount(rng, 44) + 100'000;
        const std::array<std::uint64_t, 3> worth{depth, any_amount(rng, 48) + 1'000,
                                                 any_amount(rng, 48) + 1'000};
        for (std::size_t i = 1; i < 3; ++i) {
            unit[i] = static_cast<double>(depth) / static_cast<double>(worth[i]);
        }
        const std::array<Pubkey, 3> mints{solana::kWrappedSolMint, kX, kY};
        const std::array<std::array<std::size_t, 2>, 3> pairs{{{0, 1}, {1, 2}, {0, 2}}};
        for (std::size_t i = 0; i < 3; ++i) {
            auto [a, b] = pairs[i];
            if (rng.below(2) == 0 && !is_taxed) {
                std::swap(a, b);
            }
            // Up to a sixth of gap, and up to ten times the depth.
            const std::uint64_t scale = 1 + rng.below(10);
            const auto around = [&](std::uint64_t amount) {
                return scale * (amount + rng.below(amount / 6 + 1));
            };
            add({.venue =
                     rng.below(3) != 0 || is_taxed ? VenueId::RaydiumCpmm : VenueId::RaydiumAmmV4,
                 .number = 1 + i,
                 .mint_a = mints[a],
                 .mint_b = mints[b],
                 .config = key_of(5 + i),
                 .program_b =
                     is_taxed && i == 0 ? solana::kToken2022Program : solana::kTokenProgram},
                {around(worth[a]), around(worth[b])}, rng);
        }
        if (is_taxed) {
            t.apply(taxed_mint(kX, rng.below(300), kU64Max), 1);
        }
    }

    void add(const TestPool& pool, Reserves reserves, Rng& rng) {
        auto config = config_account(pool.config, rng.below(2) == 0 ? 100 : 2'500);
        write_le(std::span{config.data}, 108, rng.below(5'000));
        auto account = pool.account();
        if (pool.venue == VenueId::RaydiumCpmm) {
            account.data[389] = static_cast<std::uint8_t>(rng.below(3));
            account.data[390] = static_cast<std::uint8_t>(rng.below(2));
        }
        t.apply(account, 1);
        t.apply(config, 1);
        t.apply(pool.account_a(reserves.a), 1);
        t.apply(pool.account_b(reserves.b), 1);
    }
};

// Better of both ways round, by the router and by brute force: at most a thousandth, and two units
// of each token on the way, apart.
void compare_with_brute_force(std::uint64_t seed, bool is_taxed, int rounds, int found_min) {
    Rng rng{seed};
    int found = 0;
    double worst = 0;
    for (int round = 0; round < rounds; ++round) {
        RandomTriangle pools{rng, is_taxed};
        const auto amount_in_max = rng.below(2) == 0 ? kU64Max / 4 : any_amount(rng, 40);
        const auto limits = limits_of(amount_in_max);
        const PoolIndex changed{static_cast<std::uint32_t>(rng.below(3))};
        const auto cycle = pools.t.best(changed, limits);
        if (cycle) {
            ++found;
            expect_exact(pools.t.book, *cycle, limits);
        }
        const auto& book = pools.t.book;
        const auto there = hops_of(book, {0, 1, 2});
        const auto back = hops_of(book, {2, 1, 0});
        const auto ours = cycle ? static_cast<double>(cycle->profit.raw()) : 0.0;
        const auto theirs = static_cast<double>(std::max(brute_force(book, there, amount_in_max),
                                                         brute_force(book, back, amount_in_max)));
        const double units = 2 * (1 + pools.unit[1] + pools.unit[2]);
        EXPECT_LE(theirs, ours * 1.001 + units) << "round " << round;
        worst = std::max(worst, (theirs - ours - units) / std::max(theirs, 1.0));
    }
    std::printf("router: %d cycles in %d triangles, brute force better by at most %.5f %%\n", found,
                rounds, 100 * worst);
    EXPECT_GE(found, found_min);
}

TEST(RouterTriangle, IsNeverBeatenByBruteForceByMoreThanTheRounding) {
    compare_with_brute_force(20, false, 300, 150);
}

TEST(RouterTriangle, SearchesSizesAsWellAsBruteForceWhereTransfersCostAFee) {
    compare_with_brute_force(21, true, 300, 100);
}

TEST(RouterTriangle, RefusesQuietlyOnAbsurdPools) {
    Rng rng{22};
    for (int round = 0; round < 300; ++round) {
        TestMarket t;
        const auto any = [&] { return Reserves{any_amount(rng), any_amount(rng)}; };
        t.add({.number = 1, .mint_b = kX}, any());
        t.add({.number = 2, .mint_a = kX, .mint_b = kY}, any());
        t.add({.number = 3, .mint_b = kY}, any());
        const auto limits = limits_of(any_amount(rng));
        if (const auto cycle = t.best(PoolIndex{1}, limits)) {
            expect_exact(t.book, *cycle, limits);
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex
