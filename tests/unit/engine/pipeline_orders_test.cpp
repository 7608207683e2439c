// SPDX-License-Identifier: MIT
// An entry that a person orders, and who hears of it.
#include <gtest/gtest.h>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using test::kPricedPool;

class PipelineOrdersTest : public test::PipelineTest {
 protected:
    PipelineOrdersTest() {
        tell_sol_price();
        tell(FeedRestored{"a"});
        pipeline->watch_orders(heard);
    }
    [[nodiscard]] static strategy::ManualEntry entry(std::uint64_t lamports) {
        return {PoolIndex{0}, Lamports{lamports}, BasisPoints{100}};
    }
    test::OrdersHeard heard;
};

// The executor has no blockhash here: what the gate lets through ends as a rejection.
TEST_F(PipelineOrdersTest, AnOrderedEntryGoesTheWayOfAnyOtherAndIsHeardAtEachStep) {
    ASSERT_TRUE(pipeline->enter(entry(10'000'000)));
    ASSERT_EQ(heard.intents.size(), 1U);
    EXPECT_EQ(heard.intents[0].intent_id, IntentId{1});
    EXPECT_EQ(heard.intents[0].mint_out, solana::kUsdcMint);
    EXPECT_TRUE(heard.denials.empty()) << to_string(heard.denials.front());
    ASSERT_EQ(heard.reports.size(), 1U);
    EXPECT_EQ(heard.reports[0].outcome, Outcome::Rejected);
    EXPECT_EQ(pipeline->counters().intents[static_cast<std::size_t>(StrategyId::Momentum)], 1U);
}

TEST_F(PipelineOrdersTest, DollarsAreLamportsAtTheGatesPriceRoundedDown) {
    EXPECT_EQ(pipeline->lamports_for(MicroUsd{100 * kMicroUsdPerUsd}), Lamports{kLamportsPerSol});
    EXPECT_EQ(pipeline->lamports_for(MicroUsd{1}), Lamports{10});
    tell(kPricedPool.account_a(500 * kLamportsPerSol).at(6));
    tell(kPricedPool.account_b(200'000'000'000).at(6));  // 400 USD: 2.5 lamports.
    EXPECT_EQ(pipeline->lamports_for(MicroUsd{1}), Lamports{2});
}

// 100 USD a trade are one SOL here.
TEST_F(PipelineOrdersTest, IsCutToTheLimitOfATradeToTheLamport) {
    ASSERT_TRUE(pipeline->enter(entry(kLamportsPerSol)));
    EXPECT_EQ(heard.intents.back().spend_max, Lamports{kLamportsPerSol});
    ASSERT_TRUE(pipeline->enter(entry(kLamportsPerSol + 1)));
    EXPECT_EQ(heard.intents.back().spend_max, Lamports{kLamportsPerSol});
    ASSERT_TRUE(pipeline->enter(entry(kLamportsPerSol - 1)));
    EXPECT_EQ(heard.intents.back().spend_max, Lamports{kLamportsPerSol - 1});
    EXPECT_TRUE(heard.denials.empty()) << to_string(heard.denials.front());
}

TEST_F(PipelineOrdersTest, WhatCannotBePutTogetherIsNoOrder) {
    const auto refused = pipeline->enter(entry(1));
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().is_final);
    EXPECT_TRUE(heard.intents.empty());
}

TEST_F(PipelineOrdersTest, NothingIsBoughtWhileItIsFlattening) {
    pipeline->flatten();
    ASSERT_TRUE(pipeline->enter(entry(10'000'000)));
    ASSERT_EQ(heard.denials.size(), 1U);
    EXPECT_EQ(to_string(heard.denials[0]), "ENGINE_HALTED");
}

}  // namespace
}  // namespace sniperforge::engine
