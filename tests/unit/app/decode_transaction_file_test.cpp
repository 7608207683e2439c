// SPDX-License-Identifier: MIT
#include "app/decode_transaction_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "sniperforge/core/base58.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/data.hpp"

namespace sniperforge::app {
namespace {

// The seeds of the fuzz target are one example of every form.
std::string seed(const std::string& name) {
    const auto path = test::source_dir() / "tests/fuzz/corpus/transaction_file_garbage" / name;
    std::ifstream in{path, std::ios::binary};
    EXPECT_TRUE(in) << path;
    return {std::istreambuf_iterator<char>{in}, {}};
}

TransactionFile parsed(std::string_view text) {
    auto file = parse_transaction_file(text);
    EXPECT_TRUE(file) << file.error().text;
    return file ? std::move(*file) : TransactionFile{};
}

std::string refusal(std::string_view text) {
    const auto file = parse_transaction_file(text);
    return file ? "" : file.error().text;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    SF_ASSERT(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

TEST(TransactionFile, ReadsBareTextInEitherEncoding) {
    const auto v1 = parsed(seed("v1_text"));
    EXPECT_EQ(v1.encoding, "base64");
    EXPECT_EQ(v1.version, "1");
    EXPECT_EQ(v1.message.version, solana::MessageVersion::V1);
    EXPECT_EQ(v1.message.config.priority_fee, Lamports{2'469});
    ASSERT_TRUE(v1.message_bytes);
    EXPECT_EQ(v1.wire_bytes, v1.message_bytes->size() + 64);
    EXPECT_FALSE(v1.meta.slot);
    const auto v0 = parsed("  " + seed("v0_base58_text") + "\r\n");
    EXPECT_EQ(v0.encoding, "base58");
    EXPECT_EQ(v0.version, "0");
}

TEST(TransactionFile, PutsTheBytesThatWereSignedTogetherFromJson) {
    const auto text = parsed(seed("v1_text"));
    const auto json = parsed(seed("v1_json"));
    EXPECT_EQ(json.encoding, "json");
    EXPECT_EQ(json.message_bytes, text.message_bytes);
    EXPECT_EQ(json.signatures, text.signatures);
    EXPECT_FALSE(json.wire_bytes);
    EXPECT_EQ(json.meta.slot, 5U);
    EXPECT_EQ(json.meta.payer_delta, -5'001);
}

TEST(TransactionFile, ShowsLookedUpAccountsBehindTheMessagesOwn) {
    const auto file = parsed(seed("v0_json"));
    EXPECT_EQ(file.message.version, solana::MessageVersion::V0);
    ASSERT_EQ(file.accounts.size(), 5U);
    EXPECT_FALSE(file.accounts[2].is_looked_up);
    EXPECT_TRUE(file.accounts[3].is_looked_up && file.accounts[3].is_writable);
    EXPECT_TRUE(file.accounts[4].is_looked_up && !file.accounts[4].is_writable);
    EXPECT_TRUE(file.accounts[3].key && file.accounts[4].key);
    EXPECT_EQ(file.meta.error_json, R"({"InstructionError":[0,{"Custom":1}]})");
    // Without what the node loaded, only their places are known.
    const auto bare = parsed(replaced(seed("v0_json"), "loadedAddresses", "somethingElse"));
    ASSERT_EQ(bare.accounts.size(), 5U);
    EXPECT_EQ(bare.accounts[3].key, std::nullopt);
}

TEST(TransactionFile, WorksOutHeaderAndIndexesOfJsonParsed) {
    const auto file = parsed(seed("json_parsed"));
    EXPECT_TRUE(file.is_parsed());
    EXPECT_EQ(file.message.header, (solana::MessageHeader{1, 0, 1}));
    EXPECT_EQ(file.message.account_keys.size(), 3U);
    EXPECT_EQ(file.accounts.size(), 4U);
    ASSERT_EQ(file.parsed.size(), 2U);
    ASSERT_TRUE(file.parsed[0]);
    EXPECT_EQ(file.parsed[0]->program, "system");
    EXPECT_EQ(file.parsed[0]->type, "transfer");
    EXPECT_FALSE(file.parsed[1]);
    EXPECT_EQ(file.message.instructions[1].account_indexes[1], 3);
    EXPECT_FALSE(file.message_bytes);
}

TEST(TransactionFile, TakesTheNodesWordForTheVersionAndNoneWhereThereIsNone) {
    EXPECT_EQ(parsed(seed("base58")).version, "\"legacy\"");
    EXPECT_EQ(parsed(replaced(seed("v0_json"), R"("version":0)", R"("other":0)")).version,
              std::nullopt);
    EXPECT_EQ(parsed(replaced(seed("base64"), R"("version":0)", R"("other":0)")).version, "0");
}

TEST(TransactionFile, SaysWhatIsWrong) {
    EXPECT_NE(refusal("").find("0 characters"), std::string::npos);
    EXPECT_NE(refusal(std::string(9'000, 'A')).find("9000 characters"), std::string::npos);
    EXPECT_NE(refusal("hello").find("neither base64 nor base58"), std::string::npos);
    EXPECT_NE(refusal("{").find("JSON"), std::string::npos);
    EXPECT_NE(refusal("{}").find("getTransaction"), std::string::npos);
    EXPECT_NE(refusal(seed("null_result")).find("null"), std::string::npos);
    EXPECT_NE(refusal(replaced(seed("base64"), "\"base64\"", "\"zstd\"")).find("encoding zstd"),
              std::string::npos);
    const std::string json = seed("v1_json");
    EXPECT_NE(refusal(replaced(json, "numRequiredSignatures\":1", "numRequiredSignatures\":9"))
                  .find("9 required signatures"),
              std::string::npos);
    EXPECT_NE(refusal(replaced(json, "programIdIndex\":2", "programIdIndex\":256")).find("255"),
              std::string::npos);
    EXPECT_NE(
        refusal(replaced(json, "programIdIndex\":2", "programIdIndex\":3")).find("program index 3"),
        std::string::npos);
    EXPECT_NE(
        refusal(replaced(json, "\"signatures\":[\"", "\"signatures\":[\"0")).find("signatures"),
        std::string::npos);
}

TEST(TransactionFile, RefusesJsonParsedWhoseProgramIsNotTheMessagesOwn) {
    std::string text = seed("json_parsed");
    const std::string looked_up = parsed(text).accounts[3].key->to_string();
    text = replaced(text, "\"programId\":\"" + solana::kSystemProgram.to_string(),
                    "\"programId\":\"" + looked_up);
    EXPECT_NE(refusal(text).find("programId"), std::string::npos);
}

TEST(TransactionFile, SaysWhyAFileCannotBeRead) {
    const auto none = read_transaction_file("/nonexistent/transaction.json");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().text, "cannot open it: No such file or directory");
    const auto directory = read_transaction_file(::testing::TempDir());
    ASSERT_FALSE(directory);
    EXPECT_EQ(directory.error().text, "it is a directory; name a file in it");
}

TEST(TransactionFile, ReadsAFileOfTheLargestSizeAndNotOneByteMore) {
    constexpr std::size_t kMost = 16 * 1024 * 1024;
    const std::string path = ::testing::TempDir() + "large_transaction.json";
    std::ofstream{path, std::ios::binary} << seed("base64");
    std::filesystem::resize_file(path, kMost);
    const auto full = read_transaction_file(path);
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().text.find("it has more than"), std::string::npos) << full.error().text;
    std::filesystem::resize_file(path, kMost + 1);
    const auto over = read_transaction_file(path);
    ASSERT_FALSE(over);
    EXPECT_NE(over.error().text.find("it has more than 16777216 bytes"), std::string::npos)
        << over.error().text;
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace sniperforge::app
