// SPDX-License-Identifier: MIT
// Transactions from their sending to their history.
#include <gtest/gtest.h>

#include "rpc_server_fixture.hpp"

namespace sniperforge::sim {
namespace {

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
