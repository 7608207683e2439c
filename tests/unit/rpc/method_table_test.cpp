// SPDX-License-Identifier: MIT
#include "rpc/method_table.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "sniperforge/core/key.hpp"

namespace sniperforge::rpc {
namespace {

TEST(MethodTable, FindsEachMethodByItsNameAndTakesAllOthersTogether) {
    for (MethodIndex method = 0; method + 1 < kMethodCount; ++method) {
        EXPECT_EQ(method_index(method_info(method).name), method) << method_info(method).name;
    }
    // Told by its name where an endpoint refuses it, as everything that the daemon calls.
    EXPECT_EQ(method_info(method_index("getRecentPrioritizationFees")).name,
              "getRecentPrioritizationFees");
    EXPECT_EQ(method_index("getVoteAccounts"), kMethodCount - 1);
    EXPECT_EQ(method_index(""), kMethodCount - 1);
    EXPECT_EQ(method_info(kMethodCount - 1).name, "other");
}

TEST(MethodTable, ItsProbesAreParametersThatANodeUnderstands) {
    for (MethodIndex method = 0; method < kMethodCount; ++method) {
        const MethodInfo& info = method_info(method);
        if (info.probe_params.empty()) {
            continue;
        }
        simdjson::dom::parser parser;
        simdjson::dom::array params;
        ASSERT_EQ(parser.parse(info.probe_params.data(), info.probe_params.size()).get(params),
                  simdjson::SUCCESS)
            << info.name;
    }
    const auto text_of = [](std::string_view name) {
        const std::string_view params = method_info(method_index(name)).probe_params;
        const auto begin = params.find('"') + 1;
        return params.substr(begin, params.find('"', begin) - begin);
    };
    EXPECT_EQ(text_of("getTransaction"), Signature{}.to_string());
    EXPECT_EQ(text_of("getSignatureStatuses"), Signature{}.to_string());
    EXPECT_TRUE(Pubkey::parse(text_of("getMultipleAccounts")));
    EXPECT_EQ(text_of("sendTransaction"), "") << "nothing that a node could send";
}

// The slots of their answers are compared with those of others at processed.
TEST(MethodTable, ItsProbesAskAtProcessedWhereTheAnswerTellsASlot) {
    for (const auto* name : {"getMultipleAccounts", "getAccountInfo", "getBalance", "getSlot",
                             "getLatestBlockhash", "getEpochInfo", "getBlockHeight"}) {
        EXPECT_NE(method_info(method_index(name)).probe_params.find(R"("commitment":"processed")"),
                  std::string_view::npos)
            << name;
    }
}

TEST(MethodTable, KnowsWhatProvidersCharge) {
    const auto credits = [](std::string_view name, CreditTable table) {
        return method_info(method_index(name)).credits(table);
    };
    EXPECT_EQ(credits("getProgramAccounts", CreditTable::Helius), 10U);
    EXPECT_EQ(credits("getMultipleAccounts", CreditTable::Helius), 1U);
    EXPECT_EQ(credits("getSlot", CreditTable::QuickNode), 30U);
    EXPECT_EQ(credits("getProgramAccounts", CreditTable::Flat), 1U);
    EXPECT_EQ(parse_credit_table("flat"), CreditTable::Flat);
    EXPECT_EQ(parse_credit_table("helius"), CreditTable::Helius);
    EXPECT_EQ(parse_credit_table("quicknode"), CreditTable::QuickNode);
    EXPECT_EQ(parse_credit_table("free"), std::nullopt);
}

TEST(MethodTable, HedgesAndPipelinesNoTransactionAndNoScan) {
    for (MethodIndex method = 0; method < kMethodCount; ++method) {
        const MethodInfo& info = method_info(method);
        if (info.method_class != MethodClass::Read) {
            EXPECT_FALSE(info.is_hedged()) << info.name;
            EXPECT_FALSE(info.is_cheap) << info.name;
        }
    }
    EXPECT_FALSE(method_info(method_index("getMultipleAccounts")).is_cheap);
    EXPECT_TRUE(method_info(method_index("getSlot")).is_hedged());
}

}  // namespace
}  // namespace sniperforge::rpc
