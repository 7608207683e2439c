// SPDX-License-Identifier: MIT
#include "feed/recent_signatures.hpp"

#include <gtest/gtest.h>

#include "sniperforge/core/bytes.hpp"

namespace sniperforge::feed {
namespace {

[[nodiscard]] Signature signature(std::uint32_t number) {
    Signature made;
    write_le(std::span{made.bytes}, 0, number);
    return made;
}

TEST(RecentSignatures, KnowEachOnceAndForgetTheOldestBeyondTheirBound) {
    RecentSignatures recent{3};
    for (std::uint32_t i = 1; i <= 3; ++i) {
        EXPECT_TRUE(recent.insert(signature(i)));
        EXPECT_FALSE(recent.insert(signature(i)));
    }
    EXPECT_FALSE(recent.insert(signature(1))) << "three are remembered";
    EXPECT_TRUE(recent.insert(signature(4)));
    EXPECT_FALSE(recent.insert(signature(2)));
    EXPECT_TRUE(recent.insert(signature(1))) << "the first had to go";
}

}  // namespace
}  // namespace sniperforge::feed
