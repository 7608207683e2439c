// SPDX-License-Identifier: MIT
#include "sniperforge/journal/crc32c.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "sniperforge/core/bytes.hpp"

namespace sniperforge::journal {
namespace {

// RFC 3720, B.4, and the usual check value.
TEST(Crc32c, AgreesWithThePublishedVectors) {
    EXPECT_EQ(crc32c(bytes_of("123456789")), 0xE3069283U);
    EXPECT_EQ(crc32c(bytes_of("")), 0U);
    std::vector<std::uint8_t> bytes(32, 0);
    EXPECT_EQ(crc32c(bytes), 0x8A9136AAU);
    bytes.assign(32, 0xFF);
    EXPECT_EQ(crc32c(bytes), 0x62A8AB43U);
    for (std::uint8_t i = 0; i < 32; ++i) {
        bytes[i] = i;
    }
    EXPECT_EQ(crc32c(bytes), 0x46DD794EU);
    for (std::uint8_t i = 0; i < 32; ++i) {
        bytes[i] = static_cast<std::uint8_t>(31 - i);
    }
    EXPECT_EQ(crc32c(bytes), 0x113FDB5CU);
}

TEST(Crc32c, OfTwoPartsIsThatOfTheWhole) {
    const auto whole = bytes_of("It was the best of times, it was the worst of times");
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        EXPECT_EQ(crc32c(whole.subspan(cut), crc32c(whole.first(cut))), crc32c(whole)) << cut;
    }
}

}  // namespace
}  // namespace sniperforge::journal
