// SPDX-License-Identifier: MIT
#include "sniperforge/execute/landing_ledger.hpp"

#include <gtest/gtest.h>

namespace sniperforge::execute {
namespace {

constexpr std::uint32_t kTarget = 3;

[[nodiscard]] Landing landed_after(std::uint64_t slots, std::uint32_t factor = 100,
                                   std::uint64_t price = 1'000) {
    return {ComputeUnitPrice{price}, factor, true, slots};
}
[[nodiscard]] Landing lost(std::uint32_t factor = 100, std::uint64_t price = 1'000) {
    return {ComputeUnitPrice{price}, factor, false, 0};
}

TEST(LandingLedger, LowersTheFactorAfterALandingInTimeAndRaisesItAfterALateOne) {
    LandingLedger in_time{kTarget};
    in_time.note(landed_after(kTarget));
    EXPECT_EQ(in_time.factor(), 98U);
    LandingLedger late{kTarget};
    late.note(landed_after(kTarget + 1));
    EXPECT_EQ(late.factor(), 125U);
    LandingLedger expired{kTarget};
    expired.note(lost());
    EXPECT_EQ(expired.factor(), 125U);
}

// Ten orders that were on their way together say once that the price was too low.
TEST(LandingLedger, RaisesOnceForWhatWasOnItsWayTogether) {
    LandingLedger ledger{kTarget};
    for (int i = 0; i < 10; ++i) {
        ledger.note(lost(100));
    }
    EXPECT_EQ(ledger.factor(), 125U);
    ledger.note(lost(125));
    EXPECT_EQ(ledger.factor(), 156U);
}

// A node that dropped an order cannot be paid to bring it back.
TEST(LandingLedger, PaysNoMoreWhereCheaperOrdersCameInTime) {
    LandingLedger ledger{kTarget};
    ledger.note(landed_after(1, 100, 900));
    ledger.note(landed_after(1, 98, 900));
    const std::uint32_t before = ledger.factor();
    ledger.note(lost(100, 1'000));
    EXPECT_EQ(ledger.factor(), before);
    // As many late as in time: then it is the price.
    ledger.note(lost(100, 1'000));
    EXPECT_GT(ledger.factor(), before);
    // What cost more and came in time says nothing about this price.
    LandingLedger dearer{kTarget};
    dearer.note(landed_after(1, 100, 1'001));
    dearer.note(landed_after(1, 100, 1'001));
    dearer.note(lost(100, 1'000));
    EXPECT_EQ(dearer.factor(), 125U);
}

TEST(LandingLedger, DoesNotLowerForAnOrderThatOfferedMoreThanItWouldNow) {
    LandingLedger ledger{kTarget};
    ledger.note(landed_after(1, 101));
    EXPECT_EQ(ledger.factor(), 100U);
    ledger.note(landed_after(1, 100));
    EXPECT_EQ(ledger.factor(), 98U);
}

TEST(LandingLedger, StaysWithinItsBoundsAndForgets) {
    LandingLedger cheap{kTarget}, dear{kTarget};
    for (int i = 0; i < 200; ++i) {
        cheap.note(landed_after(0, cheap.factor()));
        dear.note(lost(dear.factor()));
    }
    EXPECT_EQ(cheap.factor(), LandingLedger::kFactorMin);
    EXPECT_EQ(dear.factor(), LandingLedger::kFactorMax);
    EXPECT_EQ(dear.remembered().size(), LandingLedger::kRemembered);
}

}  // namespace
}  // namespace sniperforge::execute
