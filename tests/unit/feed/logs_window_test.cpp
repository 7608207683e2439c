// SPDX-License-Identifier: MIT
#include "feed/logs_window.hpp"

#include <gtest/gtest.h>

namespace sniperforge::feed {
namespace {

using std::chrono::milliseconds;

constexpr Duration kWindow = milliseconds{20};

class LogsWindowTest : public testing::Test {
 protected:
    bool offer(std::uint8_t transaction, std::uint64_t slot, int at_ms) {
        LogsUpdate update;
        update.slot = Slot{slot};
        update.signature.bytes.fill(transaction);
        // Gone after the call, as a frame is.
        const std::string text = std::string(40, 'x') + std::to_string(transaction);
        const std::vector<std::string_view> lines{text};
        update.lines = lines;
        return window.offer(update, at(at_ms));
    }
    void release(int at_ms) { window.release(at(at_ms)); }
    static MonoTime at(int ms) { return MonoTime{} + milliseconds{ms}; }
    std::vector<int> take() { return std::exchange(told, {}); }

    std::vector<int> told;
    LogsWindow window{kWindow, [this](const LogsUpdate& update, MonoTime) {
                          EXPECT_EQ(update.lines[0].substr(40),
                                    std::to_string(update.signature.bytes[0]));
                          told.push_back(update.signature.bytes[0]);
                      }};
};

TEST_F(LogsWindowTest, SortsWhatArrivesWithinTheWindowBySlot) {
    EXPECT_TRUE(offer(1, 101, 0));
    EXPECT_TRUE(offer(2, 100, 10));
    EXPECT_TRUE(offer(3, 101, 12));
    EXPECT_TRUE(take().empty());
    EXPECT_EQ(window.due(), at(20));
    release(19);
    EXPECT_TRUE(take().empty());
    release(20);
    EXPECT_EQ(take(), (std::vector{2, 1, 3})) << "by slot, then by arrival";
    EXPECT_EQ(window.due(), std::nullopt);
    EXPECT_EQ(window.late(), 0U);
}

TEST_F(LogsWindowTest, TellsAndCountsWhatIsLaterThanTheWindow) {
    offer(1, 101, 0);
    release(20);
    EXPECT_TRUE(offer(2, 100, 21));
    EXPECT_EQ(take(), (std::vector{1, 2}));
    EXPECT_EQ(window.late(), 1U);
}

TEST_F(LogsWindowTest, HoldsNothingOfTheSlotThatIsOutAlready) {
    offer(1, 101, 0);
    release(20);
    take();
    offer(2, 101, 30);
    EXPECT_EQ(take(), std::vector{2});
    offer(3, 102, 31);
    EXPECT_TRUE(take().empty()) << "a new slot waits";
    EXPECT_EQ(window.due(), at(51));
}

TEST_F(LogsWindowTest, LetsOlderOnesOutWithANewerOneThatIsDue) {
    offer(1, 102, 0);
    offer(2, 101, 15);
    offer(3, 103, 16);
    release(20);
    EXPECT_EQ(take(), (std::vector{2, 1})) << "103 waits for its own time";
    release(36);
    EXPECT_EQ(take(), std::vector{3});
}

TEST_F(LogsWindowTest, TellsEveryTransactionOnce) {
    EXPECT_TRUE(offer(1, 101, 0));
    EXPECT_FALSE(offer(1, 101, 1));
    EXPECT_FALSE(offer(1, 103, 2)) << "on another fork: the same transaction";
    release(20);
    EXPECT_FALSE(offer(1, 101, 30));
    EXPECT_EQ(take(), std::vector{1});
}

TEST_F(LogsWindowTest, LetsTheOldestSlotOutEarlyWhenTooManyWait) {
    LogsUpdate update;
    for (std::uint32_t i = 0; i <= LogsWindow::kHeldMax; ++i) {
        update.slot = Slot{200 - i / 512};
        write_le(std::span{update.signature.bytes}, 8, i);
        update.signature.bytes[0] = 7;
        const std::string text = std::string(40, 'x') + "7";
        const std::vector<std::string_view> lines{text};
        update.lines = lines;
        window.offer(update, at(0));
        EXPECT_EQ(told.empty(), i < LogsWindow::kHeldMax) << i;
    }
    EXPECT_EQ(told.size(), 1U) << "of slot 198";
}

TEST_F(LogsWindowTest, ForgetsTheOldestTransactionBeyondItsBound) {
    LogsWindow small{Duration{0}, [](const LogsUpdate&, MonoTime) {}};
    LogsUpdate update;
    const auto offer_number = [&](std::uint32_t number) {
        write_le(std::span{update.signature.bytes}, 8, number);
        return small.offer(update, at(0));
    };
    for (std::uint32_t i = 0; i < LogsWindow::kSignaturesMax; ++i) {
        ASSERT_TRUE(offer_number(i));
    }
    EXPECT_FALSE(offer_number(0));
    EXPECT_TRUE(offer_number(LogsWindow::kSignaturesMax));
    EXPECT_TRUE(offer_number(0)) << "forgotten";
    EXPECT_FALSE(offer_number(2));
}

TEST(LogsWindow, PassesAllOnAtOnceWithoutAWindow) {
    std::vector<std::uint64_t> slots;
    LogsWindow window{Duration{0}, [&](const LogsUpdate& update, MonoTime) {
                          slots.push_back(update.slot.value);
                      }};
    for (const std::uint64_t slot : {5U, 7U, 6U}) {
        LogsUpdate update;
        update.slot = Slot{slot};
        update.signature.bytes.fill(static_cast<std::uint8_t>(slot));
        window.offer(update, MonoTime{});
    }
    EXPECT_EQ(slots, (std::vector<std::uint64_t>{5, 7, 6}));
    EXPECT_EQ(window.late(), 1U);
}

}  // namespace
}  // namespace sniperforge::feed
