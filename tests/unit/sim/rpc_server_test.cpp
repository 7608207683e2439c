// SPDX-License-Identifier: MIT
#include "sim/rpc_server.hpp"

#include <gtest/gtest.h>

#include "rpc_server_fixture.hpp"

namespace sniperforge::sim {
namespace {

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

}  // namespace
}  // namespace sniperforge::sim
