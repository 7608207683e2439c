// SPDX-License-Identifier: MIT
// What was whole once and was changed since is refused; only what was being written is given up.
#include "unit/journal/segments_fixture.hpp"

namespace sniperforge::journal {
namespace {

using namespace segments_test;

using DamagedSegmentsTest = SegmentsTest;

[[nodiscard]] std::string flipped(std::string bytes, std::size_t at) {
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ 1U);
    return bytes;
}

// All that a journal has is behind the header of its first segment.
TEST_F(DamagedSegmentsTest, AreRefusedAndLeftAloneWhereAByteOfAHeaderWasChanged) {
    {
        auto writer = JournalWriter::open(path);
        ASSERT_TRUE(writer);
        add(**writer, "one");
    }
    const std::string sound = content_of(file(1));
    for (std::size_t at = 0; at < kSegmentHeaderBytes; ++at) {
        for (const std::size_t size : {kSegmentHeaderBytes, sound.size()}) {
            const std::string bytes = flipped(sound.substr(0, size), at);
            put_into(file(1), bytes);
            EXPECT_FALSE(JournalWriter::open(path)) << at;
            EXPECT_FALSE(read_newest(path, [](const Record&) {})) << at;
            EXPECT_FALSE(read_journal(path, [](const Record&) {})) << at;
            EXPECT_EQ(content_of(file(1)), bytes) << at;
        }
    }
    EXPECT_EQ(newest(), "");
    EXPECT_TRUE(says("restore a backup (`sniperforge journal restore`)")) << problem;
    EXPECT_FALSE(fs::exists(path + ".cut"));
    // One byte less than a header was never a journal: its creation was interrupted.
    put_into(file(1), sound.substr(0, kSegmentHeaderBytes - 1));
    EXPECT_TRUE(JournalWriter::open(path));
    EXPECT_EQ(content_of(file(1)).size(), kSegmentHeaderBytes);
}

}  // namespace
}  // namespace sniperforge::journal
