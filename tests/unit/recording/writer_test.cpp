// SPDX-License-Identifier: MIT
#include "sniperforge/recording/writer.hpp"

#include <gtest/gtest.h>

#include <future>
#include <mutex>

#include "unit/recording/recording_support.hpp"

namespace sniperforge::recording {
namespace {

using WriterTest = test::RecordingFile;

TEST_F(WriterTest, WritesWhatAReaderReads) {
    write_two_blocks();
    const auto reader = Reader::open(path);
    ASSERT_TRUE(reader) << reader.error().text;
    EXPECT_EQ((*reader)->header().build_id, "1.2.3+abc");
    EXPECT_EQ((*reader)->header().seed, 7U);
    EXPECT_EQ((*reader)->header().provenance, Provenance::Test);
    for (std::uint8_t number = 1; number <= 4; ++number) {
        const auto record = (*reader)->next();
        ASSERT_TRUE(record);
        EXPECT_EQ(record->number, number);
        ASSERT_EQ(record->body.size(), 1U);
        EXPECT_EQ(record->body[0], number);
        if (number == 1) {
            const Decision note{journal::RecordKind::Note, R"({"text":"first"})"};
            EXPECT_EQ((*reader)->next_decision(), note);
        }
    }
    EXPECT_FALSE((*reader)->next());
    EXPECT_EQ((*reader)->problem(), "");
    EXPECT_EQ((*reader)->blocks(), 2U);
    ASSERT_TRUE((*reader)->totals());
    EXPECT_EQ((*reader)->totals()->records, 4U);
    EXPECT_EQ((*reader)->totals()->journal_sha256, "abc");
    EXPECT_TRUE((*reader)->totals()->is_whole());
}

TEST_F(WriterTest, MakesAFileThatOnlyItsOwnerReads) {
    write_two_blocks();
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(WriterTest, ABlockWithoutRecordsIsNone) {
    {
        const auto file = writer();
        file->hand_over();
        add(*file, 17, 1);
        file->hand_over();
        file->hand_over();
        ASSERT_TRUE(file->close({}));
    }
    const auto reader = Reader::open(path);
    ASSERT_TRUE(reader);
    EXPECT_EQ(count(**reader), 1U);
    EXPECT_EQ((*reader)->blocks(), 1U);
}

// Two blocks may wait while a third is being written; the fourth ends it.
TEST_F(WriterTest, AFullRingEndsTheRecordingAndTheEndSaysHowMuchIsMissing) {
    std::promise<void> begun;
    std::promise<void> let_go;
    auto gate = let_go.get_future();
    int parts = 0;  // The header, then blocks, then the end.
    std::string file;
    auto opened = Writer::open({.path = path,
                                .is_threaded = true,
                                .blocks_waiting_max = 2,
                                .write = [&](BytesView bytes) -> Result<void> {
                                    file.append(bytes.begin(), bytes.end());
                                    if (++parts == 2) {
                                        begun.set_value();
                                        gate.wait();
                                    }
                                    return {};
                                }},
                               header());
    ASSERT_TRUE(opened);
    Writer& writer = **opened;
    add(writer, 17, 1);
    writer.hand_over();
    begun.get_future().wait();
    for (std::uint8_t block = 2; block <= 3; ++block) {
        add(writer, 17, block);
        writer.hand_over();
        EXPECT_TRUE(writer.is_on()) << int{block};
    }
    add(writer, 17, 4);
    add(writer, 17, 5);
    writer.hand_over();
    EXPECT_FALSE(writer.is_on());
    writer.miss();
    let_go.set_value();
    const auto totals = writer.close({});
    ASSERT_TRUE(totals);
    EXPECT_EQ(totals->records, 3U);
    EXPECT_EQ(totals->records_lost, 3U);
    EXPECT_FALSE(totals->is_whole());
    put(file);
    const auto reader = Reader::open(path);
    ASSERT_TRUE(reader);
    EXPECT_EQ(count(**reader), 3U);
    ASSERT_TRUE((*reader)->totals());
    EXPECT_EQ((*reader)->totals()->records_lost, 3U);
}

TEST_F(WriterTest, ADiskThatFailsEndsTheRecordingAndNotTheRun) {
    int parts = 0;
    auto opened = Writer::open({.path = path,
                                .is_threaded = false,
                                .write = [&](BytesView) -> Result<void> {
                                    return ++parts == 1 ? Result<void>{} : fail("no space left");
                                }},
                               header());
    ASSERT_TRUE(opened);
    Writer& writer = **opened;
    add(writer, 17, 1);
    writer.hand_over();
    EXPECT_TRUE(writer.is_on());  // It is noticed with the next block.
    add(writer, 17, 2);
    writer.hand_over();
    EXPECT_FALSE(writer.is_on());
    const auto totals = writer.close({});
    ASSERT_FALSE(totals);
    EXPECT_EQ(totals.error().text, "no space left");
}

// No disk has so much: what there is free is below it.
TEST_F(WriterTest, ADiskWithLittleRoomLeftIsLeftToTheJournalAndTheRunIsToldOfIt) {
    const auto refused = Writer::open(
        {.path = path, .is_threaded = false, .free_bytes_min = std::uint64_t{1} << 62U}, header());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("bytes free, and 4611686018427387904 are left to the "
                                        "journal; make room, or record to another disk"),
              std::string::npos)
        << refused.error().text;
    EXPECT_TRUE(Writer::open({.path = path, .is_threaded = false, .free_bytes_min = 1}, header()));
}

TEST_F(WriterTest, AFileThatCannotBeMadeIsSaidAtOnce) {
    const auto opened = Writer::open({.path = path + "/none/file", .is_threaded = false}, header());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().text.find("creating the recording " + path), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::recording
