// SPDX-License-Identifier: MIT
// An entry on its way to the gate: cut to what its token's history allows, or left to be denied.
#include <gtest/gtest.h>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using test::kPricedPool;

class PipelineSizesTest : public test::PipelineTest {
 protected:
    PipelineSizesTest() : test::PipelineTest{settings_staking(Lamports{5 * kLamportsPerSol})} {
        tell_sol_price();
        tell(FeedRestored{"a"});
        pipeline->watch_orders(heard);
    }
    [[nodiscard]] static config::Settings settings_staking(Lamports amount) {
        config::Settings settings;
        settings.arbitrage.amount_max = amount;
        return settings;
    }
    // The SOL side of the pool, in so many slots from now: what it trades is dearer or cheaper.
    void move(std::uint64_t sol, std::uint64_t slots) {
        slot += slots;
        tell(SlotUpdate{Slot{slot}, Slot{slot - 1}, {}});
        tell(kPricedPool.account_a(sol * kLamportsPerSol).at(slot));
        tell(kPricedPool.account_b(100'000'000'000).at(slot));
    }
    // Half a minute and more in which it goes up and down by so much of 1000.
    void swing(std::uint64_t sol) {
        for (int i = 0; i < 20; ++i) {
            move(i % 2 == 0 ? 1'000 : 1'000 + sol, CoMovement::kSampleSlots);
        }
        move(1'000, 1);
    }
    // With 1 SOL, 100 USD.
    [[nodiscard]] const OrderIntent& entered() {
        EXPECT_TRUE(pipeline->enter({PoolIndex{0}, Lamports{kLamportsPerSol}, BasisPoints{100}}));
        return heard.intents.back();
    }
    test::OrdersHeard heard;
    std::uint64_t slot = 10;
};

TEST_F(PipelineSizesTest, WithoutHistoryAnEntryIsAsLargeAsItWasWanted) {
    EXPECT_GT(entered().amount_in.raw(), 990'000'000U);
    EXPECT_TRUE(heard.denials.empty()) << to_string(heard.denials.front());
}

// Two percent by four seconds, in more than half of the window, are some eight by two minutes: 5
// USD are lost of about 60.
TEST_F(PipelineSizesTest, WhatMovesMuchIsBoughtWithLess) {
    swing(1);
    const OrderIntent calm = entered();
    swing(20);
    const OrderIntent cut = entered();
    EXPECT_GT(calm.amount_in.raw(), 990'000'000U);
    EXPECT_LT(cut.amount_in.raw(), 700'000'000U);
    EXPECT_GT(cut.amount_in.raw(), 500'000'000U);
    // The ceiling comes down with it, and nothing else of it is denied.
    EXPECT_EQ(cut.spend_max.raw() - cut.amount_in.raw(),
              calm.spend_max.raw() - calm.amount_in.raw());
    EXPECT_TRUE(heard.denials.empty()) << to_string(heard.denials.front());
}

// One trade may take 100 USD out of the wallet, a SOL.
TEST_F(PipelineSizesTest, WhatWantsMoreThanATradeMayTakeIsBoughtWithLess) {
    const dex::test::TestPool pool{.number = 2};
    tell_pool(pool, 1'000 * kLamportsPerSol, 1'000'000'000'000);
    const auto mint = solana::encode_mint(
        {.mint_authority = {}, .supply = TokenAmount{1}, .freeze_authority = {}});
    tell(AccountUpdate{Slot{5}, pool.mint_b, solana::kTokenProgram, Lamports{1}, mint});
    EXPECT_TRUE(pipeline->enter({PoolIndex{1}, Lamports{3 * kLamportsPerSol}, BasisPoints{100}}));
    EXPECT_EQ(heard.intents.back().spend_max, Lamports{kLamportsPerSol});
    EXPECT_TRUE(heard.denials.empty()) << to_string(heard.denials.front());
}

TEST_F(PipelineSizesTest, ACycleStakesNoMoreThanATradeMayTake) {
    pipeline->go_live();
    const dex::test::TestPool cheap{.number = 2}, dear{.number = 3};
    tell_pool(cheap, 1'000 * kLamportsPerSol, 1'000'000'000'000);
    tell_pool(dear, 1'200 * kLamportsPerSol, 1'000'000'000'000);
    ASSERT_FALSE(heard.intents.empty());
    EXPECT_EQ(heard.intents.back().kind, OrderKind::Cycle);
    EXPECT_LE(heard.intents.back().spend_max, Lamports{kLamportsPerSol});
    EXPECT_GT(heard.intents.back().spend_max, Lamports{kLamportsPerSol / 100 * 99});
    EXPECT_TRUE(heard.denials.empty()) << to_string(heard.denials.front());
}

}  // namespace
}  // namespace sniperforge::engine
