// SPDX-License-Identifier: MIT
#include "sniperforge/core/spsc_ring.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace sniperforge {
namespace {

TEST(SpscRing, HandsOutInOrder) {
    SpscRing<int> ring{3};
    EXPECT_TRUE(ring.push(1));
    EXPECT_TRUE(ring.push(2));
    EXPECT_EQ(ring.size(), 2U);
    int out = 0;
    ASSERT_TRUE(ring.pop(out));
    EXPECT_EQ(out, 1);
    ASSERT_TRUE(ring.pop(out));
    EXPECT_EQ(out, 2);
    EXPECT_FALSE(ring.pop(out));
    EXPECT_EQ(out, 2);
}

TEST(SpscRing, HoldsItsCapacityAndRefusesAndCountsOneMore) {
    SpscRing<int> ring{2};
    EXPECT_TRUE(ring.push(1));
    EXPECT_TRUE(ring.push(2));
    EXPECT_EQ(ring.refused(), 0U);
    EXPECT_FALSE(ring.push(3));
    EXPECT_FALSE(ring.push(4));
    EXPECT_EQ(ring.refused(), 2U);
    int out = 0;
    ASSERT_TRUE(ring.pop(out));
    EXPECT_TRUE(ring.push(5));
    ASSERT_TRUE(ring.pop(out));
    EXPECT_EQ(out, 2);
    ASSERT_TRUE(ring.pop(out));
    EXPECT_EQ(out, 5);
}

TEST(SpscRing, LosesNothingBetweenTwoThreads) {
    constexpr std::uint64_t kCount = 200'000;
    SpscRing<std::uint64_t> ring{64};
    std::thread producer{[&ring] {
        for (std::uint64_t i = 0; i < kCount; ++i) {
            while (!ring.push(i)) {
                std::this_thread::yield();
            }
        }
    }};
    std::uint64_t expected = 0;
    bool is_in_order = true;
    while (expected < kCount) {
        std::uint64_t value = 0;
        if (ring.pop(value)) {
            is_in_order = is_in_order && value == expected;
            ++expected;
        } else {
            std::this_thread::yield();
        }
    }
    producer.join();
    EXPECT_TRUE(is_in_order);
    EXPECT_EQ(ring.size(), 0U);
}

}  // namespace
}  // namespace sniperforge
