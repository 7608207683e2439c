// SPDX-License-Identifier: MIT
#include "sniperforge/execute/fee_caps.hpp"

#include <gtest/gtest.h>

#include "unit/execute/offer_support.hpp"

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
    EXPECT_EQ(priced(caps.within_day(wanted, kUnits)), wanted);
    EXPECT_EQ(caps.reserve(wanted, kUnits, false), wanted);
    EXPECT_EQ(caps.used(), Lamports{100'000});
    caps.release(Lamports{40'000});
    caps.count(Lamports{1});
    EXPECT_EQ(priced(caps.within_day(wanted, kUnits)), offer(20'000, 0, 130))
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

// A bid is made out of what both caps leave.
TEST_F(FeeCapsTest, AnOfferSaysWhatTheOrderAndTheDayHaveRoomFor) {
    const auto room = [&] { return caps.within_day(caps.least(), kUnits).fee_max; };
    EXPECT_EQ(room(), Lamports{50'000});
    caps.count(Lamports{50'000});
    EXPECT_EQ(room(), Lamports{50'000});
    ASSERT_TRUE(caps.reserve(caps.least(), kUnits, false));
    EXPECT_EQ(room(), Lamports{46'000}) << "what is on its way may land";
    caps.count(Lamports{200'000});
    EXPECT_EQ(room(), Lamports{});
}

TEST_F(FeeCapsTest, ABidGoesIntoTheTipWhereThereIsOneAndElseIntoThePrice) {
    EXPECT_EQ(with_bid(offer(20'000, 10'000), Lamports{7}, kUnits), offer(20'000, 10'007));
    EXPECT_EQ(with_bid(offer(20'000, 10'000), Lamports{}, kUnits), offer(20'000, 10'000));
    EXPECT_EQ(with_bid(offer(20'000, 0), Lamports{}, kUnits), offer(20'000, 0));
    // 4,000 and 2,000 for 200,000 units.
    EXPECT_EQ(with_bid(offer(20'000, 0), Lamports{2'000}, kUnits), offer(30'000, 0));
    for (const std::uint64_t bid : {1U, 3U, 1'999U, 123'457U}) {
        const Offer more = with_bid(offer(20'000, 0), Lamports{bid}, ComputeUnits{199'999});
        EXPECT_LE(cost_of(more, ComputeUnits{199'999}),
                  cost_of(offer(20'000, 0), ComputeUnits{199'999}) + Lamports{bid});
        EXPECT_GE(more.price, ComputeUnitPrice{20'000});
    }
    EXPECT_EQ(with_bid(offer(20'000, 1), Lamports::max(), kUnits).tip, Lamports::max());
    EXPECT_EQ(with_bid(offer(20'000, 0), Lamports::max(), kUnits).price, ComputeUnitPrice::max());
}

}  // namespace
}  // namespace sniperforge::execute
