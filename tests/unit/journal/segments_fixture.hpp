// SPDX-License-Identifier: MIT
// A journal of three segments in a directory of its own, and what its readers say of it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "journal/segments.hpp"
#include "sniperforge/journal/journal.hpp"
#include "support/quick_directory.hpp"

namespace sniperforge::journal::segments_test {

namespace fs = std::filesystem;

[[nodiscard]] inline std::string content_of(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream{path, std::ios::binary}.rdbuf();
    return out.str();
}
inline void put_into(const std::string& path, std::string_view bytes) {
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

}  // namespace sniperforge::journal::segments_test
