// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/pace_gauge.hpp"

#include <gtest/gtest.h>

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kAbsurd = 1'000'000'000'000'000'000;
// Slots of the chain, above its heights.
constexpr std::uint64_t kSkipped = 500;

class PaceGaugeTest : public ::testing::Test {
 protected:
    void tell(PaceGauge& gauge, std::size_t endpoint, std::uint64_t height) {
        gauge.hear(endpoint, {Slot{height + kSkipped}, BlockHeight{height}}, now_);
    }
    [[nodiscard]] static std::uint64_t height_of(const PaceGauge& gauge) {
        return gauge.believed() ? gauge.believed()->chain.height.value : 0;
    }
    void pass(Duration duration) { now_ = now_ + duration; }
    // Both are at 1,000.
    [[nodiscard]] PaceGauge two() {
        PaceGauge gauge{2};
        tell(gauge, 0, 1'000);
        tell(gauge, 1, 1'000);
        return gauge;
    }
    // So many seconds at two blocks each, with whom `endpoint` says and how far off.
    void go_on(PaceGauge& gauge, std::uint64_t from, int seconds_of,
               std::vector<std::pair<std::size_t, std::int64_t>> who) {
        for (int i = 1; i <= seconds_of; ++i) {
            pass(seconds{1});
            for (const auto& [endpoint, off] : who) {
                tell(gauge, endpoint,
                     static_cast<std::uint64_t>(static_cast<std::int64_t>(from) + 2 * i + off));
            }
        }
    }
    MonoTime now_{1'000'000'000'000};
};

TEST_F(PaceGaugeTest, BelievesTheOnlyEndpointAtOnceAndAtThePaceOfAChain) {
    PaceGauge gauge{1};
    tell(gauge, 0, 1'000);
    EXPECT_EQ(height_of(gauge), 1'000U);
    EXPECT_FALSE(gauge.believed()->is_borne_out);
    pass(kSlotTimeLeast * 10);
    PaceGauge one_more = gauge;
    tell(one_more, 0, 1'000 + PaceGauge::kAheadMax + 11);
    EXPECT_EQ(height_of(one_more), 1'000U);
    tell(gauge, 0, 1'000 + PaceGauge::kAheadMax + 10);
    EXPECT_EQ(height_of(gauge), 1'160U);
    tell(gauge, 0, 1'161);
    EXPECT_EQ(height_of(gauge), 1'160U) << "what was ahead of the pace is not had twice";
    pass(kSlotTimeLeast);
    tell(gauge, 0, 1'161);
    EXPECT_EQ(height_of(gauge), 1'161U);
}

TEST_F(PaceGaugeTest, WaitsForASecondWordBeforeItBelievesTheFirst) {
    PaceGauge gauge{2};
    tell(gauge, 0, kAbsurd);
    EXPECT_FALSE(gauge.believed());
    tell(gauge, 1, 1'000);
    EXPECT_EQ(height_of(gauge), 1'000U);
    EXPECT_FALSE(gauge.believed()->is_borne_out) << "nobody else says so";

    PaceGauge alone{2};
    tell(alone, 0, 1'000);
    pass(PaceGauge::kSecondWord - Duration{1});
    tell(alone, 0, 1'010);
    EXPECT_FALSE(alone.believed());
    pass(Duration{1});
    tell(alone, 0, 1'010);
    EXPECT_EQ(height_of(alone), 1'010U);
    EXPECT_FALSE(alone.believed()->is_borne_out);
}

TEST_F(PaceGaugeTest, BelievesNoHeightThatOneOfTwoTellsOf) {
    for (const std::uint64_t off : {std::uint64_t{100}, std::uint64_t{10'000}, kAbsurd}) {
        PaceGauge gauge = two();
        tell(gauge, 1, 1'000 + off);
        EXPECT_EQ(height_of(gauge), 1'000U);
        go_on(gauge, 1'000, 200, {{0, 0}, {1, static_cast<std::int64_t>(off)}});
        EXPECT_EQ(height_of(gauge), 1'400U) << "and goes on with the other one";
        EXPECT_TRUE(gauge.believed()->is_borne_out);
        EXPECT_EQ(gauge.is_doubted(1), off > PaceGauge::kAheadMax);
        EXPECT_FALSE(gauge.is_doubted(0));
    }
}

TEST_F(PaceGaugeTest, DoesNotWaitForOneThatIsFarBehindOrStandsStill) {
    PaceGauge behind = two();
    go_on(behind, 1'000, 100, {{0, 0}, {1, -900}});
    EXPECT_EQ(height_of(behind), 1'200U);
    EXPECT_FALSE(behind.believed()->is_borne_out) << "it is one node's word";
    EXPECT_TRUE(behind.is_doubted(1));

    PaceGauge standing = two();
    go_on(standing, 1'000, 15, {{0, 0}});
    EXPECT_EQ(height_of(standing), 1'000U);
    go_on(standing, 1'030, 1, {{0, 0}});
    EXPECT_EQ(height_of(standing), 1'032U);
}

TEST_F(PaceGaugeTest, WaitsForOneThatLagsALittleAndForNoneThatLagsMore) {
    const auto height_with = [this](std::uint64_t lag) {
        PaceGauge gauge{3};
        tell(gauge, 0, 1'000);
        tell(gauge, 1, 1'000);
        tell(gauge, 2, 999 - lag);
        pass(PaceGauge::kStandstill + Duration{1});  // Nothing more is heard of the second.
        tell(gauge, 2, 1'000 - lag);
        tell(gauge, 0, 1'001);
        return height_of(gauge);
    };
    EXPECT_EQ(height_with(PaceGauge::kBehindMax), 1'000U);
    EXPECT_EQ(height_with(PaceGauge::kBehindMax + 1), 1'001U);
}

// It has been away, and catches up.
TEST_F(PaceGaugeTest, DoesNotGoBackToANewcomerThatIsFarBehindWhoHasLongBeenBelieved) {
    for (const int alone : {59, 60}) {
        PaceGauge gauge{2};
        tell(gauge, 0, 10'000);
        go_on(gauge, 10'000, alone, {{0, 0}});
        tell(gauge, 1, 9'000);
        EXPECT_EQ(height_of(gauge), alone < 60 ? 9'000U : 10'120U);
        EXPECT_FALSE(gauge.believed()->is_borne_out);
    }
}

TEST_F(PaceGaugeTest, OfTwoThatAreFarApartFromTheStartBelievesTheHigherOnceItHasGoneOnForAMinute) {
    PaceGauge gauge{2};
    tell(gauge, 0, 10'000);
    tell(gauge, 1, 9'000);
    go_on(gauge, 10'000, 59, {{0, 0}, {1, -1'000}});
    EXPECT_EQ(height_of(gauge), 9'118U);
    go_on(gauge, 10'118, 1, {{0, 0}, {1, -1'000}});
    EXPECT_EQ(height_of(gauge), 10'120U);
    EXPECT_FALSE(gauge.believed()->is_borne_out);
    tell(gauge, 1, 10'119);
    EXPECT_EQ(height_of(gauge), 10'120U);
    pass(seconds{1});
    tell(gauge, 0, 10'122);
    tell(gauge, 1, 10'121);
    EXPECT_EQ(height_of(gauge), 10'121U);
    EXPECT_TRUE(gauge.believed()->is_borne_out);
}

TEST_F(PaceGaugeTest, BelievesALeapThatTwoTellOf) {
    PaceGauge gauge = two();
    tell(gauge, 0, 50'000);
    EXPECT_EQ(height_of(gauge), 1'000U);
    tell(gauge, 1, 50'001);
    EXPECT_EQ(height_of(gauge), 50'000U);
}

// The machine slept, and its clock with it.
TEST_F(PaceGaugeTest, BelievesALeapOfTheOnlyOneThatKeepsToItForAMinute) {
    PaceGauge gauge{1};
    tell(gauge, 0, 1'000);
    tell(gauge, 0, 50'000);
    go_on(gauge, 50'000, 59, {{0, 0}});
    EXPECT_EQ(height_of(gauge), 1'000U);
    go_on(gauge, 50'118, 1, {{0, 0}});
    EXPECT_EQ(height_of(gauge), 50'120U);

    PaceGauge standing{1};
    tell(standing, 0, 1'000);
    for (int i = 0; i < 200; ++i) {
        pass(seconds{1});
        tell(standing, 0, kAbsurd);
    }
    EXPECT_EQ(height_of(standing), 1'000U);
}

TEST_F(PaceGaugeTest, GivesUpAFirstWordThatTheOtherOneSpeaksAgainst) {
    PaceGauge gauge{2};
    tell(gauge, 0, kAbsurd);
    pass(PaceGauge::kSecondWord);
    tell(gauge, 0, kAbsurd + 1);
    EXPECT_EQ(height_of(gauge), kAbsurd + 1) << "nobody else has said anything";
    tell(gauge, 1, 1'000);
    EXPECT_EQ(height_of(gauge), 1'000U);
}

TEST_F(PaceGaugeTest, GivesUpAFirstWordOfTheOnlyOneThatItDoesNotRepeat) {
    PaceGauge gauge{1};
    tell(gauge, 0, kAbsurd);
    go_on(gauge, 1'000, 60, {{0, 0}});
    EXPECT_EQ(height_of(gauge), kAbsurd);
    go_on(gauge, 1'120, 1, {{0, 0}});
    EXPECT_EQ(height_of(gauge), 1'122U);
}

TEST_F(PaceGaugeTest, BelievesNoSlotThatOneOfTwoTellsOfWithATrueHeight) {
    PaceGauge gauge = two();
    pass(seconds{1});
    gauge.hear(0, {Slot{kAbsurd}, BlockHeight{1'002}}, now_);
    tell(gauge, 1, 1'002);
    EXPECT_EQ(gauge.believed()->chain.slot, Slot{1'002 + kSkipped});
}

// The newest block of a node, at a commitment that is as weak or weaker.
TEST_F(PaceGaugeTest, KnowsWhichBlockCanBeTheNewest) {
    const PaceGauge gauge = two();
    EXPECT_FALSE(gauge.can_be_newest(BlockHeight{999}, now_));
    EXPECT_TRUE(gauge.can_be_newest(BlockHeight{1'000}, now_));
    EXPECT_TRUE(gauge.can_be_newest(BlockHeight{1'150}, now_));
    EXPECT_FALSE(gauge.can_be_newest(BlockHeight{1'151}, now_));
    pass(kSlotTimeLeast);
    EXPECT_TRUE(gauge.can_be_newest(BlockHeight{1'151}, now_));
    EXPECT_FALSE(gauge.can_be_newest(BlockHeight{1'152}, now_));
    EXPECT_FALSE(PaceGauge{2}.can_be_newest(BlockHeight{1'000}, now_));
}

TEST(ExpiryFloor, IsALifeAtTheFastestPaceOfTwoAndAtTheUsualOneOfOne) {
    EXPECT_EQ(expiry_floor(true), seconds{30});
    EXPECT_EQ(expiry_floor(false), milliseconds{72'800});
}

}  // namespace
}  // namespace sniperforge::rpc
