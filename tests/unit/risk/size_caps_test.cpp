// SPDX-License-Identifier: MIT
// How large an entry may be by what is known of its token: each cap on both sides of its boundary,
// and what the gate says to an entry that was not cut.
#include "sniperforge/risk/size_caps.hpp"

#include "unit/risk/risk_gate_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace test;

// 0.4 SOL, of which one typical move may take 0.05: an eighth.
constexpr std::uint32_t kAnEighth = 125'000;

TEST(VolatilityCap, IsTheSizeOfWhichOneTypicalMoveTakesTheLimit) {
    Question setup = entry();
    setup.exposure.volatility = kAnEighth;
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), Lamports{400'000'000});
    setup.exposure.volatility = 300'000;
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), Lamports{166'666'666});  // Down.
    setup.exposure.volatility = 0;
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), Lamports::max());
}

TEST(VolatilityCap, IsNoneWithoutHistoryAndWhereNobodyAsked) {
    Question setup = entry();
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), std::nullopt);
    setup.exposure.volatility = kMillionthsOne;
    EXPECT_TRUE(volatility_cap(setup.limits, setup.exposure));
    setup.limits.volatility_loss_max = {};
    EXPECT_EQ(volatility_cap(setup.limits, setup.exposure), std::nullopt);
}

TEST(VolatilityCap, LetsExactlyTheSizePassAndNotOneLamportMore) {
    Question setup = entry();
    setup.exposure.volatility = kAnEighth;
    EXPECT_EQ(setup.denial(), std::nullopt);
    ++setup.exposure.volatility.value();
    EXPECT_EQ(setup.denial(), DenialReason::VolatilityTooHigh);
    for (const char* number :
         {"125001 millionths", "300 slots", "400000000", "399996800", "80000000"}) {
        EXPECT_NE(setup.detail().find(number), std::string::npos) << setup.detail();
    }
    setup.exposure.volatility.reset();  // Minutes old: the other limits stand.
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(VolatilityCap, DoesNotConcernCycles) {
    Question setup = cycle();
    setup.exposure.volatility = kMillionthsOne;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

// ---- The cut ----

TEST(SizeToCutTo, CutsToTheCapAndLeavesAloneWhatFits) {
    Question setup = entry();
    const auto size = [&] { return size_to_cut_to(setup.limits, setup.intent, setup.exposure); };
    setup.exposure.volatility = kAnEighth;
    EXPECT_EQ(size(), std::nullopt);
    setup.exposure.volatility = 2 * kAnEighth;
    EXPECT_EQ(size(), Lamports{200'000'000});
    setup.exposure.volatility.reset();
    EXPECT_EQ(size(), std::nullopt);
}

// 4,000,000 lamports of costs are 500 bps of 80,000,000.
TEST(SizeToCutTo, CutsNothingBelowWhatItsFeesNeed) {
    Question setup = entry();
    const auto size = [&] { return size_to_cut_to(setup.limits, setup.intent, setup.exposure); };
    EXPECT_EQ(cost_floor_of(setup.limits, setup.intent), Lamports{80'000'000});
    setup.exposure.volatility = 625'000;
    EXPECT_EQ(size(), Lamports{80'000'000});
    setup.exposure.volatility = 625'001;
    EXPECT_EQ(size(), std::nullopt);
    EXPECT_EQ(setup.denial(), DenialReason::VolatilityTooHigh);
}

TEST(SizeToCutTo, AnEntryWithoutCostsHasNoFloorAndOneThatMayCostNothingHasNoSize) {
    Question setup = entry();
    setup.limits.entry_cost_max = {};
    EXPECT_EQ(cost_floor_of(setup.limits, setup.intent), Lamports::max());
    setup.intent.cost_expected = {};
    EXPECT_EQ(cost_floor_of(setup.limits, setup.intent), Lamports{});
}

TEST(SizeToCutTo, NeverCutsExitsAndCycles) {
    for (Question setup : {exit(), cycle()}) {
        setup.intent.amount_in = TokenAmount{400'000'000};
        setup.exposure.volatility = kMillionthsOne;
        EXPECT_EQ(size_to_cut_to(setup.limits, setup.intent, setup.exposure), std::nullopt);
    }
}

}  // namespace
}  // namespace sniperforge::risk
