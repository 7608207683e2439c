// SPDX-License-Identifier: MIT
// Answers in another form than everybody knew.
#include "sim/retold.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {
namespace {

// As a node prints it.
[[nodiscard]] std::string account(const Pubkey& owner, const Bytes& data) {
    return fmt::format(
        R"({{"data":["{}","base64"],"executable":false,"lamports":5,"owner":"{}","space":{}}})",
        base64_encode(data), owner.to_string(), data.size());
}
[[nodiscard]] std::string answer(const std::string& value) {
    return fmt::format(R"({{"jsonrpc":"2.0","result":{{"context":{{"slot":9}},"value":{}}}}})",
                       value);
}

struct RetoldTest : ::testing::Test {
    NodeCondition condition{Rng{7}};
    const Bytes data{1, 2, 3, 4, 5, 6, 7, 8, 9};
    const std::string pool = account(solana::kRaydiumCpmmProgram, data);
    const std::string wallet = account(solana::kSystemProgram, data);
    const std::string tokens = account(solana::kToken2022Program, data);
};

TEST_F(RetoldTest, AHealthyNodeTellsWhatThereIs) {
    EXPECT_FALSE(is_retelling({}));
    EXPECT_EQ(retold(condition, answer(pool)), answer(pool));
}

TEST_F(RetoldTest, AccountsOfProgramsThatHaveALayoutOfTheirOwnGrow) {
    condition.faults.account_bytes_more = 2;
    ASSERT_TRUE(is_retelling(condition.faults));
    Bytes longer = data;
    longer.insert(longer.end(), {0xa5, 0xa5});
    const std::string text = "[" + pool + "," + wallet + ",null," + tokens + "," + pool + "]";
    std::string grown = account(solana::kRaydiumCpmmProgram, longer);
    // The node's word for its size is the chain's.
    grown.replace(grown.find(R"("space":11)"), 10, R"("space":9)");
    EXPECT_EQ(retold(condition, answer(text)),
              answer("[" + grown + "," + wallet + ",null," + tokens + "," + grown + "]"));
    EXPECT_EQ(condition.counters[FaultKind::LongerAccount], 2U);
}

TEST_F(RetoldTest, TheirKindIsOneThatNobodyKnows) {
    condition.faults.is_account_kind_new = true;
    const Bytes other{0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8, 0xf7, 9};
    EXPECT_EQ(retold(condition, answer(pool)), answer(account(solana::kRaydiumCpmmProgram, other)));
    EXPECT_EQ(retold(condition, answer(account(solana::kRaydiumCpmmProgram, Bytes{1, 2, 3}))),
              answer(account(solana::kRaydiumCpmmProgram, Bytes{1, 2, 3})))
        << "too short to have a kind";
    EXPECT_EQ(condition.counters[FaultKind::NewAccountKind], 1U);
}

TEST_F(RetoldTest, OneFieldIsCalledOtherwiseEverywhere) {
    condition.faults.renamed_field_probability = 1;
    for (int i = 0; i < 400; ++i) {
        const std::string told = retold(condition, answer(pool));
        EXPECT_EQ(told == answer(pool), told.find("V2\":") == std::string::npos);
    }
    const auto renamed = condition.counters[FaultKind::RenamedField];
    EXPECT_GT(renamed, 100U);
    EXPECT_LT(renamed, 400U) << "not all of the names are in it";
    const std::string told = R"({"err":null,"other":{"err":1}})";
    std::string all;
    for (int i = 0; i < 400 && all.empty(); ++i) {
        const std::string text = retold(condition, told);
        all = text == told ? "" : text;
    }
    EXPECT_EQ(all, R"({"errV2":null,"other":{"errV2":1}})");
}

TEST_F(RetoldTest, SpacesStandBetweenTokensAndNeverWithinAText) {
    EXPECT_FALSE(is_retelling(condition.faults));
    condition.faults.is_spaced = true;
    ASSERT_TRUE(is_retelling(condition.faults));
    EXPECT_EQ(retold(condition, R"({"err":{"Custom":7},"logs":["a:[{, \":\\",null]})"),
              "{\n\"err\": {\n\"Custom\": 7}, \"logs\": [ \"a:[{, \\\":\\\\\", null]}");
    EXPECT_EQ(condition.counters[FaultKind::SpacedAnswer], 1U);
}

TEST_F(RetoldTest, WhatIsCutInTheMiddleOfAnAccountStaysAsItIs) {
    condition.faults.account_bytes_more = 1;
    const std::string cut = answer(pool).substr(0, answer(pool).find("base64") + 3);
    EXPECT_EQ(retold(condition, cut), cut);
}

}  // namespace
}  // namespace sniperforge::sim
