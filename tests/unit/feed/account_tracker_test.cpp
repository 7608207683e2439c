// SPDX-License-Identifier: MIT
#include "feed/account_tracker.hpp"

#include <gtest/gtest.h>

#include <map>

#include "sniperforge/core/rng.hpp"

namespace sniperforge::feed {
namespace {

using Verdict = AccountTracker::Verdict;

Pubkey account() {
    Pubkey key;
    key.bytes.fill(1);
    return key;
}

AccountUpdate write(std::uint64_t slot, std::uint64_t content) {
    AccountUpdate update;
    update.slot = Slot{slot};
    update.pubkey = account();
    update.lamports = Lamports{content};
    return update;
}

class AccountTrackerTest : public testing::Test {
 protected:
    AccountTrackerTest() { EXPECT_TRUE(tracker_.add(account())); }
    Verdict hear(std::uint64_t slot, std::uint64_t content, SourceId source) {
        return tracker_.observe(write(slot, content), source);
    }
    AccountTracker tracker_;
};

TEST_F(AccountTrackerTest, DropsOlderSlotsAndCopies) {
    EXPECT_EQ(hear(10, 1, 0), Verdict::Fresh);
    EXPECT_EQ(hear(10, 1, 1), Verdict::Duplicate);
    EXPECT_EQ(hear(9, 2, 1), Verdict::Stale);
    EXPECT_EQ(hear(11, 1, 0), Verdict::Fresh) << "the same content at a newer slot is news";
    EXPECT_EQ(hear(10, 3, 1), Verdict::Stale);
}

TEST_F(AccountTrackerTest, KeepsTheWritesOfOneSlotInOrder) {
    EXPECT_EQ(hear(10, 1, 0), Verdict::Fresh);
    EXPECT_EQ(hear(10, 2, 0), Verdict::Fresh);
    EXPECT_EQ(hear(10, 1, 1), Verdict::Duplicate) << "the slower source does not undo the second";
    EXPECT_EQ(hear(10, 2, 1), Verdict::Duplicate);
    EXPECT_EQ(hear(10, 3, 1), Verdict::Fresh) << "now the other one leads";
    EXPECT_EQ(hear(10, 3, 0), Verdict::Duplicate);
}

TEST_F(AccountTrackerTest, DeliversAContentThatReturnsWithinASlot) {
    EXPECT_EQ(hear(10, 1, 0), Verdict::Fresh);
    EXPECT_EQ(hear(10, 2, 0), Verdict::Fresh);
    EXPECT_EQ(hear(10, 1, 0), Verdict::Fresh);
    EXPECT_EQ(hear(10, 1, 1), Verdict::Duplicate);
    EXPECT_EQ(hear(10, 2, 1), Verdict::Duplicate);
    EXPECT_EQ(hear(10, 1, 1), Verdict::Duplicate);
}

TEST_F(AccountTrackerTest, EndsAtTheLastWriteWhenOneSourceLeavesWritesOut) {
    EXPECT_EQ(hear(10, 2, 0), Verdict::Fresh);
    // Only known as older than 2 once source 1 says 2 as well.
    EXPECT_EQ(hear(10, 1, 1), Verdict::Fresh);
    EXPECT_EQ(hear(10, 2, 1), Verdict::Fresh) << "back to the last write";
}

TEST_F(AccountTrackerTest, ForgetsRemovedAccountsAndReusesTheirPlace) {
    EXPECT_EQ(hear(10, 1, 0), Verdict::Fresh);
    EXPECT_FALSE(tracker_.add(account()));
    EXPECT_TRUE(tracker_.remove(account()));
    EXPECT_FALSE(tracker_.remove(account()));
    EXPECT_EQ(hear(11, 1, 0), Verdict::Unknown);
    EXPECT_TRUE(tracker_.add(account()));
    EXPECT_EQ(hear(5, 1, 0), Verdict::Fresh) << "nothing of the earlier watch is left";
    EXPECT_EQ(tracker_.accounts(), std::vector<Pubkey>{account()});
}

// Two sources send subsequences of one history that end with its last write; whatever way they are
// interleaved, what was delivered last is that write, and slots never go back.
TEST(AccountTracker, EndsAtTheLastWriteForEveryInterleaving) {
    Rng rng{99};
    for (int round = 0; round < 20'000; ++round) {
        AccountTracker tracker;
        ASSERT_TRUE(tracker.add(account()));
        std::vector<AccountUpdate> history;
        std::uint64_t slot = 1;
        for (std::uint64_t i = 1 + rng.below(12); i > 0; --i) {
            slot += rng.chance(0.3) ? 1 : 0;
            history.push_back(write(slot, rng.below(4)));
        }
        std::array<std::vector<AccountUpdate>, 2> sources;
        for (auto& source : sources) {
            for (std::size_t i = 0; i < history.size(); ++i) {
                // The last write of a slot is never left out.
                const bool is_last =
                    i + 1 == history.size() || history[i + 1].slot != history[i].slot;
                if (is_last || rng.chance(0.6)) {
                    source.push_back(history[i]);
                }
            }
        }
        std::array<std::size_t, 2> next{};
        AccountUpdate last;
        while (next[0] < sources[0].size() || next[1] < sources[1].size()) {
            std::size_t source = rng.below(2);
            if (next[source] == sources[source].size()) {
                source = 1 - source;
            }
            const AccountUpdate& update = sources[source][next[source]++];
            if (tracker.observe(update, source) == Verdict::Fresh) {
                ASSERT_GE(update.slot, last.slot);
                last = update;
            }
        }
        ASSERT_EQ(last.slot, history.back().slot);
        ASSERT_EQ(last.lamports, history.back().lamports);
    }
}

TEST(ContentHash, SeesEveryBitOfAnAccount) {
    Bytes data(165, 7);
    AccountUpdate update;
    update.data = data;
    const std::uint64_t original = content_hash(update);
    for (auto& byte : data) {
        byte ^= 0x40;
        EXPECT_NE(content_hash(update), original);
        byte ^= 0x40;
    }
    update.lamports = Lamports{1};
    EXPECT_NE(content_hash(update), original);
    update.lamports = Lamports{0};
    update.owner.bytes[31] = 1;
    EXPECT_NE(content_hash(update), original);
    update.owner = {};
    update.data = BytesView{data}.first(164);
    EXPECT_NE(content_hash(update), original);
    update.data = data;
    EXPECT_EQ(content_hash(update), original);
}

}  // namespace
}  // namespace sniperforge::feed
