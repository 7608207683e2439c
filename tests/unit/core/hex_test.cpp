// SPDX-License-Identifier: MIT
#include "sniperforge/core/hex.hpp"

#include <gtest/gtest.h>

namespace sniperforge {
namespace {

TEST(Hex, WritesLowerCaseAndReadsBoth) {
    const std::vector<std::uint8_t> bytes{0x00, 0x7f, 0x80, 0xab, 0xff};
    EXPECT_EQ(hex_encode(bytes), "007f80abff");
    EXPECT_EQ(hex_decode("007f80abff").value(), bytes);
    EXPECT_EQ(hex_decode("007F80ABFF").value(), bytes);
    EXPECT_EQ(hex_decode("").value(), std::vector<std::uint8_t>{});
}

TEST(Hex, RefusesOddLengthsAndOtherCharacters) {
    EXPECT_FALSE(hex_decode("0"));
    EXPECT_FALSE(hex_decode("0x00"));
    for (const char c : {'/', ':', '@', 'G', '`', 'g', ' ', '\0', '\xff'}) {
        EXPECT_FALSE(hex_decode(std::string{'0', c})) << int{c};
        EXPECT_FALSE(hex_decode(std::string{c, '0'})) << int{c};
    }
    EXPECT_TRUE(hex_decode("09afAF"));
}

}  // namespace
}  // namespace sniperforge
