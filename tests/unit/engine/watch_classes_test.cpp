// SPDX-License-Identifier: MIT
#include "sniperforge/engine/watch_classes.hpp"

#include <gtest/gtest.h>

#include <map>

#include "unit/dex/book_support.hpp"

namespace sniperforge::engine {
namespace {

using dex::test::key_of;
using dex::test::TestBook;
using dex::test::TestPool;
using feed::Priority;

class WatchClassesTest : public ::testing::Test {
 protected:
    WatchClassesTest() {
        for (std::uint64_t i = 1; i <= 3; ++i) {
            // The first two share their config.
            pools.push_back(
                {.number = i, .mint_b = key_of(40 + i), .config = key_of(i == 3 ? 9 : 5)});
            indices.push_back(accounts.add(pools.back(), {1'000, 1'000}));
        }
    }
    [[nodiscard]] Priority of(std::size_t pool) const {
        return classes.priority_of(pools[pool].vault_a());
    }
    void hold(const std::vector<std::size_t>& held) {
        std::vector<PositionView> positions;
        for (const std::size_t pool : held) {
            positions.emplace_back().pool = indices[pool];
        }
        classes.set_positions(accounts.book, positions);
    }
    void arm(std::size_t pool) { classes.arm(accounts.book, indices[pool]); }

    TestBook accounts;
    std::vector<TestPool> pools;
    std::vector<PoolIndex> indices;
    std::map<Pubkey, Priority> told;
    WatchClasses classes{2, [this](const Pubkey& account, Priority priority) {
                             EXPECT_NE(told[account], priority) << "only changes are told";
                             told[account] = priority;
                         }};
};

TEST_F(WatchClassesTest, ArmsTheLatestPoolsUpToTheLimitAndDisarmsTheOldest) {
    arm(0);
    arm(1);
    EXPECT_EQ(of(0), Priority::Armed);
    EXPECT_EQ(told[pools[0].id()], Priority::Armed);
    arm(0);  // Again: now 1 is the one wanted longest ago.
    arm(2);
    EXPECT_EQ(of(0), Priority::Armed);
    EXPECT_EQ(of(1), Priority::Scanned);
    EXPECT_EQ(of(2), Priority::Armed);
    EXPECT_EQ(told[pools[1].vault_b()], Priority::Scanned);
    EXPECT_EQ(told[key_of(5)], Priority::Armed) << "the config of pool 0 as well";
}

TEST_F(WatchClassesTest, RaisesThePoolOfAPositionUntilItIsClosed) {
    arm(0);
    hold({0, 2});
    EXPECT_EQ(of(0), Priority::Position);
    EXPECT_EQ(of(2), Priority::Position);
    hold({2});
    EXPECT_EQ(of(0), Priority::Armed) << "armed as before";
    hold({});
    EXPECT_EQ(of(2), Priority::Scanned);
    EXPECT_EQ(told[pools[2].id()], Priority::Scanned);
}

TEST_F(WatchClassesTest, KeepsWhatPoolsShareAtTheHighestOfTheirClasses) {
    hold({0, 1});
    hold({1});
    EXPECT_EQ(classes.priority_of(key_of(5)), Priority::Position);
    EXPECT_EQ(of(0), Priority::Scanned);
    hold({1, 1});  // Two positions in one pool are one use.
    hold({});
    EXPECT_EQ(classes.priority_of(key_of(5)), Priority::Scanned);
}

}  // namespace
}  // namespace sniperforge::engine
