// SPDX-License-Identifier: MIT
// getTransaction answers: the recorded ones give the recorded expectations, wrong ones name the
// member.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>

#include "rpc/decode_reply.hpp"
#include "sniperforge/core/rng.hpp"
#include "support/data.hpp"

namespace sniperforge::rpc {
namespace {

Result<std::optional<TransactionDetail>> decode(std::string text) {
    return json::read_document(text, [](json::ondemand::object& root) {
        return decode_transaction(json::member(root, "result"));
    });
}

Result<std::optional<TransactionDetail>> decode(simdjson::dom::element response) {
    return decode(simdjson::to_string(response));
}

void expect_equal(const TransactionDetail& detail, simdjson::dom::element expected) {
    EXPECT_EQ(detail.slot.value, std::uint64_t{expected["slot"]});
    EXPECT_EQ(detail.fee.raw(), std::uint64_t{expected["fee"]});
    EXPECT_EQ(detail.error.empty(), expected["err"].is_null());
    EXPECT_EQ(detail.signatures, simdjson::dom::array{expected["signatures"]}.size());
    std::vector<std::string> keys;
    for (const auto key : simdjson::dom::array{expected["account_keys"]}) {
        keys.emplace_back(std::string_view{key});
    }
    ASSERT_EQ(detail.account_keys.size(), keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        EXPECT_EQ(detail.account_keys[i].to_string(), keys[i]) << i;
    }
    EXPECT_EQ(fmt::format("{}", detail.post_balances[0].minus(detail.pre_balances[0]).raw()),
              std::string_view{expected["fee_payer_lamport_delta"]});

    std::map<std::string, std::int64_t> deltas;
    for (const auto& balance : detail.post_token_balances) {
        deltas[keys[balance.account_index]] += static_cast<std::int64_t>(balance.amount.raw());
    }
    for (const auto& balance : detail.pre_token_balances) {
        deltas[keys[balance.account_index]] -= static_cast<std::int64_t>(balance.amount.raw());
    }
    std::erase_if(deltas, [](const auto& entry) { return entry.second == 0; });
    std::map<std::string, std::int64_t> wanted;
    for (const auto delta : simdjson::dom::array{expected["token_deltas"]}) {
        const std::string_view amount = delta["delta"];
        if (amount != "0") {
            wanted[std::string{std::string_view{delta["account"]}}] =
                std::stoll(std::string{amount});
        }
    }
    EXPECT_EQ(deltas, wanted);
}

TEST(DecodeTransaction, GivesWhatWasRecordedForEveryFixture) {
    SF_REQUIRE_DATA(data);
    std::size_t decoded = 0;
    for (const auto& file : std::filesystem::directory_iterator{data / "fixtures/transactions"}) {
        SCOPED_TRACE(file.path().filename().string());
        const test::JsonFile fixture{file.path()};
        const auto detail = decode(simdjson::dom::element{fixture.root()["response"]});
        if (file.path().filename().string().find("base64") != std::string::npos) {
            // We ask for json: another encoding is not what was asked for.
            ASSERT_FALSE(detail);
            EXPECT_NE(detail.error().text.find("transaction"), std::string::npos);
            continue;
        }
        ASSERT_TRUE(detail) << detail.error().text;
        ASSERT_TRUE(*detail);
        expect_equal(**detail, fixture.root()["expected"]);
        ++decoded;
    }
    EXPECT_GE(decoded, 9U);
}

constexpr std::string_view kKeyA = "5p8qKVyKthA9DUb1rwQDzjcmTkaZdwN97J3LiaEywUjd";
constexpr std::string_view kKeyB = "EsEtxoyhFTgfvudcy2VwwQJ1qA6BScLUW39PKpYczuxF";
constexpr std::string_view kKeyC = "SysvarC1ock11111111111111111111111111111111";

std::string transaction(std::string_view pre, std::string_view index) {
    return fmt::format(
        R"({{"result":{{"meta":{{"err":{{"InstructionError":[2,{{"Custom":1}}]}},"fee":5000,)"
        R"("loadedAddresses":{{"readonly":["{2}"],"writable":["{1}"]}},)"
        R"("postBalances":[1,2,18446744073709551615],"preBalances":{3},)"
        R"("postTokenBalances":[{{"accountIndex":{4},"mint":"{1}",)"
        R"("uiTokenAmount":{{"amount":"18446744073709551615","decimals":6}}}}],)"
        R"("preTokenBalances":null}},"slot":9,"transaction":{{"message":{{"accountKeys":["{0}"]}},)"
        R"("signatures":["x","y"]}},"version":1}}}})",
        kKeyA, kKeyB, kKeyC, pre, index);
}

TEST(DecodeTransaction, JoinsStaticKeysThenWritableThenReadonlyLookups) {
    const auto detail = decode(transaction("[6,2,3]", "2"));
    ASSERT_TRUE(detail) << detail.error().text;
    ASSERT_EQ((*detail)->account_keys.size(), 3U);
    EXPECT_EQ((*detail)->account_keys[0].to_string(), kKeyA);
    EXPECT_EQ((*detail)->account_keys[1].to_string(), kKeyB);
    EXPECT_EQ((*detail)->account_keys[2].to_string(), kKeyC);
    EXPECT_EQ((*detail)->signatures, 2U);
    EXPECT_EQ((*detail)->error, R"({"InstructionError":[2,{"Custom":1}]})");
    EXPECT_EQ((*detail)->post_balances[2], Lamports::max());
    EXPECT_EQ((*detail)->post_token_balances[0].amount, TokenAmount::max());
    EXPECT_EQ((*detail)->post_token_balances[0].owner, std::nullopt) << "not recorded by old nodes";
    EXPECT_TRUE((*detail)->post_token_balances[0].program.is_zero()) << "neither";
}

TEST(DecodeTransaction, ReadsWhoseATokenAccountIsAndUnderWhichProgram) {
    std::string text = transaction("[6,2,3]", "2");
    const std::string_view before = R"("uiTokenAmount":)";
    text.insert(text.find(before), fmt::format(R"("owner":"{}","programId":"{}",)", kKeyA, kKeyC));
    const auto detail = decode(text);
    ASSERT_TRUE(detail) << detail.error().text;
    EXPECT_EQ((*detail)->post_token_balances[0].owner, Pubkey::parse(kKeyA).value());
    EXPECT_EQ((*detail)->post_token_balances[0].program.to_string(), kKeyC);
}

// Tokens sent there are gone for good, and a list with them is as whole as any.
TEST(DecodeTransaction, KnowsTheSystemProgramFromNoOwnerAtAll) {
    std::string text = transaction("[6,2,3]", "2");
    text.insert(text.find(R"("uiTokenAmount":)"), R"("owner":"11111111111111111111111111111111",)");
    const auto detail = decode(text);
    ASSERT_TRUE(detail) << detail.error().text;
    EXPECT_EQ((*detail)->post_token_balances[0].owner, Pubkey{});
}

TEST(DecodeTransaction, SaysWhereANodeTellsNoTokenBalances) {
    const std::string null = transaction("[6,2,3]", "2");
    EXPECT_FALSE((*decode(null))->are_token_balances_told);
    constexpr std::string_view kNone = R"("preTokenBalances":null)";
    std::string empty = null, absent = null;
    empty.replace(empty.find(kNone), kNone.size(), R"("preTokenBalances":[])");
    absent.replace(absent.find(kNone), kNone.size(), R"("status":null)");
    EXPECT_TRUE((*decode(empty))->are_token_balances_told);
    EXPECT_FALSE((*decode(absent))->are_token_balances_told);
}

TEST(DecodeTransaction, RefusesBalancesThatDoNotFitTheAccounts) {
    for (const auto& [pre, index, member] :
         std::vector<std::tuple<std::string, std::string, std::string>>{
             {"[6,2]", "2", "preBalances"},
             {"[6,2,3,4]", "2", "preBalances"},
             {"[6,2,-3]", "2", "preBalances"},
             {"[6,2,3]", "3", "postTokenBalances"},
             {"[6,2,3]", "-1", "accountIndex"}}) {
        const auto detail = decode(transaction(pre, index));
        ASSERT_FALSE(detail);
        EXPECT_NE(detail.error().text.find(member), std::string::npos) << detail.error().text;
    }
}

// One call with a call inside, of a message whose first key signs and whose last is read-only.
std::string with_calls(std::string_view index, std::string_view data = "2") {
    return fmt::format(
        R"({{"result":{{"meta":{{"err":null,"fee":5000,"innerInstructions":[{{"index":0,)"
        R"("instructions":[{{"accounts":[2,3],"data":"3","programIdIndex":1,"stackHeight":2}}]}}],)"
        R"("loadedAddresses":{{"readonly":["{2}"],"writable":["{1}"]}},)"
        R"("postBalances":[1,2,3,4],"preBalances":[1,2,3,4]}},"slot":9,)"
        R"("transaction":{{"message":{{"accountKeys":["{0}","{1}"],"header":{{)"
        R"("numReadonlySignedAccounts":0,"numReadonlyUnsignedAccounts":1,)"
        R"("numRequiredSignatures":1}},"instructions":[{{"accounts":[0,{3}],"data":"{4}",)"
        R"("programIdIndex":1,"stackHeight":null}}],"recentBlockhash":"{0}"}},)"
        R"("signatures":["x"]}},"version":0}}}})",
        kKeyA, kKeyB, kKeyC, index, data);
}

TEST(DecodeTransaction, ReadsTheCallsAndWhatTheMessageSaysOfEachAccount) {
    const auto detail = decode(with_calls("3"));
    ASSERT_TRUE(detail) << detail.error().text;
    EXPECT_EQ((*detail)->are_signers, (std::vector<bool>{true, false, false, false}));
    EXPECT_EQ((*detail)->are_writable, (std::vector<bool>{true, false, true, false}))
        << "static by the header, looked-up ones by their list";
    const auto& calls = (*detail)->instructions;
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(calls[0].program.to_string(), kKeyB);
    EXPECT_EQ(calls[0].accounts, (std::vector<std::uint8_t>{0, 3}));
    EXPECT_EQ(calls[0].data, Bytes{1});
    EXPECT_FALSE(calls[0].is_inner);
    EXPECT_EQ(calls[1].accounts, (std::vector<std::uint8_t>{2, 3}));
    EXPECT_TRUE(calls[1].is_inner);
}

TEST(DecodeTransaction, RefusesCallsThatDoNotFitTheAccounts) {
    for (const auto& [index, data, member] : std::vector<std::array<std::string, 3>>{
             {"4", "2", "accounts"}, {"256", "2", "accounts"}, {"1", "0", "data"}}) {
        const auto detail = decode(with_calls(index, data));
        ASSERT_FALSE(detail);
        EXPECT_NE(detail.error().text.find(member), std::string::npos) << detail.error().text;
    }
    std::string text = with_calls("1");
    text.replace(text.find(R"("numRequiredSignatures":1)"), 25, R"("numRequiredSignatures":3)");
    const auto detail = decode(text);
    ASSERT_FALSE(detail);
    EXPECT_NE(detail.error().text.find("header"), std::string::npos);
}

// One that anybody can make in a transaction must not hide what that moved.
TEST(DecodeTransaction, LeavesOutACallWithMoreDataThanAVenuesAndReadsTheRest) {
    for (const std::size_t characters : {1'700U, 1'701U}) {
        const auto detail = decode(with_calls("3", std::string(characters, '2')));
        ASSERT_TRUE(detail) << detail.error().text;
        const auto& calls = (*detail)->instructions;
        ASSERT_EQ(calls.size(), characters == 1'700 ? 2U : 1U);
        EXPECT_TRUE(calls.back().is_inner);
        EXPECT_EQ(calls.back().data, Bytes{2});
        EXPECT_EQ((*detail)->post_balances.size(), 4U);
    }
}

// What a program logs itself cannot pass for the runtime's word on another.
TEST(DecodeTransaction, NamesTheProgramsOfAFailureInTheOrderInWhichItPassedThroughThem) {
    const std::string inner = Pubkey::from(Bytes(32, 7)).to_string();
    const std::string outer = Pubkey::from(Bytes(32, 9)).to_string();
    const auto of = [&](std::string_view error) {
        return decode(fmt::format(
            R"({{"result":{{"meta":{{"err":{2},"fee":5000,"logMessages":["Program {1} invoke [1]",)"
            R"("Program {0} invoke [2]","Program log: Program {1} failed: not true",)"
            R"("Program {0} failed: custom program error: 0x1774",)"
            R"("Program {1} failed: custom program error: 0x1774","Log truncated"],)"
            R"("postBalances":[1],"preBalances":[2]}},"slot":7,"transaction":{{"message":)"
            R"({{"accountKeys":["{0}"]}},"signatures":["x"]}}}}}})",
            inner, outer, error));
    };
    const auto failed = of(R"({"InstructionError":[0,{"Custom":6004}]})");
    ASSERT_TRUE(failed && *failed) << failed.error().text;
    ASSERT_EQ((*failed)->programs_failed.size(), 2U);
    EXPECT_EQ((*failed)->programs_failed[0].to_string(), inner);
    EXPECT_EQ((*failed)->programs_failed[1].to_string(), outer);
    const auto landed = of("null");
    ASSERT_TRUE(landed && *landed);
    EXPECT_TRUE((*landed)->programs_failed.empty());
}

TEST(DecodeTransaction, SurvivesAnyCutOrChange) {
    const std::string good = transaction("[6,2,3]", "2");
    // The last member that is read ends with "y"]; what is cut behind it cannot change the result.
    const std::size_t needed = good.find(R"("y"])") + 4;
    for (std::size_t size = 0; size < good.size(); ++size) {
        const auto detail = decode(good.substr(0, size));
        EXPECT_TRUE(size >= needed || !detail) << size;
        EXPECT_TRUE(!detail || (*detail)->account_keys.size() == 3) << size;
    }
    Rng rng{7};
    for (int i = 0; i < 20'000; ++i) {
        std::string text = good;
        for (std::uint64_t changes = 1 + rng.below(4); changes > 0; --changes) {
            text[rng.below(text.size())] = static_cast<char>(rng.below(256));
        }
        static_cast<void>(decode(text));
    }
    const std::string calls = with_calls("3");
    for (int i = 0; i < 20'000; ++i) {
        std::string text = calls;
        for (std::uint64_t changes = 1 + rng.below(4); changes > 0; --changes) {
            text[rng.below(text.size())] = static_cast<char>(rng.below(256));
        }
        static_cast<void>(decode(text));
    }
}

}  // namespace
}  // namespace sniperforge::rpc
