// SPDX-License-Identifier: MIT
// What is remembered of those who launch tokens, and for whom there is room.
#include "sniperforge/detect/creator_history.hpp"

#include <gtest/gtest.h>

#include "support/keys.hpp"

namespace sniperforge::detect {
namespace {

using sniperforge::test::key_of;

const Pubkey kCreator = key_of(1), kMint = key_of(2), kOther = key_of(3);
constexpr std::size_t kHalf = CreatorHistory::kCreatorsMax / 2;

// 2026-11-30T10:00:00Z.
constexpr std::int64_t kBegin = 1'796'032'800;
[[nodiscard]] SeenAt after(std::int64_t seconds) {
    return {Slot{1'000 + static_cast<std::uint64_t>(seconds)},
            WallTime{(kBegin + seconds) * 1'000'000'000}};
}
[[nodiscard]] Pubkey numbered(std::size_t number) { return key_of(1'000 + number); }

TEST(CreatorHistory, CountsEachTokenOnceWhateverPoolsItHas) {
    CreatorHistory history;
    EXPECT_EQ(history.find(kCreator), nullptr);
    EXPECT_EQ(history.launched(kCreator, kMint, after(0)).past.launches, 1U);
    EXPECT_EQ(history.launched(kCreator, kMint, after(60)).past.launches, 1U);
    EXPECT_EQ(history.launched(kCreator, kOther, after(120)).past.launches, 2U);
    const CreatorPast& record = history.find(kCreator)->past;
    EXPECT_EQ(record.first.slot, Slot{1'000});
    EXPECT_EQ(record.last.slot, Slot{1'120});
    EXPECT_EQ(record.ended(), 0U);
    EXPECT_EQ(to_string(record),
              "2 launches since 2026-11-30T10:00:00Z, seen last 2026-11-30T10:02:00Z");
}

TEST(CreatorHistory, AnEndCountsOnceForEachTokenAndTheSoonestIsKept) {
    CreatorHistory history;
    history.launched(kCreator, kMint, after(0));
    ASSERT_NE(history.ended(kCreator, kMint, TokenEnd::Emptied, after(240)), nullptr);
    EXPECT_EQ(history.ended(kCreator, kMint, TokenEnd::Dumped, after(241)), nullptr);
    EXPECT_EQ(history.find(kCreator)->past.ended_within_seconds, 240U);
    history.launched(kCreator, kOther, after(300));
    ASSERT_NE(history.ended(kCreator, kOther, TokenEnd::Dumped, after(330)), nullptr);
    const CreatorPast& record = history.find(kCreator)->past;
    EXPECT_EQ(record.emptied, 1U);
    EXPECT_EQ(record.dumped, 1U);
    EXPECT_EQ(record.ended_within_seconds, 30U);
    EXPECT_EQ(to_string(record),
              "2 launches since 2026-11-30T10:00:00Z, 1 emptied, 1 dumped by the creator, the "
              "soonest after 30 s, seen last 2026-11-30T10:05:30Z");
}

// How long it took nobody knows: it was launched before us, or the clock was set back since.
TEST(CreatorHistory, AnEndOfALaunchThatWasNotSeenCountsWithoutATime) {
    CreatorHistory history;
    ASSERT_NE(history.ended(kCreator, kMint, TokenEnd::Emptied, after(0)), nullptr);
    EXPECT_EQ(history.find(kCreator)->past.launches, 1U);
    EXPECT_EQ(history.find(kCreator)->past.emptied, 1U);
    EXPECT_FALSE(history.find(kCreator)->past.ended_within_seconds);
    history.launched(kCreator, kOther, after(100));
    ASSERT_NE(history.ended(kCreator, kOther, TokenEnd::Emptied, after(99)), nullptr);
    EXPECT_FALSE(history.find(kCreator)->past.ended_within_seconds);
}

TEST(CreatorHistory, NamesTheNewestTokensAndCountsAllOfThem) {
    CreatorHistory history;
    for (std::size_t n = 0; n < CreatorRecord::kTokensMax; ++n) {
        history.launched(kCreator, numbered(n), after(0));
    }
    EXPECT_EQ(history.find(kCreator)->tokens.front().mint, numbered(0));
    history.launched(kCreator, numbered(CreatorRecord::kTokensMax), after(1));
    const CreatorRecord& record = *history.find(kCreator);
    EXPECT_EQ(record.tokens.size(), CreatorRecord::kTokensMax);
    EXPECT_EQ(record.tokens.front().mint, numbered(1));
    EXPECT_EQ(record.past.launches, CreatorRecord::kTokensMax + 1);
}

TEST(CreatorHistory, WhoWasSeenLeastLatelyGoesFirst) {
    CreatorHistory history;
    for (std::size_t n = 0; n < kHalf; ++n) {
        history.launched(numbered(n), kMint, after(0));
    }
    EXPECT_NE(history.find(numbered(0)), nullptr);
    history.launched(numbered(0), kOther, after(1));
    history.launched(numbered(kHalf), kMint, after(2));
    EXPECT_EQ(history.size(), kHalf);
    EXPECT_NE(history.find(numbered(0)), nullptr);
    EXPECT_EQ(history.find(numbered(1)), nullptr);
    EXPECT_NE(history.find(numbered(2)), nullptr);
}

// Launches are many, and most of their creators are seen once.
TEST(CreatorHistory, WhoEndedATokenIsNotForgottenForThoseWhoDidNot) {
    CreatorHistory history;
    (void)history.ended(kCreator, kMint, TokenEnd::Dumped, after(0));
    for (std::size_t n = 0; n < 2 * kHalf; ++n) {
        history.launched(numbered(n), kMint, after(1));
    }
    EXPECT_NE(history.find(kCreator), nullptr);
    EXPECT_EQ(history.size(), kHalf + 1);
    for (std::size_t n = 0; n + 1 < kHalf; ++n) {
        (void)history.ended(numbered(kHalf + n), kMint, TokenEnd::Emptied, after(2));
    }
    EXPECT_NE(history.find(kCreator), nullptr);
    (void)history.ended(numbered(2 * kHalf), kMint, TokenEnd::Emptied, after(3));
    EXPECT_EQ(history.find(kCreator), nullptr) << "of these, too, the oldest goes first";
}

TEST(CreatorHistory, IsMadeAgainOfAllThatItHas) {
    CreatorHistory history;
    history.launched(kCreator, kMint, after(0));
    (void)history.ended(numbered(1), kMint, TokenEnd::Emptied, after(1));
    history.launched(numbered(2), kMint, after(2));
    history.launched(kCreator, kOther, after(3));
    CreatorHistory again;
    for (CreatorRecord& record : history.all()) {
        again.put(std::move(record));
    }
    ASSERT_EQ(again.size(), 3U);
    const auto before = history.all(), after_it = again.all();
    for (std::size_t n = 0; n < before.size(); ++n) {
        EXPECT_EQ(after_it[n].creator, before[n].creator);
        EXPECT_EQ(to_string(after_it[n].past), to_string(before[n].past));
    }
    CreatorRecord replaced = *history.find(kCreator);
    replaced.past.dumped = 1;
    again.put(replaced);
    EXPECT_EQ(again.size(), 3U);
    EXPECT_EQ(again.find(kCreator)->past.dumped, 1U);
    again.clear();
    EXPECT_EQ(again.size(), 0U);
    EXPECT_TRUE(again.all().empty());
}

}  // namespace
}  // namespace sniperforge::detect
