// SPDX-License-Identifier: MIT
#include "sniperforge/execute/assumed_costs.hpp"

#include <gtest/gtest.h>

#include "unit/execute/offer_support.hpp"

namespace sniperforge::execute {
namespace {

struct FixedClock final : Clock {
    [[nodiscard]] MonoTime now() const override { return {}; }
    [[nodiscard]] WallTime wall_now() const override { return WallTime{1'750'000'000'000'000'000}; }
};

constexpr Lamports kAssumedRent{2'157'600};

class AssumedCostsTest : public ::testing::Test {
 protected:
    AssumedCostsTest() {
        settings.priority_price = ComputeUnitPrice{20'000};
        settings.swap_units = ComputeUnits{200'000};  // 4,000 lamports at that price.
        settings.trade_fee_max = Lamports{100'000};
        settings.daily_fee_max = Lamports{1'000'000};
    }
    void add_lane(std::string name, std::uint64_t tip_floor) {
        config::LaneSettings lane;
        lane.name = std::move(name);
        lane.tip_floor = Lamports{tip_floor};
        settings.lanes.push_back(std::move(lane));
    }
    config::ExecutionSettings settings;
    FixedClock clock;
    AssumedCosts costs{clock, settings, kAssumedRent};
};

TEST_F(AssumedCostsTest, WithoutALaneThereIsNoTipAndThePriceIsThatOfTheSettings) {
    EXPECT_EQ(priced(costs.offer({})), (Offer{ComputeUnitPrice{20'000}}));
    settings.priority_fee = "market";
    EXPECT_EQ(priced(costs.offer(PoolIndex{3})), (Offer{ComputeUnitPrice{20'000}})) << "its floor";
    EXPECT_EQ(costs.rent(), kAssumedRent);
}

TEST_F(AssumedCostsTest, TheTipIsTheFloorOfTheFirstLane) {
    add_lane("first", 10'000);
    add_lane("second", 1'000);
    EXPECT_EQ(priced(costs.offer({})), (Offer{ComputeUnitPrice{20'000}, Lamports{10'000}}));
}

// What is offered is what the executor would: it knows no better while the tips are not published.
TEST_F(AssumedCostsTest, ALaneThatTakesMoreThanAnOrderMayPayIsNotPaid) {
    add_lane("dear", 96'000);
    EXPECT_EQ(costs.offer({}).tip, Lamports{96'000}) << "4,000 and the tip are exactly the cap";
    settings.lanes[0].tip_floor = Lamports{96'001};
    EXPECT_EQ(priced(costs.offer({})), (Offer{ComputeUnitPrice{20'000}}));
}

TEST_F(AssumedCostsTest, TheDaysCapHoldsAndExitsPayTheLeast) {
    add_lane("first", 10'000);
    settings.daily_fee_max = Lamports{14'000};
    const auto entry = costs.reserve(costs.offer({}), settings.swap_units, false);
    ASSERT_TRUE(entry) << "exactly the cap";
    EXPECT_FALSE(costs.reserve(*entry, settings.swap_units, false));
    const auto exit = costs.reserve(*entry, settings.swap_units, true);
    ASSERT_TRUE(exit);
    EXPECT_EQ(priced(*exit), (Offer{ComputeUnitPrice{20'000}}));
    costs.settled(*entry, settings.swap_units, {});
    costs.settled(*exit, settings.swap_units, {});
    EXPECT_TRUE(costs.reserve(costs.offer({}), settings.swap_units, false)) << "in no block";
}

TEST_F(AssumedCostsTest, SaysInWordsWhatItAssumes) {
    auto words = AssumedCosts::words(settings);
    ASSERT_EQ(words.size(), 2U);
    EXPECT_NE(words[0].find("5000 lamports of base fee and execution.priority_price, 20000 "
                            "micro-lamports a compute unit: 4000 lamports for one swap"),
              std::string::npos)
        << words[0];
    EXPECT_EQ(words[1], "no tips: execution.lanes is empty, so the executor would pay none");
    settings.priority_fee = "market";
    add_lane("jito", 10'000);
    words = AssumedCosts::words(settings);
    EXPECT_NE(words[0].find("at which priority_fee: market begins"), std::string::npos);
    EXPECT_NE(words[1].find("lands pays a tip of 10000 lamports, the tip_floor_sol of jito"),
              std::string::npos)
        << words[1];
    settings.lanes[0].tip_floor = Lamports{96'000};
    EXPECT_NE(AssumedCosts::words(settings)[1].find("pays a tip of 96000"), std::string::npos);
    settings.lanes[0].tip_floor = Lamports{96'001};
    EXPECT_EQ(AssumedCosts::words(settings)[1],
              "no tips: lane jito takes 96001 lamports or more, and execution.trade_fee_max_sol "
              "leaves 96000 beside the priority fee");
}

}  // namespace
}  // namespace sniperforge::execute
