// SPDX-License-Identifier: MIT
// A file of a test's own, and small recordings in it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/recording/reader.hpp"
#include "sniperforge/recording/writer.hpp"
#include "support/quick_directory.hpp"

namespace sniperforge::recording::test {

class RecordingFile : public ::testing::Test {
 protected:
    RecordingFile()
        : path{(sniperforge::test::quick_root() /
                ("sf_recording_" + std::to_string(::getpid()) + "_" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()))
                   .string()} {}
    ~RecordingFile() override { std::filesystem::remove(path); }

    [[nodiscard]] std::string content() const {
        std::ifstream file{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    void put(const std::string& bytes) const {
        std::ofstream{path, std::ios::binary | std::ios::trunc} << bytes;
    }
    [[nodiscard]] static Header header() {
        Header header;
        header.build_id = "1.2.3+abc";
        header.settings = "risk: {}";
        header.scenario = "demo";
        header.seed = 7;
        header.provenance = Provenance::Test;
        return header;
    }
    [[nodiscard]] std::unique_ptr<Writer> writer() const {
        auto opened = Writer::open({.path = path, .is_threaded = false}, header());
        SF_ASSERT(opened.has_value());
        return std::move(*opened);
    }
    // A record with a body of one byte.
    static void add(Writer& writer, std::uint8_t kind, std::uint8_t body) {
        Block& block = writer.block();
        block.bytes.insert(block.bytes.end(), {kind, 1, body});
        ++block.records;
    }
    static void add_note(Writer& writer, const std::string& text) {
        writer.block().decisions.push_back(engine::RunNote{text});
    }
    // Two blocks of two records, the first with a note, and the end.
    void write_two_blocks() const {
        const auto file = writer();
        add(*file, 90, 1);
        add_note(*file, "first");
        add(*file, 17, 2);
        file->hand_over();
        add(*file, 17, 3);
        add(*file, 64, 4);
        file->hand_over();
        ASSERT_TRUE(file->close({.journal_sha256 = "abc"}));
    }
    // How many records are read before the end, or before what is wrong.
    [[nodiscard]] static std::uint64_t count(Reader& reader) {
        std::uint64_t records = 0;
        while (reader.next()) {
            ++records;
        }
        return records;
    }

    const std::string path;
};

}  // namespace sniperforge::recording::test
