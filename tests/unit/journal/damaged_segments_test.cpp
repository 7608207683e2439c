// SPDX-License-Identifier: MIT
// What was whole once and was changed since is refused; only what was being written is given up.
#include <fcntl.h>

#include "unit/journal/segments_fixture.hpp"

namespace sniperforge::journal {
namespace {

using namespace segments_test;

using DamagedSegmentsTest = SegmentsTest;

// A record with {"next":3}.
constexpr std::size_t kEndBytes = 32 + 10;

[[nodiscard]] std::string flipped(std::string bytes, std::size_t at) {
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ 1U);
    return bytes;
}

// What stands behind damage was written later: that is lost, and no end that was being written.
TEST_F(DamagedSegmentsTest, AreToldFromTornOnesByTheSoundRecordsBehindTheDamage) {
    {
        auto writer = JournalWriter::open(path);
        ASSERT_TRUE(writer);
        for (const char* body : {"one", "two", "three", "four"}) {
            add(**writer, body);
        }
    }
    const std::string sound = content_of(file(1));
    constexpr std::size_t kTwo = 32 + 3, kThree = 32 + 5, kFour = 32 + 4;
    const std::size_t two = sound.size() - kFour - kThree - kTwo;
    struct Case {
        std::string bytes;
        std::size_t behind;
    };
    const Case cases[] = {{flipped(sound, two + 33), kThree + kFour},  // In its body.
                          {flipped(sound, two), kThree + kFour},       // In its mark.
                          {flipped(sound, two + 6), kThree + kFour},   // In its length.
                          {flipped(flipped(sound, two + 33), two + kTwo), kFour},
                          {flipped(sound, sound.size() - 1), 0},  // In the last one.
                          {sound.substr(0, sound.size() - 1), 0},
                          {sound + std::string(300, '\0'), 0}};
    for (const Case& each : cases) {
        put_into(file(1), each.bytes);
        const auto read = read_newest(path, [](const Record&) {});
        ASSERT_TRUE(read);
        EXPECT_EQ(read->bytes_bad_sound, each.behind);
        const auto writer = JournalWriter::open(path);
        ASSERT_TRUE(writer);
        EXPECT_EQ((*writer)->bytes_cut_sound(), each.behind);
        EXPECT_GT((*writer)->bytes_cut(), each.behind);
    }
}

// All that a journal has is behind the header of its first segment.
TEST_F(DamagedSegmentsTest, AreRefusedAndLeftAloneWhereAByteOfAHeaderWasChanged) {
    {
        auto writer = JournalWriter::open(path);
        ASSERT_TRUE(writer);
        add(**writer, "one");
    }
    const std::string sound = content_of(file(1));
    for (std::size_t at = 0; at < kSegmentHeaderBytes; at += 3) {
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

// Without the end in the one before it nothing but the bytes tells that the newest was whole.
TEST_F(DamagedSegmentsTest, AreNotTakenForOnesThatWereBeingBegunWhereMoreStandsBehindTheDamage) {
    write_three().reset();
    const std::string two = content_of(file(2)), three = content_of(file(3));
    const std::string without_end = two.substr(0, two.size() - kEndBytes);
    const std::size_t head = three.size() - 32 - 5;  // In front of its only record.
    for (std::size_t at = kFileHeaderBytes; at < head; at += 3) {
        for (const std::string& bytes : {flipped(three, at), flipped(three, at) + "JFCR",
                                         flipped(three.substr(0, head), at)}) {
            put_into(file(2), without_end);
            put_into(file(3), bytes);
            const bool is_whole = bytes.size() >= three.size();
            if (JournalWriter::open(path)) {
                EXPECT_FALSE(is_whole) << at;
                EXPECT_EQ(all(), "one a1 a2 two ") << "nothing was behind it";
                continue;
            }
            EXPECT_EQ(newest(), "") << at;
            EXPECT_TRUE(says("restore a backup")) << problem;
            EXPECT_EQ(content_of(file(3)), bytes) << at;
            EXPECT_EQ(content_of(file(2)), without_end) << at;
        }
    }
    // Of what was being begun `verify` says that there is something, as the next start does.
    fs::remove(path + ".cut");
    put_into(file(2), without_end);
    put_into(file(3), three.substr(0, head - 1));
    EXPECT_EQ(all(), "one a1 a2 two ");
    EXPECT_TRUE(says("journal-000003.sfj: offset")) << problem;
    EXPECT_TRUE(JournalWriter::open(path));
    EXPECT_EQ(all(), "one a1 a2 two ");
    EXPECT_EQ(problem, "");
}

TEST_F(DamagedSegmentsTest, GetTheEndThatTheyLackFromTheNextStart) {
    write_three().reset();
    const std::string two = content_of(file(2));
    const std::size_t end = two.size() - kEndBytes;
    for (std::size_t size = end; size < two.size(); ++size) {
        put_into(file(2), two.substr(0, size));
        EXPECT_TRUE(JournalWriter::open(path));
        EXPECT_EQ(content_of(file(2)), two) << size;
    }
    const std::string three = content_of(file(3));
    fs::remove(file(3));
    EXPECT_FALSE(JournalWriter::open(path)) << "the newest is missing and that is noticed";
    put_into(file(3), three);
    // Not one byte is added to what is not the segment before it.
    for (const std::string& other :
         {flipped(two.substr(0, end), end - 1), two.substr(0, end - 1)}) {
        put_into(file(2), other);
        EXPECT_TRUE(JournalWriter::open(path));
        EXPECT_EQ(content_of(file(2)), other);
    }
}

// Only what is not there is empty. A first segment that came meanwhile is not replaced.
TEST_F(DamagedSegmentsTest, AreNotTakenForNoneWhereTheirDirectoryCannotBeRead) {
    const auto none = list_segments((directory / "nowhere" / "journal.sfj").string());
    ASSERT_TRUE(none) << none.error().text;
    EXPECT_TRUE(none->empty());
    put_into((directory / "file").string(), "x");
    const auto refused = list_segments((directory / "file" / "journal.sfj").string());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("reading the directory"), std::string::npos)
        << refused.error().text;
    for (const char* name : {"first", "second"}) {
        put_into(path + ".part", name);
        auto part = File::open(path + ".part", O_RDWR);
        ASSERT_TRUE(part);
        EXPECT_EQ(part->rename_as_new(file(1)).has_value(), name == std::string{"first"});
    }
    EXPECT_EQ(content_of(file(1)), "first");
    EXPECT_EQ(content_of(path + ".part"), "second");
}

TEST_F(DamagedSegmentsTest, AreReadOnInTheNextOneThatIsBegunMeanwhile) {
    const auto writer = write_three();
    std::string bodies;
    const auto read = read_newest(path, [&](const Record& record) {
        bodies += record.body + " ";
        if (record.body == "three") {
            ASSERT_TRUE(writer->begin_segment(4, {"c1"}, "whose"));
            add(*writer, "four");
        }
    });
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->problem, "");
    EXPECT_EQ(bodies, "b1 b2 three c1 four ");
}

}  // namespace
}  // namespace sniperforge::journal
