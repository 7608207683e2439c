// SPDX-License-Identifier: MIT
// Reads of accounts: encodings, slices, filters, lists.
#include <gtest/gtest.h>

#include <utility>

#include "rpc_server_fixture.hpp"

namespace sniperforge::sim {
namespace {

TEST_F(RpcServerTest, AccountInfoHasTheNodesShape) {
    const JsonValue answer =
        call("getAccountInfo", fmt::format(R"(["{}",{{"encoding":"base64"}}])", mint.to_string()));
    const JsonValue account = answer["result"]["value"].value();
    EXPECT_EQ(answer["result"]["context"]["slot"].get_uint64().value(), chain.slot().value);
    EXPECT_EQ(account["data"].at(1).get_string().value(), "base64");
    EXPECT_EQ(base64_decode(account["data"].at(0).get_string().value()).value(),
              chain.account(mint)->data);
    EXPECT_EQ(account["lamports"].get_uint64().value(), chain.account(mint)->lamports.raw());
    EXPECT_EQ(account["owner"].get_string().value(), solana::kTokenProgram.to_string());
    EXPECT_EQ(account["rentEpoch"].get_uint64().value(), kU64Max);
    EXPECT_EQ(account["space"].get_uint64().value(), 82U);
    EXPECT_FALSE(account["executable"].get_bool().value());
    EXPECT_TRUE(
        value("getAccountInfo", fmt::format(R"(["{}"])", test_key(99).to_string())).is_null());
}

TEST_F(RpcServerTest, SlicesAndEncodingsOfAccounts) {
    const std::string key = mint.to_string();
    const auto data = [&](std::string_view config) {
        return std::string{value("getAccountInfo", fmt::format(R"(["{}",{}])", key, config))["data"]
                               .at(0)
                               .get_string()
                               .value()};
    };
    const BytesView all{chain.account(mint)->data};
    EXPECT_EQ(data(R"({"encoding":"base64","dataSlice":{"offset":44,"length":1}})"),
              base64_encode(all.subspan(44, 1)));
    EXPECT_EQ(data(R"({"encoding":"base64","dataSlice":{"offset":80,"length":50}})"),
              base64_encode(all.subspan(80)));
    EXPECT_EQ(data(R"({"encoding":"base64","dataSlice":{"offset":500,"length":5}})"), "");
    EXPECT_EQ(data(R"({"encoding":"base58"})"), base58_encode(all));
    // 128 bytes are the most that base58 may carry.
    Account large;
    large.lamports = Lamports{10'000'000};
    large.data.resize(129);
    chain.put_account(test_key(60), large);
    EXPECT_EQ(error_code("getAccountInfo", fmt::format(R"(["{}",{{"encoding":"base58"}}])",
                                                       test_key(60).to_string())),
              -32600);
    large.data.resize(128);
    chain.put_account(test_key(60), large);
    EXPECT_TRUE(call("getAccountInfo", fmt::format(R"(["{}",{{"encoding":"base58"}}])",
                                                   test_key(60).to_string()))["result"]
                    .error() == simdjson::SUCCESS);
    EXPECT_EQ(
        error_code("getAccountInfo", fmt::format(R"(["{}",{{"encoding":"base64+zstd"}}])", key)),
        -32602);
}

TEST_F(RpcServerTest, AnAccountThatIsLeftOutIsInNoListAndThereAllTheSame) {
    const Pubkey owner = wallet.public_key();
    create_token_account(chain, owner, mint, TokenAmount{1});
    const std::string asked = fmt::format(R"(["{}",{{"programId":"{}"}},{{"encoding":"base64"}}])",
                                          owner.to_string(), solana::kTokenProgram.to_string());
    const auto listed = [&] {
        return value("getTokenAccountsByOwner", asked).get_array().value().size();
    };
    ASSERT_EQ(listed(), 1U);
    bool is_omitted = true;
    server.set_account_filter([&] { return std::exchange(is_omitted, false); });
    EXPECT_EQ(listed(), 0U);
    EXPECT_EQ(listed(), 1U) << "as it was";
}

TEST_F(RpcServerTest, AHundredAccountsMayBeReadAtOnceAndNotOneMore) {
    const auto keys = [&](int count) {
        std::string list;
        for (int i = 0; i < count; ++i) {
            list += fmt::format("{}\"{}\"", i == 0 ? "" : ",",
                                (i % 2 == 0 ? mint : test_key(99)).to_string());
        }
        return fmt::format("[[{}],{{\"encoding\":\"base64\"}}]", list);
    };
    const JsonValue accounts = value("getMultipleAccounts", keys(100));
    EXPECT_EQ(accounts.get_array().value().size(), 100U);
    EXPECT_TRUE(accounts.at(0).value().is_object());
    EXPECT_TRUE(accounts.at(1).value().is_null());
    EXPECT_EQ(error_code("getMultipleAccounts", keys(101)), -32602);
    EXPECT_EQ(error_message(), "Too many inputs provided; max 100");
}

TEST_F(RpcServerTest, ProgramAccountsComeFilteredAndInKeyOrder) {
    create_mint(chain, test_key(40), decimals(2));
    const Pubkey holder = create_token_account(chain, wallet.public_key(), mint, TokenAmount{5});
    const auto list = [&](std::string_view config) {
        return result("getProgramAccounts",
                      fmt::format(R"(["{}",{}])", solana::kTokenProgram.to_string(), config));
    };
    const JsonValue mints = list(R"({"encoding":"base64","filters":[{"dataSize":82}]})");
    std::vector<std::string> keys;
    for (const JsonValue entry : mints.get_array()) {
        keys.emplace_back(entry["pubkey"].get_string().value());
    }
    ASSERT_EQ(keys.size(), 3U);  // The wrapped SOL mint (06...) sorts first.
    EXPECT_EQ(keys[1], test_key(40).to_string());
    EXPECT_EQ(keys[2], mint.to_string());
    const JsonValue held = list(
        fmt::format(R"({{"encoding":"base64","withContext":true,"filters":[{{"dataSize":165}},)"
                    R"({{"memcmp":{{"offset":0,"bytes":"{}"}}}}]}})",
                    mint.to_string()));
    ASSERT_EQ(held["value"].get_array().value().size(), 1U);
    EXPECT_EQ(held["value"].at(0)["pubkey"].get_string().value(), holder.to_string());
    EXPECT_EQ(
        list(R"({"encoding":"base64","filters":[{"memcmp":{"offset":160,"bytes":"11111111"}}]})")
            .get_array()
            .value()
            .size(),
        0U);  // Five to eight bytes from 160 on do not fit 165.
    EXPECT_EQ(error_code("getProgramAccounts",
                         fmt::format(R"(["{}",{{"filters":[{{"dataSize":1}},{{"dataSize":1}},)"
                                     R"({{"dataSize":1}},{{"dataSize":1}},{{"dataSize":1}}]}}])",
                                     solana::kTokenProgram.to_string())),
              -32602);
}

TEST_F(RpcServerTest, TokenQueriesAgreeWithTheAccounts) {
    const Pubkey mine =
        create_token_account(chain, wallet.public_key(), mint, TokenAmount{1'500'000});
    create_token_account(chain, test_key(7), mint, TokenAmount{2'000'000});
    create_token_account(chain, test_key(8), mint, TokenAmount{});
    const JsonValue balance =
        value("getTokenAccountBalance", fmt::format(R"(["{}"])", mine.to_string()));
    EXPECT_EQ(balance["amount"].get_string().value(), "1500000");
    EXPECT_EQ(balance["decimals"].get_uint64().value(), 6U);
    EXPECT_EQ(balance["uiAmount"].get_double().value(), 1.5);
    EXPECT_EQ(balance["uiAmountString"].get_string().value(), "1.5");
    EXPECT_EQ(value("getTokenSupply", fmt::format(R"(["{}"])", mint.to_string()))["amount"]
                  .get_string()
                  .value(),
              "1000000000");
    const JsonValue largest =
        value("getTokenLargestAccounts", fmt::format(R"(["{}"])", mint.to_string()));
    ASSERT_EQ(largest.get_array().value().size(), 2U);
    EXPECT_EQ(largest.at(0)["amount"].get_string().value(), "2000000");
    EXPECT_EQ(largest.at(1)["address"].get_string().value(), mine.to_string());
    const JsonValue owned = value("getTokenAccountsByOwner",
                                  fmt::format(R"(["{}",{{"mint":"{}"}},{{"encoding":"base64"}}])",
                                              wallet.public_key().to_string(), mint.to_string()));
    ASSERT_EQ(owned.get_array().value().size(), 1U);
    EXPECT_EQ(owned.at(0)["pubkey"].get_string().value(), mine.to_string());
    EXPECT_EQ(error_code("getTokenAccountsByOwner",
                         fmt::format(R"(["{}",{{}}])", wallet.public_key().to_string())),
              -32602);
    EXPECT_EQ(error_code("getTokenAccountBalance", fmt::format(R"(["{}"])", mint.to_string())),
              -32602);
    EXPECT_EQ(error_message(), "Invalid param: not a Token account");
}

}  // namespace
}  // namespace sniperforge::sim
