// SPDX-License-Identifier: MIT
// Whole runs, recorded and decided again: a first one, and one that goes on with what a killed one
// held.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/lives.hpp"
#include "sniperforge/recording/replay.hpp"

namespace sniperforge {
namespace {

class RecordedRuns : public ::testing::Test {
 protected:
    void record(const std::string& name) {
        lives.on_options = [this, name](app::DaemonOptions& options) {
            // What is bought is held; as high as a settings file can say it.
            config::ExitSettings& exits = options.settings.exits;
            config::sell_by_time_alone(exits, std::chrono::hours{1});
            exits.take_profit = exits.trailing_arm = BasisPoints{1'000'000};
            options.record_to = file(name);
        };
    }
    [[nodiscard]] std::string file(const std::string& name) const {
        return lives.root() + "/" + name;
    }
    void expect_equal(const recording::ReplayResult& result) {
        EXPECT_TRUE(result.is_equal());
        EXPECT_EQ(result.sha256_recorded, result.sha256_replayed);
        EXPECT_FALSE(result.is_damaged);
        EXPECT_EQ(result.answers_missing, 0U);
        if (result.difference) {
            ADD_FAILURE() << result.difference->decision << " "
                          << result.difference->recorded.value_or(recording::Decision{}).body << " "
                          << result.difference->replayed.value_or(recording::Decision{}).body;
        }
    }
    test::Lives lives{7};
};

TEST_F(RecordedRuns, DecideTheSameAgainAlsoWhereTheyGoOnWithWhatAKilledRunHeld) {
    record("killed");
    lives.live_and_die(std::chrono::seconds{40});
    ASSERT_FALSE(lives.history().portfolio.positions().empty());
    record("resumed");
    const auto lived = lives.live(std::chrono::seconds{20});
    ASSERT_EQ(lived.error, "");

    const auto killed = recording::replay(file("killed"));
    ASSERT_TRUE(killed) << killed.error().text;
    expect_equal(*killed);
    EXPECT_GT(killed->decisions, 20U);
    EXPECT_EQ(killed->calls.at("start"), 1U);

    const auto resumed = recording::replay(file("resumed"));
    ASSERT_TRUE(resumed) << resumed.error().text;
    expect_equal(*resumed);
    EXPECT_EQ(resumed->problem, "");
    EXPECT_EQ(resumed->calls.at("resume"), 1U);
    EXPECT_EQ(resumed->sha256_replayed, lived.report.journal_sha256);
    EXPECT_GT(resumed->stream_bytes, 100'000U);
}

[[nodiscard]] const detect::CreatorRecord* find(const engine::CreatorBook& book,
                                                const Pubkey& creator) {
    const auto found = std::ranges::find(book.creators, creator, &detect::CreatorRecord::creator);
    return found == book.creators.end() ? nullptr : &*found;
}

// Launches are made every few seconds, and each by somebody else.
TEST_F(RecordedRuns, AreDecidedAgainWithWhatEarlierRunsSawOfCreators) {
    record("first");
    ASSERT_EQ(lives.live(std::chrono::seconds{40}).error, "");
    const engine::CreatorBook first = lives.history().creators;
    ASSERT_FALSE(first.creators.empty());
    EXPECT_EQ(first.genesis, lives.chain().genesis_hash());
    record("second");
    const auto lived = lives.live(std::chrono::seconds{40});
    ASSERT_EQ(lived.error, "");
    const engine::CreatorBook second = lives.history().creators;
    EXPECT_GT(second.creators.size(), first.creators.size());
    for (const detect::CreatorRecord& record : first.creators) {
        const auto* again = find(second, record.creator);
        ASSERT_NE(again, nullptr);
        EXPECT_EQ(again->past.first.at, record.past.first.at);
        EXPECT_GE(again->past.launches, record.past.launches);
    }
    const auto replayed = recording::replay(file("second"));
    ASSERT_TRUE(replayed) << replayed.error().text;
    expect_equal(*replayed);
    EXPECT_EQ(replayed->calls.at("know_creators"), 1U);
    EXPECT_EQ(replayed->sha256_replayed, lived.report.journal_sha256);
}

TEST_F(RecordedRuns, WhatWasSeenOnAnotherChainIsNotKnownOnThisOne) {
    lives.on_options = {};
    ASSERT_EQ(lives.live(std::chrono::seconds{20}).error, "");
    engine::CreatorBook book = lives.history().creators;
    ASSERT_FALSE(book.creators.empty());
    const Pubkey before = book.creators.front().creator;
    book.genesis.bytes[0] ^= 1U;
    ASSERT_TRUE(engine::write_creators(lives.path(), book));
    ASSERT_EQ(lives.live(std::chrono::seconds{20}).error, "");
    const engine::CreatorBook after = lives.history().creators;
    EXPECT_EQ(after.genesis, lives.chain().genesis_hash());
    EXPECT_FALSE(after.creators.empty());
    EXPECT_EQ(find(after, before), nullptr);
}

}  // namespace
}  // namespace sniperforge
