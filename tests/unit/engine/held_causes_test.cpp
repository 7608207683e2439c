// SPDX-License-Identifier: MIT
#include "sniperforge/engine/held_causes.hpp"

#include <gtest/gtest.h>

namespace sniperforge::engine {
namespace {

constexpr WallTime kHeldSince{1'000}, kHeldLater{2'000};

[[nodiscard]] CauseChanged pause(bool stands, const char* reason = "") {
    return {.cause = StateCause::PauseRequested, .stands = stands, .by = "pause", .reason = reason};
}

TEST(HeldCauses, KeepTheTimeSinceWhenACauseStandsAndTheLastThatWasSaidOfIt) {
    HeldCauses held;
    held.note(pause(true, "first"), kHeldSince);
    held.note(pause(true, "second"), kHeldLater);
    ASSERT_EQ(held.all().size(), 1U);
    EXPECT_EQ(held.all()[0].since, kHeldSince);
    EXPECT_EQ(held.all()[0].change.reason, "second");
}

TEST(HeldCauses, ForgetTheOneThatEndsAndNoOther) {
    HeldCauses held;
    held.note(pause(true), kHeldSince);
    held.note({.cause = StateCause::DrawdownReached, .stands = true}, kHeldSince);
    held.note(pause(false), kHeldLater);
    EXPECT_EQ(held.find(StateCause::PauseRequested), nullptr);
    EXPECT_NE(held.find(StateCause::DrawdownReached), nullptr);
    held.note(pause(false), kHeldLater);  // It ends once.
    EXPECT_EQ(held.all().size(), 1U);
    held.note(pause(true), kHeldLater);
    EXPECT_EQ(held.find(StateCause::PauseRequested)->since, kHeldLater);
}

// A checkpoint that names another cause is none of ours: it would be looked for where nothing is.
TEST(HeldCauses, AreReadAsTheyWereWrittenAndRefusedWithACauseThatIsNotHeld) {
    for (std::size_t i = 0; i < kStateCauseCount; ++i) {
        const auto cause = static_cast<StateCause>(i);
        HeldCauses held;
        held.note({.cause = cause,
                   .stands = true,
                   .by = "flatten",
                   .reason = "why",
                   .drawdown = Lamports{5},
                   .drawdown_max = MicroUsd{6},
                   .is_outside_sold = true},
                  kHeldSince);
        ArchiveWriter writer{Duration{0}};
        writer(held);
        HeldCauses read;
        ArchiveReader reader{writer.bytes(), Duration{0}, 7};
        reader(read);
        EXPECT_EQ(reader.is_complete(), is_held(cause)) << name_of(cause);
        if (!is_held(cause)) {
            continue;
        }
        const HeldCause* const found = read.find(cause);
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->since, kHeldSince);
        EXPECT_EQ(found->change.by, "flatten");
        EXPECT_EQ(found->change.reason, "why");
        EXPECT_EQ(found->change.drawdown, Lamports{5});
        EXPECT_EQ(found->change.drawdown_max, MicroUsd{6});
        EXPECT_TRUE(found->change.is_outside_sold);
    }
}

}  // namespace
}  // namespace sniperforge::engine
