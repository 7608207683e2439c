// SPDX-License-Identifier: MIT
// Sandwiches and rugs against a wallet that trades by Jupiter's transactions.
#include "sim/hostile_market.hpp"

#include "unit/sim/jupiter_fixture.hpp"

namespace sniperforge::sim {
namespace {

class HostileMarketTest : public JupiterServerTest {
 protected:
    HostileMarketTest() { chain.set_queue_watcher(&hostile); }
    ~HostileMarketTest() override { chain.set_queue_watcher(nullptr); }

    const Receipt* buy(std::uint64_t lamports_in, std::string_view more = "") {
        const std::string quoted = quote(solana::kWrappedSolMint, token_a, lamports_in, more);
        quoted_out = amount(quoted, "outAmount");
        const Receipt* receipt = sign_and_land(post("/swap/v1/swap", swap_body(quoted)).body);
        hostile.end_slot();
        return receipt;
    }
    // Of the pool that Jupiter buys from.
    [[nodiscard]] PoolView pool() const { return *read_pool(chain, cpmm_a); }
    // Lamports for a token, whichever is which.
    [[nodiscard]] double price() const {
        const PoolView view = pool();
        return view.mint_a == token_a ? view.price() : 1.0 / view.price();
    }
    [[nodiscard]] std::uint64_t market_trades() const {
        return chain.receipts_of(cpmm_a, 1'000).size();
    }

    FaultCounters counters;
    HostileMarket hostile{chain, Rng{5}, counters};
    std::uint64_t quoted_out = 0;
    static constexpr std::uint64_t kSol = kLamportsPerSol;
};

TEST_F(HostileMarketTest, WithoutFaultsNobodyComesBetween) {
    EXPECT_EQ(buy(kSol)->error_json, "null");
    EXPECT_EQ(tokens(ata(token_a)), quoted_out);
    EXPECT_EQ(market_trades(), 1U);
    EXPECT_EQ(counters.total(), 0U);
}

TEST_F(HostileMarketTest, ASandwichMovesThePriceByItsBasisPointsAndBack) {
    hostile.set_faults({.sandwich_probability = 1, .sandwich_bps = 100});
    const double before = price();
    ASSERT_EQ(buy(kSol, "&slippageBps=200")->error_json, "null");
    // One per cent less than quoted, and all three trades are in one slot.
    const double received = static_cast<double>(tokens(ata(token_a)));
    EXPECT_NEAR(received / static_cast<double>(quoted_out), 1 / 1.01, 2e-4);
    EXPECT_EQ(market_trades(), 3U);
    const auto receipts = chain.receipts_of(cpmm_a, 3);
    EXPECT_EQ(receipts.front()->slot, receipts.back()->slot);
    // What stays is our own push, and a little of the fees.
    EXPECT_NEAR(price() / before, 1.002, 4e-4);
    EXPECT_EQ(counters[FaultKind::Sandwich], 1U);
}

TEST_F(HostileMarketTest, OurFloorDecidesWhetherASandwichReverts) {
    hostile.set_faults({.sandwich_probability = 1, .sandwich_bps = 100});
    const double before = price();
    EXPECT_NE(buy(kSol, "&slippageBps=90")->error_json, "null");
    EXPECT_EQ(tokens(ata(token_a)), 0U);
    EXPECT_NEAR(price() / before, 1, 1e-4);  // The competitor is out again, for his fees.
    EXPECT_EQ(buy(kSol, "&slippageBps=110")->error_json, "null");
}

TEST_F(HostileMarketTest, ASaleIsSandwichedTheOtherWay) {
    create_token_account(chain, wallet.public_key(), token_a, TokenAmount{2'000'000'000});
    hostile.set_faults({.sandwich_probability = 1, .sandwich_bps = 100});
    const std::string quoted =
        quote(token_a, solana::kWrappedSolMint, 1'000'000'000, "&slippageBps=200");
    const std::uint64_t before = lamports(wallet.public_key());
    const Receipt* receipt = sign_and_land(post("/swap/v1/swap", swap_body(quoted)).body);
    ASSERT_EQ(receipt->error_json, "null");
    const double gained =
        static_cast<double>(lamports(wallet.public_key()) + receipt->fee - before);
    EXPECT_NEAR(gained / static_cast<double>(amount(quoted, "outAmount")), 0.99, 2e-4);
}

TEST_F(HostileMarketTest, WhatMovesNoPoolIsLeftAlone) {
    hostile.set_faults({.sandwich_probability = 1});
    EXPECT_NE(land({pay(wallet.public_key(), test_key(9), kSol)}), nullptr);
    EXPECT_EQ(counters.total(), 0U);
}

TEST_F(HostileMarketTest, ARugWaitsUntilAClientHoldsSomethingAndHappensOnce) {
    hostile.rug({.is_pull = true, .part_bps = 9'000});
    hostile.end_slot();
    EXPECT_TRUE(hostile.is_rug_waiting());
    const PoolView before = *read_pool(chain, amm);
    ASSERT_EQ(buy(kSol)->error_json, "null");
    EXPECT_FALSE(hostile.is_rug_waiting());
    EXPECT_EQ(counters[FaultKind::RugPull], 1U);
    // One of the two pools of the token, the deeper one, has a tenth of both left.
    const PoolView pulled =
        counters.total() == 1 && read_pool(chain, amm)->reserve_b < before.reserve_b / 2
            ? *read_pool(chain, amm)
            : pool();
    EXPECT_NEAR(static_cast<double>(pulled.reserve_a + pulled.reserve_b), 2e11, 3e9);
    ASSERT_EQ(buy(kSol)->error_json, "null");
    EXPECT_EQ(counters.total(), 1U);
}

TEST_F(HostileMarketTest, ARugThatIsCalledOffWaitsForNobody) {
    hostile.rug({.is_pull = true, .is_theft = true, .part_bps = 9'000});
    hostile.call_off_rugs();
    EXPECT_FALSE(hostile.is_rug_waiting());
    ASSERT_EQ(buy(kSol)->error_json, "null");
    EXPECT_EQ(counters.total(), 0U);
}

TEST_F(HostileMarketTest, ARugWaitsWhileAForkLasts) {
    ASSERT_EQ(buy(kSol)->error_json, "null");
    ASSERT_TRUE(chain.fork({.slots = 2}));
    hostile.rug({.is_freeze = true});
    while (chain.is_forked()) {
        hostile.end_slot();
        EXPECT_TRUE(hostile.is_rug_waiting());
        chain.advance_slot();
    }
    hostile.end_slot();
    EXPECT_FALSE(hostile.is_rug_waiting());
    EXPECT_EQ(counters[FaultKind::RugFreeze], 1U);
}

TEST_F(HostileMarketTest, MintedTokensAreSoldUntilNothingIsWorthAnything) {
    hostile.rug({.is_mint = true});
    ASSERT_EQ(buy(kSol)->error_json, "null");
    EXPECT_EQ(counters[FaultKind::RugMint], 1U);
    constexpr std::size_t kSupply = 36;
    EXPECT_GT(u64_of(token_a, kSupply), 20'000'000'000'000U);
    const auto amm_pool = *read_pool(chain, amm);
    const std::uint64_t least = std::min(std::min(amm_pool.reserve_a, amm_pool.reserve_b),
                                         std::min(pool().reserve_a, pool().reserve_b));
    EXPECT_LT(least, 50 * kSol);  // Of a thousand SOL.
}

TEST_F(HostileMarketTest, AFrozenAccountCannotBeSoldFrom) {
    hostile.rug({.is_freeze = true});
    ASSERT_EQ(buy(kSol)->error_json, "null");
    EXPECT_EQ(counters[FaultKind::RugFreeze], 1U);
    const std::string quoted = quote(token_a, solana::kWrappedSolMint, tokens(ata(token_a)));
    EXPECT_NE(sign_and_land(post("/swap/v1/swap", swap_body(quoted)).body)->error_json, "null");
    EXPECT_GT(tokens(ata(token_a)), 0U);
}

TEST_F(HostileMarketTest, AThiefTakesHisPartOfTheTokensAndTheSupplyShrinksWithThem) {
    constexpr std::size_t kSupply = 36;
    for (const std::uint32_t part : {10'000U, 4'000U}) {
        SCOPED_TRACE(part);
        const std::uint64_t had = tokens(ata(token_a)), supply = u64_of(token_a, kSupply);
        hostile.rug({.is_theft = true, .theft_bps = part});
        ASSERT_EQ(buy(kSol)->error_json, "null");
        const std::uint64_t held = had + quoted_out, taken = (held * part + 9'999) / 10'000;
        EXPECT_EQ(tokens(ata(token_a)), held - taken);
        EXPECT_EQ(u64_of(token_a, kSupply), supply - taken);
        EXPECT_EQ(hostile.meddlings().back().taken, taken);
        EXPECT_EQ(hostile.meddlings().back().owner, wallet.public_key());
    }
    EXPECT_EQ(counters[FaultKind::RugTheft], 2U);
    EXPECT_FALSE(hostile.is_rug_waiting());
    ASSERT_EQ(buy(kSol)->error_json, "null");
    EXPECT_EQ(hostile.meddlings().size(), 2U);
}

TEST_F(HostileMarketTest, AGiftIsATenthOfWhatIsHeldThen) {
    hostile.rug({.is_gift = true});
    ASSERT_EQ(buy(kSol)->error_json, "null");
    EXPECT_EQ(tokens(ata(token_a)), quoted_out + quoted_out / 10 + 1);
    EXPECT_EQ(hostile.meddlings().back().brought, quoted_out / 10 + 1);
    EXPECT_EQ(hostile.meddlings().back().mint, token_a);
    EXPECT_EQ(counters[FaultKind::RugGift], 1U);
}

TEST_F(HostileMarketTest, APausedPoolRefusesSwapsAndIsQuotedNoMore) {
    const std::string quoted = quote(solana::kWrappedSolMint, token_a, kSol, "&slippageBps=2000");
    const std::string swaps = post("/swap/v1/swap", swap_body(quoted)).body;
    const std::string other =
        quote(solana::kWrappedSolMint, token_a, kSol, "&slippageBps=2000&dexes=Raydium");
    const std::string others = post("/swap/v1/swap", swap_body(other)).body;
    hostile.rug({.is_pause = true});
    ASSERT_EQ(buy(kSol)->error_json, "null");
    EXPECT_EQ(counters[FaultKind::RugPause], 1U);
    const bool is_amm_paused = !read_pool(chain, amm)->is_swap_enabled;
    EXPECT_NE(is_amm_paused, !pool().is_swap_enabled);
    EXPECT_NE(sign_and_land(is_amm_paused ? others : swaps)->error_json, "null");
    const std::string label = is_amm_paused ? "Raydium" : "Raydium+CP";
    EXPECT_EQ(get(quote_target(solana::kWrappedSolMint, token_a, kSol, "&dexes=" + label)).status,
              400);
}

}  // namespace
}  // namespace sniperforge::sim
