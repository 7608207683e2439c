// SPDX-License-Identifier: MIT
#include "sniperforge/recording/reader.hpp"

#include <gtest/gtest.h>

#include "recording/layout.hpp"
#include "unit/recording/recording_support.hpp"

namespace sniperforge::recording {
namespace {

class ReaderTest : public test::RecordingFile {
 protected:
    // Where the header ends, and the first block.
    [[nodiscard]] static std::size_t header_end(const std::string& file) {
        return kFileHeadBytes + read_le<std::uint32_t>(bytes_of(file), 12);
    }
    [[nodiscard]] static std::size_t block_end(const std::string& file, std::size_t begin) {
        return begin + kBlockHeadBytes + read_le<std::uint32_t>(bytes_of(file), begin + 16);
    }
    void expect_refused(const std::string& file, const std::string& text) const {
        put(file);
        const auto reader = Reader::open(path);
        ASSERT_FALSE(reader);
        EXPECT_NE(reader.error().text.find(text), std::string::npos) << reader.error().text;
    }
};

TEST_F(ReaderTest, ReadsOfATornFileAllBlocksThatAreWholeAndNoByteMore) {
    write_two_blocks();
    const std::string whole = content();
    const std::size_t begin = header_end(whole);
    const std::size_t first = block_end(whole, begin);
    const std::size_t second = block_end(whole, first);
    for (std::size_t size = begin; size < whole.size(); ++size) {
        put(whole.substr(0, size));
        const auto reader = Reader::open(path);
        ASSERT_TRUE(reader) << size;
        EXPECT_EQ(count(**reader), size < first ? 0U : size < second ? 2U : 4U) << size;
        EXPECT_FALSE((*reader)->totals()) << size;
        EXPECT_FALSE((*reader)->is_damaged()) << size;
        EXPECT_NE((*reader)->problem().find("once its run ended by itself"), std::string::npos)
            << (*reader)->problem();
    }
    for (std::size_t size = 0; size < begin; ++size) {
        put(whole.substr(0, size));
        EXPECT_FALSE(Reader::open(path)) << size;
    }
}

TEST_F(ReaderTest, FindsEachFlippedByte) {
    write_two_blocks();
    const std::string whole = content();
    const std::size_t begin = header_end(whole);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
        put(flipped);
        const auto reader = Reader::open(path);
        if (at < begin) {
            EXPECT_FALSE(reader) << at;
            continue;
        }
        ASSERT_TRUE(reader) << at;
        EXPECT_LE(count(**reader), 4U) << at;
        EXPECT_FALSE((*reader)->totals()) << at;
        EXPECT_NE((*reader)->problem().find("at offset"), std::string::npos) << at;
    }
}

TEST_F(ReaderTest, ADamagedBlockIsNoTornOne) {
    write_two_blocks();
    std::string flipped = content();
    flipped[block_end(flipped, header_end(flipped)) - 1] ^= 1;
    put(flipped);
    const auto reader = Reader::open(path);
    ASSERT_TRUE(reader);
    EXPECT_EQ(count(**reader), 0U);
    EXPECT_TRUE((*reader)->is_damaged());
    EXPECT_TRUE((*reader)->problem().starts_with(
        path + ": damaged: the checksum of a block is wrong at offset " +
        std::to_string(header_end(flipped)) + "; "))
        << (*reader)->problem();
    EXPECT_NE((*reader)->problem().find("record again"), std::string::npos);
}

TEST_F(ReaderTest, ABlockThatIsMissingIsNoticed) {
    write_two_blocks();
    std::string cut = content();
    const std::size_t begin = header_end(cut);
    cut.erase(begin, block_end(cut, begin) - begin);
    put(cut);
    const auto reader = Reader::open(path);
    ASSERT_TRUE(reader);
    EXPECT_EQ(count(**reader), 0U);
    EXPECT_TRUE((*reader)->is_damaged());
}

TEST_F(ReaderTest, NothingFollowsTheEnd) {
    write_two_blocks();
    put(content() + "x");
    const auto reader = Reader::open(path);
    ASSERT_TRUE(reader);
    EXPECT_EQ(count(**reader), 4U);
    EXPECT_TRUE((*reader)->is_damaged());
    EXPECT_FALSE((*reader)->totals());
}

TEST_F(ReaderTest, RefusesWhatIsNoRecordingAndOtherVersions) {
    write_two_blocks();
    std::string other = content();
    write_le(std::span<std::uint8_t>{reinterpret_cast<std::uint8_t*>(other.data()), other.size()},
             8, kFormatVersion + 1);
    expect_refused(other, "is a recording of format 8, this version reads 7");
    expect_refused("", "is no recording: it does not begin with SFRECORD");
    expect_refused(std::string(400, 'x'), "is no recording");
    std::string endless = content();
    write_le(
        std::span<std::uint8_t>{reinterpret_cast<std::uint8_t*>(endless.data()), endless.size()},
        12, 0xffff'ffffU);
    put(endless);
    EXPECT_FALSE(Reader::open(path));
    EXPECT_FALSE(Reader::open(path + ".none"));
}

TEST(Numbers, TakeAsManyBytesAsTheyNeedAndComeBack) {
    for (const std::uint64_t value :
         {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, kU64Max}) {
        Bytes bytes;
        append_number(bytes, value);
        EXPECT_EQ(bytes.size(), value < 128 ? 1U : value == 128 ? 2U : 10U);
        ByteReader reader{bytes};
        EXPECT_EQ(read_number(reader), value);
        EXPECT_EQ(reader.remaining(), 0U);
    }
    for (const std::int64_t step :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{-64},
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
        Bytes bytes;
        append_step(bytes, step);
        ByteReader reader{bytes};
        EXPECT_EQ(read_step(reader), step);
    }
}

}  // namespace
}  // namespace sniperforge::recording
