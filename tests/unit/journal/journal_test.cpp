// SPDX-License-Identifier: MIT
#include "sniperforge/journal/journal.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/sha256.hpp"
#include "support/quick_directory.hpp"

namespace sniperforge::journal {
namespace {

std::string read_all(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}
void write_all(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

class Journal : public ::testing::Test {
 protected:
    void SetUp() override {
        directory_ =
            test::quick_root() / ("journal_" + std::to_string(::getpid()) + "_" +
                                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove_all(directory_);
        std::filesystem::create_directories(directory_);
        path_ = directory_ / "a.journal";
        file_ = directory_ / "a-000001.journal";
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    void write_records(const std::vector<std::string>& bodies) {
        auto writer = JournalWriter::open(path_);
        ASSERT_TRUE(writer) << writer.error().text;
        for (const auto& body : bodies) {
            ASSERT_TRUE((*writer)->append(RecordKind::Intent, 7, body));
        }
        ASSERT_TRUE((*writer)->sync());
    }
    std::vector<Record> read(ReadSummary& summary) const {
        std::vector<Record> records;
        const auto result =
            read_journal(path_, [&](const Record& record) { records.push_back(record); });
        EXPECT_TRUE(result) << result.error().text;
        summary = result.value_or(ReadSummary{});
        return records;
    }

    std::filesystem::path directory_;
    std::filesystem::path path_;
    std::filesystem::path file_;  // Its first segment.
};

TEST_F(Journal, ReadsBackWhatWasWrittenInOrder) {
    {
        auto writer = JournalWriter::open(path_);
        ASSERT_TRUE(writer);
        EXPECT_EQ((*writer)->sequence_last(), 0U);
        EXPECT_EQ((*writer)->append(RecordKind::RunStarted, -5, "{}"), 1U);
        EXPECT_EQ((*writer)->append(RecordKind::Signed, 6, ""), 2U);
        EXPECT_EQ((*writer)->append(RecordKind::Note, 7, std::string(kBodyBytesMax, 'n')), 3U);
        EXPECT_FALSE((*writer)->append(RecordKind::Note, 8, std::string(kBodyBytesMax + 1, 'n')));
        ASSERT_TRUE((*writer)->sync());
        EXPECT_EQ((*writer)->bytes(), std::filesystem::file_size(file_));
        EXPECT_EQ((*writer)->bytes_cut(), 0U);
    }
    ReadSummary summary;
    const auto records = read(summary);
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].kind, RecordKind::RunStarted);
    EXPECT_EQ(records[0].wall_ns, -5);
    EXPECT_EQ(records[0].body, "{}");
    EXPECT_EQ(records[1].sequence, 2U);
    EXPECT_EQ(records[1].body, "");
    EXPECT_EQ(records[2].body.size(), kBodyBytesMax);
    EXPECT_EQ(summary.records, 3U);
    EXPECT_EQ(summary.bytes_good, std::filesystem::file_size(file_));
    EXPECT_EQ(summary.bytes_bad, 0U);
    EXPECT_EQ(summary.problem, "");
    struct stat status{};
    ASSERT_EQ(::stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0137U, 0U);  // Nothing beyond 0640.
}

TEST_F(Journal, HasTheDocumentedLayout) {
    write_records({"{\"a\":1}"});
    const std::string bytes = read_all(file_);
    ASSERT_EQ(bytes.size(), 256U + 24U + 8U + 7U);
    EXPECT_EQ(bytes.substr(0, 16), std::string("SFJOURNAL2\n\0\0\0\0\0", 16));
    EXPECT_EQ(bytes.substr(16, 16), std::string("\x02\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0", 16));
    EXPECT_EQ(bytes.substr(256 + 4, 4), std::string("\x07\0\0\0", 4));
    EXPECT_EQ(bytes.substr(256 + 12, 12), std::string("\x03\0\0\0\x01\0\0\0\0\0\0\0", 12));
    EXPECT_EQ(bytes.substr(256 + 24, 8), std::string("\x07\0\0\0\0\0\0\0", 8));
    EXPECT_EQ(bytes.substr(256 + 32), "{\"a\":1}");
}

TEST_F(Journal, ContinuesAfterItsLastSequenceNumber) {
    write_records({"one", "two"});
    write_records({"three"});
    ReadSummary summary;
    const auto records = read(summary);
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[2].sequence, 3U);
    EXPECT_EQ(records[2].body, "three");
}

TEST_F(Journal, CutsALastRecordTornAtAnyByteAndContinues) {
    write_records({"one", "two"});
    const auto good = std::filesystem::file_size(file_);
    write_records({"the last record"});
    const std::string whole = read_all(file_);
    for (std::size_t size = good; size < whole.size(); ++size) {
        write_all(file_, std::string_view{whole}.substr(0, size));
        ReadSummary summary;
        EXPECT_EQ(read(summary).size(), 2U);
        EXPECT_EQ(summary.bytes_good, good);
        EXPECT_EQ(summary.bytes_bad, size - good);
        EXPECT_EQ(summary.problem.empty(), size == good);
        {
            auto writer = JournalWriter::open(path_);
            ASSERT_TRUE(writer) << writer.error().text;
            EXPECT_EQ((*writer)->bytes_cut(), size - good);
            EXPECT_EQ((*writer)->cut_reason().empty(), size == good);
            EXPECT_EQ((*writer)->append(RecordKind::Report, 9, "after"), 3U);
            ASSERT_TRUE((*writer)->sync());
        }
        const auto records = read(summary);
        ASSERT_EQ(records.size(), 3U) << size;
        EXPECT_EQ(records[2].body, "after");
        EXPECT_EQ(summary.problem, "");
    }
}

TEST_F(Journal, FindsEachFlippedBitOfTheLastRecordAndKeepsTheRest) {
    write_records({"one", "two"});
    const auto good = std::filesystem::file_size(file_);
    write_records({"the last record"});
    const std::string whole = read_all(file_);
    for (std::size_t at = good; at < whole.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string flipped = whole;
            flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << bit));
            write_all(file_, flipped);
            ReadSummary summary;
            EXPECT_EQ(read(summary).size(), 2U) << at << " bit " << bit;
            EXPECT_EQ(summary.bytes_bad, whole.size() - good);
            EXPECT_NE(summary.problem, "");
        }
        auto writer = JournalWriter::open(path_);
        ASSERT_TRUE(writer) << writer.error().text;
        EXPECT_EQ((*writer)->bytes_cut(), whole.size() - good);
        EXPECT_EQ((*writer)->sequence_last(), 2U);
        EXPECT_EQ(std::filesystem::file_size(file_), good);
    }
}

TEST_F(Journal, KeepsWhatItCutsBesideTheJournal) {
    write_records({"one"});
    const auto good = std::filesystem::file_size(file_);
    write_records({"two", "three"});
    std::string bytes = read_all(file_);
    bytes[good + 33] ^= 1;
    write_all(file_, bytes);
    ASSERT_TRUE(JournalWriter::open(path_));
    EXPECT_EQ(read_all(path_.string() + ".cut"), bytes.substr(good));
    // A second cut is added behind the first.
    write_all(file_, bytes.substr(0, good) + "rest");
    ASSERT_TRUE(JournalWriter::open(path_));
    EXPECT_EQ(read_all(path_.string() + ".cut"), bytes.substr(good) + "rest");
}

TEST_F(Journal, CutsATailOfZerosAndARecordOutOfSequence) {
    write_records({"one"});
    const std::string good = read_all(file_);
    write_all(file_, good + std::string(4'096, '\0'));
    ReadSummary summary;
    EXPECT_EQ(read(summary).size(), 1U);
    EXPECT_EQ(summary.bytes_bad, 4'096U);

    write_all(file_, good + good.substr(256));
    EXPECT_EQ(read(summary).size(), 1U);
    EXPECT_NE(summary.problem.find("sequence 1 follows 1"), std::string::npos) << summary.problem;
}

TEST_F(Journal, StartsAnewWhenCreationWasInterruptedAtAnyByteOfTheHeader) {
    ASSERT_TRUE(JournalWriter::open(path_));
    const std::string header = read_all(file_);
    ASSERT_EQ(header.size(), 256U);
    for (std::size_t size = 0; size < header.size(); ++size) {
        write_all(file_, header.substr(0, size));
        auto writer = JournalWriter::open(path_);
        ASSERT_TRUE(writer) << size << writer.error().text;
        EXPECT_EQ((*writer)->append(RecordKind::Note, 0, "x"), 1U);
        ASSERT_TRUE((*writer)->sync());
        ReadSummary summary;
        EXPECT_EQ(read(summary).size(), 1U);
    }
}

TEST_F(Journal, LeavesAFileThatIsNoJournalAlone) {
    write_all(file_, "precious notes, longer than a header");
    const auto writer = JournalWriter::open(path_);
    ASSERT_FALSE(writer);
    EXPECT_NE(writer.error().text.find("is not a journal"), std::string::npos);
    EXPECT_EQ(read_all(file_), "precious notes, longer than a header");
    EXPECT_FALSE(read_journal(path_, [](const Record&) {}));
}

// A sound record of a kind that this version does not know must not be cut.
TEST_F(Journal, RefusesARecordKindFromTheFutureWithoutCuttingIt) {
    {
        auto writer = JournalWriter::open(path_);
        ASSERT_TRUE(writer);
        ASSERT_TRUE((*writer)->append(static_cast<RecordKind>(14), 0, "new"));
        ASSERT_TRUE((*writer)->sync());
    }
    const std::string bytes = read_all(file_);
    const auto writer = JournalWriter::open(path_);
    ASSERT_FALSE(writer);
    EXPECT_NE(writer.error().text.find("record kind 14 is unknown"), std::string::npos);
    EXPECT_EQ(read_all(file_), bytes);
}

TEST_F(Journal, AdmitsOneWriterAtATime) {
    auto first = JournalWriter::open(path_);
    ASSERT_TRUE(first);
    const auto second = JournalWriter::open(path_);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().text.find("being written by another"), std::string::npos);
    first->reset();
    EXPECT_TRUE(JournalWriter::open(path_));
}

TEST_F(Journal, IsReadableWhileItGrows) {
    auto writer = JournalWriter::open(path_);
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->append(RecordKind::Note, 0, "x"));
    ReadSummary summary;
    EXPECT_EQ(read(summary).size(), 0U);  // Buffered only.
    ASSERT_TRUE((*writer)->sync());
    EXPECT_EQ(read(summary).size(), 1U);
    // Beyond its buffer it writes by itself, still one commit for all.
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE((*writer)->append(RecordKind::Note, 0, std::string(4'000, 'y')));
    }
    EXPECT_GT(read(summary).size(), 16U);
    ASSERT_TRUE((*writer)->sync());
    EXPECT_EQ(read(summary).size(), 101U);
}

TEST_F(Journal, HashesDecisionsOnlyWithTheirKindAndWithoutTime) {
    auto writer = JournalWriter::open(path_);
    ASSERT_TRUE(writer);
    EXPECT_EQ((*writer)->decision_sha256(), hex_encode(Sha256{}.digest()));
    ASSERT_TRUE((*writer)->append(RecordKind::RunStarted, 1, "seed"));
    ASSERT_TRUE((*writer)->append(RecordKind::Intent, 2, "buy"));
    ASSERT_TRUE((*writer)->append(RecordKind::Note, 3, "note"));
    ASSERT_TRUE((*writer)->append(RecordKind::Denial, 4, "no"));
    Sha256 expected;
    const std::string stream =
        std::string("\x03\x03\0\0\0", 5) + "buy" + std::string("\x04\x02\0\0\0", 5) + "no";
    expected.update(bytes_of(stream));
    EXPECT_EQ((*writer)->decision_sha256(), hex_encode(expected.digest()));
}

TEST_F(Journal, OpeningInAMissingDirectoryNamesThePath) {
    const auto writer = JournalWriter::open(directory_ / "missing" / "a.journal");
    ASSERT_FALSE(writer);
    EXPECT_NE(writer.error().text.find("missing/a.journal.part: No such file"), std::string::npos);
    EXPECT_FALSE(read_journal(directory_ / "missing.journal", [](const Record&) {}));
}

// A file size limit stands for a full disk: both fail a write in the middle.
TEST_F(Journal, KeepsWhatADiskRefusesAndWritesItWhenThereIsRoom) {
    auto writer = JournalWriter::open(path_);
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->append(RecordKind::Note, 0, "one"));
    ASSERT_TRUE((*writer)->sync());

    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = (*writer)->bytes() + 20;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    EXPECT_TRUE((*writer)->append(RecordKind::Note, 0, "two"));
    const auto refused = (*writer)->sync();
    bool is_append_refused_in_the_end = false;
    std::size_t accepted = 0;
    while (accepted < 10 && !is_append_refused_in_the_end) {
        is_append_refused_in_the_end =
            !(*writer)->append(RecordKind::Note, 0, std::string(kBodyBytesMax, 'x'));
        accepted += is_append_refused_in_the_end ? 0U : 1U;
    }
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, old_handler);

    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("File too large"), std::string::npos);
    EXPECT_TRUE(is_append_refused_in_the_end);  // Memory stays bounded.
    ASSERT_TRUE((*writer)->sync());
    ReadSummary summary;
    const auto records = read(summary);
    ASSERT_EQ(records.size(), 2U + accepted);
    EXPECT_EQ(records[1].body, "two");
    EXPECT_EQ(summary.problem, "");
}

}  // namespace
}  // namespace sniperforge::journal
