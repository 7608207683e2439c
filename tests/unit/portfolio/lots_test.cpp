// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/lots.hpp"

#include <gtest/gtest.h>

#include "sniperforge/core/archive.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::portfolio {
namespace {

[[nodiscard]] Lot lot_of(std::uint64_t order, std::uint64_t amount, std::uint64_t cost,
                         std::uint64_t slot = 0) {
    return {IntentId{order}, Slot{slot == 0 ? order : slot}, MonoTime{1}, TokenAmount{amount},
            Lamports{cost}};
}
[[nodiscard]] Lots three() {
    Lots lots;
    lots.add(lot_of(1, 100, 1'000));
    lots.add(lot_of(2, 100, 3'000));
    lots.add(lot_of(3, 100, 5'000));
    return lots;
}

TEST(Lots, TakesTheOldestFirstAndOnTheBoundaryNothingOfTheNext) {
    for (const auto& [amount, pieces, cost] :
         {std::tuple{99U, 1U, 990U}, {100U, 1U, 1'000U}, {101U, 2U, 1'030U}}) {
        Lots lots = three();
        const auto taken = lots.take(TokenAmount{amount});
        EXPECT_EQ(taken.size(), pieces) << amount;
        EXPECT_EQ(cost_of(taken), Lamports{cost});
        EXPECT_EQ(amount_of(taken), TokenAmount{amount});
        EXPECT_EQ(lots.cost(), Lamports{9'000 - cost});
        EXPECT_EQ(lots.amount(), TokenAmount{300 - amount});
    }
}

TEST(Lots, TakesNoMoreThanThereIs) {
    Lots lots = three();
    EXPECT_EQ(amount_of(lots.take(TokenAmount{1'000})), TokenAmount{300});
    EXPECT_TRUE(lots.all().empty());
    EXPECT_TRUE(lots.take(TokenAmount{1}).empty());
    EXPECT_TRUE(three().take({}).empty());
}

// A third of 10 lamports: 3 leave, so that what stays is not flattered.
TEST(Lots, RoundsTheCostThatLeavesDown) {
    Lots lots;
    lots.add(lot_of(1, 3, 10));
    EXPECT_EQ(cost_of(lots.take(TokenAmount{1})), Lamports{3});
    EXPECT_EQ(lots.cost(), Lamports{7});
    EXPECT_EQ(cost_of(lots.take(TokenAmount{1})), Lamports{3});
    EXPECT_EQ(cost_of(lots.take(TokenAmount{1})), Lamports{4});
}

TEST(Lots, GoesByTheSlotsAndNotByTheOrderOfTheReports) {
    Lots lots;
    lots.add(lot_of(7, 1, 10, 20));
    lots.add(lot_of(8, 1, 20, 19));
    lots.add(lot_of(9, 1, 30, 20));
    ASSERT_EQ(lots.all().size(), 3U);
    EXPECT_EQ(lots.all()[0].order, IntentId{8});
    EXPECT_EQ(lots.all()[1].order, IntentId{7});
    EXPECT_EQ(lots.all()[2].order, IntentId{9});
    lots.add(lot_of(10, 0, 5));
    EXPECT_EQ(lots.all().size(), 3U) << "nothing was bought";
}

// Sales that never happened, in whatever order they are taken back.
TEST(Lots, AreAsTheyWereOnceAllThatWasTakenIsGivenBack) {
    Rng rng{7};
    for (int round = 0; round < 2'000; ++round) {
        Lots lots;
        for (std::uint64_t order = 1; order <= 1 + rng.below(6); ++order) {
            lots.add(lot_of(order, 1 + rng.below(50), rng.below(1'000)));
        }
        const Lots before = lots;
        std::vector<std::vector<Lot>> sales;
        for (std::uint64_t sale = rng.below(6); sale > 0; --sale) {
            sales.push_back(lots.take(TokenAmount{rng.below(60)}));
        }
        while (!sales.empty()) {
            const auto sale = sales.begin() + static_cast<long>(rng.below(sales.size()));
            for (const Lot& part : *sale) {
                lots.add(part);
            }
            sales.erase(sale);
        }
        ASSERT_EQ(lots, before) << round;
    }
}

TEST(Lots, RemovesTheLotOfAnOrder) {
    Lots lots = three();
    lots.remove(lot_of(2, 100, 3'000));
    EXPECT_EQ(lots.amount(), TokenAmount{200});
    EXPECT_EQ(lots.cost(), Lamports{6'000});
    // Of one that was sold in part already the oldest stand in for what is gone.
    (void)lots.take(TokenAmount{60});
    lots.remove(lot_of(1, 100, 1'000));
    EXPECT_EQ(lots.amount(), TokenAmount{40});
    EXPECT_EQ(lots.cost(), Lamports{2'000});
}

// The one lot of a position in the books of an older version is of no order.
TEST(Lots, RemovesAnOrderThatNobodyKnowsFromTheLotOfNone) {
    Lots lots;
    lots.add(lot_of(0, 1'400, 150, 9));
    lots.remove(lot_of(2, 400, 50));
    ASSERT_EQ(lots.all().size(), 1U);
    EXPECT_EQ(lots.all()[0].amount, TokenAmount{1'000});
    EXPECT_EQ(lots.all()[0].cost, Lamports{100});
    lots.remove(lot_of(1, 1'000, 100));
    EXPECT_TRUE(lots.all().empty());
}

TEST(Lots, AreAtMostSixtyFourOfWhichTheTwoOldestBecomeOne) {
    Lots lots;
    for (std::uint64_t order = 1; order <= Lots::kMax; ++order) {
        lots.add(lot_of(order, 10, order));
    }
    EXPECT_EQ(lots.all().size(), Lots::kMax);
    EXPECT_EQ(lots.all()[0], lot_of(1, 10, 1));
    const Lamports cost = lots.cost();
    lots.add(lot_of(Lots::kMax + 1, 10, 7));
    EXPECT_EQ(lots.all().size(), Lots::kMax);
    EXPECT_EQ(lots.all()[0], lot_of(1, 20, 3));
    EXPECT_EQ(lots.all()[1], lot_of(3, 10, 3));
    EXPECT_EQ(lots.cost(), cost + Lamports{7});
    EXPECT_EQ(lots.amount(), TokenAmount{(Lots::kMax + 1) * 10});
}

TEST(Lots, KeepTheirCostWhereTheirAmountIsSet) {
    Lots lots = three();
    lots.set_amount(TokenAmount{150}, lot_of(0, 1, 1));
    EXPECT_EQ(lots.amount(), TokenAmount{150});
    EXPECT_EQ(lots.cost(), Lamports{9'000});
    EXPECT_EQ(lots.all()[0].order, IntentId{2});
    lots.set_amount(TokenAmount{151}, lot_of(0, 99, 99, 1));
    EXPECT_EQ(lots.all()[0], lot_of(0, 1, 0, 1)) << "what nobody paid for";
    EXPECT_EQ(lots.cost(), Lamports{9'000});
    lots.set_amount({}, lot_of(0, 1, 1));
    EXPECT_TRUE(lots.all().empty());
}

TEST(Lots, AreTheSameFromACheckpoint) {
    ArchiveWriter writer{Duration{5}};
    writer(three());
    Lots read;
    ArchiveReader reader{writer.bytes(), Duration{5}, 7};
    reader(read);
    EXPECT_TRUE(reader.is_complete());
    EXPECT_EQ(read, three());
}

}  // namespace
}  // namespace sniperforge::portfolio
