// SPDX-License-Identifier: MIT
#include "sniperforge/journal/copy.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "support/quick_directory.hpp"

namespace sniperforge::journal {
namespace {

namespace fs = std::filesystem;

class CopyTest : public ::testing::Test {
 protected:
    CopyTest()
        : directory{test::quick_root() /
                    ("sf_copy_" + std::to_string(::getpid()) + "_" +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name())} {
        fs::remove_all(directory);
        fs::create_directories(directory);
    }
    ~CopyTest() override { fs::remove_all(directory); }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (directory / name).string();
    }
    fs::path directory;
};

TEST_F(CopyTest, TakesWhatIsWrittenAndNotWhatStillWaits) {
    auto writer = JournalWriter::open(path("journal"));
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->append(RecordKind::Note, 1, "{}"));
    ASSERT_TRUE((*writer)->sync());
    ASSERT_TRUE((*writer)->append(RecordKind::Note, 2, "{}"));
    const auto first = copy_journal(path("journal"), path("copy-1"));
    ASSERT_TRUE(first) << first.error().text;
    EXPECT_EQ(first->records, 1U);
    ASSERT_TRUE((*writer)->sync());
    ASSERT_TRUE(copy_journal(path("journal"), path("copy-2")));
    const auto second = read_journal(path("copy-2"), [](const Record&) {});
    ASSERT_TRUE(second);
    EXPECT_EQ(second->records, 2U);
    EXPECT_TRUE(second->problem.empty());
    // Who writes is not disturbed, and a copy is a journal like any other.
    ASSERT_TRUE((*writer)->append(RecordKind::Note, 3, "{}"));
    auto again = JournalWriter::open(path("copy-1"));
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->sequence_last(), 1U);
}

// At any byte: what is whole is copied, and nothing else is.
TEST_F(CopyTest, CopiesWhatIsWholeOfAJournalThatEndsAnywhere) {
    {
        auto writer = JournalWriter::open(path("journal"));
        ASSERT_TRUE(writer);
        for (int i = 0; i < 3; ++i) {
            ASSERT_TRUE((*writer)->append(RecordKind::Note, i, R"({"text":"x"})"));
        }
        ASSERT_TRUE((*writer)->sync());
    }
    const std::string file = path("journal-000001");
    const auto whole = fs::file_size(file);
    const auto record_bytes = (whole - 256) / 3;
    for (auto size = whole; size-- > 0;) {
        fs::resize_file(file, size);
        fs::remove(path("copy-000001"));
        const auto copied = copy_journal(path("journal"), path("copy"));
        const std::uint64_t records = size < 256 ? 0 : (size - 256) / record_bytes;
        ASSERT_EQ(copied.has_value(), records > 0) << size;
        EXPECT_EQ(fs::exists(path("copy-000001")), records > 0) << size;
        EXPECT_FALSE(fs::exists(path("copy-000001.part"))) << size;
        if (records > 0) {
            EXPECT_EQ(copied->records, records);
            EXPECT_EQ(fs::file_size(path("copy-000001")), 256 + records * record_bytes);
        }
    }
}

TEST_F(CopyTest, WritesNothingOver) {
    auto writer = JournalWriter::open(path("journal"));
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->append(RecordKind::Note, 1, "{}"));
    ASSERT_TRUE((*writer)->sync());
    ASSERT_TRUE(copy_journal(path("journal"), path("copy")));
    const auto refused = copy_journal(path("journal"), path("copy"));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("is not written over"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::journal
