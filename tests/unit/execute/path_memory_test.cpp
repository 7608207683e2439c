// SPDX-License-Identifier: MIT
#include "execute/path_memory.hpp"

#include <gtest/gtest.h>

#include "support/keys.hpp"

namespace sniperforge::execute {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr OrderPath kPath = OrderPath::JupiterV2Build;
const Pubkey kCoin = sniperforge::test::key_of(1);

[[nodiscard]] MonoTime at(Duration since) { return MonoTime{1} + since; }

// ---- How long it takes ----

TEST(PathMemory, APathThatWasNotMeasuredTakesWhatIsAssumedOfIt) {
    const PathMemory memory;
    EXPECT_EQ(memory.latency(OrderPath::Direct, at({})), std::chrono::microseconds{100});
    EXPECT_EQ(memory.latency(kPath, at({})), milliseconds{200});
    EXPECT_EQ(memory.latency(OrderPath::JupiterV1Swap, at({})), milliseconds{400});
    EXPECT_EQ(memory.landing_millislots(kPath, at({})), 2'000U);
    EXPECT_EQ(memory.failing_permille(kPath, at({})), 50U);
    EXPECT_EQ(memory.edge(kCoin, at({})), 0);
}

TEST(PathMemory, ThreeMeasurementsOutvoteThePriorAndOneOutlierDoesNot) {
    PathMemory memory;
    memory.note_ready(kPath, at({}), milliseconds{90});
    EXPECT_EQ(memory.latency(kPath, at({})), milliseconds{200});
    memory.note_ready(kPath, at({}), milliseconds{90});
    EXPECT_EQ(memory.latency(kPath, at({})), milliseconds{145});
    memory.note_ready(kPath, at({}), milliseconds{90});
    EXPECT_EQ(memory.latency(kPath, at({})), milliseconds{90});
    memory.note_ready(kPath, at({}), seconds{60});
    EXPECT_EQ(memory.latency(kPath, at({})), milliseconds{145});
    memory.note_ready(kPath, at({}), milliseconds{90});
    EXPECT_EQ(memory.latency(kPath, at({})), milliseconds{90});
    EXPECT_EQ(memory.latency(OrderPath::JupiterV2Order, at({})), milliseconds{200});
}

TEST(PathMemory, TheLastSixteenCount) {
    PathMemory memory;
    for (int i = 0; i < 16; ++i) {
        memory.note_ready(kPath, at({}), milliseconds{900});
    }
    for (int i = 0; i < 8; ++i) {
        memory.note_ready(kPath, at({}), milliseconds{90});
    }
    EXPECT_EQ(memory.latency(kPath, at({})), milliseconds{200}) << "as many above as below";
    memory.note_ready(kPath, at({}), milliseconds{90});
    memory.note_ready(kPath, at({}), milliseconds{90});
    EXPECT_EQ(memory.latency(kPath, at({})), milliseconds{90});
}

TEST(PathMemory, WhatIsOlderThanTenMinutesIsForgotten) {
    PathMemory memory;
    for (int i = 0; i < 3; ++i) {
        memory.note_ready(kPath, at({}), milliseconds{90});
        memory.note_failed(kPath, at({}));
    }
    EXPECT_EQ(memory.latency(kPath, at(PathMemory::kAgeMax)), milliseconds{90});
    EXPECT_GT(memory.failing_permille(kPath, at(PathMemory::kAgeMax)), 50U);
    EXPECT_EQ(memory.latency(kPath, at(PathMemory::kAgeMax + Duration{1})), milliseconds{200});
    EXPECT_EQ(memory.failing_permille(kPath, at(PathMemory::kAgeMax + Duration{1})), 50U);
}

TEST(PathMemory, ATimeoutIsATimeAndARefusalAtOnceIsNone) {
    PathMemory memory;
    for (int i = 0; i < 6; ++i) {
        memory.note_given_up(kPath, at({}), milliseconds{1});
    }
    EXPECT_EQ(memory.latency(kPath, at({})), milliseconds{200});
    for (int i = 0; i < 3; ++i) {
        memory.note_given_up(kPath, at({}), seconds{2});
    }
    EXPECT_EQ(memory.latency(kPath, at({})), seconds{2});
}

// ---- How often it comes to nothing ----

TEST(PathMemory, FailuresRaiseTheOddsAndLandingsLowerThem) {
    PathMemory memory;
    memory.note_failed(kPath, at({}));
    EXPECT_EQ(memory.failing_permille(kPath, at({})), 1'200U / 5);
    for (int i = 0; i < 31; ++i) {
        memory.note_failed(kPath, at({}));
    }
    EXPECT_EQ(memory.failing_permille(kPath, at({})), 32'200U / 36);
    EXPECT_EQ(memory.failing_permille(OrderPath::Direct, at({})), 50U);
    for (int i = 0; i < 32; ++i) {
        memory.note_landed(kPath, at({}), 5);
    }
    EXPECT_EQ(memory.failing_permille(kPath, at({})), 200U / 36);
    EXPECT_EQ(memory.landing_millislots(kPath, at({})), 5'000U);
}

// ---- What Jupiter pays more ----

TEST(PathMemory, OneQuoteIsHalfBelievedAndTwoAreBelieved) {
    PathMemory memory;
    memory.note_edge(kCoin, at({}), 60);
    EXPECT_EQ(memory.edge(kCoin, at({})), 30);
    memory.note_edge(kCoin, at({}), 60);
    EXPECT_EQ(memory.edge(kCoin, at({})), 60);
    EXPECT_EQ(memory.edge(sniperforge::test::key_of(2), at({})), 0);
    EXPECT_EQ(memory.edge(kCoin, at(PathMemory::kEdgeAgeMax)), 60);
    EXPECT_EQ(memory.edge(kCoin, at(PathMemory::kEdgeAgeMax + Duration{1})), 0);
}

TEST(PathMemory, WhatItPaysLessThanItQuotedComesOffAndWhatItPaysMoreDoesNot) {
    PathMemory memory;
    memory.note_edge(kCoin, at({}), 60);
    memory.note_edge(kCoin, at({}), 60);
    memory.note_shortfall(at({}), -500);
    EXPECT_EQ(memory.edge(kCoin, at({})), 60);
    memory.note_shortfall(at({}), 300);
    memory.note_shortfall(at({}), 300);
    EXPECT_EQ(memory.edge(kCoin, at({})), -240);
}

TEST(PathMemory, RemembersSoManyTokensAndThenBeginsAnew) {
    PathMemory memory;
    for (std::size_t i = 0; i < PathMemory::kTokensMax; ++i) {
        Pubkey token;
        token.bytes[0] = static_cast<std::uint8_t>(i % 256);
        token.bytes[1] = static_cast<std::uint8_t>(i / 256);
        token.bytes[2] = 1;
        memory.note_edge(token, at({}), 10);
        memory.note_edge(token, at({}), 10);
    }
    Pubkey first;
    first.bytes[2] = 1;
    EXPECT_EQ(memory.edge(first, at({})), 10);
    memory.note_edge(first, at({}), 10);
    EXPECT_EQ(memory.edge(first, at({})), 10);
    memory.note_edge(kCoin, at({}), 10);
    EXPECT_EQ(memory.edge(first, at({})), 0);
}

// ---- The slot ----

TEST(PathMemory, MeasuresTheSlotAndDoesNotTakeAGapForOne) {
    PathMemory memory;
    EXPECT_EQ(memory.slot_time(), milliseconds{400});
    MonoTime now = at({});
    std::uint64_t slot = 1'000;
    memory.note_slot(Slot{slot}, now);
    EXPECT_EQ(memory.slot_time(), milliseconds{400});
    memory.note_slot(Slot{slot + 151}, now = now + seconds{200});
    EXPECT_EQ(memory.slot_time(), milliseconds{400});
    slot += 151;
    for (int i = 0; i < 200; ++i) {
        memory.note_slot(Slot{slot += 2}, now = now + milliseconds{600});
        memory.note_slot(Slot{slot - 1}, now);
    }
    EXPECT_NEAR(static_cast<double>(memory.slot_time().count()), 300e6, 1e6);
}

}  // namespace
}  // namespace sniperforge::execute
