// SPDX-License-Identifier: MIT
// What follows a sale that failed, was refused or sold a part.
#include "unit/strategy/exits_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

TEST_F(ExitsTest, WaitsTwoSlotsAfterAFailure) {
    settings.time_limit = Duration{0};
    Exits exits{settings, BasisPoints{2'000}};
    exits.exit_failed(PositionId{1}, Slot{100}, true);
    EXPECT_TRUE(exits.has_failed(PositionId{1}));
    EXPECT_FALSE(exits.has_failed(PositionId{2}));
    market.slot = Slot{101};
    EXPECT_TRUE(decide(exits, market.changed(index)).empty());
    EXPECT_TRUE(decide(exits, LiquidityPulled{index, market.slot, BasisPoints{500}}).empty());
    market.slot = Slot{102};
    EXPECT_EQ(decide(exits, market.changed(index)).size(), 1U);
}

TEST_F(ExitsTest, AcceptsTwiceTheSlippagePerFailureUpToTheLimit) {
    settings.time_limit = Duration{0};
    Exits exits{settings, BasisPoints{2'000}};
    const auto slippage = [&] { return decide(exits, market.changed(index)).at(0).slippage_max; };
    EXPECT_EQ(slippage(), BasisPoints{300});
    for (const std::uint64_t expected : {600U, 1'200U, 2'000U, 2'000U}) {
        exits.exit_failed(PositionId{1}, market.slot, true);
        market.slot = market.slot.plus(2);
        EXPECT_EQ(slippage(), BasisPoints{expected});
    }
    for (int i = 0; i < 100; ++i) {
        exits.exit_failed(PositionId{1}, market.slot, true);
    }
    market.slot = market.slot.plus(32);
    EXPECT_EQ(slippage(), BasisPoints{2'000});
}

// Six in a row are tried again after two slots each; then after 4, 8, 16, and 32 at most.
TEST_F(ExitsTest, WaitsLongerAfterManyRefusalsInARowUpToACeiling) {
    settings.time_limit = Duration{0};
    Exits exits{settings, BasisPoints{2'000}};
    for (const std::uint64_t wait : {2U, 2U, 2U, 2U, 2U, 2U, 4U, 8U, 16U, 32U, 32U, 32U}) {
        exits.exit_failed(PositionId{1}, market.slot, true);
        market.slot = market.slot.plus(wait - 1);
        EXPECT_TRUE(decide(exits, market.changed(index)).empty()) << wait;
        market.slot = market.slot.plus(1);
        EXPECT_EQ(decide(exits, market.changed(index)).size(), 1U) << wait;
    }
    exits.exit_landed(PositionId{1});
    exits.exit_failed(PositionId{1}, market.slot, true);
    market.slot = market.slot.plus(2);
    EXPECT_EQ(decide(exits, market.changed(index)).size(), 1U) << "no longer in a row";
}

// The price may be falling meanwhile, and nobody has refused anything.
TEST_F(ExitsTest, NeverWaitsLongForAFailureOnOurOwnSideHoweverManyThereWere) {
    settings.time_limit = Duration{0};
    Exits exits{settings, BasisPoints{2'000}};
    for (int failures = 0; failures < 20; ++failures) {
        exits.exit_failed(PositionId{1}, market.slot, false);
        market.slot = market.slot.plus(1);
        EXPECT_TRUE(decide(exits, market.changed(index)).empty()) << failures;
        market.slot = market.slot.plus(1);
        EXPECT_EQ(decide(exits, market.changed(index)).size(), 1U) << failures;
    }
}

// From the first on, and a market that falls is no reason to hurry: nobody can sell it. Slippage
// would not move it either.
TEST_F(ExitsTest, WaitsLongForATokenThatDoesNotMoveAndAcceptsNoMoreSlippageForIt) {
    settings.time_limit = Duration{0};
    Exits exits{settings, BasisPoints{2'000}};
    std::uint32_t refusals = 0;
    for (const std::uint64_t wait : {32U, 64U, 128U, 256U, 512U, 1'024U, 1'024U}) {
        exits.exit_failed(PositionId{1}, market.slot, true, ExitReason::DevSell,
                          FailureAction::QuarantineToken);
        ++refusals;
        EXPECT_EQ(exits.is_stuck(PositionId{1}), refusals >= 3);
        EXPECT_EQ(exits.is_found_stuck(PositionId{1}), refusals == 3);
        market.slot = market.slot.plus(wait - 1);
        EXPECT_TRUE(decide(exits, market.changed(index)).empty()) << wait;
        market.slot = market.slot.plus(1);
        const Intents intents = decide(exits, market.changed(index));
        ASSERT_EQ(intents.size(), 1U) << wait;
        EXPECT_EQ(intents[0].slippage_max, settings.slippage_urgent);
    }
    // A quote that did not come is no news of it; that a price was refused is.
    exits.exit_failed(PositionId{1}, market.slot, false);
    EXPECT_TRUE(exits.is_stuck(PositionId{1}));
    exits.exit_failed(PositionId{1}, market.slot, true, ExitReason::None, FailureAction::Requote);
    EXPECT_FALSE(exits.is_stuck(PositionId{1}));
    market.slot = market.slot.plus(2);
    EXPECT_EQ(decide(exits, market.changed(index)).size(), 1U);
}

TEST_F(ExitsTest, AcceptsNoMoreSlippageForAccountsThatAreReadAgain) {
    settings.time_limit = Duration{0};
    Exits exits{settings, BasisPoints{2'000}};
    exits.exit_failed(PositionId{1}, market.slot, true, ExitReason::None,
                      FailureAction::RefreshAccounts);
    EXPECT_FALSE(exits.has_failed(PositionId{1}));
    market.slot = market.slot.plus(2);
    EXPECT_EQ(decide(exits, market.changed(index)).at(0).slippage_max, BasisPoints{300});
}

TEST_F(ExitsTest, WaitLongerAfterManyRefusalsWhateverTheyWereFor) {
    settings.time_limit = Duration{0};
    Exits exits{settings, BasisPoints{2'000}};
    for (int refusal = 0; refusal < 7; ++refusal) {
        exits.exit_failed(PositionId{1}, market.slot, true, ExitReason::None,
                          FailureAction::RefreshAccounts);
    }
    market.slot = market.slot.plus(3);
    EXPECT_TRUE(decide(exits, market.changed(index)).empty());
    market.slot = market.slot.plus(1);
    EXPECT_EQ(decide(exits, market.changed(index)).at(0).slippage_max, BasisPoints{300});
}

// A quote that did not come says nothing about the price.
TEST_F(ExitsTest, OnlyWaitsAfterAFailureOnOurOwnSide) {
    settings.time_limit = Duration{0};
    Exits exits{settings, BasisPoints{2'000}};
    exits.exit_failed(PositionId{1}, market.slot, false);
    EXPECT_FALSE(exits.has_failed(PositionId{1}));
    EXPECT_TRUE(decide(exits, market.changed(index)).empty());
    market.slot = market.slot.plus(2);
    EXPECT_EQ(decide(exits, market.changed(index)).at(0).slippage_max, BasisPoints{300});
}

TEST_F(ExitsTest, ForgetsFailuresWithThePosition) {
    settings.time_limit = Duration{0};
    Exits exits{settings, BasisPoints{2'000}};
    exits.exit_failed(PositionId{1}, market.slot, true);
    exits.position_closed(PositionId{1});
    EXPECT_FALSE(exits.has_failed(PositionId{1}));
    const Intents intents = decide(exits, market.changed(index));
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].slippage_max, BasisPoints{300});
}

// The failures were of the sale that has landed now.
TEST_F(ExitsTest, BeginsWithTheFirstSlippageAgainAfterAPartWasSold) {
    settings.time_limit = Duration{0};
    Exits exits{settings, BasisPoints{2'000}};
    exits.exit_failed(PositionId{1}, Slot{90}, true);
    EXPECT_EQ(decide(exits, market.changed(index)).at(0).slippage_max, BasisPoints{600});
    exits.exit_landed(PositionId{1});
    EXPECT_FALSE(exits.has_failed(PositionId{1}));
    EXPECT_EQ(decide(exits, market.changed(index)).at(0).slippage_max, BasisPoints{300});
}

TEST_F(ExitsTest, SellsOfAPositionWhatTheChainHasAndTriesOneSetAsideOnce) {
    settings.time_limit = Duration{0};
    const TokenAmount amount = position().amount;
    position().missing = amount - TokenAmount{1};
    const Intents intents = decide_once(market.changed(index));
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].amount_in, TokenAmount{1});
    position().missing = amount;
    EXPECT_TRUE(position().is_set_aside());
    Exits exits{settings, BasisPoints{2'000}};
    exits.exit_failed(PositionId{1}, market.slot, true);  // Long before, of all that was there.
    const auto tried = [&] {
        market.slot = market.slot.plus(1'000);
        return decide(exits, market.changed(index));
    };
    ASSERT_EQ(tried().size(), 1U) << "the node that reads may be wrong";
    EXPECT_TRUE(tried().empty()) << "its outcome is not known";
    for (const bool is_market : {false, true}) {
        exits.exit_failed(PositionId{1}, market.slot, is_market);
        exits.was_not_signed(PositionId{1});
        ASSERT_EQ(tried().size(), 1U) << "our own side, or a quote: " << is_market;
    }
    exits.exit_failed(PositionId{1}, market.slot, true);
    EXPECT_TRUE(tried().empty()) << "two say so";
    position().missing = TokenAmount{};
    EXPECT_EQ(tried().at(0).amount_in, amount);
    position().missing = amount;
    EXPECT_EQ(tried().at(0).amount_in, amount) << "set aside once more";
}

// ---- Out of a pool that is being emptied ----

// A pool that is being emptied is told once: it is not among the refusals of a moving market.
TEST_F(ExitsTest, WaitsForAPulledPoolNoLongerThanAfterOneRefusal) {
    Exits exits{settings, BasisPoints{2'000}};
    const LiquidityPulled pulled{index, market.slot, BasisPoints{5'000}};
    for (int i = 0; i < 20; ++i) {
        exits.exit_failed(PositionId{1}, market.slot, true);
    }
    market.slot = market.slot.plus(1);
    EXPECT_TRUE(decide(exits, pulled).empty());
    // Heard within the wait, it is not forgotten behind it.
    market.slot = market.slot.plus(1);
    const Intents intents = decide(exits, market.changed(index));
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].exit_reason, ExitReason::LiquidityPull);
    // So it is until it is sold, after each further refusal.
    exits.exit_failed(PositionId{1}, market.slot, true);
    market.slot = market.slot.plus(2);
    EXPECT_EQ(decide(exits, market.changed(index)).size(), 1U);
    // And what a sale of a part has left.
    exits.exit_landed(PositionId{1});
    EXPECT_FALSE(exits.has_failed(PositionId{1}));
    EXPECT_EQ(decide(exits, market.changed(index)).size(), 1U);
    exits.position_closed(PositionId{1});
    EXPECT_TRUE(decide(exits, market.changed(index)).empty());
}

// Told in the long wait itself.
TEST_F(ExitsTest, SellsOutOfAPulledPoolInTheMidstOfALongWait) {
    Exits exits{settings, BasisPoints{2'000}};
    for (int i = 0; i < 20; ++i) {
        exits.exit_failed(PositionId{1}, market.slot, true);
    }
    market.slot = market.slot.plus(2);
    EXPECT_EQ(decide(exits, LiquidityPulled{index, market.slot, BasisPoints{5'000}}).size(), 1U);
}

// While a part was being sold, which then was refused.
TEST_F(ExitsTest, RemembersAPulledPoolThatWasToldDuringASale) {
    Exits exits{settings, BasisPoints{2'000}};
    position().is_exit_in_flight = true;
    EXPECT_TRUE(decide(exits, LiquidityPulled{index, market.slot, BasisPoints{5'000}}).empty());
    position().is_exit_in_flight = false;
    exits.exit_failed(PositionId{1}, market.slot, true);
    market.slot = market.slot.plus(2);
    const Intents intents = decide(exits, market.changed(index));
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].exit_reason, ExitReason::LiquidityPull);
}

// What sells it at once may fail like any sale, or leave a rest.
TEST_F(ExitsTest, RemembersAPulledPoolWhoseFirstSaleFailsOrSellsAPart) {
    const LiquidityPulled pulled{index, market.slot, BasisPoints{5'000}};
    const auto is_pull = [this](Exits& exits) {
        const Intents intents = decide(exits, market.changed(index));
        return intents.size() == 1 && intents[0].exit_reason == ExitReason::LiquidityPull;
    };
    for (const bool is_market : {false, true}) {
        Exits failing{settings, BasisPoints{2'000}};
        ASSERT_EQ(decide(failing, pulled).size(), 1U);
        EXPECT_FALSE(failing.has_failed(PositionId{1}));
        failing.exit_failed(PositionId{1}, market.slot, is_market);
        EXPECT_FALSE(is_pull(failing)) << "two slots later";
        market.slot = market.slot.plus(2);
        EXPECT_TRUE(is_pull(failing)) << is_market;
    }
    Exits landing{settings, BasisPoints{2'000}};
    ASSERT_EQ(decide(landing, pulled).size(), 1U);
    landing.exit_landed(PositionId{1});
    EXPECT_TRUE(is_pull(landing)) << "at once";
    landing.position_closed(PositionId{1});
    EXPECT_FALSE(is_pull(landing));
}

// The process that heard of the pull is gone: why it sold is in the order that it left.
TEST_F(ExitsTest, RemembersThePullThatAFailedSaleOfBeforeTheRestartWasFor) {
    for (const ExitReason reason : {ExitReason::StopLoss, ExitReason::LiquidityPull}) {
        Exits exits{settings, BasisPoints{2'000}};
        exits.exit_failed(PositionId{1}, market.slot, true, reason);
        market.slot = market.slot.plus(2);
        const Intents intents = decide(exits, market.changed(index));
        ASSERT_EQ(intents.size(), reason == ExitReason::LiquidityPull ? 1U : 0U);
        if (!intents.empty()) {
            EXPECT_EQ(intents[0].exit_reason, ExitReason::LiquidityPull);
        }
    }
}

}  // namespace
}  // namespace sniperforge::strategy
