// SPDX-License-Identifier: MIT
// What a round trip makes of what its orders meet: when it waits, gives up, sells and ends.
#include "app/round_trip.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::app {
namespace {

class RoundTripTest : public engine::test::PipelineTest {
 protected:
    RoundTripTest() { tell_sol_price(); }
    [[nodiscard]] RoundTrip trip(std::uint64_t usd = 1) {
        return RoundTrip{reactor,
                         *pipeline,
                         settings,
                         {.pool = {},
                          .trade_max = MicroUsd{usd * kMicroUsdPerUsd},
                          .show = [this](const std::string& line) { lines += line + "\n"; }},
                         Provenance::Test};
    }
    [[nodiscard]] static OrderIntent entry(std::uint64_t id) {
        OrderIntent intent;
        intent.intent_id = IntentId{id};
        intent.pool = kPoolUnknown;
        return intent;
    }
    [[nodiscard]] static ExecutionReport report(std::uint64_t id, Outcome outcome,
                                                std::string error = "") {
        ExecutionReport out = report_on(entry(id));
        out.outcome = outcome;
        out.error = std::move(error);
        return out;
    }
    [[nodiscard]] std::uint64_t ordered() const {
        return pipeline->counters().intents[static_cast<std::size_t>(StrategyId::Momentum)];
    }
    [[nodiscard]] static MonoTime at(int second) {
        return MonoTime{1} + std::chrono::seconds{second};
    }

    std::string lines;
};

// The feed is blind here: that passes by itself, and is no reason to give up before its time.
TEST_F(RoundTripTest, WaitsForWhatPassesByItselfAndOrdersThenNotAgain) {
    RoundTrip round = trip();
    round.on_tick(at(0));
    round.on_tick(at(0));  // Too soon.
    EXPECT_EQ(ordered(), 1U);
    EXPECT_FALSE(round.has_failed());
    round.on_tick(at(1));
    EXPECT_EQ(ordered(), 2U);
    // What is waited for is said once, and no order is shown that was not let through.
    EXPECT_EQ(lines.find("[test] waiting: the risk gate refuses it: FEED_BLIND"), 0U) << lines;
    EXPECT_EQ(std::ranges::count(lines, '\n'), 1) << lines;
    tell(FeedRestored{"a"});
    round.on_tick(at(2));
    // No blockhash here: the executor rejected what the gate let through.
    EXPECT_EQ(ordered(), 3U);
    EXPECT_TRUE(round.has_failed());
    EXPECT_NE(lines.find("[test] entry: "), std::string::npos) << lines;
    round.on_tick(at(3));
    EXPECT_EQ(ordered(), 3U);
}

TEST_F(RoundTripTest, GivesUpAfterItsPatienceWithTheReasonOfTheGate) {
    RoundTrip round = trip();
    round.on_tick(at(0));
    round.on_tick(at(89));
    EXPECT_FALSE(round.has_failed());
    round.on_tick(at(90));
    EXPECT_TRUE(round.has_failed());
    EXPECT_EQ(round.outcome().exit_code, 4);
    EXPECT_NE(round.outcome().text.find("FEED_BLIND"), std::string::npos);
}

TEST_F(RoundTripTest, ADenialThatStaysEndsItAsRefused) {
    RoundTrip round = trip();
    round.on_intent(entry(1));
    round.on_denied(entry(1), {DenialReason::LiquidityTooLow, "pool holds 1 lamports < 2"});
    EXPECT_TRUE(round.has_failed());
    EXPECT_EQ(round.outcome().exit_code, 4);
    EXPECT_NE(round.outcome().text.find("LIQUIDITY_TOO_LOW: pool holds 1 lamports < 2"),
              std::string::npos);
}

TEST_F(RoundTripTest, WhatLandedIsSold) {
    RoundTrip round = trip();
    round.on_intent(entry(1));
    round.on_report(report(1, Outcome::Unknown));
    EXPECT_FALSE(round.is_selling());
    round.on_report(report(1, Outcome::Landed));
    EXPECT_TRUE(round.is_selling());
    tell(FeedRestored{"a"});
    EXPECT_EQ(pipeline->state(), TradingState::Reducing);  // Nothing more is bought.
    EXPECT_EQ(round.outcome().exit_code, 0);               // And nothing is held.
}

TEST_F(RoundTripTest, WhatDidNotLandIsNotSoldAndSaysWhy) {
    for (const Outcome outcome : {Outcome::Reverted, Outcome::Rejected, Outcome::Expired}) {
        RoundTrip round = trip();
        round.on_intent(entry(1));
        round.on_report(report(1, outcome, "because"));
        EXPECT_TRUE(round.has_failed());
        EXPECT_FALSE(round.is_selling());
        EXPECT_EQ(round.outcome().exit_code, 1);
        EXPECT_NE(round.outcome().text.find("nothing to sell: "), std::string::npos);
        EXPECT_NE(round.outcome().text.find("because"), std::string::npos);
    }
}

TEST_F(RoundTripTest, WhatTheSignerRefusesIsARefusal) {
    RoundTrip round = trip();
    round.on_intent(entry(1));
    round.on_report(report(1, Outcome::Rejected, "signing refused: too much leaves the wallet"));
    EXPECT_EQ(round.outcome().exit_code, 4);
}

TEST_F(RoundTripTest, APurchaseThatIsReversedIsAwaitedAgain) {
    RoundTrip round = trip();
    round.on_intent(entry(1));
    round.on_report(report(1, Outcome::Landed));
    round.on_reversed({IntentId{1}, {}, Slot{5}});
    EXPECT_FALSE(round.is_selling());
    round.on_report(report(1, Outcome::Expired));
    EXPECT_EQ(round.outcome().exit_code, 1);
}

TEST_F(RoundTripTest, WhatIsHeldAtTheEndIsNamedWithTheWayToSellIt) {
    RoundTrip round = trip();
    round.on_intent(entry(1));
    ExecutionReport landed = report(1, Outcome::Landed);
    landed.mint = solana::kUsdcMint;
    landed.fill.wallet = LamportsDelta{-3'000'000};
    landed.fill.tokens = {{solana::kUsdcMint, TokenDelta{250'000}}};
    pipeline->on_report(landed);  // Of the books, and from them of the trip.
    ASSERT_EQ(pipeline->portfolio().positions().size(), 1U);
    EXPECT_TRUE(round.is_selling());
    EXPECT_EQ(round.outcome().exit_code, 1);
    EXPECT_NE(round.outcome().text.find("250000 base units of " + solana::kUsdcMint.to_string()),
              std::string::npos)
        << round.outcome().text;
    EXPECT_NE(round.outcome().text.find("sniperforge rescue flatten"), std::string::npos);
}

// Selling everything would sell what was there before, too.
TEST_F(RoundTripTest, DoesNotBeginWithOpenPositionsInTheBooks) {
    ExecutionReport landed = report(1, Outcome::Landed);
    landed.mint = solana::kUsdcMint;
    landed.fill.wallet = LamportsDelta{-3'000'000};
    landed.fill.tokens = {{solana::kUsdcMint, TokenDelta{250'000}}};
    pipeline->on_report(landed);
    RoundTrip round = trip();
    round.on_tick(at(0));
    EXPECT_TRUE(round.has_failed());
    EXPECT_EQ(ordered(), 0U);
    EXPECT_FALSE(round.is_selling());
    EXPECT_EQ(round.outcome().exit_code, 3);
    EXPECT_TRUE(round.outcome().text.starts_with("nothing was bought: the books have 1 open"))
        << round.outcome().text;
}

// Selling everything does not sell what the signer keeps.
TEST_F(RoundTripTest, BeginsAndEndsBesideAPositionThatTheSignerKeepsAndNamesIt) {
    const Pubkey kept = test::key_of(7);
    ExecutionReport landed = report(77, Outcome::Landed);
    landed.mint = kept;
    landed.fill.wallet = LamportsDelta{-3'000'000};
    landed.fill.tokens = {{kept, TokenDelta{5}}};
    pipeline->on_report(landed);
    settings.signer.tokens_kept = {kept};
    RoundTrip round = trip();
    round.on_tick(at(0));
    EXPECT_FALSE(round.has_failed());
    EXPECT_EQ(ordered(), 1U);
    round.on_intent(entry(1));
    round.on_report(report(1, Outcome::Landed));
    EXPECT_EQ(round.outcome().exit_code, 0);
    EXPECT_NE(round.outcome().text.find("bought, and sold again; not sold, as signer.tokens_kept "
                                        "has it: 5 base units of " +
                                        kept.to_string()),
              std::string::npos)
        << round.outcome().text;
    settings.signer.tokens_kept.clear();
    EXPECT_EQ(round.outcome().exit_code, 1) << "it could be sold";
}

TEST_F(RoundTripTest, DoesNotBuyBesideAPositionThatAnEarlierRunsOrderOpensMeanwhile) {
    RoundTrip round = trip();
    round.on_tick(at(0));
    EXPECT_FALSE(round.has_failed());  // The feed is blind.
    ExecutionReport landed = report(77, Outcome::Landed);
    landed.mint = test::key_of(7);
    landed.fill.wallet = LamportsDelta{-3'000'000};
    landed.fill.tokens = {{landed.mint, TokenDelta{250'000}}};
    pipeline->on_report(landed);
    tell(FeedRestored{"a"});
    round.on_tick(at(1));
    EXPECT_TRUE(round.has_failed());
    EXPECT_EQ(ordered(), 1U);
}

}  // namespace
}  // namespace sniperforge::app
