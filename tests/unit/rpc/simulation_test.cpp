// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/simulation.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/rpc/client_fixture.hpp"

namespace sniperforge::rpc {
namespace {

using SimulationTest = RpcClientTest;

// As a node answers it (protocol rpc-examples).
constexpr const char* kLanded =
    R"({"context":{"slot":77,"apiVersion":"3.1.8"},"value":{"accounts":[)"
    R"({"data":["AQID","base64"],"executable":false,"lamports":2039280,)"
    R"("owner":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA","rentEpoch":18446744073709551615,)"
    R"("space":3},null],"err":null,"innerInstructions":null,"loadedAccountsDataSize":9,)"
    R"("logs":["Program X invoke [1]","Program log: \"quoted\""],)"
    R"("replacementBlockhash":{"blockhash":"11111111111111111111111111111111",)"
    R"("lastValidBlockHeight":5},"returnData":null,"unitsConsumed":41234}})";

TEST(Simulation, HasTheAccountsInTheOrderOfTheirRequestAndNothingForThoseThatAreNot) {
    const std::array keys{test::key_of(1), test::key_of(2)};
    const auto parsed = parse_simulation(kLanded, keys);
    ASSERT_TRUE(parsed) << parsed.error().text;
    EXPECT_EQ(parsed->context_slot, Slot{77});
    EXPECT_TRUE(parsed->error.empty());
    EXPECT_EQ(parsed->units_consumed, 41'234U);
    ASSERT_EQ(parsed->logs.size(), 2U);
    EXPECT_EQ(parsed->logs[1], "Program log: \"quoted\"");
    ASSERT_EQ(parsed->accounts.size(), 2U);
    ASSERT_TRUE(parsed->accounts[0]);
    EXPECT_EQ(parsed->accounts[0]->pubkey, keys[0]);
    EXPECT_EQ(parsed->accounts[0]->lamports, Lamports{2'039'280});
    EXPECT_EQ(parsed->accounts[0]->data, (Bytes{1, 2, 3}));
    EXPECT_FALSE(parsed->accounts[1]);
}

TEST(Simulation, OfAnotherNumberOfAccountsThanAskedForIsUnreadable) {
    const std::array one{test::key_of(1)};
    const auto fewer = parse_simulation(kLanded, one);
    ASSERT_FALSE(fewer);
    EXPECT_NE(fewer.error().text.find("2 for the 1 asked for"), std::string::npos)
        << fewer.error().text;
}

TEST(Simulation, OfATransactionThatFailsIsAResultWithTheChainsWords) {
    const std::array keys{test::key_of(1)};
    const auto parsed = parse_simulation(
        R"({"context":{"slot":1},"value":{"accounts":null,"err":{"InstructionError":[3,)"
        R"({"Custom":6001}]},"logs":null}})",
        keys);
    ASSERT_TRUE(parsed) << parsed.error().text;
    EXPECT_EQ(parsed->error, R"({"InstructionError":[3,{"Custom":6001}]})");
    ASSERT_EQ(parsed->accounts.size(), 1U);
    EXPECT_FALSE(parsed->accounts[0]);
}

TEST_F(SimulationTest, AsksForNoSignatureAndANewBlockhashAndSaysWhyThereIsNoAnswer) {
    std::string asked;
    first_.answer = [&](const test::RpcRequest& request) {
        asked = request.params;
        return test::error_of(request, -32601, "Method not found");
    };
    RpcClient client{reactor_, only_first()};
    const std::array keys{test::key_of(9)};
    std::optional<RpcResult<Simulation>> answer;
    simulate_transaction(client, Bytes{1, 2, 3}, keys, Commitment::Processed,
                         [&](RpcResult<Simulation> got) { answer = std::move(got); });
    test::run_for(reactor_, std::chrono::seconds{1});
    ASSERT_TRUE(answer);
    ASSERT_FALSE(*answer);
    EXPECT_EQ(answer->error().code, -32601);
    EXPECT_NE(asked.find(R"("sigVerify":false,"replaceRecentBlockhash":true)"), std::string::npos)
        << asked;
    EXPECT_NE(asked.find(keys[0].to_string()), std::string::npos);
    EXPECT_EQ(asked.find(R"(["AQID",)"), 0U) << asked;
}

}  // namespace
}  // namespace sniperforge::rpc
