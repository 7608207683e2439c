// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/cycle_bid.hpp"

#include <gtest/gtest.h>

namespace sniperforge::strategy {
namespace {

constexpr Lamports kProfit{10'000'000};

BidTerms tipped(std::uint32_t percent_max = 90) {
    return {.profit_min = Lamports{100'000},
            .revert_cost = Lamports{11'000},
            .bid_max = Lamports{1'000'000'000},
            .percent_max = percent_max};
}
BidTerms of_nodes(std::uint32_t percent_max = 90) {
    BidTerms terms = tipped(percent_max);
    terms.is_paid_by_reverts = true;
    return terms;
}

CycleOdds learnt(std::initializer_list<std::pair<std::uint8_t, int>> reverts_of_ten,
                 std::uint32_t assumed = 60) {
    CycleOdds odds{assumed};
    for (const auto& [percent, reverts] : reverts_of_ten) {
        for (int i = 0; i < 100; ++i) {
            odds.count({i % 10 < reverts ? Outcome::Reverted : Outcome::Landed, percent});
        }
    }
    return odds;
}

TEST(CycleBid, IsNoneWithoutTheSettingWhateverReverts) {
    const auto bid = choose_bid(learnt({{0, 9}}), kProfit, tipped(0));
    ASSERT_TRUE(bid);
    EXPECT_EQ(*bid, CycleBid{});
}

// Of five attempts one reverts: four earn for five, and the fee of the fifth.
TEST(CycleBid, WithoutTheSettingTheFloorIsThatOfTheOddsAlone) {
    EXPECT_EQ(profit_floor(CycleOdds{0}, tipped(0)), Lamports{100'000});
    EXPECT_EQ(profit_floor(CycleOdds{20}, tipped(0)), Lamports{(5 * 100'000 + 11'000) / 4});
    BidTerms terms = tipped(0);
    terms.profit_min = {};
    terms.revert_cost = Lamports{3};
    EXPECT_EQ(profit_floor(CycleOdds{20}, terms), Lamports{1});
    terms.profit_min = Lamports::max();
    EXPECT_EQ(profit_floor(CycleOdds{20}, terms), Lamports::max());
    EXPECT_EQ(profit_floor(CycleOdds{100}, tipped(0)), Lamports::max()) << "nothing lands";
}

TEST(CycleBid, IsChosenFromExactlyTheFloorOn) {
    for (const std::uint32_t assumed : {0U, 20U, 33U, 60U}) {
        for (const std::uint32_t percent_max : {0U, 90U}) {
            for (const BidTerms& terms : {tipped(percent_max), of_nodes(percent_max)}) {
                const CycleOdds odds{assumed};
                const Lamports floor = profit_floor(odds, terms);
                EXPECT_TRUE(choose_bid(odds, floor, terms)) << assumed;
                // A bid is rounded down by less than one lamport, of at least a tenth that is kept.
                const Lamports rounding{percent_max == 0 ? 1U : 10U};
                EXPECT_FALSE(choose_bid(odds, floor - rounding, terms)) << assumed;
            }
        }
    }
}

TEST(CycleBid, IsTheLeastWhileFewRevert) {
    EXPECT_EQ(choose_bid(CycleOdds{20}, kProfit, tipped()), CycleBid{});
    EXPECT_EQ(choose_bid(learnt({{0, 2}}, 20), kProfit, tipped()), CycleBid{});
}

TEST(CycleBid, RisesWhenLowSharesRevertAndHighOnesLand) {
    const auto percent_of = [](const CycleOdds& odds) {
        return int{choose_bid(odds, kProfit, tipped()).value().percent};
    };
    EXPECT_EQ(percent_of(learnt({{0, 9}, {10, 2}})), 10);
    EXPECT_EQ(percent_of(learnt({{0, 9}, {10, 9}, {25, 2}})), 25);
    EXPECT_EQ(percent_of(learnt({{0, 9}, {10, 9}, {25, 9}, {50, 1}})), 50);
    // A share that lands no more often than the least is not offered for long.
    EXPECT_EQ(percent_of(learnt({{0, 5}, {10, 5}, {25, 5}, {50, 5}, {75, 5}}, 50)), 0);
}

TEST(CycleBid, IsNotAboveTheSetting) {
    const CycleOdds odds = learnt({{0, 9}, {10, 9}, {25, 9}, {50, 0}});
    EXPECT_EQ(choose_bid(odds, kProfit, tipped(50))->percent, 50);
    EXPECT_LT(choose_bid(odds, kProfit, tipped(49))->percent, 50);
}

TEST(CycleBid, IsNotAboveWhatTheCapsLeave) {
    const CycleOdds odds = learnt({{0, 9}, {10, 9}, {25, 9}, {50, 0}});
    BidTerms terms = tipped();
    terms.bid_max = Lamports{5'000'000};
    EXPECT_EQ(choose_bid(odds, kProfit, terms), (CycleBid{50, Lamports{5'000'000}}));
    EXPECT_LT(choose_bid(odds, kProfit + Lamports{2}, terms)->percent, 50) << "5,000,001";
    terms.bid_max = {};
    EXPECT_EQ(choose_bid(odds, kProfit, terms), CycleBid{});
}

TEST(CycleBid, ThereIsNoneWhereNoShareIsWorthIt) {
    const CycleOdds odds = learnt({{0, 10}, {10, 10}, {25, 10}});
    BidTerms terms = tipped(25);
    const Lamports floor = profit_floor(odds, terms);
    EXPECT_FALSE(choose_bid(odds, Lamports{floor.raw() / 2}, terms));
    EXPECT_FALSE(choose_bid(CycleOdds{100}, kProfit, tipped(0)));
    EXPECT_FALSE(choose_bid(CycleOdds{0}, Lamports{99'999}, tipped()));
    EXPECT_TRUE(choose_bid(CycleOdds{0}, Lamports{100'000}, tipped()));
    terms = tipped();
    terms.profit_min = {};
    EXPECT_FALSE(choose_bid(CycleOdds{0}, Lamports{}, terms)) << "nothing is earned";
}

// A tip is paid by what lands alone, a priority fee by what reverts, too.
TEST(CycleBid, CountsTheBidsOfRevertsWhereThoseAreLost) {
    const CycleOdds odds = learnt({{0, 8}, {10, 7}, {25, 6}, {50, 3}});
    const auto tip = choose_bid(odds, kProfit, tipped()).value();
    const auto fee = choose_bid(odds, kProfit, of_nodes()).value();
    EXPECT_GT(tip.percent, 0);
    EXPECT_LE(fee.percent, tip.percent);
    EXPECT_GE(profit_floor(odds, of_nodes()), profit_floor(odds, tipped()));
    // 45 % of the least offers revert: worth a try by a tip, not by a fee.
    const CycleOdds even{45};
    EXPECT_GT(choose_bid(even, kProfit, tipped())->percent, 0);
    EXPECT_EQ(choose_bid(even, kProfit, of_nodes())->percent, 0);
}

// What does not come into a block costs nothing, and earns nothing.
TEST(CycleBid, RisesWhereTheLeastOfferExpires) {
    CycleOdds odds{0};
    EXPECT_EQ(choose_bid(odds, kProfit, tipped())->percent, 0);
    for (int i = 0; i < 300; ++i) {
        odds.count({Outcome::Expired, 0});
    }
    EXPECT_GT(choose_bid(odds, kProfit, tipped())->percent, 0);
}

TEST(CycleBid, HoldsForAnyAmount) {
    const CycleOdds odds = learnt({{0, 9}, {10, 1}});
    BidTerms terms = of_nodes();
    terms.bid_max = Lamports::max();
    const auto bid = choose_bid(odds, Lamports::max(), terms);
    ASSERT_TRUE(bid);
    EXPECT_EQ(bid->amount.raw(), kU64Max / 10) << "rounded down";
    terms.revert_cost = Lamports::max();
    terms.percent_max = 10;
    EXPECT_FALSE(choose_bid(learnt({{0, 10}, {10, 10}}), Lamports::max(), terms));
    EXPECT_EQ(profit_floor(learnt({{0, 9}}), terms), Lamports::max());
}

}  // namespace
}  // namespace sniperforge::strategy
