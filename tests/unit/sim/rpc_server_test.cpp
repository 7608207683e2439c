// SPDX-License-Identifier: MIT
#include "sim/rpc_server.hpp"

#include <gtest/gtest.h>

#include "chain_fixture.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::sim {
namespace {

class RpcServerTest : public ChainTest {
 protected:
    explicit RpcServerTest(std::uint32_t delay = 0)
        : server{chain,
                 {.first_slot = plain_options().first_slot,
                  .slot_duration = plain_options().slot_duration,
                  .epoch_slots = 432'000,
                  .landing_delay_slots = delay},
                 statistics} {
        create_mint(chain, mint, decimals(6));
    }
    static MintOptions decimals(std::uint8_t count) {
        MintOptions options;
        options.decimals = count;
        options.supply = TokenAmount{1'000'000'000};
        return options;
    }

    // The response to a method call, as an element that lives until the next call.
    JsonValue call(std::string_view method, std::string_view params = "[]") {
        return parse(server.handle(fmt::format(
            R"({{"jsonrpc":"2.0","id":7,"method":"{}","params":{}}})", method, params)));
    }
    JsonValue parse(std::string text) {
        text_ = std::move(text);
        JsonValue value;
        EXPECT_EQ(parser_.parse(text_).get(value), simdjson::SUCCESS) << text_;
        return value;
    }
    // Throws, which fails the test, when the answer is an error.
    JsonValue result(std::string_view method, std::string_view params = "[]") {
        return call(method, params)["result"].value();
    }
    JsonValue value(std::string_view method, std::string_view params = "[]") {
        return result(method, params)["value"].value();
    }
    std::int64_t error_code(std::string_view method, std::string_view params = "[]") {
        return call(method, params)["error"]["code"].get_int64().value();
    }
    std::string error_message() {
        std::string_view message;
        EXPECT_EQ(parser_.parse(text_)["error"]["message"].get(message), simdjson::SUCCESS);
        return std::string{message};
    }
    Bytes transfer(std::uint64_t lamports = 1'000'000) {
        return signed_wire({solana::system_transfer(
            {.from = wallet.public_key(), .to = test_key(9), .lamports = Lamports{lamports}})});
    }
    std::string send(const Bytes& wire, std::string_view more = "") {
        return std::string{
            result("sendTransaction",
                   fmt::format(R"(["{}",{{"encoding":"base64"{}}}])", base64_encode(wire), more))
                .get_string()
                .value()};
    }
    void slots(int count) {
        for (int i = 0; i < count; ++i) {
            chain.advance_slot();
            server.on_slot();
        }
    }

    const Pubkey mint = test_key(50);
    ClusterStatistics statistics;
    RpcServer server;
    std::string text_;

 private:
    simdjson::dom::parser parser_;
};

TEST_F(RpcServerTest, AnswersWithTheIdOfTheRequestWhateverItsType) {
    EXPECT_EQ(server.handle(R"({"jsonrpc":"2.0","id":7,"method":"getHealth"})"),
              R"({"jsonrpc":"2.0","result":"ok","id":7})");
    EXPECT_EQ(server.handle(R"({"jsonrpc":"2.0","id":"a\"b","method":"getHealth","params":null})"),
              R"({"jsonrpc":"2.0","result":"ok","id":"a\"b"})");
    EXPECT_EQ(server.handle(R"({"jsonrpc":"2.0","method":"getHealth"})"),
              R"({"jsonrpc":"2.0","result":"ok","id":null})");
}

TEST_F(RpcServerTest, RefusesWhatIsNoRequest) {
    const auto code = [&](std::string body) {
        return parse(server.handle(body))["error"]["code"].get_int64().value();
    };
    EXPECT_EQ(code(""), -32700);
    EXPECT_EQ(code("{"), -32700);
    EXPECT_EQ(code("nonsense"), -32700);
    EXPECT_EQ(code("{\"method\":\"getHealth\"} trailing"), -32700);
    EXPECT_EQ(code(std::string(5'000, '[')), -32700);
    EXPECT_EQ(code("\xff\xfe{}"), -32700);
    EXPECT_EQ(code("7"), -32600);
    EXPECT_EQ(code("null"), -32600);
    EXPECT_EQ(code("{}"), -32600);
    EXPECT_EQ(code("[]"), -32600);
    EXPECT_EQ(code(R"({"id":{},"method":"getHealth"})"), -32600);
    EXPECT_EQ(code(R"({"id":1,"method":7})"), -32600);
    EXPECT_EQ(code(R"({"id":1,"method":"getHealth","params":{}})"), -32602);
    EXPECT_EQ(code(R"({"id":1,"method":"getEverything"})"), -32601);
    EXPECT_EQ(error_message(), "Method not found");
}

TEST_F(RpcServerTest, SurvivesEveryMethodWithParametersOfEveryWrongKind) {
    for (const std::string_view method : {"getAccountInfo",
                                          "getBalance",
                                          "getBlockHeight",
                                          "getBlockTime",
                                          "getEpochInfo",
                                          "getFeeForMessage",
                                          "getLatestBlockhash",
                                          "getMinimumBalanceForRentExemption",
                                          "getMultipleAccounts",
                                          "getProgramAccounts",
                                          "getRecentPrioritizationFees",
                                          "getSignatureStatuses",
                                          "getSignaturesForAddress",
                                          "getSlot",
                                          "getTokenAccountBalance",
                                          "getTokenAccountsByOwner",
                                          "getTokenLargestAccounts",
                                          "getTokenSupply",
                                          "getTransaction",
                                          "isBlockhashValid",
                                          "requestAirdrop",
                                          "sendTransaction",
                                          "simulateTransaction"}) {
        for (const std::string_view params :
             {"[]", "null", "[null]", "[1]", "[-1]", "[1e300]", "[\"\"]", "[\"0OIl\"]", "[[]]",
              "[[1]]", "[{}]", "[\"11111111111111111111111111111111\",7]",
              "[\"11111111111111111111111111111111\",{\"commitment\":\"loud\"}]",
              "[\"11111111111111111111111111111111\",{\"encoding\":7}]",
              "[\"11111111111111111111111111111111\",{\"filters\":[{}]}]",
              "[\"11111111111111111111111111111111\",{\"minContextSlot\":-1}]",
              "[\"11111111111111111111111111111111\",{\"dataSlice\":{\"offset\":1}}]"}) {
            const JsonValue response = call(method, params);
            const bool is_answered = response["result"].error() == simdjson::SUCCESS ||
                                     response["error"]["code"].error() == simdjson::SUCCESS;
            EXPECT_TRUE(is_answered) << method << params;
        }
    }
}

// Requests with random bytes changed: each must be answered with one JSON document.
TEST_F(RpcServerTest, AnswersDamagedRequests) {
    const std::vector<std::string> bodies{
        fmt::format(R"({{"jsonrpc":"2.0","id":7,"method":"getAccountInfo","params":["{}",)"
                    R"({{"encoding":"base64","dataSlice":{{"offset":1,"length":9}}}}]}})",
                    mint.to_string()),
        fmt::format(R"({{"id":1,"method":"getProgramAccounts","params":["{}",{{"filters":)"
                    R"([{{"memcmp":{{"offset":4,"bytes":"3Mc6vR"}}}},{{"dataSize":165}}]}}]}})",
                    solana::kTokenProgram.to_string()),
        fmt::format(
            R"({{"id":1,"method":"sendTransaction","params":["{}",{{"encoding":"base64"}}]}})",
            base64_encode(transfer())),
    };
    Rng rng{11};
    simdjson::dom::parser parser;
    for (int i = 0; i < 6'000; ++i) {
        std::string body = bodies[rng.below(bodies.size())];
        for (auto changes = 1 + rng.below(4); changes > 0; --changes) {
            body[rng.below(body.size())] = static_cast<char>(rng.below(256));
        }
        body.resize(rng.chance(0.1) ? rng.below(body.size()) : body.size());
        const std::string answer = server.handle(body);
        ASSERT_EQ(parser.parse(answer).error(), simdjson::SUCCESS) << body << '\n' << answer;
    }
}

TEST_F(RpcServerTest, BatchesAreAnsweredInOrderAndOneFailureStaysAlone) {
    const JsonValue answers = parse(server.handle(
        R"([{"id":1,"method":"getHealth"},{"id":2,"method":"x"},7,{"id":3,"method":"getSlot"}])"));
    ASSERT_EQ(answers.get_array().value().size(), 4U);
    EXPECT_EQ(answers.at(0)["result"].get_string().value(), "ok");
    EXPECT_EQ(answers.at(1)["error"]["code"].get_int64().value(), -32601);
    EXPECT_EQ(answers.at(2)["error"]["code"].get_int64().value(), -32600);
    EXPECT_EQ(answers.at(3)["id"].get_uint64().value(), 3U);
}

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

TEST_F(RpcServerTest, MinContextSlotIsHeldAgainstTheCommitmentAskedFor) {
    slots(10);
    const std::uint64_t tip = chain.slot().value;
    const auto config = [&](std::uint64_t slot, std::string_view commitment) {
        return fmt::format(R"([{{"commitment":"{}","minContextSlot":{}}}])", commitment, slot);
    };
    EXPECT_EQ(result("getSlot", config(tip, "processed")).get_uint64().value(), tip);
    EXPECT_EQ(error_code("getSlot", config(tip + 1, "processed")), -32016);
    EXPECT_NE(text_.find(fmt::format(R"("data":{{"contextSlot":{}}})", tip)), std::string::npos);
    const std::uint64_t confirmed = chain.slot_at(kConfirmed).value;
    EXPECT_LT(confirmed, tip);
    EXPECT_EQ(result("getSlot", config(confirmed, "confirmed")).get_uint64().value(), confirmed);
    EXPECT_EQ(error_code("getSlot", config(confirmed + 1, "confirmed")), -32016);
}

TEST_F(RpcServerTest, BlockhashIsValidForItsHeights) {
    const JsonValue latest = value("getLatestBlockhash", R"([{"commitment":"processed"}])");
    const std::string blockhash{latest["blockhash"].get_string().value()};
    const std::uint64_t last = latest["lastValidBlockHeight"].get_uint64().value();
    const auto is_valid = [&] {
        return value("isBlockhashValid", fmt::format(R"(["{}"])", blockhash)).get_bool().value();
    };
    EXPECT_TRUE(is_valid());
    while (result("getBlockHeight", R"([{"commitment":"processed"}])").get_uint64().value() <
           last) {
        slots(1);
    }
    slots(1);
    EXPECT_FALSE(is_valid());
}

TEST_F(RpcServerTest, SmallAnswersAboutTheChain) {
    slots(3);
    EXPECT_EQ(result("getGenesisHash").get_string().value(), chain.genesis_hash().to_string());
    EXPECT_EQ(result("getVersion")["solana-core"].get_string().value(), kApiVersion);
    EXPECT_EQ(result("getMinimumBalanceForRentExemption", "[165]").get_uint64().value(),
              2'039'280U);
    const JsonValue epoch = result("getEpochInfo", R"([{"commitment":"processed"}])");
    EXPECT_EQ(epoch["absoluteSlot"].get_uint64().value(), chain.slot().value);
    EXPECT_EQ(epoch["slotIndex"].get_uint64().value(), chain.slot().value % 432'000);
    EXPECT_EQ(result("getBlockTime", fmt::format("[{}]", chain.slot().value)).get_int64().value(),
              chain.slot_time().seconds());
    EXPECT_EQ(error_code("getBlockTime", fmt::format("[{}]", chain.slot().value + 1)), -32004);
    EXPECT_EQ(result("getRecentPrioritizationFees").get_array().value().size(), 4U);
    EXPECT_EQ(value("getBalance", fmt::format(R"(["{}"])", wallet.public_key().to_string()))
                  .get_uint64()
                  .value(),
              10 * kLamportsPerSol);
}

TEST_F(RpcServerTest, TransactionGoesFromSentToFinalized) {
    const std::string signature = send(transfer(), R"(,"preflightCommitment":"processed")");
    const std::string by_signature = fmt::format(R"([["{}"]])", signature);
    const auto lookup = fmt::format(
        R"(["{}",{{"commitment":"confirmed","maxSupportedTransactionVersion":1}}])", signature);
    EXPECT_TRUE(value("getSignatureStatuses", by_signature).at(0).value().is_null());
    slots(1);
    const JsonValue status = value("getSignatureStatuses", by_signature).at(0).value();
    EXPECT_EQ(status["confirmationStatus"].get_string().value(), "processed");
    EXPECT_EQ(status["confirmations"].get_uint64().value(), 1U);
    EXPECT_TRUE(status["err"].value().is_null());
    EXPECT_TRUE(status["status"]["Ok"].value().is_null());
    EXPECT_TRUE(result("getTransaction", lookup).is_null());
    slots(1);
    EXPECT_EQ(value("getSignatureStatuses", by_signature)
                  .at(0)["confirmationStatus"]
                  .get_string()
                  .value(),
              "confirmed");
    EXPECT_TRUE(result("getTransaction", lookup).is_object());
    slots(31);
    const JsonValue final = value("getSignatureStatuses", by_signature).at(0).value();
    EXPECT_EQ(final["confirmationStatus"].get_string().value(), "finalized");
    EXPECT_TRUE(final["confirmations"].value().is_null());
}

TEST_F(RpcServerTest, ExecutedTransactionIsToldInEveryEncoding) {
    const Bytes wire = transfer(2'000'000);
    const std::string signature = send(wire);
    slots(3);
    const auto get = [&](std::string_view encoding) {
        return result("getTransaction",
                      fmt::format(R"(["{}",{{"commitment":"confirmed","encoding":"{}",)"
                                  R"("maxSupportedTransactionVersion":1}}])",
                                  signature, encoding));
    };
    const JsonValue json = get("json");
    EXPECT_EQ(json["version"].get_uint64().value(), 0U);
    EXPECT_EQ(json["transaction"]["signatures"].at(0).get_string().value(), signature);
    EXPECT_EQ(
        json["transaction"]["message"]["header"]["numRequiredSignatures"].get_uint64().value(), 1U);
    EXPECT_EQ(json["transaction"]["message"]["accountKeys"].at(0).get_string().value(),
              wallet.public_key().to_string());
    EXPECT_EQ(json["meta"]["fee"].get_uint64().value(), 5'000U);
    EXPECT_EQ(json["meta"]["preBalances"].at(0).get_uint64().value() -
                  json["meta"]["postBalances"].at(0).get_uint64().value(),
              2'005'000U);
    EXPECT_EQ(get("base64")["transaction"].at(0).get_string().value(), base64_encode(wire));
    EXPECT_EQ(get("base58")["transaction"].at(0).get_string().value(), base58_encode(wire));
    // A client that does not declare versions gets an error, not a guess.
    EXPECT_EQ(error_code("getTransaction",
                         fmt::format(R"(["{}",{{"commitment":"confirmed"}}])", signature)),
              -32015);
    EXPECT_EQ(error_code("getTransaction",
                         fmt::format(R"(["{}",{{"commitment":"processed"}}])", signature)),
              -32602);
    const JsonValue history = result(
        "getSignaturesForAddress",
        fmt::format(R"(["{}",{{"commitment":"confirmed"}}])", wallet.public_key().to_string()));
    ASSERT_EQ(history.get_array().value().size(), 1U);
    EXPECT_EQ(history.at(0)["signature"].get_string().value(), signature);
}

// Nodes parse a transfer; in which form is not ours to guess. What they do not parse is partially
// decoded there and here.
TEST_F(RpcServerTest, AParsedTransactionHasTheNodesShapeOrIsRefused) {
    const auto params = [](const std::string& signature) {
        return fmt::format(R"(["{}",{{"commitment":"confirmed","encoding":"jsonParsed",)"
                           R"("maxSupportedTransactionVersion":1}}])",
                           signature);
    };
    const std::string refused = send(transfer(2'000'000));
    const std::string served =
        send(signed_wire({solana::set_compute_unit_limit(ComputeUnits{50'000})}));
    slots(3);
    EXPECT_EQ(error_code("getTransaction", params(refused)), -32602);
    const JsonValue parsed = result("getTransaction", params(served));
    const JsonValue payer = parsed["transaction"]["message"]["accountKeys"].at(0).value();
    EXPECT_EQ(payer["pubkey"].get_string().value(), wallet.public_key().to_string());
    EXPECT_TRUE(payer["signer"].get_bool().value());
    EXPECT_TRUE(payer["writable"].get_bool().value());
    EXPECT_EQ(payer["source"].get_string().value(), "transaction");
    EXPECT_EQ(
        parsed["transaction"]["message"]["instructions"].at(0)["programId"].get_string().value(),
        solana::kComputeBudgetProgram.to_string());
}

TEST_F(RpcServerTest, SignaturesForAddressPageBetweenUntilAndBefore) {
    std::vector<std::string> sent;
    for (std::uint64_t i = 0; i < 4; ++i) {
        sent.push_back(send(transfer(1'000'000 + i)));
        slots(1);
    }
    slots(2);
    const auto list = [&](std::string_view more) {
        std::vector<std::string> found;
        const JsonValue page = result("getSignaturesForAddress",
                                      fmt::format(R"(["{}",{{"commitment":"confirmed"{}}}])",
                                                  wallet.public_key().to_string(), more));
        for (const JsonValue entry : page.get_array()) {
            found.emplace_back(entry["signature"].get_string().value());
        }
        return found;
    };
    EXPECT_EQ(list(""), (std::vector{sent[3], sent[2], sent[1], sent[0]}));
    EXPECT_EQ(list(R"(,"limit":2)"), (std::vector{sent[3], sent[2]}));
    EXPECT_EQ(list(fmt::format(R"(,"before":"{}")", sent[2])), (std::vector{sent[1], sent[0]}));
    EXPECT_EQ(list(fmt::format(R"(,"until":"{}")", sent[1])), (std::vector{sent[3], sent[2]}));
}

TEST_F(RpcServerTest, SendRefusesWhatTheNodeRefuses) {
    const auto code = [&](std::string_view text, std::string_view config) {
        return error_code("sendTransaction", fmt::format(R"(["{}",{}])", text, config));
    };
    EXPECT_EQ(code("not base64!", R"({"encoding":"base64"})"), -32602);
    EXPECT_EQ(code("AAAA", R"({"encoding":"base64"})"), -32602);
    EXPECT_EQ(code(std::string(1'648, 'A'), R"({"encoding":"base64"})"), -32602);
    EXPECT_NE(error_message().find("too large: 1648 bytes (max: encoded/raw 1644/1232)"),
              std::string::npos)
        << error_message();
    EXPECT_EQ(code("AAAA", R"({"encoding":"hex"})"), -32602);
    Bytes forged = transfer();
    forged[1] ^= 1;
    EXPECT_EQ(code(base64_encode(forged), R"({"encoding":"base64"})"), -32003);
    // Failing preflight: the chain's error and logs travel as data.
    const Bytes poor = transfer(11 * kLamportsPerSol);
    EXPECT_EQ(code(base64_encode(poor), R"({"encoding":"base64"})"), -32002);
    EXPECT_NE(text_.find(R"("err":{"InstructionError":[0,{"Custom":1}]})"), std::string::npos)
        << text_;
    const Bytes stale = signed_wire({}, Hash{});
    EXPECT_EQ(code(base64_encode(stale), R"({"encoding":"base64"})"), -32002);
    EXPECT_NE(text_.find(R"("err":"BlockhashNotFound")"), std::string::npos) << text_;
}

// minContextSlot is about the preflight's state, whose commitment has a name of its own.
TEST_F(RpcServerTest, SendComparesItsContextSlotWithThePreflights) {
    slots(5);
    const auto code = [&](std::string_view more) -> std::int64_t {
        const JsonValue answer =
            call("sendTransaction",
                 fmt::format(R"(["{}",{{"encoding":"base64","minContextSlot":{}{}}}])",
                             base64_encode(transfer()), chain.slot().value, more));
        std::int64_t refused = 0;
        return answer["error"]["code"].get(refused) == simdjson::SUCCESS ? refused : 0;
    };
    EXPECT_EQ(code(""), -32016);  // Finalized is what is meant without a word.
    EXPECT_EQ(code(R"(,"preflightCommitment":"confirmed")"), -32016);
    EXPECT_EQ(code(R"(,"preflightCommitment":"soon")"), -32602);
    EXPECT_EQ(code(R"(,"preflightCommitment":"processed")"), 0);
    EXPECT_EQ(code(R"(,"skipPreflight":true)"), 0);
}

TEST_F(RpcServerTest, SimulationChangesNothingAndTellsWhatWouldBe) {
    const Bytes wire = transfer(3'000'000);
    const JsonValue simulated =
        value("simulateTransaction",
              fmt::format(R"(["{}",{{"encoding":"base64","replaceRecentBlockhash":true,)"
                          R"("accounts":{{"encoding":"base64","addresses":["{}","{}"]}}}}])",
                          base64_encode(wire), test_key(9).to_string(), test_key(98).to_string()));
    EXPECT_TRUE(simulated["err"].value().is_null());
    EXPECT_EQ(simulated["accounts"].at(0)["lamports"].get_uint64().value(), 3'000'000U);
    EXPECT_TRUE(simulated["accounts"].at(1).value().is_null());
    EXPECT_TRUE(simulated["replacementBlockhash"]["blockhash"].is_string());
    EXPECT_GT(simulated["unitsConsumed"].get_uint64().value(), 0U);
    EXPECT_EQ(chain.account(test_key(9)), nullptr);
    const Bytes poor = transfer(11 * kLamportsPerSol);
    EXPECT_TRUE(value("simulateTransaction",
                      fmt::format(R"(["{}",{{"encoding":"base64"}}])", base64_encode(poor)))["err"]
                    .value()
                    .is_object());
    EXPECT_EQ(error_code("simulateTransaction",
                         fmt::format(R"(["{}",{{"encoding":"base64","sigVerify":true,)"
                                     R"("replaceRecentBlockhash":true}}])",
                                     base64_encode(wire))),
              -32602);
}

TEST_F(RpcServerTest, FeeForMessageIsNullOnceItsBlockhashIsGone) {
    const auto message =
        solana::compile_message(wallet.public_key(), {}, chain.latest_blockhash(0));
    const std::string params = fmt::format(R"(["{}"])", base64_encode(*message));
    EXPECT_EQ(value("getFeeForMessage", params).get_uint64().value(), 5'000U);
    slots(200);
    EXPECT_TRUE(value("getFeeForMessage", params).is_null());
}

TEST_F(RpcServerTest, AirdropAsksWhoeverFunds) {
    EXPECT_EQ(error_code("requestAirdrop", fmt::format(R"(["{}",5])", mint.to_string())), -32601);
    Lamports given;
    server.set_airdrop([&](const Pubkey&, Lamports amount) -> Result<Signature> {
        given = amount;
        return Signature{};
    });
    EXPECT_TRUE(result("requestAirdrop", fmt::format(R"(["{}",5])", mint.to_string())).is_string());
    EXPECT_EQ(given, Lamports{5});
    EXPECT_EQ(error_code("requestAirdrop", fmt::format(R"(["{}",0])", mint.to_string())), -32602);
}

class DelayedRpcServerTest : public RpcServerTest {
 protected:
    DelayedRpcServerTest() : RpcServerTest{1} {}
};

TEST_F(DelayedRpcServerTest, SentTransactionsLandTheirDelayLater) {
    const std::string signature = send(transfer());
    const Slot sent_in = chain.slot();
    slots(1);
    EXPECT_EQ(chain.receipt(*Signature::parse(signature)), nullptr);
    slots(1);
    const Receipt* receipt = chain.receipt(*Signature::parse(signature));
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->slot, sent_in.plus(1));
    EXPECT_EQ(
        error_code("sendTransaction", fmt::format(R"(["{}",{{"encoding":"base64"}}])",
                                                  base64_encode(transfer(11 * kLamportsPerSol)))),
        -32002);
}

}  // namespace
}  // namespace sniperforge::sim
