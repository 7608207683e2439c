// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/text_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace sniperforge::dataset {
namespace {

// "a,b\n1,2\n" as gzip packs it.
constexpr unsigned char kPacked[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                     0x4b, 0xd4, 0x49, 0xe2, 0x32, 0xd4, 0x31, 0xe2, 0x02, 0x00,
                                     0x7b, 0x07, 0x97, 0x0a, 0x08, 0x00, 0x00, 0x00};

class TextFile : public ::testing::Test {
 protected:
    void SetUp() override {
        path_ = std::filesystem::temp_directory_path() /
                ("sniperforge_text_" + std::to_string(getpid()) + "_" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name());
    }
    void TearDown() override { std::filesystem::remove(path_); }
    void write(const std::string& bytes) const { std::ofstream{path_, std::ios::binary} << bytes; }
    static std::string packed() { return {reinterpret_cast<const char*>(kPacked), sizeof kPacked}; }

    std::filesystem::path path_;
};

TEST_F(TextFile, IsReadPackedAndPlain) {
    write("a,b\n1,2\n");
    EXPECT_EQ(read_text(path_.string()), "a,b\n1,2\n");
    write(packed());
    EXPECT_EQ(read_text(path_.string()), "a,b\n1,2\n");
}

TEST_F(TextFile, ThatWasCutIsDamaged) {
    const std::string whole = packed();
    for (std::size_t bytes = 10; bytes < whole.size(); ++bytes) {
        write(whole.substr(0, bytes));
        EXPECT_FALSE(read_text(path_.string())) << bytes;
    }
}

TEST_F(TextFile, ThatIsMissingIsAnErrorWithItsName) {
    const auto text = read_text(path_.string());
    ASSERT_FALSE(text);
    EXPECT_NE(text.error().text.find(path_.string()), std::string::npos);
}

TEST_F(TextFile, MayBeAsLargeAsItsBoundAndNotLarger) {
    write(packed());
    EXPECT_TRUE(read_text(path_.string(), 8));
    EXPECT_FALSE(read_text(path_.string(), 7));
}

}  // namespace
}  // namespace sniperforge::dataset
