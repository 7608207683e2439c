// SPDX-License-Identifier: MIT
// A book with its graph, and what every cycle must be, for the tests of the router.
#pragma once

#include "sniperforge/dex/router.hpp"
#include "unit/dex/book_support.hpp"

namespace sniperforge::dex::test {

inline constexpr std::uint64_t kSol = kLamportsPerSol;

inline CycleLimits limits_of(std::uint64_t amount_in_max, std::uint64_t cost = 0) {
    return {.amount_in_max = Lamports{amount_in_max}, .cost = Lamports{cost}};
}

struct TestMarket : TestBook {
    PoolGraph graph;

    // A pool without a config account.
    void add_plain(const TestPool& pool, Reserves reserves, std::uint64_t slot = 1) {
        apply(pool.account(), slot);
        apply(pool.account_a(reserves.a), slot);
        apply(pool.account_b(reserves.b), slot);
    }
    [[nodiscard]] std::optional<Cycle> best(PoolIndex changed, const CycleLimits& limits) {
        graph.follow(book);
        return best_cycle(book, graph, changed, limits, kNow);
    }
};

// A Token-2022 mint whose transfers cost `rate` basis points, at most `fee_max` units.
inline TestAccount taxed_mint(const Pubkey& pubkey, std::uint64_t rate, std::uint64_t fee_max) {
    TestAccount mint{pubkey, solana::kToken2022Program, Bytes(278, 0)};
    const std::span bytes{mint.data};
    mint.data[45] = 1;                       // Initialised.
    mint.data[165] = 1;                      // A mint.
    write_le(bytes, 166, std::uint16_t{1});  // TransferFeeConfig.
    write_le(bytes, 168, std::uint16_t{108});
    for (const std::size_t offset : {242U, 260U}) {  // The older and the newer fee.
        write_le(bytes, offset + 8, fee_max);
        write_le(bytes, offset + 16, static_cast<std::uint16_t>(rate));
    }
    return mint;
}

// The mint that a leg spends, or the one that it receives.
inline Pubkey mint_spent(const PoolBook& book, const Leg& leg) {
    const Pool& pool = book.pool(leg.pool);
    return leg.direction == Direction::AToB ? mint_a(pool) : mint_b(pool);
}
inline Pubkey mint_received(const PoolBook& book, const Leg& leg) {
    const Pool& pool = book.pool(leg.pool);
    return leg.direction == Direction::AToB ? mint_b(pool) : mint_a(pool);
}

// From SOL to SOL through different pools, every leg, quoted again through the venue, exactly what
// the cycle says, and no dust between them.
inline void expect_exact(const PoolBook& book, const Cycle& cycle, const CycleLimits& limits) {
    const auto legs = cycle.used_legs();
    ASSERT_GE(legs.size(), 2U);
    const auto bought =
        quote_exact_out(book.pool(legs[0].pool), legs[0].direction, legs[0].amount_out, kNow);
    ASSERT_TRUE(bought);
    EXPECT_EQ(bought->amount_in, legs[0].amount_in);
    EXPECT_EQ(bought->amount_out, legs[0].amount_out);
    for (std::size_t i = 1; i < legs.size(); ++i) {
        const auto sold =
            quote_exact_in(book.pool(legs[i].pool), legs[i].direction, legs[i].amount_in, kNow);
        ASSERT_TRUE(sold);
        EXPECT_EQ(sold->amount_out, legs[i].amount_out);
        EXPECT_EQ(legs[i - 1].amount_out, legs[i].amount_in);
        EXPECT_EQ(mint_received(book, legs[i - 1]), mint_spent(book, legs[i]));
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_NE(legs[i].pool, legs[j].pool);
        }
    }
    EXPECT_EQ(mint_spent(book, legs[0]), solana::kWrappedSolMint);
    EXPECT_EQ(mint_received(book, legs.back()), solana::kWrappedSolMint);
    EXPECT_EQ(legs[0].amount_in.raw(), cycle.amount_in.raw());
    EXPECT_EQ(legs.back().amount_out.raw(), cycle.amount_out.raw());
    const Lamports cost = legs.size() == 2 ? limits.cost : limits.cost + limits.third_leg_cost;
    EXPECT_EQ(cycle.amount_in + cost + cycle.profit, cycle.amount_out);
    EXPECT_LE(cycle.amount_in, limits.amount_in_max);
    EXPECT_FALSE(cycle.profit.is_zero());
}

}  // namespace sniperforge::dex::test
