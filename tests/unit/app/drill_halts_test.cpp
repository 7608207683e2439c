// SPDX-License-Identifier: MIT
// While there is a reason to buy nothing, what is sent is an exit, or tidies up.
#include "app/drill_halts.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace sniperforge::app {
namespace {

using std::chrono::milliseconds;

struct DrillHaltsTest : ::testing::Test {
    void order(RingOrder::Kind kind, Duration at) {
        RingOrder sent;
        sent.kind = kind;
        halts.on_order(sent, MonoTime{} + at);
    }
    void tell(Duration at) { halts.note(tale, MonoTime{} + at); }

    bool is_unheard = false;
    std::vector<std::string> violations;
    DrillHalts halts{{.is_unheard = [this] { return is_unheard; },
                      .unheard_max = milliseconds{5'000},
                      .violate = [this](std::string text) { violations.push_back(text); }}};
    JournalTale tale;
};

TEST_F(DrillHaltsTest, NothingIsBoughtASecondAfterTheBooksWereDoubted) {
    tale.is_doubted = true;
    tell(milliseconds{100});
    order(RingOrder::Kind::Entry, milliseconds{1'100});
    EXPECT_TRUE(violations.empty()) << "it was on its way";
    order(RingOrder::Kind::Exit, milliseconds{9'000});
    order(RingOrder::Kind::Sweep, milliseconds{9'000});
    EXPECT_TRUE(violations.empty());
    order(RingOrder::Kind::Entry, milliseconds{1'101});
    order(RingOrder::Kind::Cycle, milliseconds{1'101});
    EXPECT_EQ(violations.size(), 2U);
    tale.is_doubted = false;
    tell(milliseconds{2'000});
    order(RingOrder::Kind::Entry, milliseconds{9'000});
    EXPECT_EQ(violations.size(), 2U) << "a person has accepted it";
    EXPECT_EQ(halts.counts().doubted, 1U);
}

TEST_F(DrillHaltsTest, ADoubtAndADrawdownStandInTheNextLife) {
    tale.is_doubted = tale.is_reducing = true;
    tell(milliseconds{0});
    order(RingOrder::Kind::Entry, milliseconds{5'000});
    EXPECT_EQ(violations.size(), 2U);
    tale.is_doubted = false;
    halts.life_begins(tale, MonoTime{} + milliseconds{6'000});
    order(RingOrder::Kind::Entry, milliseconds{7'000});
    EXPECT_EQ(violations.size(), 2U) << "it may have been on its way";
    order(RingOrder::Kind::Entry, milliseconds{7'001});
    EXPECT_EQ(violations.size(), 3U);
    tale.is_reducing = false;
    tell(milliseconds{8'000});
    order(RingOrder::Kind::Entry, milliseconds{9'001});
    EXPECT_EQ(violations.size(), 3U);
    tale.is_doubted = true;
    halts.life_begins(tale, MonoTime{} + milliseconds{20'000});
    order(RingOrder::Kind::Entry, milliseconds{21'001});
    EXPECT_EQ(violations.size(), 4U);
    EXPECT_EQ(halts.counts().reducing, 1U);
}

TEST_F(DrillHaltsTest, WhoHearsNoSlotsBuysNothingSoonAfter) {
    is_unheard = true;
    halts.note_slot(MonoTime{});
    halts.note_slot(MonoTime{} + milliseconds{5'000});
    EXPECT_EQ(halts.counts().unheard, 0U) << "it need not know yet";
    order(RingOrder::Kind::Entry, milliseconds{6'000});
    EXPECT_TRUE(violations.empty());
    order(RingOrder::Kind::Entry, milliseconds{6'001});
    EXPECT_EQ(violations.size(), 1U);
    halts.note_slot(MonoTime{} + milliseconds{6'400});
    EXPECT_EQ(halts.counts().unheard, 1U);
    is_unheard = false;
    halts.note_slot(MonoTime{} + milliseconds{6'800});
    order(RingOrder::Kind::Entry, milliseconds{9'000});
    EXPECT_EQ(violations.size(), 1U);
}

}  // namespace
}  // namespace sniperforge::app
