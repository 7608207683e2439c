// SPDX-License-Identifier: MIT
#include "sniperforge/execute/recorded_costs.hpp"

#include <gtest/gtest.h>

#include "unit/execute/offer_support.hpp"

namespace sniperforge::execute {
namespace {

struct StandingClock final : Clock {
    [[nodiscard]] MonoTime now() const override { return {}; }
    [[nodiscard]] WallTime wall_now() const override { return WallTime{1'750'000'000'000'000'000}; }
};

class RecordedCostsTest : public ::testing::Test {
 protected:
    RecordedCostsTest() {
        settings.priority_price = ComputeUnitPrice{20'000};
        settings.swap_units = ComputeUnits{200'000};  // 4,000 lamports at that price.
        settings.trade_fee_max = Lamports{100'000};
        settings.daily_fee_max = Lamports{1'000'000};
    }
    config::ExecutionSettings settings;
    StandingClock clock;
    RecordedCosts costs{clock, settings};
};

TEST_F(RecordedCostsTest, BeforeAnythingWasToldTheOfferIsThatOfTheSettings) {
    EXPECT_EQ(priced(costs.offer({})), (Offer{ComputeUnitPrice{20'000}}));
    EXPECT_FALSE(costs.rent());
    costs.take_rent(Lamports{2'039'280});
    EXPECT_EQ(costs.rent(), Lamports{2'039'280});
}

TEST_F(RecordedCostsTest, TheRecordedTipIsTakenAndItsPriceOnlyWhereTheMarketsIsWanted) {
    costs.take({ComputeUnitPrice{90'000}, Lamports{10'000}, 130});
    EXPECT_EQ(priced(costs.offer({})), (Offer{ComputeUnitPrice{20'000}, Lamports{10'000}}));
    settings.priority_fee = "market";
    EXPECT_EQ(priced(costs.offer({})), (Offer{ComputeUnitPrice{90'000}, Lamports{10'000}}));
    costs.take({ComputeUnitPrice{1'000}, Lamports{}});
    EXPECT_EQ(priced(costs.offer({})), (Offer{ComputeUnitPrice{20'000}}))
        << "at least the settings'";
}

TEST_F(RecordedCostsTest, AnOrdersOwnCapHoldsAndATipThatHasNoRoomIsLeftOut) {
    costs.take({ComputeUnitPrice{20'000}, Lamports{96'000}});
    EXPECT_EQ(costs.offer({}).tip, Lamports{96'000}) << "4,000 and the tip are exactly the cap";
    costs.take({ComputeUnitPrice{20'000}, Lamports{96'001}});
    EXPECT_EQ(costs.offer({}).tip, Lamports{});
    settings.priority_fee = "market";
    costs.take({ComputeUnitPrice{900'000}, Lamports{50'000}});
    EXPECT_EQ(priced(costs.offer({})), (Offer{ComputeUnitPrice{250'000}, Lamports{50'000}}));
}

// Of settings that it was not recorded with.
TEST_F(RecordedCostsTest, ALaneThatTakesNoLessThanItsFloorIsPaidThat) {
    config::LaneSettings lane;
    lane.tip_floor = Lamports{20'000};
    settings.lanes = {lane};
    EXPECT_EQ(costs.offer({}).tip, Lamports{20'000}) << "nothing was told";
    for (const auto& [recorded, paid] :
         {std::pair{0U, 20'000U}, {19'999U, 20'000U}, {20'001U, 20'001U}}) {
        costs.take({ComputeUnitPrice{20'000}, Lamports{recorded}});
        EXPECT_EQ(costs.offer({}).tip, Lamports{paid});
    }
    settings.lanes[0].tip_floor = Lamports{96'001};
    EXPECT_EQ(costs.offer({}).tip, Lamports{}) << "no room beside the price";
}

TEST_F(RecordedCostsTest, TheDaysCapHoldsWithWhatIsOnItsWayAndExitsPayTheLeast) {
    settings.daily_fee_max = Lamports{28'000};
    costs.take({ComputeUnitPrice{20'000}, Lamports{10'000}});
    const auto first = costs.reserve(costs.offer({}), settings.swap_units, false);
    ASSERT_TRUE(first);
    const auto second = costs.reserve(*first, settings.swap_units, false);
    ASSERT_TRUE(second) << "exactly the cap";
    EXPECT_FALSE(costs.reserve({ComputeUnitPrice{1}}, settings.swap_units, false));
    const auto exit = costs.reserve(*first, settings.swap_units, true);
    ASSERT_TRUE(exit);
    EXPECT_EQ(exit->tip, Lamports{});
    EXPECT_EQ(priced(costs.offer({})), (Offer{ComputeUnitPrice{20'000}}))
        << "nothing is left for a tip";
    costs.settled(*first, settings.swap_units, {});
    costs.settled(*exit, settings.swap_units, {});
    EXPECT_TRUE(costs.reserve(*first, settings.swap_units, false)) << "it was in no block";
}

}  // namespace
}  // namespace sniperforge::execute
