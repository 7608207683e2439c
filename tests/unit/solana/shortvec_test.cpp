// SPDX-License-Identifier: MIT
#include "sniperforge/solana/shortvec.hpp"

#include <gtest/gtest.h>

#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TEST(Shortvec, EncodesEveryVector) {
    SF_REQUIRE_DATA(data);
    std::size_t count = 0;
    for (Json vector : wire(data)["compact_u16"]) {
        const auto value = static_cast<std::uint16_t>(std::uint64_t{vector["value"]});
        Bytes bytes;
        append_shortvec(bytes, value);
        EXPECT_EQ(hex_encode(bytes), text(vector["hex"]));
        EXPECT_EQ(bytes.size(), shortvec_size(value));
        ++count;
    }
    EXPECT_GT(count, 0U);
}

TEST(Shortvec, ReadsBackEveryValue) {
    for (unsigned value = 0; value <= 0xffff; ++value) {
        Bytes bytes;
        append_shortvec(bytes, static_cast<std::uint16_t>(value));
        ASSERT_EQ(bytes.size(), shortvec_size(static_cast<std::uint16_t>(value)));
        ByteReader reader{bytes};
        ASSERT_EQ(read_shortvec(reader), value);
        ASSERT_EQ(reader.remaining(), 0U);
    }
}

// Of all one-, two- and three-byte inputs exactly the 65,536 minimal ones are accepted.
TEST(Shortvec, AcceptsOneEncodingForEachValue) {
    std::size_t accepted = 0;
    for (std::uint32_t input = 0; input < 1U << 24; ++input) {
        const Bytes bytes{static_cast<std::uint8_t>(input), static_cast<std::uint8_t>(input >> 8),
                          static_cast<std::uint8_t>(input >> 16)};
        // Inputs whose unused bytes are zero stand for their shorter form.
        ByteReader reader{bytes};
        if (const auto value = read_shortvec(reader)) {
            const std::size_t used = reader.position();
            const bool is_padded_with_zeros = input >> (8 * used) == 0 || used == 3;
            accepted += is_padded_with_zeros ? 1 : 0;
            if (is_padded_with_zeros) {
                Bytes again;
                append_shortvec(again, *value);
                ASSERT_EQ(again, Bytes(bytes.begin(), bytes.begin() + static_cast<long>(used)));
            }
        }
    }
    EXPECT_EQ(accepted, 65'536U);
}

TEST(Shortvec, RefusesLongTruncatedAndOversizedForms) {
    for (const auto* hex : {"", "80", "8000", "ff00", "808000", "ffff04", "ffffff", "ff8000"}) {
        const Bytes bytes = from_hex(hex);
        ByteReader reader{bytes};
        EXPECT_FALSE(read_shortvec(reader)) << hex;
    }
    const Bytes largest = from_hex("ffff03");
    ByteReader reader{largest};
    EXPECT_EQ(read_shortvec(reader), 0xffff);
}

}  // namespace
}  // namespace sniperforge::solana
