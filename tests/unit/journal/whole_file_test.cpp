// SPDX-License-Identifier: MIT
// A small file is read as it was written, or not at all.
#include "sniperforge/journal/whole_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace sniperforge::journal {
namespace {

namespace fs = std::filesystem;

constexpr WholeFileForm kForm{{'S', 'F', 'T', 'E', 'S', 'T', '1', '\n'}, 3, 5};

class WholeFileTest : public ::testing::Test {
 protected:
    [[nodiscard]] Bytes on_disk() const {
        std::ifstream file{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    void put(const Bytes& bytes) const {
        std::ofstream file{path, std::ios::binary};
        file.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
    }
    [[nodiscard]] std::string problem(const WholeFileForm& form = kForm) const {
        const auto read = read_whole_file(path, form);
        return read ? "" : read.error().text;
    }

    fs::path directory =
        fs::path{::testing::TempDir()} /
        (std::string{"whole_"} + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::string path = directory / "whole";

    void SetUp() override {
        fs::remove_all(directory);
        fs::create_directories(directory);
    }
    void TearDown() override { fs::remove_all(directory); }
};

TEST_F(WholeFileTest, IsReadAsItWasWrittenAndReplacedByTheNext) {
    EXPECT_FALSE(read_whole_file(path, kForm).value());
    ASSERT_TRUE(write_whole_file(path, kForm, Bytes{1, 2, 3}));
    EXPECT_EQ(read_whole_file(path, kForm).value(), (Bytes{1, 2, 3}));
    ASSERT_TRUE(write_whole_file(path, kForm, Bytes{}));
    EXPECT_EQ(read_whole_file(path, kForm).value(), Bytes{});
    EXPECT_FALSE(fs::exists(path + ".new"));
}

TEST_F(WholeFileTest, TakesAsMuchAsItsFormAllowsAndNotOneByteMore) {
    ASSERT_TRUE(write_whole_file(path, kForm, Bytes(5)));
    EXPECT_EQ(read_whole_file(path, kForm).value(), Bytes(5));
    const auto refused = write_whole_file(path, kForm, Bytes(6));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("6 bytes > 5"), std::string::npos) << refused.error().text;
    EXPECT_EQ(read_whole_file(path, kForm).value(), Bytes(5)) << "as it was";
    EXPECT_NE(problem({kForm.magic, kForm.version, 4}).find("29 bytes, and 24 to 28"),
              std::string::npos)
        << problem({kForm.magic, kForm.version, 4});
}

TEST_F(WholeFileTest, EveryByteThatIsAnotherAndEveryCutIsDamage) {
    ASSERT_TRUE(write_whole_file(path, kForm, Bytes{1, 2, 3}));
    const Bytes sound = on_disk();
    for (std::size_t at = 0; at < sound.size(); ++at) {
        Bytes bytes = sound;
        bytes[at] ^= 0x10U;
        put(bytes);
        EXPECT_NE(problem(), "") << at;
    }
    for (std::size_t left = 0; left < sound.size(); ++left) {
        put({sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(left)});
        EXPECT_NE(problem(), "") << left;
    }
    put(sound);
    EXPECT_EQ(problem(), "");
    EXPECT_NE(problem({kForm.magic, 4, 5}).find("version 3, and this program reads 4"),
              std::string::npos);
}

TEST_F(WholeFileTest, WhatCannotBeWrittenLeavesWhatWasThere) {
    ASSERT_TRUE(write_whole_file(path, kForm, Bytes{1}));
    fs::create_directories(path + ".new");
    EXPECT_FALSE(write_whole_file(path, kForm, Bytes{2}));
    EXPECT_EQ(read_whole_file(path, kForm).value(), Bytes{1});
}

}  // namespace
}  // namespace sniperforge::journal
