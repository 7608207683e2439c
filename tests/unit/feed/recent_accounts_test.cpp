// SPDX-License-Identifier: MIT
#include "feed/recent_accounts.hpp"

#include <gtest/gtest.h>

namespace sniperforge::feed {
namespace {

Pubkey key(std::uint8_t number) {
    Pubkey key;
    key.bytes.fill(number);
    return key;
}

TEST(RecentAccounts, TellsEachStateOnceAndNoneThatIsOlder) {
    RecentAccounts recent{10};
    EXPECT_TRUE(recent.observe(key(1), Slot{10}, 7));
    EXPECT_FALSE(recent.observe(key(1), Slot{10}, 7));
    EXPECT_TRUE(recent.observe(key(1), Slot{10}, 8)) << "another write of that slot";
    EXPECT_FALSE(recent.observe(key(1), Slot{9}, 9));
    EXPECT_TRUE(recent.observe(key(1), Slot{11}, 8));
    EXPECT_TRUE(recent.observe(key(2), Slot{5}, 8));
    EXPECT_EQ(recent.find(key(1))->slot, Slot{11});
    EXPECT_FALSE(recent.find(key(3)));
}

TEST(RecentAccounts, ForgetsTheLongestKnownBeyondItsBound) {
    RecentAccounts recent{2};
    EXPECT_TRUE(recent.observe(key(1), Slot{10}, 7));
    EXPECT_TRUE(recent.observe(key(2), Slot{10}, 7));
    EXPECT_FALSE(recent.observe(key(1), Slot{10}, 7));
    EXPECT_TRUE(recent.observe(key(3), Slot{10}, 7));
    EXPECT_EQ(recent.size(), 2U);
    EXPECT_FALSE(recent.find(key(1)));
    EXPECT_TRUE(recent.find(key(2)));
}

}  // namespace
}  // namespace sniperforge::feed
