// SPDX-License-Identifier: MIT
// The journal as a sequence of files: begun, cut, mixed up, deleted, and taken over.
#include "journal/segments.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/journal/copy.hpp"
#include "sniperforge/journal/crc32c.hpp"
#include "sniperforge/journal/journal.hpp"
#include "support/quick_directory.hpp"

namespace sniperforge::journal {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] std::string content_of(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream{path, std::ios::binary}.rdbuf();
    return out.str();
}
void put_into(const std::string& path, std::string_view bytes) {
    std::ofstream{path, std::ios::binary | std::ios::trunc}.write(
        bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

class SegmentsTest : public ::testing::Test {
 protected:
    SegmentsTest()
        : directory{test::quick_root() /
                    ("sf_segments_" + std::to_string(::getpid()) + "_" +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name())} {
        fs::remove_all(directory);
        fs::create_directories(directory);
        path = (directory / "journal.sfj").string();
    }
    ~SegmentsTest() override { fs::remove_all(directory); }

    [[nodiscard]] std::string file(std::uint64_t number) const {
        return segment_path(path, number);
    }
    void add(JournalWriter& writer, const std::string& body) {
        ASSERT_TRUE(writer.append(RecordKind::Note, 1, body));
        ASSERT_TRUE(writer.sync());
    }
    // Three segments; a record in each, and a checkpoint of two parts in front of the later ones.
    [[nodiscard]] std::unique_ptr<JournalWriter> write_three() {
        auto writer = JournalWriter::open(path);
        EXPECT_TRUE(writer);
        add(**writer, "one");
        EXPECT_TRUE((*writer)->begin_segment(2, {"a1", "a2"}, "whose"));
        add(**writer, "two");
        EXPECT_TRUE((*writer)->begin_segment(3, {"b1", "b2"}, "whose"));
        add(**writer, "three");
        return std::move(*writer);
    }
    [[nodiscard]] std::string all() const {
        std::string bodies;
        problem.clear();
        const auto read =
            read_journal(path, [&](const Record& record) { bodies += record.body + " "; });
        problem = read ? read->problem : read.error().text;
        gone = read ? read->records_gone : 0;
        return bodies;
    }
    [[nodiscard]] std::string newest() const {
        std::string bodies;
        const auto read =
            read_newest(path, [&](const Record& record) { bodies += record.body + " "; });
        problem = read ? read->problem : read.error().text;
        return bodies;
    }
    [[nodiscard]] bool says(const std::string& text) const {
        return problem.find(text) != std::string::npos;
    }

    fs::path directory;
    std::string path;
    mutable std::string problem;
    mutable std::uint64_t gone = 0;
};

TEST_F(SegmentsTest, AreReadInOrderAndTheNewestByItself) {
    {
        const auto writer = write_three();
        EXPECT_EQ(writer->segments(), 3U);
        EXPECT_EQ(writer->sequence_last(), 7U);
        EXPECT_EQ(writer->bytes_grown(), 32U + 5U);
    }
    EXPECT_EQ(all(), "one a1 a2 two b1 b2 three ");
    EXPECT_EQ(problem, "");
    EXPECT_EQ(gone, 0U);
    EXPECT_EQ(newest(), "b1 b2 three ");
    EXPECT_EQ(problem, "");
    EXPECT_FALSE(fs::exists(path));
    EXPECT_FALSE(fs::exists(path + ".part"));
    std::string seen;
    auto again = JournalWriter::open(
        path, {.visit = [&](const Record& record) { seen += record.body + " "; }});
    ASSERT_TRUE(again);
    EXPECT_EQ(seen, "b1 b2 three ");
    EXPECT_EQ((*again)->bytes_grown(), 32U + 5U);
    add(**again, "four");
    EXPECT_EQ(newest(), "b1 b2 three four ");
}

TEST_F(SegmentsTest, AreDeletedFromTheOldestButNeverTheNewest) {
    const auto writer = write_three();
    const auto before = writer->bytes();
    ASSERT_TRUE(writer->prune());
    EXPECT_LT(writer->bytes(), before);
    EXPECT_EQ(all(), "a1 a2 two b1 b2 three ");
    EXPECT_EQ(problem, "");
    EXPECT_EQ(gone, 1U) << "who reads it learns that there was more";
    ASSERT_TRUE(writer->prune());
    ASSERT_TRUE(writer->prune());
    EXPECT_EQ(writer->segments(), 1U);
    EXPECT_EQ(writer->bytes(), fs::file_size(file(3)));
    EXPECT_EQ(all(), "b1 b2 three ");
}

// The head of a new segment is written under another name. Whatever is left of it there, nothing of
// it counts.
TEST_F(SegmentsTest, StartTheSameWhereverTheNextOneWasCutBeforeItHadItsName) {
    {
        auto writer = JournalWriter::open(path);
        ASSERT_TRUE(writer);
        add(**writer, "one");
    }
    const std::string before = content_of(file(1));
    std::string head;
    {
        auto writer = JournalWriter::open(path);
        ASSERT_TRUE((*writer)->begin_segment(2, {"a1", "a2"}, "whose"));
        head = content_of(file(2));
    }
    for (std::size_t size = 0; size <= head.size(); ++size) {
        fs::remove(file(2));
        put_into(file(1), before);
        put_into(path + ".part", std::string_view{head}.substr(0, size));
        ASSERT_EQ(newest(), "one ") << size;
        auto writer = JournalWriter::open(path);
        ASSERT_TRUE(writer) << size;
        EXPECT_EQ((*writer)->bytes_cut(), 0U);
        EXPECT_FALSE(fs::exists(path + ".part"));
        ASSERT_TRUE((*writer)->begin_segment(2, {"a1", "a2"}, "whose"));
        ASSERT_EQ(all(), "one a1 a2 ") << size;
    }
}

// A disk that gave the name before the bytes: what the one before it says is all there is.
TEST_F(SegmentsTest, GoOnInTheOneBeforeWhereTheHeadOfTheNextIsCutAtAnyByte) {
    {
        auto writer = JournalWriter::open(path);
        ASSERT_TRUE(writer);
        add(**writer, "one");
    }
    const std::string before = content_of(file(1));
    std::string head;
    {
        auto writer = JournalWriter::open(path);
        ASSERT_TRUE((*writer)->begin_segment(2, {"a1", "a2"}, "whose"));
        head = content_of(file(2));
    }
    const std::string ended = content_of(file(1));
    ASSERT_GT(ended.size(), before.size());
    for (std::size_t size = 16; size < head.size(); ++size) {
        fs::remove(path + ".cut");
        put_into(file(1), before);
        put_into(file(2), std::string_view{head}.substr(0, size));
        ASSERT_EQ(newest(), "one ") << size;
        ASSERT_EQ(problem, "");
        {
            auto writer = JournalWriter::open(path);
            ASSERT_TRUE(writer) << size << writer.error().text;
            EXPECT_EQ((*writer)->bytes_cut(), size);
            EXPECT_EQ(content_of(path + ".cut"), head.substr(0, size));
            add(**writer, "two");
        }
        ASSERT_EQ(all(), "one two ") << size;
        // Once it was whole, and said so, nothing may be forgotten.
        put_into(file(1), ended);
        put_into(file(2), std::string_view{head}.substr(0, size));
        (void)newest();
        ASSERT_TRUE(says("journal-000002.sfj is damaged")) << problem;
        const auto refused = JournalWriter::open(path);
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().text.find("restore a backup"), std::string::npos);
        ASSERT_EQ(content_of(file(2)).size(), size);
    }
    // The record that says so may itself be torn: the next one knows where the end is.
    put_into(file(2), head);
    for (std::size_t size = before.size(); size < ended.size(); ++size) {
        put_into(file(1), std::string_view{ended}.substr(0, size));
        ASSERT_EQ(all(), "one a1 a2 ") << size;
        ASSERT_EQ(problem, "") << size;
        ASSERT_EQ(newest(), "a1 a2 ");
    }
}

TEST_F(SegmentsTest, NameTheOneThatIsMissing) {
    write_three().reset();
    const std::string two = content_of(file(2)), three = content_of(file(3));
    fs::remove(file(3));
    (void)all();
    EXPECT_TRUE(says("journal-000003.sfj is missing")) << problem;
    (void)newest();
    EXPECT_TRUE(says("journal-000003.sfj is missing")) << problem;
    EXPECT_FALSE(JournalWriter::open(path));
    put_into(file(3), three);
    fs::remove(file(2));
    EXPECT_EQ(all(), "one ");
    EXPECT_TRUE(says("journal-000002.sfj is missing")) << problem;
    // What the daemon needs is in the newest.
    EXPECT_EQ(newest(), "b1 b2 three ");
    EXPECT_EQ(problem, "");
}

TEST_F(SegmentsTest, NameTheOneThatIsOfAnotherJournal) {
    write_three().reset();
    const std::string two = content_of(file(2));
    fs::remove_all(directory);
    fs::create_directories(directory);
    {
        auto writer = JournalWriter::open(path);
        ASSERT_TRUE(writer);
        add(**writer, "eno");
        ASSERT_TRUE((*writer)->begin_segment(2, {"a1", "a2"}, "whose"));
        add(**writer, "two");
        ASSERT_TRUE((*writer)->begin_segment(3, {"b1", "b2"}, "whose"));
    }
    EXPECT_EQ(all(), "eno a1 a2 two b1 b2 ");
    put_into(file(2), two);
    EXPECT_EQ(all(), "eno ");
    EXPECT_TRUE(says("journal-000002.sfj follows a segment of")) << problem;
    EXPECT_TRUE(says("is of another journal"));
    put_into(file(2), content_of(file(3)));
    (void)all();
    EXPECT_TRUE(says("journal-000002.sfj says that it is segment 3")) << problem;
}

// The bytes of the version before: another header, and the same records.
TEST_F(SegmentsTest, TakeOverAJournalOfOneFile) {
    {
        auto writer = JournalWriter::open(path);
        ASSERT_TRUE(writer);
        add(**writer, "one");
        add(**writer, "two");
    }
    const std::string old =
        std::string("SFJOURNAL1\n\0\0\0\0\0", 16) + content_of(file(1)).substr(kSegmentHeaderBytes);
    for (std::size_t size = 0; size <= old.size(); ++size) {
        fs::remove_all(directory);
        fs::create_directories(directory);
        put_into(path, std::string_view{old}.substr(0, size));
        const std::string read = newest();
        EXPECT_EQ(content_of(path).size(), size);  // Reading takes nothing over.
        auto writer = JournalWriter::open(path);
        ASSERT_TRUE(writer) << size << writer.error().text;
        EXPECT_FALSE(fs::exists(path));
        ASSERT_EQ(all(), read) << size;
        add(**writer, "more");
        ASSERT_TRUE((*writer)->begin_segment(2, {"a1"}, "whose"));
        add(**writer, "next");
        ASSERT_EQ(all(), read + "more a1 next ") << size;
        ASSERT_EQ(problem, "");
    }
    put_into(path, old);
    (void)all();
    EXPECT_TRUE(says("Move away the one that is not the newest")) << problem;
    EXPECT_FALSE(JournalWriter::open(path));
}

TEST_F(SegmentsTest, OfANewerVersionAreRefusedAndLeftAlone) {
    JournalWriter::open(path)->reset();
    std::string bytes = content_of(file(1));
    bytes[9] = '3';
    put_into(file(1), bytes);
    const auto magic = JournalWriter::open(path);
    ASSERT_FALSE(magic);
    EXPECT_NE(magic.error().text.find("was written by a newer version"), std::string::npos)
        << magic.error().text;
    EXPECT_EQ(content_of(file(1)), bytes);
}

// The header is the same, and its number another one.
TEST_F(SegmentsTest, AreRefusedWhereTheirSchemaIsNewerThanTheirReader) {
    write_three().reset();
    const std::string sound = content_of(file(3));
    const auto with_schema = [&](std::uint32_t schema) {
        Bytes bytes{sound.begin(), sound.end()};
        write_le(std::span{bytes}, 16, schema);
        write_le(std::span{bytes}, kSegmentHeaderBytes - 4,
                 crc32c(std::span{bytes}.first(kSegmentHeaderBytes - 4)));
        put_into(file(3), {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    };
    with_schema(kSchemaVersion + 1);
    const std::string newer = content_of(file(3));
    const auto refused = JournalWriter::open(path);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("journals up to schema 2: start that version"),
              std::string::npos)
        << refused.error().text;
    EXPECT_EQ(newest(), "");
    EXPECT_TRUE(says("newer version")) << problem;
    EXPECT_EQ(all(), "");
    EXPECT_FALSE(copy_journal(path, (directory / "copy.sfj").string()));
    EXPECT_EQ(content_of(file(3)), newer) << "nothing of it was changed";
    with_schema(kSchemaVersion - 1);
    const auto changed = JournalWriter::open(path);
    ASSERT_FALSE(changed);
    EXPECT_NE(changed.error().text.find("it was changed; restore a backup"), std::string::npos)
        << changed.error().text;
    with_schema(kSchemaVersion);
    EXPECT_EQ(content_of(file(3)), sound);
    EXPECT_TRUE(JournalWriter::open(path));
    EXPECT_EQ(newest(), "b1 b2 three ");
}

class SmallDisk final : public Disk {
 public:
    std::size_t take(std::uint64_t /*offset*/, std::size_t bytes) override {
        return is_full ? bytes / 2 : bytes;
    }
    bool sync() override { return !is_broken; }
    bool is_stalled() const override { return false; }
    bool is_full = false, is_broken = false;
};

TEST_F(SegmentsTest, GoOnInTheOldOneWhereTheDiskHasNoRoomForANewOne) {
    SmallDisk disk;
    auto writer = JournalWriter::open(path, {.disk = &disk});
    ASSERT_TRUE(writer);
    add(**writer, "one");
    for (bool* const fault : {&disk.is_full, &disk.is_broken}) {
        *fault = true;
        EXPECT_FALSE((*writer)->begin_segment(2, {"a1"}, "whose"));
        EXPECT_FALSE(fs::exists(path + ".part"));
        EXPECT_FALSE(fs::exists(file(2)));
        *fault = false;
        add(**writer, "more");
    }
    EXPECT_EQ(all(), "one more more ");
    EXPECT_EQ(problem, "");
    ASSERT_TRUE((*writer)->begin_segment(2, {"a1"}, "whose"));
    add(**writer, "two");
    EXPECT_EQ(all(), "one more more a1 two ");
}

TEST_F(SegmentsTest, AreCopiedAllOfThemAndNothingThatPointsBeyondThem) {
    const auto writer = write_three();
    const std::string copy = (directory / "copy" / "journal.sfj").string();
    fs::create_directories(directory / "copy");
    ASSERT_TRUE(copy_journal(path, copy));
    // Of a newest one that has an end by the time it is copied, and its next one is not copied.
    ASSERT_TRUE(writer->begin_segment(4, {"c1"}, "whose"));
    fs::remove(file(4));
    fs::create_directories(directory / "other");
    ASSERT_TRUE(copy_journal(path, (directory / "other" / "journal.sfj").string()));
    EXPECT_EQ(content_of((directory / "other" / "journal-000003.sfj").string()),
              content_of((directory / "copy" / "journal-000003.sfj").string()));
    path = copy;
    EXPECT_EQ(all(), "one a1 a2 two b1 b2 three ");
    EXPECT_EQ(problem, "");
    auto more = JournalWriter::open(path);
    ASSERT_TRUE(more);
    add(**more, "four");
    EXPECT_EQ(newest(), "b1 b2 three four ");
}

}  // namespace
}  // namespace sniperforge::journal
