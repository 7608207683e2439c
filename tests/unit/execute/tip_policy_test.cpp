// SPDX-License-Identifier: MIT
#include "sniperforge/execute/tip_policy.hpp"

#include <gtest/gtest.h>

namespace sniperforge::execute {
namespace {

// 4,000 of 50,000 lamports are the least price.
[[nodiscard]] config::ExecutionSettings tipping_settings() {
    config::ExecutionSettings settings;
    settings.priority_price = ComputeUnitPrice{20'000};
    settings.swap_units = ComputeUnits{200'000};
    settings.trade_fee_max = Lamports{50'000};
    return settings;
}

TEST(TipPolicy, ATipIsWhatIsWantedWithinTheRoomAndNothingWhereTheLaneTakesMore) {
    const auto settings = tipping_settings();
    const auto tip = [&](std::uint64_t min, std::uint64_t wanted, std::uint32_t factor = 100) {
        return tip_within({Lamports{min}, Lamports{wanted}}, factor, settings).raw();
    };
    EXPECT_EQ(tip(1'000, 1'000), 1'000U);
    EXPECT_EQ(tip(1'000, 5'000), 5'000U);
    EXPECT_EQ(tip(1'000, 5'001, 130), 6'502U) << "rounded up";
    EXPECT_EQ(tip(1'000, 1'100, 50), 1'000U) << "not below what it takes";
    EXPECT_EQ(tip(1'000, 46'001), 46'000U);
    EXPECT_EQ(tip(46'000, 46'000), 46'000U);
    EXPECT_EQ(tip(46'001, 46'001), 0U);
}

TEST(TipPolicy, TheFloorIsThatOfTheFirstLaneAndNoneWithoutALane) {
    auto settings = tipping_settings();
    EXPECT_FALSE(tip_floor_of(settings));
    settings.lanes.resize(2);
    settings.lanes[0].tip_floor = Lamports{7};
    settings.lanes[1].tip_floor = Lamports{8};
    const auto floor = tip_floor_of(settings);
    ASSERT_TRUE(floor);
    EXPECT_EQ(floor->min, Lamports{7});
    EXPECT_EQ(floor->wanted, Lamports{7});
}

TEST(TipPolicy, WhereThePriceTakesAllThatAnOrderMayPayThereIsNoRoom) {
    auto settings = tipping_settings();
    EXPECT_EQ(tip_room(settings), Lamports{46'000});
    settings.trade_fee_max = Lamports{3'999};
    EXPECT_EQ(tip_room(settings), Lamports{});
    EXPECT_EQ(tip_within({Lamports{}, Lamports{5}}, 100, settings), Lamports{});
}

}  // namespace
}  // namespace sniperforge::execute
