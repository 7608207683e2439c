// SPDX-License-Identifier: MIT
#include "app/secret_file.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sniperforge::app {
namespace {

class SecretFileTest : public testing::Test {
 protected:
    SecretFileTest() : directory_{testing::TempDir() + "secret_file_XXXXXX"} {
        EXPECT_NE(::mkdtemp(directory_.data()), nullptr);
    }
    ~SecretFileTest() override { std::filesystem::remove_all(directory_); }

    [[nodiscard]] std::string path(const std::string& name) const {
        return directory_ + "/" + name;
    }
    static std::string error_of(const Result<solana::SecretBuffer>& read) {
        return read ? "" : read.error().text;
    }

    std::string directory_;
};

TEST_F(SecretFileTest, ReadsWhatItWroteForTheOwnerAlone) {
    ASSERT_TRUE(write_private_file(path("a"), "the file", "secret"));
    struct stat status{};
    ASSERT_EQ(::stat(path("a").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    const auto read = read_private_file(path("a"), "the file", 6);
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->text(), "secret");
    EXPECT_TRUE(read->is_locked());
}

TEST_F(SecretFileTest, ReadsAsManyBytesAsAllowedAndNotOneMore) {
    ASSERT_TRUE(write_private_file(path("a"), "the file", "secret"));
    EXPECT_EQ(error_of(read_private_file(path("a"), "the file", 6)), "");
    EXPECT_NE(error_of(read_private_file(path("a"), "the file", 5)).find("longer than 5 bytes"),
              std::string::npos);
    ASSERT_TRUE(write_private_file(path("empty"), "the file", ""));
    EXPECT_TRUE(read_private_file(path("empty"), "the file", 6)->empty());
}

TEST_F(SecretFileTest, NeverOverwritesAndLeavesNothingBehindThatIsNotWhole) {
    ASSERT_TRUE(write_private_file(path("a"), "the file", "secret"));
    const auto again = write_private_file(path("a"), "the file", "other");
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().text.find("never overwritten"), std::string::npos);
    EXPECT_EQ(read_private_file(path("a"), "the file", 6)->text(), "secret");
    EXPECT_FALSE(write_private_file(path("none/a"), "the file", "secret"));
    // /dev/full takes the name and refuses the bytes; O_EXCL keeps us from it.
    EXPECT_FALSE(write_private_file("/dev/full", "the file", "secret"));
    EXPECT_TRUE(std::filesystem::exists("/dev/full"));
}

TEST_F(SecretFileTest, RefusesEveryBitThatIsNotTheOwners) {
    ASSERT_TRUE(write_private_file(path("a"), "the file", "secret"));
    for (mode_t bit = 1; bit <= 0400; bit <<= 1U) {
        ASSERT_EQ(::chmod(path("a").c_str(), 0400U | bit), 0);
        const bool is_owners = bit >= 0100;
        const bool is_groups = bit >= 010;
        const auto strict = read_private_file(path("a"), "the file", 6);
        EXPECT_EQ(strict.has_value(), is_owners) << std::oct << bit;
        EXPECT_TRUE(strict ||
                    strict.error().text.find("chmod 600 " + path("a")) != std::string::npos);
        EXPECT_EQ(
            read_private_file(path("a"), "the file", 6, FileAccess::OwnerAndGroup).has_value(),
            is_groups)
            << std::oct << bit;
    }
}

// So that a password manager can hand it over: --passphrase-file <(pass show wallet).
TEST_F(SecretFileTest, ReadsAPipeToItsEnd) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    ASSERT_EQ(::write(ends[1], "sec", 3), 3);
    ASSERT_EQ(::write(ends[1], "ret", 3), 3);
    ::close(ends[1]);
    const auto read = read_private_file(fmt::format("/dev/fd/{}", ends[0]), "the file", 6);
    ::close(ends[0]);
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->text(), "secret");
}

}  // namespace
}  // namespace sniperforge::app
