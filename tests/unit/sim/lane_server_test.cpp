// SPDX-License-Identifier: MIT
#include "sim/lane_server.hpp"

#include "chain_fixture.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::sim {
namespace {

const Pubkey kEngineTips = pubkey_constant("HFqU5x63VTqvQss8hp11i4wVV8bD44PvwucfZ2bU7gRe");
const Pubkey kSenderTips = pubkey_constant("2nyhqdwKcJZR2vcqCyrYsaPVdAnFoJjiksCXJ7hfEYgD");

class LaneServerTest : public ChainTest {
 protected:
    // What the lane answers a second after the last time.
    net::HttpResponse ask(std::string target, std::string body, std::string method = "POST") {
        now = now + std::chrono::seconds{1};
        return server.handle({.method = std::move(method),
                              .target = std::move(target),
                              .headers = {},
                              .body = std::move(body)},
                             now);
    }
    std::string post(std::string target, const std::string& method, const std::string& params) {
        return ask(std::move(target),
                   fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})", method,
                               params))
            .body;
    }
    [[nodiscard]] Bytes wire_of(const Instructions& instructions) const {
        const auto message =
            solana::compile_message(wallet.public_key(), instructions, chain.latest_blockhash(0));
        return *solana::sign_transaction(*message, wallet);
    }
    // Pays so much to the account, and offers a unit price.
    [[nodiscard]] Bytes tipped(const Pubkey& account, std::uint64_t tip) const {
        return wire_of({solana::set_compute_unit_price(ComputeUnitPrice{1}),
                        pay(wallet.public_key(), account, tip)});
    }
    std::string engine(const Bytes& wire, std::string_view encoding = "base64") {
        return post("/api/v1/transactions", "sendTransaction",
                    fmt::format(R"(["{}",{{"encoding":"{}"}}])", base64_encode(wire), encoding));
    }
    std::string sender(const Bytes& wire, std::string_view target = "/fast",
                       bool is_skipping = true) {
        return post(std::string{target}, "sendTransaction",
                    fmt::format(R"(["{}",{{"encoding":"base64","skipPreflight":{}}}])",
                                base64_encode(wire), is_skipping));
    }
    static std::string signature_of(const Bytes& wire) {
        return solana::parse_transaction(wire)->transaction_id().to_string();
    }

    ClusterStatistics statistics;
    LaneServer server{chain, statistics};
    MonoTime now;
};

TEST_F(LaneServerTest, BringsATippedTransactionToTheChain) {
    const Bytes wire = tipped(kEngineTips, 1'000);
    EXPECT_NE(engine(wire).find(signature_of(wire)), std::string::npos);
    EXPECT_NE(engine(wire).find(signature_of(wire)), std::string::npos);  // Again: the same one.
    chain.advance_slot();
    EXPECT_EQ(chain.account(kEngineTips)->lamports, Lamports{kLamportsPerSol + 1'000});
    EXPECT_EQ(statistics.lane_transactions, 2U);
}

TEST_F(LaneServerTest, TellsOfEveryTransactionThatArrivesAcceptedOrNot) {
    std::vector<Bytes> told;
    server.set_sent_listener([&](BytesView wire) { told.emplace_back(wire.begin(), wire.end()); });
    const Bytes accepted = tipped(kEngineTips, 1'000);
    const Bytes refused = tipped(kEngineTips, 999);
    engine(accepted);
    engine(refused);
    EXPECT_EQ(told, (std::vector<Bytes>{accepted, refused}));
    engine(accepted, "base58");  // Nothing that could be read as one.
    EXPECT_EQ(told.size(), 2U);
}

TEST_F(LaneServerTest, RefusesATipThatIsMissingTooSmallOrForSomebodyElse) {
    const auto refusal = [&](const Bytes& wire) { return engine(wire).find(R"("error")"); };
    EXPECT_NE(refusal(wire_of({pay(wallet.public_key(), test_key(9), kLamportsPerSol)})),
              std::string::npos);
    EXPECT_NE(refusal(tipped(kEngineTips, 999)), std::string::npos);
    EXPECT_NE(refusal(tipped(kSenderTips, 200'000)), std::string::npos);
    EXPECT_EQ(refusal(tipped(kEngineTips, 1'000)), std::string::npos);
    EXPECT_EQ(statistics.lane_transactions, 1U);
}

TEST_F(LaneServerTest, TakesBase64Only) {
    EXPECT_NE(engine(tipped(kEngineTips, 1'000), "base58").find("base64"), std::string::npos);
    EXPECT_NE(post("/api/v1/transactions", "sendTransaction", R"(["AQ"])").find("base64"),
              std::string::npos);
    EXPECT_EQ(statistics.lane_transactions, 0U);
}

TEST_F(LaneServerTest, AsksASendersTransactionForItsTipItsPriceAndNoPreflight) {
    EXPECT_NE(sender(tipped(kSenderTips, 199'999)).find("199999"), std::string::npos);
    EXPECT_NE(sender(tipped(kSenderTips, 4'999), "/fast?swqos_only=true").find("4999"),
              std::string::npos);
    EXPECT_NE(sender(tipped(kSenderTips, 200'000), "/fast", false).find("skipPreflight"),
              std::string::npos);
    EXPECT_NE(sender(wire_of({pay(wallet.public_key(), kSenderTips, 200'000)})).find("unit price"),
              std::string::npos);
    EXPECT_EQ(statistics.lane_transactions, 0U);
    EXPECT_NE(sender(tipped(kSenderTips, 200'000)).find(R"("result")"), std::string::npos);
    EXPECT_NE(sender(tipped(kSenderTips, 5'000), "/fast?swqos_only=true").find(R"("result")"),
              std::string::npos);
}

TEST_F(LaneServerTest, TakesABundleOfOneAndTellsTipAccountsAndTips) {
    const Bytes wire = tipped(kEngineTips, 1'000);
    const auto bundle = [&](const std::string& list) {
        return post("/api/v1/bundles", "sendBundle",
                    fmt::format(R"([[{}],{{"encoding":"base64"}}])", list));
    };
    const std::string text = fmt::format(R"("{}")", base64_encode(wire));
    EXPECT_NE(bundle(text).find(R"("result":"bundle-)"), std::string::npos);
    EXPECT_NE(bundle(text + "," + text).find(R"("error")"), std::string::npos);
    EXPECT_NE(post("/api/v1/bundles", "getTipAccounts", "[]").find(kEngineTips.to_string()),
              std::string::npos);
    EXPECT_NE(post("/api/v1/bundles", "getBlock", "[]").find("-32601"), std::string::npos);
    EXPECT_NE(ask("/api/v1/bundles/tip_floor", "", "GET").body.find("landed_tips_50th_percentile"),
              std::string::npos);
    EXPECT_EQ(ask("/ping", "", "GET").status, 200);
    EXPECT_EQ(ask("/api/v1/other", "{}").status, 404);
}

// An engine takes one request a second, a sender fifteen.
TEST_F(LaneServerTest, KeepsItsClientsToItsRate) {
    const Bytes wire = tipped(kEngineTips, 1'000);
    EXPECT_NE(engine(wire).find(R"("result")"), std::string::npos);
    const auto again = server.handle(
        {.method = "POST", .target = "/api/v1/transactions", .headers = {}, .body = "{}"}, now);
    EXPECT_EQ(again.status, 429);
    EXPECT_NE(again.body.find("-32097"), std::string::npos);
    now = now + std::chrono::seconds{1};
    for (int i = 1; i <= 16; ++i) {
        const auto answer = server.handle({.method = "POST",
                                           .target = "/fast",
                                           .headers = {},
                                           .body = R"({"method":"sendTransaction"})"},
                                          now);
        EXPECT_EQ(answer.status, i <= 15 ? 200 : 429) << i;
    }
}

}  // namespace
}  // namespace sniperforge::sim
