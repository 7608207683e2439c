// SPDX-License-Identifier: MIT
#include "sniperforge/dex/router.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "unit/dex/router_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

struct TwoPools {
    TestMarket t;
    TestPool first{.number = 1};
    TestPool second{.venue = VenueId::RaydiumAmmV4, .number = 2};

    TwoPools(Reserves a, Reserves b) {
        t.add(first, a);
        t.apply(second.account(), 1);
        t.apply(second.account_a(b.a), 1);
        t.apply(second.account_b(b.b), 1);
    }
};

TEST(Router, BuysWhereTheTokenIsCheapAndSellsWhereItIsDear) {
    // The token costs 10 % less in the first pool.
    TwoPools pools{{100 * kSol, 1'100'000'000}, {100 * kSol, 1'000'000'000}};
    const auto limits = limits_of(50 * kSol, 10'000);
    for (const auto changed : {PoolIndex{0}, PoolIndex{1}}) {
        const auto cycle = pools.t.best(changed, limits);
        ASSERT_TRUE(cycle);
        EXPECT_EQ(cycle->legs[0].pool, PoolIndex{0});
        EXPECT_EQ(cycle->legs[1].pool, PoolIndex{1});
        EXPECT_EQ(cycle->legs[0].direction, Direction::AToB);
        EXPECT_EQ(cycle->legs[1].direction, Direction::BToA);
        expect_exact(pools.t.book, *cycle, limits);
    }
}

TEST(Router, FindsNothingWhereTheFeesEatTheDifference) {
    // 0.25 % twice is about 0.5 %: a gap of 0.4 % does not pay, one of 0.6 % does.
    TwoPools narrow{{100 * kSol, 1'004'000'000}, {100 * kSol, 1'000'000'000}};
    EXPECT_FALSE(narrow.t.best(PoolIndex{0}, limits_of(50 * kSol)));
    TwoPools wide{{100 * kSol, 1'006'000'000}, {100 * kSol, 1'000'000'000}};
    EXPECT_TRUE(wide.t.best(PoolIndex{0}, limits_of(50 * kSol)));
}

TEST(Router, AsksForOneLamportMoreThanTheCost) {
    TwoPools pools{{100 * kSol, 1'050'000'000}, {100 * kSol, 1'000'000'000}};
    const auto free = pools.t.best(PoolIndex{0}, limits_of(50 * kSol));
    ASSERT_TRUE(free);
    const auto gain = free->profit.raw();
    const auto limits = limits_of(50 * kSol, gain - 1);
    const auto just = pools.t.best(PoolIndex{0}, limits);
    ASSERT_TRUE(just);
    EXPECT_EQ(just->profit, Lamports{1});
    EXPECT_FALSE(pools.t.best(PoolIndex{0}, limits_of(50 * kSol, gain)));
}

TEST(Router, AsksForTheLeastProfitAndNotOneLamportMore) {
    TwoPools pools{{100 * kSol, 1'050'000'000}, {100 * kSol, 1'000'000'000}};
    auto limits = limits_of(50 * kSol, 10'000);
    const auto best = pools.t.best(PoolIndex{0}, limits);
    ASSERT_TRUE(best);
    limits.profit_min = best->profit;
    EXPECT_EQ(pools.t.best(PoolIndex{0}, limits)->profit, best->profit);
    limits.profit_min += Lamports{1};
    EXPECT_FALSE(pools.t.best(PoolIndex{0}, limits));
}

TEST(Router, SpendsNoMoreThanItMay) {
    TwoPools pools{{100 * kSol, 1'100'000'000}, {100 * kSol, 1'000'000'000}};
    const auto open = pools.t.best(PoolIndex{0}, limits_of(50 * kSol));
    ASSERT_TRUE(open);
    const auto limits = limits_of(open->amount_in.raw() / 3);
    const auto clamped = pools.t.best(PoolIndex{0}, limits);
    ASSERT_TRUE(clamped);
    expect_exact(pools.t.book, *clamped, limits);
    EXPECT_LT(clamped->profit, open->profit);
    // Within a token's price of the ceiling (100 lamports a unit here).
    EXPECT_GT(clamped->amount_in.raw() + 200, limits.amount_in_max.raw());
    EXPECT_FALSE(pools.t.best(PoolIndex{0}, limits_of(0)));
}

TEST(Router, LeavesTornDisabledAndIncompletePoolsAlone) {
    TwoPools pools{{100 * kSol, 1'100'000'000}, {100 * kSol, 1'000'000'000}};
    auto limits = limits_of(50 * kSol);
    ASSERT_TRUE(pools.t.best(PoolIndex{0}, limits));
    // Half a swap: the SOL has arrived, the tokens have not left yet.
    pools.t.apply(pools.second.account_a(120 * kSol), 2);
    EXPECT_FALSE(pools.t.best(PoolIndex{0}, limits));
    EXPECT_FALSE(pools.t.best(PoolIndex{1}, limits));
    limits.is_torn_allowed = true;
    EXPECT_TRUE(pools.t.best(PoolIndex{0}, limits));
    limits.is_torn_allowed = false;
    pools.t.apply(pools.second.account_b(900'000'000), 2);
    EXPECT_TRUE(pools.t.best(PoolIndex{0}, limits));
    TestAccount closed{pools.second.id(), solana::kSystemProgram, {}, Lamports{0}};
    pools.t.apply(closed, 3);
    EXPECT_FALSE(pools.t.best(PoolIndex{0}, limits));
    EXPECT_FALSE(pools.t.best(PoolIndex{1}, limits));

    TestMarket half;
    half.add(TestPool{.number = 1}, {100 * kSol, 1'100'000'000});
    half.apply(TestPool{.venue = VenueId::RaydiumAmmV4, .number = 2}.account(), 1);
    EXPECT_FALSE(half.best(PoolIndex{0}, limits));
    EXPECT_FALSE(half.best(PoolIndex{1}, limits));
}

TEST(Router, HasNoCycleThroughAPoolWithoutSol) {
    TestMarket t;
    t.add(TestPool{.number = 1, .mint_a = key_of(4), .mint_b = key_of(40)}, {1'000'000, 1'000'000});
    t.add(TestPool{.number = 2}, {100 * kSol, 1'000'000});
    EXPECT_FALSE(t.best(PoolIndex{0}, limits_of(kSol)));
    EXPECT_FALSE(t.best(PoolIndex{1}, limits_of(kSol)));
}

TEST(Router, TriesTheDeepestCandidatesFirstAndAtMostTheLimit) {
    TestMarket t;
    t.add(TestPool{.number = 1}, {100 * kSol, 1'000'000'000});
    // Dearer and dearer, and shallower and shallower: the last would pay best.
    for (std::uint64_t i = 1; i <= 5; ++i) {
        const std::uint64_t sol = (60 - i) * kSol;
        t.add(TestPool{.number = 1 + i}, {sol, sol / (100 + 10 * i)});
    }
    auto limits = limits_of(100 * kSol);
    const auto best = t.best(PoolIndex{0}, limits);
    ASSERT_TRUE(best);
    EXPECT_EQ(best->legs[1].pool, PoolIndex{5});
    limits.candidates_max = 2;
    const auto among_two = t.best(PoolIndex{0}, limits);
    ASSERT_TRUE(among_two);
    EXPECT_EQ(among_two->legs[1].pool, PoolIndex{2});
    limits.candidates_max = 0;
    EXPECT_FALSE(t.best(PoolIndex{0}, limits));
    limits.candidates_max = 1'000'000;  // More than the table holds is the table.
    EXPECT_EQ(t.best(PoolIndex{0}, limits)->profit, best->profit);
}

// What spending exactly these tokens gains, or a very bad number.
i128 gain_at(const PoolBook& book, PoolIndex buy, PoolIndex sell, std::uint64_t tokens,
             std::uint64_t amount_in_max) {
    const auto buying = *direction_spending(book.pool(buy), solana::kWrappedSolMint);
    const auto selling = reverse(*direction_spending(book.pool(sell), solana::kWrappedSolMint));
    const auto bought = quote_exact_out(book.pool(buy), buying, TokenAmount{tokens}, kNow);
    const auto sold = quote_exact_in(book.pool(sell), selling, TokenAmount{tokens}, kNow);
    if (!bought || !sold || bought->amount_in.raw() > amount_in_max) {
        return -1;
    }
    return static_cast<i128>(sold->amount_out.raw()) - static_cast<i128>(bought->amount_in.raw());
}

// The best of every amount when there are few, and of a fine grid with a fine second pass when
// there are many.
i128 brute_force(const PoolBook& book, PoolIndex buy, PoolIndex sell, std::uint64_t tokens_max,
                 std::uint64_t amount_in_max) {
    i128 best = 0;
    std::uint64_t low = 1;
    std::uint64_t high = tokens_max;
    for (int pass = 0; pass < 4; ++pass) {
        const std::uint64_t step = std::max<std::uint64_t>(1, (high - low) / 500);
        std::uint64_t best_at = low;
        i128 best_here = -1;
        for (std::uint64_t tokens = low; tokens <= high && tokens >= low; tokens += step) {
            const i128 gain = gain_at(book, buy, sell, tokens, amount_in_max);
            if (gain > best_here) {
                best_here = gain;
                best_at = tokens;
            }
        }
        best = std::max(best, best_here);
        if (step == 1) {
            break;
        }
        low = best_at > step ? best_at - step : 1;
        high = std::min(tokens_max, best_at + step);
    }
    return best;
}

// Sizes from dust to giants, token units worth far more and far less than a lamport, both venues,
// every creator fee mode, the SOL on either side.
TEST(Router, IsNeverBeatenByBruteForceByMoreThanTheRounding) {
    Rng rng{10};
    int found = 0;
    i128 worst = 0;
    for (std::uint64_t round = 0; round < 1'000; ++round) {
        TestMarket t;
        const auto depth = any_amount(rng, 44) + 1'000;
        const auto units = any_amount(rng, 50) + 5;
        for (std::uint64_t i = 0; i < 2; ++i) {
            const bool is_sol_first = rng.below(2) == 0;
            const bool is_cpmm = rng.below(3) != 0;
            TestPool pool{.venue = is_cpmm ? VenueId::RaydiumCpmm : VenueId::RaydiumAmmV4,
                          .number = 1 + i,
                          .config = key_of(5 + i)};
            if (!is_sol_first) {
                std::swap(pool.mint_a, pool.mint_b);
            }
            const auto sol = depth / 2 + rng.below(depth);
            const auto token = units / 2 + rng.below(units) + 1;
            auto account = pool.account();
            auto config = config_account(pool.config, rng.below(2) == 0 ? 2'500 : 10'000);
            if (is_cpmm) {
                account.data[389] = static_cast<std::uint8_t>(rng.below(3));
                account.data[390] = static_cast<std::uint8_t>(rng.below(2));
                write_le(std::span{config.data}, 108, rng.below(5'000));
            }
            t.apply(account, 1);
            t.apply(config, 1);
            t.apply(pool.account_a(is_sol_first ? sol : token), 1);
            t.apply(pool.account_b(is_sol_first ? token : sol), 1);
        }
        const auto amount_in_max = rng.below(2) == 0 ? kU64Max / 4 : any_amount(rng, 40);
        const auto limits = limits_of(amount_in_max);
        const auto cycle = t.best(PoolIndex{rng.below(2) == 0 ? 0U : 1U}, limits);
        if (cycle) {
            ++found;
            expect_exact(t.book, *cycle, limits);
        }
        const i128 ours = cycle ? static_cast<i128>(cycle->profit.raw()) : 0;
        const i128 theirs =
            std::max(brute_force(t.book, PoolIndex{0}, PoolIndex{1}, 2 * units, amount_in_max),
                     brute_force(t.book, PoolIndex{1}, PoolIndex{0}, 2 * units, amount_in_max));
        EXPECT_LE(theirs, ours + ours / 10'000 + 2) << "round " << round;
        worst = std::max(worst, theirs - ours);
    }
    std::printf("router: %d cycles in 1000 books, brute force better by at most %s lamports\n",
                found, sniperforge::to_string(worst).c_str());
    EXPECT_GT(found, 500);
}

TEST(Router, RefusesQuietlyOnAbsurdPools) {
    Rng rng{11};
    for (int round = 0; round < 500; ++round) {
        TwoPools pools{{any_amount(rng), any_amount(rng)}, {any_amount(rng), any_amount(rng)}};
        const auto limits = limits_of(any_amount(rng));
        const auto cycle = pools.t.best(PoolIndex{0}, limits);
        if (cycle) {
            expect_exact(pools.t.book, *cycle, limits);
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex
