// SPDX-License-Identifier: MIT
#include "app/account_dump.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSolForm =
    R"({"pubkey":"So11111111111111111111111111111111111111112","account":{"lamports":1461600,)"
    R"("data":["AQID","base64"],"owner":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",)"
    R"("executable":false,"rentEpoch":0,"space":3}})";
constexpr const char* kFlatForm =
    R"({"pubkey":"So11111111111111111111111111111111111111112","lamports":1461600,)"
    R"("owner":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA","data_base64":"AQID"})";

class AccountDumpTest : public ::testing::Test {
 protected:
    AccountDumpTest() {
        directory = fs::path{::testing::TempDir()} / ("sf_dump_" + std::to_string(::getpid()));
        fs::remove_all(directory);
        fs::create_directories(directory);
    }
    ~AccountDumpTest() override { fs::remove_all(directory); }

    std::string write(const std::string& name, std::string_view text) const {
        const fs::path path = directory / name;
        std::ofstream{path} << text;
        return path.string();
    }
    [[nodiscard]] static std::string replaced(std::string text, std::string_view from,
                                              std::string_view to) {
        const auto at = text.find(from);
        SF_ASSERT(at != std::string::npos);
        return text.replace(at, from.size(), to);
    }

    fs::path directory;
};

TEST_F(AccountDumpTest, ReadsBothForms) {
    for (const char* form : {kSolForm, kFlatForm}) {
        const std::string path = write("a.json", form);
        const auto dump = read_account_dump(path);
        ASSERT_TRUE(dump) << dump.error().text;
        EXPECT_EQ(dump->file, path);
        EXPECT_EQ(dump->pubkey, solana::kWrappedSolMint);
        EXPECT_EQ(dump->owner, solana::kTokenProgram);
        EXPECT_EQ(dump->lamports, Lamports{1'461'600});
        EXPECT_EQ(dump->data, (Bytes{1, 2, 3}));
    }
}

TEST_F(AccountDumpTest, RefusesWhatIsNoDumpAndSaysWhy) {
    const std::pair<std::string, const char*> cases[] = {
        {"", "JSON"},
        {"{", "JSON"},
        {"[]", "pubkey"},
        {"{}", "pubkey"},
        {R"({"pubkey":5})", "pubkey"},
        {replaced(kFlatForm, "So1111", "So111O"), "pubkey"},
        {replaced(kSolForm, "\"owner\"", "\"holder\""), "owner"},
        {replaced(kFlatForm, "Tokenkeg", "Token"), "owner"},
        {replaced(kFlatForm, "data_base64", "bytes"), "data_base64"},
        {replaced(kFlatForm, "AQID", "AQ!D"), "data"},
        {replaced(kSolForm, "AQID", "AQ!D"), "data"},
        {replaced(kSolForm, "\"base64\"", "\"base58\""), "base58"},
        {replaced(kSolForm, ",\"base64\"", ""), "data"},
        {replaced(kSolForm, "[\"AQID\",\"base64\"]", "{\"parsed\":{}}"), "data"},
    };
    for (const auto& [text, words] : cases) {
        const auto dump = read_account_dump(write("a.json", text));
        ASSERT_FALSE(dump) << text;
        EXPECT_NE(dump.error().text.find(words), std::string::npos) << dump.error().text;
    }
    EXPECT_FALSE(read_account_dump((directory / "none.json").string()));
    EXPECT_FALSE(read_account_dump(directory.string()));
}

TEST_F(AccountDumpTest, ReadsTheDumpsOfADirectoryInNameOrderAndPassesOthersBy) {
    write("b.json", kFlatForm);
    write("a.json", kSolForm);
    write("manifest.json", R"({"files":["a.json"]})");
    write("list.json", "[1,2]");
    write("notes.txt", "not JSON at all");
    fs::create_directory(directory / "older.json");
    const auto dumps = read_account_dumps(directory.string());
    ASSERT_TRUE(dumps) << dumps.error().text;
    ASSERT_EQ(dumps->size(), 2U);
    EXPECT_TRUE((*dumps)[0].file.ends_with("a.json"));
    EXPECT_TRUE((*dumps)[1].file.ends_with("b.json"));
}

TEST_F(AccountDumpTest, NamesTheBadDumpOfADirectory) {
    write("a.json", kSolForm);
    write("b.json", replaced(kFlatForm, "AQID", "AQ!D"));
    const auto dumps = read_account_dumps(directory.string());
    ASSERT_FALSE(dumps);
    EXPECT_NE(dumps.error().text.find("b.json"), std::string::npos);
}

// An account without a dump may be assumed not to exist: one whose dump broke off must not be.
TEST_F(AccountDumpTest, DoesNotPassByAFileOfADirectoryThatCannotBeRead) {
    write("a.json", kSolForm);
    for (const std::string_view text :
         {std::string_view{}, std::string_view{kFlatForm}.substr(0, 100)}) {
        write("b.json", text);
        const auto dumps = read_account_dumps(directory.string());
        ASSERT_FALSE(dumps) << text;
        EXPECT_NE(dumps.error().text.find("b.json: cannot read it as JSON"), std::string::npos)
            << dumps.error().text;
        EXPECT_NE(dumps.error().text.find("dump it again"), std::string::npos);
    }
}

TEST_F(AccountDumpTest, ReadsNoFileThatIsTooLargeForAnAccount) {
    constexpr std::uintmax_t kMost = 32U << 20U;
    const std::string path = write("a.json", kFlatForm);
    std::string text = kFlatForm;
    text.resize(kMost, ' ');
    write("a.json", text);
    EXPECT_TRUE(read_account_dump(path));
    fs::resize_file(path, kMost + 1);
    const auto one = read_account_dump(path);
    const auto all = read_account_dumps(directory.string());
    ASSERT_FALSE(one);
    ASSERT_FALSE(all);
    for (const auto& error : {one.error().text, all.error().text}) {
        EXPECT_NE(error.find("33554433 bytes"), std::string::npos) << error;
        EXPECT_NE(error.find("at most 33554432"), std::string::npos) << error;
    }
}

TEST_F(AccountDumpTest, SaysWhyAFileCannotBeRead) {
    const auto none = read_account_dump((directory / "none.json").string());
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().text.find("No such"), std::string::npos) << none.error().text;
    const auto other = read_account_dump(directory.string());
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().text.find("directory"), std::string::npos) << other.error().text;
}

TEST_F(AccountDumpTest, SaysThatThereIsNoSuchDirectory) {
    const auto dumps = read_account_dumps((directory / "none").string());
    ASSERT_FALSE(dumps);
    EXPECT_NE(dumps.error().text.find("none"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::app
