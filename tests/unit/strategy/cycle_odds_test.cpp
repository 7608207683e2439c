// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/cycle_odds.hpp"

#include <gtest/gtest.h>

namespace sniperforge::strategy {
namespace {

void count(CycleOdds& odds, std::uint8_t percent, Outcome outcome, int times = 1) {
    for (int i = 0; i < times; ++i) {
        odds.count({outcome, percent});
    }
}

// Of cycles in blocks, in percent.
double lost(const CycleOdds& odds, std::size_t rung) {
    const CycleOdds::Rung& each = odds.rungs()[rung];
    return 100.0 * static_cast<double>(each.reverts) / static_cast<double>(each.outcomes);
}

TEST(CycleOdds, BeginWithWhatIsAssumedAndHopeNoLessOfALargerShare) {
    for (const std::uint32_t percent : {0U, 20U, 60U, 95U, 100U}) {
        const CycleOdds odds{percent};
        EXPECT_DOUBLE_EQ(lost(odds, 0), percent);
        for (std::size_t rung = 1; rung < odds.rungs().size(); ++rung) {
            EXPECT_LE(lost(odds, rung), lost(odds, rung - 1)) << percent << ", " << rung;
            EXPECT_EQ(odds.rungs()[rung].in_block, CycleOdds::kMillion);
        }
    }
    // 60 % of it times the square of what is kept.
    EXPECT_NEAR(lost(CycleOdds{60}, 1), 60 * .81, 1e-3);
    EXPECT_NEAR(lost(CycleOdds{60}, 5), 60 * .01, 1e-3);
}

// The odds of the least offer are what they were before there were bids: the assumed ones weigh a
// hundred outcomes, and half is let go when there are 400.
TEST(CycleOdds, OfTheLeastOfferAreCountedExactly) {
    CycleOdds odds{20};
    count(odds, 0, Outcome::Reverted, 60);
    EXPECT_EQ(odds.rungs()[0].reverts, 80U);
    EXPECT_EQ(odds.rungs()[0].outcomes, 160U);
    count(odds, 0, Outcome::Landed, 239);
    EXPECT_EQ(odds.rungs()[0].outcomes, 399U);
    count(odds, 0, Outcome::Landed);
    EXPECT_EQ(odds.rungs()[0].reverts, 40U);
    EXPECT_EQ(odds.rungs()[0].outcomes, 200U);
}

TEST(CycleOdds, CountForTheHighestShareThatIsNotAboveTheOffered) {
    CycleOdds exact{60}, between{60}, below{60};
    count(exact, 25, Outcome::Reverted, 10);
    count(between, 49, Outcome::Reverted, 10);
    count(below, 24, Outcome::Reverted, 10);
    for (std::size_t rung = 0; rung < exact.rungs().size(); ++rung) {
        EXPECT_EQ(lost(exact, rung), lost(between, rung));
    }
    EXPECT_EQ(lost(exact, 1), lost(CycleOdds{60}, 1));
    EXPECT_GT(lost(below, 1), lost(exact, 1));
}

// Hope weighs twenty outcomes: of ten reverts and twenty hoped for, 10 + 20 of them.
TEST(CycleOdds, LetAFewOutcomesOutweighTheHope) {
    CycleOdds odds{60};
    count(odds, 10, Outcome::Reverted, 10);
    EXPECT_NEAR(lost(odds, 1), 100 * (10 + 20 * .6 * .81) / 30, 1e-3);
    const double above = lost(odds, 2);
    EXPECT_GT(above, lost(CycleOdds{60}, 2)) << "what is lost below is feared above";
    count(odds, 10, Outcome::Landed, 100);
    EXPECT_LT(lost(odds, 1), 20);
}

TEST(CycleOdds, ForgetAShareThatIsNotOfferedAnyMore) {
    CycleOdds odds{60};
    const double hoped = lost(odds, 2);
    count(odds, 25, Outcome::Reverted, 40);
    const double learnt = lost(odds, 2);
    EXPECT_GT(learnt, 60);
    // Never offered again: after some hundreds of others it is worth a try again.
    for (int i = 0; i < 1'000; ++i) {
        count(odds, 0, i % 5 < 3 ? Outcome::Reverted : Outcome::Landed);
    }
    EXPECT_LT(lost(odds, 2), (learnt + hoped) / 2);
}

// Where all that is offered is a share, the least offer is what was assumed of it once more.
TEST(CycleOdds, AssumeAnewWhatWasNotOfferedForLong) {
    CycleOdds odds{30};
    count(odds, 0, Outcome::Reverted, 250);
    EXPECT_GT(lost(odds, 0), 75);
    count(odds, 50, Outcome::Landed, 5'000);
    EXPECT_GE(odds.rungs()[0].outcomes, 20U);
    EXPECT_NEAR(lost(odds, 0), 30, 1);
}

TEST(CycleOdds, KnowWhatExpiresWithoutCountingItAsLost) {
    CycleOdds odds{20};
    count(odds, 0, Outcome::Expired, 100);
    EXPECT_EQ(lost(odds, 0), 20);
    EXPECT_EQ(odds.rungs()[0].in_block, CycleOdds::kMillion / 2);
    EXPECT_GT(odds.rungs()[1].in_block, CycleOdds::kMillion / 2);
    count(odds, 90, Outcome::Expired, 100'000);
    EXPECT_LT(odds.rungs()[5].in_block, CycleOdds::kMillion / 10);
    EXPECT_GT(odds.rungs()[0].in_block, CycleOdds::kMillion / 10 * 9) << "that was long ago";
}

}  // namespace
}  // namespace sniperforge::strategy
