// SPDX-License-Identifier: MIT
#include "sim/pubsub.hpp"

#include <gtest/gtest.h>

#include "chain_fixture.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::sim {
namespace {

class FakePeer final : public net::WebSocketPeer {
 public:
    void send_text(std::string_view message) override { messages.emplace_back(message); }
    [[nodiscard]] std::size_t queued() const override { return 0; }
    void close() override {}
    std::vector<std::string> messages;
};

class PubSubTest : public ChainTest {
 protected:
    PubSubTest() : pubsub{chain, statistics} {
        chain.set_observer(&pubsub);
        pubsub.on_peer_open(peer);
    }
    ~PubSubTest() override { chain.set_observer(nullptr); }

    void request(FakePeer& from, std::string_view method, std::string_view params) {
        pubsub.on_peer_message(
            from, fmt::format(R"({{"id":1,"method":"{}","params":{}}})", method, params));
    }
    // Subscribes and returns the id; the reply is taken off the messages.
    std::uint64_t subscribe(FakePeer& from, std::string_view method, std::string_view params) {
        from.messages.clear();
        request(from, method, params);
        EXPECT_GE(from.messages.size(), 1U);
        std::uint64_t id = 0;
        EXPECT_EQ(parser_.parse(from.messages.front())["result"].get(id), simdjson::SUCCESS)
            << from.messages.front();
        from.messages.erase(from.messages.begin());
        return id;
    }
    void slot() {
        chain.advance_slot();
        pubsub.end_slot();
    }
    void give(const Pubkey& key, std::uint64_t lamports) {
        Account account;
        account.lamports = Lamports{lamports};
        chain.put_account(key, account);
    }
    std::string key(std::uint8_t tag) { return test_key(tag).to_string(); }

    FakePeer peer;
    ClusterStatistics statistics;
    PubSub pubsub;

 private:
    simdjson::dom::parser parser_;
};

// A program's subscribers are not told of what a node cannot parse, an account's are, in base64.
TEST_F(PubSubTest, TokenAccountsAreToldParsedWhereTheyCanBe) {
    const std::string config = R"({"encoding":"jsonParsed","commitment":"processed"})";
    subscribe(peer, "accountSubscribe", fmt::format(R"(["{}",{}])", key(5), config));
    subscribe(peer, "programSubscribe",
              fmt::format(R"(["{}",{}])", solana::kTokenProgram.to_string(), config));
    create_mint(chain, test_key(7), {});
    slot();
    peer.messages.clear();
    for (const Pubkey& mint : {test_key(7), test_key(8)}) {
        solana::TokenAccount token;
        token.mint = mint;
        token.owner = test_key(9);
        token.amount = TokenAmount{1};
        const auto data = solana::encode_token_account(token);
        chain.put_account(test_key(5), {Lamports{2'039'280}, solana::kTokenProgram, false,
                                        Bytes{data.begin(), data.end()}});
        slot();
    }
    ASSERT_EQ(peer.messages.size(), 3U);
    for (const std::size_t i : {0U, 1U}) {
        EXPECT_NE(peer.messages[i].find(R"("data":{"program":"spl-token","parsed":{"info":{)"),
                  std::string::npos)
            << peer.messages[i];
    }
    EXPECT_NE(peer.messages[2].find(R"("method":"accountNotification")"), std::string::npos);
    EXPECT_NE(peer.messages[2].find(R"(","base64"])"), std::string::npos) << peer.messages[2];
}

TEST_F(PubSubTest, AccountIsToldOnceASlotWithItsLastState) {
    const auto id = subscribe(
        peer, "accountSubscribe",
        fmt::format(R"(["{}",{{"encoding":"base64","commitment":"processed"}}])", key(5)));
    give(test_key(5), 1'000'000);
    give(test_key(6), 7);
    give(test_key(5), 2'000'000);
    EXPECT_TRUE(peer.messages.empty());
    const Slot written = chain.slot();
    slot();
    ASSERT_EQ(peer.messages.size(), 1U);
    EXPECT_EQ(peer.messages.front(),
              fmt::format(R"({{"jsonrpc":"2.0","method":"accountNotification","params":{{"result":)"
                          R"({{"context":{{"slot":{}}},"value":{{"data":["","base64"],)"
                          R"("executable":false,"lamports":2000000,"owner":)"
                          R"("11111111111111111111111111111111","rentEpoch":)"
                          R"(18446744073709551615,"space":0}}}},"subscription":{}}}}})",
                          written.value, id));
    slot();
    EXPECT_EQ(peer.messages.size(), 1U);
}

TEST_F(PubSubTest, ClosedAccountIsToldAsEmpty) {
    give(test_key(5), 1'000'000);
    slot();
    subscribe(peer, "accountSubscribe",
              fmt::format(R"(["{}",{{"encoding":"base64","commitment":"processed"}}])", key(5)));
    give(test_key(5), 0);
    slot();
    ASSERT_EQ(peer.messages.size(), 1U);
    EXPECT_NE(peer.messages.front().find(R"("lamports":0,)"), std::string::npos);
}

TEST_F(PubSubTest, LaterCommitmentsComeWhenTheirSlotHasGotThereWithTheStateOfThatSlot) {
    subscribe(peer, "accountSubscribe",
              fmt::format(R"(["{}",{{"encoding":"base64","commitment":"confirmed"}}])", key(5)));
    subscribe(peer, "accountSubscribe", fmt::format(R"(["{}",{{"encoding":"base64"}}])", key(5)));
    peer.messages.clear();
    give(test_key(5), 1'000'000);
    slot();
    EXPECT_TRUE(peer.messages.empty());
    give(test_key(5), 2'000'000);  // A later slot's state: not what is confirmed first.
    slot();
    ASSERT_EQ(peer.messages.size(), 1U);
    EXPECT_NE(peer.messages[0].find(R"("lamports":1000000,)"), std::string::npos);
    slot();
    ASSERT_EQ(peer.messages.size(), 2U);
    EXPECT_NE(peer.messages[1].find(R"("lamports":2000000,)"), std::string::npos);
    for (int i = 0; i < 28; ++i) {
        slot();
    }
    EXPECT_EQ(peer.messages.size(), 2U);
    slot();  // 32 slots after the first write: final.
    ASSERT_EQ(peer.messages.size(), 3U);
    EXPECT_NE(peer.messages[2].find(R"("lamports":1000000,)"), std::string::npos);
}

TEST_F(PubSubTest, ProgramSubscriptionFiltersAndSharesItsText) {
    create_mint(chain, test_key(50), MintOptions{});
    slot();
    FakePeer other;
    pubsub.on_peer_open(other);
    const std::string config = fmt::format(
        R"(["{}",{{"encoding":"base64","commitment":"processed","filters":[{{"dataSize":165}},)"
        R"({{"memcmp":{{"offset":0,"bytes":"{}"}}}}]}}])",
        solana::kTokenProgram.to_string(), key(50));
    const auto first = subscribe(peer, "programSubscribe", config);
    const auto second = subscribe(other, "programSubscribe", config);
    EXPECT_NE(first, second);
    const Pubkey account =
        create_token_account(chain, wallet.public_key(), test_key(50), TokenAmount{5});
    create_mint(chain, test_key(51), MintOptions{});
    slot();
    ASSERT_EQ(peer.messages.size(), 1U);
    ASSERT_EQ(other.messages.size(), 1U);
    EXPECT_NE(peer.messages[0].find(R"("pubkey":")" + account.to_string()), std::string::npos);
    EXPECT_NE(peer.messages[0].find(R"("method":"programNotification")"), std::string::npos);
    EXPECT_EQ(peer.messages[0].substr(0, peer.messages[0].rfind(':')),
              other.messages[0].substr(0, other.messages[0].rfind(':')));
}

TEST_F(PubSubTest, LogsAreToldAtOnceToAllAndToThoseWhoNamedAnAccount) {
    const auto all = subscribe(peer, "logsSubscribe", R"(["all",{"commitment":"processed"}])");
    FakePeer named;
    FakePeer unrelated;
    pubsub.on_peer_open(named);
    pubsub.on_peer_open(unrelated);
    subscribe(named, "logsSubscribe",
              fmt::format(R"([{{"mentions":["{}"]}},{{"commitment":"processed"}}])", key(9)));
    subscribe(unrelated, "logsSubscribe",
              fmt::format(R"([{{"mentions":["{}"]}},{{"commitment":"processed"}}])", key(10)));
    const auto done = chain.execute_unsigned(
        wallet.public_key(),
        {solana::system_transfer(
            {.from = wallet.public_key(), .to = test_key(9), .lamports = Lamports{1'000'000}})});
    ASSERT_TRUE(done.has_value());
    ASSERT_EQ(peer.messages.size(), 1U);
    ASSERT_EQ(named.messages.size(), 1U);
    EXPECT_TRUE(unrelated.messages.empty());
    EXPECT_NE(peer.messages[0].find(R"("signature":")" + done->to_string()), std::string::npos);
    EXPECT_NE(peer.messages[0].find(R"("err":null,"logs":["Program 1111)"), std::string::npos)
        << peer.messages[0];
    EXPECT_TRUE(peer.messages[0].ends_with(fmt::format(R"("subscription":{}}}}})", all)));
}

TEST_F(PubSubTest, SignatureIsToldOnceAtItsCommitmentAndTheSubscriptionEnds) {
    const Bytes wire = signed_wire({});
    const auto signature = chain.submit(wire, true).value();
    const auto id = subscribe(peer, "signatureSubscribe",
                              fmt::format(R"(["{}",{{"commitment":"confirmed",)"
                                          R"("enableReceivedNotification":true}}])",
                                          signature.to_string()));
    pubsub.on_received(signature);
    ASSERT_EQ(peer.messages.size(), 1U);
    EXPECT_NE(peer.messages[0].find(R"("value":"receivedSignature")"), std::string::npos);
    slot();
    EXPECT_EQ(peer.messages.size(), 1U);
    slot();
    ASSERT_EQ(peer.messages.size(), 2U);
    EXPECT_NE(peer.messages[1].find(R"("value":{"err":null}})"), std::string::npos);
    EXPECT_EQ(pubsub.subscription_count(), 0U);
    peer.messages.clear();
    request(peer, "signatureUnsubscribe", fmt::format("[{}]", id));
    EXPECT_NE(peer.messages.at(0).find("-32602"), std::string::npos);
}

TEST_F(PubSubTest, SignatureThatHasLandedAlreadyIsToldAfterTheReply) {
    const auto signature = chain.submit(signed_wire({}), true).value();
    slot();
    subscribe(peer, "signatureSubscribe",
              fmt::format(R"(["{}",{{"commitment":"processed"}}])", signature.to_string()));
    ASSERT_EQ(peer.messages.size(), 1U);
    EXPECT_NE(peer.messages[0].find("signatureNotification"), std::string::npos);
    EXPECT_EQ(pubsub.subscription_count(), 0U);
}

TEST_F(PubSubTest, SlotsAndRootsAreTold) {
    slot();  // The first slot is announced when it ends.
    subscribe(peer, "slotSubscribe", "[]");
    FakePeer roots;
    pubsub.on_peer_open(roots);
    request(roots, "rootSubscribe", "null");
    roots.messages.clear();
    slot();
    ASSERT_EQ(peer.messages.size(), 1U);
    EXPECT_NE(peer.messages[0].find(
                  fmt::format(R"("result":{{"parent":{},"root":)", chain.slot().value - 1)),
              std::string::npos)
        << peer.messages[0];
    slot();
    ASSERT_FALSE(roots.messages.empty());
    EXPECT_NE(roots.messages.back().find(
                  fmt::format(R"("method":"rootNotification","params":{{"result":{})",
                              chain.slot_at(kFinalized).value)),
              std::string::npos)
        << roots.messages.back();
}

TEST_F(PubSubTest, UnsubscribingStopsOnlyTheOwnSubscriptionOfThatKind) {
    const std::string params =
        fmt::format(R"(["{}",{{"encoding":"base64","commitment":"processed"}}])", key(5));
    FakePeer other;
    pubsub.on_peer_open(other);
    const auto mine = subscribe(peer, "accountSubscribe", params);
    const auto theirs = subscribe(other, "accountSubscribe", params);
    const auto refused = [&](std::string_view method, std::uint64_t id) {
        peer.messages.clear();
        request(peer, method, fmt::format("[{}]", id));
        return peer.messages.at(0).find("Invalid subscription id.") != std::string::npos;
    };
    EXPECT_TRUE(refused("accountUnsubscribe", theirs));
    EXPECT_TRUE(refused("slotUnsubscribe", mine));
    EXPECT_FALSE(refused("accountUnsubscribe", mine));
    EXPECT_EQ(peer.messages.at(0), R"({"jsonrpc":"2.0","result":true,"id":1})");
    EXPECT_TRUE(refused("accountUnsubscribe", mine));
    peer.messages.clear();
    give(test_key(5), 1'000'000);
    slot();
    EXPECT_TRUE(peer.messages.empty());
    EXPECT_EQ(other.messages.size(), 1U);
}

TEST_F(PubSubTest, PeerThatLeavesTakesItsSubscriptionsAlong) {
    FakePeer other;
    pubsub.on_peer_open(other);
    const std::string params =
        fmt::format(R"(["{}",{{"encoding":"base64","commitment":"finalized"}}])", key(5));
    subscribe(other, "accountSubscribe", params);
    subscribe(other, "slotSubscribe", "[]");
    subscribe(other, "logsSubscribe", R"(["all"])");
    subscribe(peer, "accountSubscribe", params);
    give(test_key(5), 1'000'000);
    slot();
    pubsub.on_peer_close(other);
    EXPECT_EQ(pubsub.subscription_count(), 1U);
    other.messages.clear();
    for (int i = 0; i < 40; ++i) {
        slot();
    }
    EXPECT_TRUE(other.messages.empty());
    EXPECT_EQ(peer.messages.size(), 1U);
}

TEST_F(PubSubTest, BadRequestsAreAnsweredWithErrors) {
    const auto code = [&](std::string_view text) {
        peer.messages.clear();
        pubsub.on_peer_message(peer, text);
        simdjson::dom::parser parser;
        return peer.messages.empty()
                   ? 0
                   : parser.parse(peer.messages.at(0))["error"]["code"].get_int64().value();
    };
    EXPECT_EQ(code("{"), -32700);
    EXPECT_EQ(code("[]"), -32600);
    EXPECT_EQ(code(R"({"id":1})"), -32600);
    EXPECT_EQ(code(R"({"id":1,"method":"getHealth"})"), -32601);
    EXPECT_EQ(code(R"({"id":1,"method":"accountSubscribe"})"), -32602);
    EXPECT_EQ(code(R"({"id":1,"method":"accountSubscribe","params":["x"]})"), -32602);
    EXPECT_EQ(code(R"({"id":1,"method":"logsSubscribe","params":["some"]})"), -32602);
    EXPECT_EQ(code(R"({"id":1,"method":"logsSubscribe","params":[{"mentions":[]}]})"), -32602);
    EXPECT_EQ(code(R"({"id":1,"method":"signatureSubscribe","params":["11"]})"), -32602);
    EXPECT_EQ(code(R"({"id":1,"method":"accountUnsubscribe","params":["x"]})"), -32602);
    EXPECT_EQ(pubsub.subscription_count(), 0U);
}

}  // namespace
}  // namespace sniperforge::sim
