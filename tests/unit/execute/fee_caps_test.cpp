// SPDX-License-Identifier: MIT
#include "sniperforge/execute/fee_caps.hpp"

#include <gtest/gtest.h>

namespace sniperforge::execute {
namespace {

constexpr ComputeUnits kUnits{200'000};
constexpr std::int64_t kDayNs = 86'400'000'000'000;

struct SetClock final : Clock {
    [[nodiscard]] MonoTime now() const override { return {}; }
    [[nodiscard]] WallTime wall_now() const override { return wall; }
    WallTime wall{20'000 * kDayNs};
};

// The least costs 4,000 lamports.
class FeeCapsTest : public ::testing::Test {
 protected:
    FeeCapsTest() {
        settings.priority_price = ComputeUnitPrice{20'000};
        settings.trade_fee_max = Lamports{50'000};
        settings.daily_fee_max = Lamports{100'000};
    }
    [[nodiscard]] static Offer offer(std::uint64_t price, std::uint64_t tip,
                                     std::uint32_t factor = 100) {
        return {ComputeUnitPrice{price}, Lamports{tip}, factor};
    }
    SetClock clock;
    config::ExecutionSettings settings;
    FeeCaps caps{clock, settings};
};

TEST_F(FeeCapsTest, AnOrderPaysItsTipFirstAndAPriceWithinTheRest) {
    EXPECT_EQ(caps.within_order(offer(200'000, 10'000), kUnits), offer(200'000, 10'000));
    EXPECT_EQ(caps.within_order(offer(200'001, 10'000), kUnits), offer(200'000, 10'000));
    // With the least price the tip must have room.
    EXPECT_EQ(caps.within_order(offer(20'000, 46'000), kUnits), offer(20'000, 46'000));
    EXPECT_EQ(caps.within_order(offer(20'000, 46'001), kUnits), offer(20'000, 0));
}

TEST_F(FeeCapsTest, ADayHasRoomForExactlyItsLimitAndThenForTheLeastOfAnExit) {
    caps.count(Lamports{60'000});
    const Offer wanted = offer(150'000, 10'000, 130);  // 40,000.
    EXPECT_EQ(caps.within_day(wanted, kUnits), wanted);
    EXPECT_EQ(caps.reserve(wanted, kUnits, false), wanted);
    EXPECT_EQ(caps.used(), Lamports{100'000});
    caps.release(Lamports{40'000});
    caps.count(Lamports{1});
    EXPECT_EQ(caps.within_day(wanted, kUnits), offer(20'000, 0, 130))
        << "the factor is learnt from";
    EXPECT_EQ(caps.reserve(wanted, kUnits, false), std::nullopt);
    EXPECT_EQ(caps.used(), Lamports{60'001});
    EXPECT_EQ(caps.reserve(wanted, kUnits, true), offer(20'000, 0, 130));
    EXPECT_EQ(caps.used(), Lamports{64'001});
}

TEST_F(FeeCapsTest, WhatIsSetAsideIsGivenBackForWhatItCameToAndADayForgets) {
    const auto reserved = caps.reserve(offer(150'000, 10'000), kUnits, false);
    ASSERT_TRUE(reserved);
    caps.settled(*reserved, kUnits, Lamports{30'000});
    EXPECT_EQ(caps.used(), Lamports{30'000});
    clock.wall.ns += kDayNs - 1;
    EXPECT_EQ(caps.used(), Lamports{30'000});
    clock.wall.ns += 1;
    EXPECT_EQ(caps.used(), Lamports{});
}

}  // namespace
}  // namespace sniperforge::execute
