// SPDX-License-Identifier: MIT
// Profit in steps, each a share of what was bought.
#include "unit/strategy/exits_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

// A quarter at a gain of 50 %, half at one of 100 %; a quarter is left to the other exits.
class ExitsLadderTest : public ExitsTest {
 protected:
    ExitsLadderTest() {
        settings.take_profit_ladder = {{BasisPoints{5'000}, 25},
                                       {BasisPoints{kBasisPointsOne}, 50}};
        position().bought = position().amount;
    }
    // Of what is left, so that it has gained at least so much.
    void hold(std::uint64_t amount, BasisPoints gain) {
        position().amount = TokenAmount{amount};
        const BasisPoints whole = BasisPoints{kBasisPointsOne} + gain;
        position().cost =
            Lamports{mul_div_floor(value().raw(), kBasisPointsOne, whole.raw()).value()};
        make_lots_alike();
    }
    // What would be sold now; zero where nothing is.
    [[nodiscard]] std::uint64_t sold() {
        make_lots_alike();
        const Intents intents = decide_once(market.changed(index));
        return intents.empty() ? 0 : intents[0].amount_in.raw();
    }
};

TEST_F(ExitsLadderTest, TakesAStepAtExactlyItsGainAndNotOneLamportBelow) {
    position().cost = Lamports{value().raw() / 2};
    EXPECT_EQ(sold(), 750'000'000U);
    position().cost = Lamports{value().raw() / 2 + 1};
    EXPECT_EQ(sold(), 250'000'000U);
    position().cost = Lamports{value().raw() * 2 / 3};
    EXPECT_EQ(sold(), 250'000'000U);
    EXPECT_EQ(reason(), ExitReason::TakeProfit);
    position().cost = Lamports{value().raw() * 2 / 3 + 1};
    EXPECT_EQ(sold(), 0U);
}

TEST_F(ExitsLadderTest, TakesEachStepOnce) {
    hold(1'000'000'000, BasisPoints{6'000});
    EXPECT_EQ(sold(), 250'000'000U);
    hold(750'000'000, BasisPoints{6'000});
    EXPECT_EQ(sold(), 0U) << "taken, though the gain is there";
    hold(750'000'000, BasisPoints{12'000});
    EXPECT_EQ(sold(), 500'000'000U) << "half of what was bought, not of what is left";
    hold(250'000'000, BasisPoints{90'000});
    EXPECT_EQ(sold(), 0U) << "the rest is for the other exits";
    position().value_peak = value() + value();
    settings.trailing_arm = BasisPoints{1'000};
    settings.trailing_distance = BasisPoints{500};
    EXPECT_EQ(reason(), ExitReason::TrailingStop);
    EXPECT_EQ(sold(), 250'000'000U) << "all that is left";
}

TEST_F(ExitsLadderTest, SellsStepsThatAreReachedAtOnceInOneOrderAtItsQuote) {
    hold(1'000'000'000, BasisPoints{12'000});
    const Intents intents = decide_once(market.changed(index));
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].amount_in, TokenAmount{750'000'000});
    const auto quote = dex::quote_exact_in(market.book().pool(index), Direction::BToA,
                                           TokenAmount{750'000'000}, dex::test::kNow);
    EXPECT_EQ(intents[0].receive_min.raw(), quote->amount_out.raw() * 9'700 / 10'000);
}

// The price has come back: what is sold at a step is sold.
TEST_F(ExitsLadderTest, TakesTheSecondStepAlsoAfterThePriceFellBackBelowTheFirst) {
    hold(750'000'000, BasisPoints{100});
    EXPECT_EQ(sold(), 0U);
    hold(750'000'000, BasisPoints{kBasisPointsOne});
    EXPECT_EQ(sold(), 500'000'000U);
}

TEST_F(ExitsLadderTest, KeepsNoMoreThanTheShareRoundedDownAndNeverSellsMoreThanThereIs) {
    position().bought = TokenAmount{1'000'001};
    hold(1'000'001, BasisPoints{6'000});
    EXPECT_EQ(sold(), 250'001U);
    hold(750'001, BasisPoints{6'000});
    EXPECT_EQ(sold(), 1U) << "some other sale left a unit too many";
    hold(750'000, BasisPoints{6'000});
    EXPECT_EQ(sold(), 0U);
    // The chain lacks some of it.
    hold(1'000'001, BasisPoints{6'000});
    position().missing = TokenAmount{1'000'001 - 9};
    EXPECT_EQ(sold(), 9U);
    // Books that do not say what was bought: what there is.
    position().missing = {};
    position().bought = {};
    EXPECT_EQ(sold(), 250'001U);
}

TEST_F(ExitsLadderTest, StandsInPlaceOfTheOneGain) {
    settings.take_profit = BasisPoints{1};
    hold(1'000'000'000, BasisPoints{4'000});
    EXPECT_EQ(sold(), 0U);
    settings.take_profit_ladder.clear();
    EXPECT_EQ(sold(), 1'000'000'000U);
}

TEST_F(ExitsLadderTest, SellsAllWhereTheStepsSellAll) {
    settings.take_profit_ladder = {{BasisPoints{5'000}, 50}, {BasisPoints{kBasisPointsOne}, 50}};
    hold(500'000'000, BasisPoints{12'000});
    EXPECT_EQ(sold(), 500'000'000U);
}

}  // namespace
}  // namespace sniperforge::strategy
