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
    AccountTrackerTest() : index_{tracker_.add(account()).value()} {}
    Verdict hear(std::uint64_t slot, std::uint64_t content, SourceId source) {
        return tracker_.observe(index_, write(slot, content), source);
    }
    Verdict read(std::uint64_t slot, std::uint64_t content) {
        AccountUpdate update = write(slot, content);
        update.is_read = true;
        return tracker_.observe(index_, update, kRpcSource);
    }
    AccountTracker tracker_;
    AccountIndex index_;
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
    EXPECT_EQ(tracker_.add(account()), std::nullopt);
    EXPECT_EQ(tracker_.find(account()), index_);
    tracker_.remove(index_);
    EXPECT_FALSE(tracker_.is_used(index_));
    EXPECT_EQ(tracker_.find(account()), std::nullopt);
    EXPECT_EQ(tracker_.add(account()), index_);
    EXPECT_EQ(hear(5, 1, 0), Verdict::Fresh) << "nothing of the earlier watch is left";
    EXPECT_EQ(tracker_.size(), 1U);
    EXPECT_EQ(tracker_.places(), 1U);
}

// A read stands for its slot and all before it: what it confirms need not be told again, and what
// lags behind it is history.
TEST_F(AccountTrackerTest, ConfirmsWhatItHoldsByARead) {
    EXPECT_EQ(read(8, 1), Verdict::Fresh) << "the first";
    EXPECT_EQ(hear(10, 2, 0), Verdict::Fresh);
    EXPECT_EQ(read(9, 2), Verdict::Stale);
    EXPECT_EQ(read(12, 2), Verdict::Unchanged);
    EXPECT_EQ(tracker_.slot(index_), Slot{12});
    EXPECT_EQ(hear(11, 3, 1), Verdict::Stale);
    EXPECT_EQ(hear(12, 2, 1), Verdict::Duplicate);
    EXPECT_EQ(read(13, 4), Verdict::Fresh);
}

TEST_F(AccountTrackerTest, GivesThePlaceOfASourceToAnotherOne) {
    EXPECT_EQ(hear(10, 1, 0), Verdict::Fresh);
    EXPECT_EQ(hear(10, 2, 0), Verdict::Fresh);
    EXPECT_EQ(hear(10, 2, 1), Verdict::Duplicate);
    tracker_.replace_source(index_, 1);
    EXPECT_EQ(hear(10, 1, 1), Verdict::Duplicate) << "it has said nothing yet";
}

TEST_F(AccountTrackerTest, TakesCopiesOfWhatWasHeardBeforeItWatchedForOld) {
    tracker_.seed(index_, Slot{10}, content_hash(write(10, 1)));
    EXPECT_EQ(hear(9, 5, 0), Verdict::Stale);
    EXPECT_EQ(hear(10, 1, 0), Verdict::Duplicate);
    EXPECT_EQ(hear(10, 2, 0), Verdict::Fresh);
}

TEST_F(AccountTrackerTest, ComparesTheChainWithWhatItHolds) {
    using enum AccountTracker::Comparison;
    EXPECT_EQ(hear(10, 1, 0), Verdict::Fresh);
    EXPECT_EQ(hear(10, 2, 0), Verdict::Fresh);
    EXPECT_EQ(tracker_.compare(index_, write(9, 7)), HeldNewer);
    EXPECT_EQ(tracker_.compare(index_, write(10, 2)), Same);
    EXPECT_EQ(tracker_.compare(index_, write(10, 1)), Same) << "an earlier write of that slot";
    EXPECT_EQ(tracker_.compare(index_, write(11, 2)), Same);
    EXPECT_EQ(tracker_.compare(index_, write(11, 1)), Differs) << "it ended at 2";
    EXPECT_EQ(tracker_.compare(index_, write(10, 3)), Differs);
}

// Two sources send subsequences of one history that end with its last write; whatever way they are
// interleaved, what was delivered last is that write, and slots never go back.
TEST(AccountTracker, EndsAtTheLastWriteForEveryInterleaving) {
    Rng rng{99};
    for (int round = 0; round < 20'000; ++round) {
        AccountTracker tracker;
        const AccountIndex index = tracker.add(account()).value();
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
            if (tracker.observe(index, update, source) == Verdict::Fresh) {
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
