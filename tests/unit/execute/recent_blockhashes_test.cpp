// SPDX-License-Identifier: MIT
#include "execute/recent_blockhashes.hpp"

#include <gtest/gtest.h>

#include "support/keys.hpp"

namespace sniperforge::execute {
namespace {

constexpr std::uint64_t kBlocks = 150;  // That a blockhash lives.

class RecentBlockhashesTest : public ::testing::Test {
 protected:
    [[nodiscard]] static Hash hash_of(std::uint64_t number) {
        return Hash::from(test::key_of(static_cast<std::uint8_t>(number)).bytes);
    }
    void add(std::uint64_t last_valid, std::uint64_t number) {
        recent.add({hash_of(number), BlockHeight{last_valid}, Slot{}},
                   MonoTime{static_cast<std::int64_t>(last_valid)});
    }
    void add(std::uint64_t last_valid) { add(last_valid, last_valid); }
    // The last valid height of what is signed on; zero: there is nothing.
    [[nodiscard]] std::uint64_t chosen(std::uint64_t taken_at) const {
        const auto known = recent.first_to_expire(BlockHeight{taken_at});
        return known ? known->last_valid_height.value : 0;
    }

    RecentBlockhashes recent;
};

TEST_F(RecentBlockhashesTest, TellTheOneThatExpiresFirstAmongThoseThatABlockStillTakes) {
    EXPECT_EQ(chosen(0), 0U);
    for (const std::uint64_t last_valid : {1'000U, 1'005U, 1'010U}) {
        add(last_valid);
    }
    EXPECT_EQ(chosen(0), 1'000U) << "the oldest there is";
    EXPECT_EQ(chosen(1'000), 1'000U) << "the last block that takes it";
    EXPECT_EQ(chosen(1'001), 1'005U) << "one block more";
    EXPECT_EQ(chosen(1'005), 1'005U);
    EXPECT_EQ(chosen(1'006), 1'010U);
    EXPECT_EQ(chosen(1'010), 1'010U);
    EXPECT_EQ(chosen(1'011), 0U);
    const auto known = recent.first_to_expire(BlockHeight{1'001});
    ASSERT_TRUE(known);
    EXPECT_EQ(known->blockhash, hash_of(1'005));
    EXPECT_EQ(known->read_at, MonoTime{1'005});
}

TEST_F(RecentBlockhashesTest, KeepTheFirstOfThoseThatAreNear) {
    add(1'000);
    add(1'000);
    add(1'003);
    EXPECT_EQ(recent.size(), 1U);
    add(1'004);
    EXPECT_EQ(recent.size(), 2U);
    EXPECT_EQ(chosen(1'001), 1'004U);
    for (std::uint64_t last_valid = 1'005; last_valid < 3'000; ++last_valid) {
        add(last_valid);
        EXPECT_LE(recent.size(), 39U);
    }
}

TEST_F(RecentBlockhashesTest, ForgetWhatNoBlockTakesAnyMore) {
    add(1'000);
    // In the newest block, of height 999, one signed on that may still be: 1000 is to come.
    add(999 + kBlocks);
    EXPECT_EQ(chosen(0), 1'000U);
    add(1'000 + kBlocks + 4);
    EXPECT_EQ(chosen(0), 999 + kBlocks);
}

// Nobody else had come up to what one node told, or its block was dropped.
TEST_F(RecentBlockhashesTest, ForgetWhatTheNewestIsNotAbove) {
    for (const std::uint64_t last_valid : {1'000U, 1'005U, 1'090U}) {
        add(last_valid);
    }
    add(1'010);
    EXPECT_EQ(chosen(1'006), 1'010U);
    EXPECT_EQ(chosen(1'011), 0U);
    add(1'010, 7);
    EXPECT_EQ(recent.first_to_expire(BlockHeight{1'006})->blockhash, hash_of(7));
    EXPECT_EQ(chosen(1'001), 1'005U);
    recent.clear();
    EXPECT_EQ(chosen(0), 0U);
}

}  // namespace
}  // namespace sniperforge::execute
