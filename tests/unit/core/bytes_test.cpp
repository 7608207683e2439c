// SPDX-License-Identifier: MIT
#include "sniperforge/core/bytes.hpp"

#include <gtest/gtest.h>

#include "sniperforge/core/key.hpp"

namespace sniperforge {
namespace {

TEST(Bytes, AreReadAndWrittenLeastSignificantByteFirst) {
    Bytes bytes;
    append_le(bytes, std::uint32_t{0x01020304});
    EXPECT_EQ(bytes, (Bytes{4, 3, 2, 1}));
    write_le(bytes, 2, std::uint16_t{0xaabb});
    EXPECT_EQ(read_le<std::uint16_t>(bytes, 2), 0xaabb);
    EXPECT_EQ(read_le<std::uint32_t>(bytes, 0), 0xaabb0304U);
    append(bytes, Bytes{9});
    EXPECT_EQ(bytes.back(), 9);
}

TEST(BytesDeathTest, AbortWhenReadOrWrittenPastTheirEnd) {
    Bytes bytes(8);
    (void)read_le<std::uint64_t>(bytes, 0);
    EXPECT_DEATH((void)read_le<std::uint64_t>(bytes, 1), "assertion failed");
    EXPECT_DEATH((void)read_le<std::uint8_t>(bytes, std::size_t(-1)), "assertion failed");
    EXPECT_DEATH(write_le(bytes, 7, std::uint16_t{1}), "assertion failed");
}

TEST(ByteReader, ReadsToTheLastByteAndFailsForGoodAfterIt) {
    const Bytes bytes{1, 0, 2, 3};
    ByteReader reader{bytes};
    EXPECT_EQ(reader.read<std::uint16_t>(), 1);
    EXPECT_EQ(reader.remaining(), 2U);
    EXPECT_EQ(reader.take(2).size(), 2U);
    EXPECT_TRUE(reader.ok());
    EXPECT_EQ(reader.take(0).size(), 0U);
    EXPECT_TRUE(reader.ok());
    EXPECT_EQ(reader.read<std::uint8_t>(), 0);
    EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, StaysFailedEvenWhenALaterReadWouldFit) {
    const Bytes bytes{1, 2, 3};
    ByteReader reader{bytes};
    EXPECT_EQ(reader.read<std::uint32_t>(), 0U);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.read<std::uint8_t>(), 0);
    EXPECT_EQ(reader.position(), 0U);
    EXPECT_EQ(reader.take(std::size_t(-1)).size(), 0U);
}

TEST(ByteReader, ReadsKeysOfTheirExactSize) {
    Bytes bytes(32, 5);
    ByteReader reader{bytes};
    EXPECT_EQ(reader.read_key<Pubkey>(), Pubkey::from(bytes));
    bytes.resize(31);
    ByteReader shorter{bytes};
    EXPECT_TRUE(shorter.read_key<Pubkey>().is_zero());
    EXPECT_FALSE(shorter.ok());
}

TEST(Key, ParsesItsOwnTextAndOnlyItsOwnSize) {
    const auto key = Pubkey::parse("So11111111111111111111111111111111111111112");
    ASSERT_TRUE(key);
    EXPECT_EQ(key->to_string(), "So11111111111111111111111111111111111111112");
    EXPECT_FALSE(Pubkey::parse("So1111111111111111111111111111111111111111"));
    EXPECT_FALSE(Signature::parse(key->to_string()));
    EXPECT_TRUE(Pubkey::parse(std::string(32, '1'))->is_zero());
    EXPECT_FALSE(Pubkey::parse(std::string(31, '1')));
    EXPECT_FALSE(Pubkey::parse(std::string(33, '1')));
}

TEST(KeyDeathTest, AbortsOnAConstantThatIsNoKey) {
    EXPECT_DEATH((void)pubkey_constant("O"), "assertion failed");
}

}  // namespace
}  // namespace sniperforge
