// SPDX-License-Identifier: MIT
// The cluster through its three faces, with the real HTTP and WebSocket clients under virtual time.
#include "sniperforge/sim/cluster.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "chain_fixture.hpp"
#include "sim/market_pool.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/net/websocket.hpp"
#include "support/data.hpp"

namespace sniperforge::sim {
namespace {

using Json = simdjson::dom::element;

ClusterOptions options_of(std::string_view scenario, std::uint64_t seed = 1) {
    ClusterOptions options;
    options.seed = seed;
    options.scenario = named_scenario(scenario).value();
    return options;
}

// A client of all three faces that writes down everything it is told.
class Client final : public net::WebSocketEvents {
 public:
    Client(net::Reactor& reactor, const Cluster& cluster)
        : rpc_{reactor, net::parse_url(cluster.rpc_url())->address},
          jupiter_{reactor, net::parse_url(cluster.jupiter_url())->address},
          pubsub_{reactor, net::parse_url(cluster.pubsub_url()).value(), *this} {}

    void on_open() override { is_open = true; }
    void on_message(std::string_view message, MonoTime) override {
        trace += message;
        trace += '\n';
        messages.emplace_back(message);
    }
    void on_close(const Error& reason) override { trace += "closed: " + reason.text + '\n'; }

    void rpc(std::string_view method, std::string_view params) {
        request(
            rpc_, "POST", "/",
            fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})", method, params));
    }
    void get(std::string target) { request(jupiter_, "GET", std::move(target), ""); }
    void post(std::string target, std::string body) {
        request(jupiter_, "POST", std::move(target), std::move(body));
    }
    void send(std::string_view method, std::string_view params) {
        pubsub_.send_text(
            fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})", method, params));
    }

    bool is_open = false;
    std::string answer;  // Body of the last HTTP answer.
    int answers = 0;
    std::vector<std::string> messages;
    std::string trace;

 private:
    void request(net::HttpClient& client, std::string method, std::string target,
                 std::string body) {
        client.request({.method = std::move(method),
                        .target = std::move(target),
                        .headers = {{"content-type", "application/json"}},
                        .body = std::move(body)},
                       [this](net::HttpResult result) {
                           ++answers;
                           answer = result ? result->body : "failed: " + result.error().text;
                           trace += answer + '\n';
                       });
    }

    net::HttpClient rpc_, jupiter_;
    net::WebSocketClient pubsub_;
};

class ClusterTest : public ::testing::Test {
 protected:
    void start(const ClusterOptions& options) {
        auto started = Cluster::start(reactor, options);
        ASSERT_TRUE(started.has_value()) << started.error().text;
        cluster = std::move(*started);
        client = std::make_unique<Client>(reactor, *cluster);
        run(50);
        ASSERT_TRUE(client->is_open);
    }
    void run(int milliseconds) {
        reactor.run_until(reactor.now() + std::chrono::milliseconds{milliseconds});
    }
    // Waits for the answer to what was just asked.
    std::string_view answered() {
        const int before = client->answers;
        for (int i = 0; i < 100 && client->answers == before; ++i) {
            run(5);
        }
        return client->answer;
    }
    Json parse(std::string_view text) {
        text_ = text;
        Json value;
        EXPECT_EQ(parser_.parse(text_).get(value), simdjson::SUCCESS) << text;
        return value;
    }

    net::VirtualReactor reactor;
    std::unique_ptr<Cluster> cluster;
    std::unique_ptr<Client> client;

 private:
    simdjson::dom::parser parser_;
    std::string text_;
};

TEST_F(ClusterTest, SlotsComeAtAFixedCadence) {
    start(options_of("demo"));
    const Slot first = cluster->chain().slot();
    run(400 * 100);
    EXPECT_EQ(cluster->chain().slot().since(first), 100U);
    run(399);
    run(1);
    EXPECT_EQ(cluster->chain().slot().since(first), 101U);
}

TEST_F(ClusterTest, ListsSolUsdcFirstAmongItsLiquidPools) {
    start(options_of("calibrated"));
    const auto pools = cluster->liquid_pools();
    ASSERT_EQ(pools.size(), 16U);
    const auto first = read_pool(cluster->chain(), pools.front());
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->mint_a, solana::kWrappedSolMint);
    EXPECT_EQ(first->mint_b, solana::kUsdcMint);
    EXPECT_FALSE(first->is_cpmm());
    EXPECT_TRUE(read_pool(cluster->chain(), pools[1])->is_cpmm());
}

TEST_F(ClusterTest, QuoteIsSwappedSignedSentNotifiedAndLookedUp) {
    ClusterOptions options = options_of("demo");
    options.scenario.drop_probability = 0;
    options.scenario.landing_miss_probability = 0;
    start(options);
    const solana::Keypair wallet = test_keypair(3);
    cluster->fund(wallet.public_key(), Lamports{5 * kLamportsPerSol});
    client->get(
        fmt::format("/swap/v1/quote?inputMint={}&outputMint={}&amount=1000000000"
                    "&slippageBps=500",
                    solana::kWrappedSolMint.to_string(), solana::kUsdcMint.to_string()));
    const std::string quote{answered()};
    client->post("/swap/v1/swap", fmt::format(R"({{"userPublicKey":"{}","quoteResponse":{}}})",
                                              wallet.public_key().to_string(), quote));
    const auto wire = base64_decode(parse(answered())["swapTransaction"].get_string().value());
    ASSERT_TRUE(wire.has_value());
    const auto transaction = solana::parse_transaction(*wire);
    const auto signed_wire = solana::sign_transaction(transaction->message_bytes, wallet);
    ASSERT_TRUE(signed_wire.has_value());
    const auto parsed = solana::parse_transaction(*signed_wire);
    const std::string signature = parsed->transaction_id().to_string();
    client->messages.clear();
    client->send("signatureSubscribe",
                 fmt::format(R"(["{}",{{"commitment":"confirmed"}}])", signature));
    client->rpc("sendTransaction",
                fmt::format(R"(["{}",{{"encoding":"base64"}}])", base64_encode(*signed_wire)));
    EXPECT_EQ(parse(answered())["result"].get_string().value(), signature) << client->answer;
    run(3 * 400);
    ASSERT_EQ(client->messages.size(), 2U);
    EXPECT_NE(client->messages[1].find("signatureNotification"), std::string::npos);
    EXPECT_NE(client->messages[1].find(R"("err":null)"), std::string::npos);
    client->rpc("getTransaction", fmt::format(R"(["{}",{{"commitment":"confirmed",)"
                                              R"("maxSupportedTransactionVersion":1}}])",
                                              signature));
    const Json meta = parse(answered())["result"]["meta"].value();
    EXPECT_TRUE(meta["err"].value().is_null());
    std::string received;
    for (const Json balance : meta["postTokenBalances"].get_array()) {
        if (balance["owner"].get_string().value() == wallet.public_key().to_string()) {
            received = balance["uiTokenAmount"]["amount"].get_string().value();
        }
    }
    EXPECT_GT(std::stoull("0" + received), 100'000'000U);  // Above 100 USDC for one SOL.
}

TEST_F(ClusterTest, AirdropFundsAWallet) {
    start(options_of("calibrated"));
    client->rpc("requestAirdrop", fmt::format(R"(["{}",2000000000])", test_key(9).to_string()));
    EXPECT_TRUE(parse(answered())["result"].is_string()) << client->answer;
    client->rpc("getBalance", fmt::format(R"(["{}"])", test_key(9).to_string()));
    EXPECT_EQ(parse(answered())["result"]["value"].get_uint64().value(), 2'000'000'000U);
    cluster->fund(test_key(8), Lamports{5});  // Even below the rent minimum.
    EXPECT_EQ(cluster->chain().account(test_key(8))->lamports, Lamports{5});
}

TEST_F(ClusterTest, NewPoolsAndTradesReachSubscribers) {
    start(options_of("demo"));
    client->send("programSubscribe",
                 fmt::format(R"(["{}",{{"encoding":"base64","commitment":"processed"}}])",
                             solana::kRaydiumCpmmProgram.to_string()));
    client->send("logsSubscribe", R"(["all",{"commitment":"processed"}])");
    client->send("slotSubscribe", "[]");
    run(10'000);
    const auto count = [&](std::string_view text) {
        return std::ranges::count_if(client->messages, [&](const std::string& message) {
            return message.find(text) != std::string::npos;
        });
    };
    EXPECT_GT(count("programNotification"), 20);
    EXPECT_GT(count("logsNotification"), 100);
    EXPECT_GT(count("slotNotification"), 15);
    EXPECT_GT(count("Program log: Instruction: CreateV2"), 0);
    EXPECT_GT(cluster->statistics().launches, 0U);
    EXPECT_EQ(cluster->statistics().notifications + 3, client->messages.size());
}

// The same seed and the same client give the same bytes; another seed does not.
TEST(ClusterDeterminism, EqualSeedsAndClientsGiveEqualTraces) {
    const auto trace = [](std::uint64_t seed) {
        net::VirtualReactor reactor;
        auto cluster = Cluster::start(reactor, options_of("demo", seed)).value();
        Client client{reactor, *cluster};
        const auto run = [&](int milliseconds) {
            reactor.run_until(reactor.now() + std::chrono::milliseconds{milliseconds});
        };
        run(20);
        client.send("logsSubscribe", R"(["all",{"commitment":"processed"}])");
        client.send("slotSubscribe", "[]");
        for (const Pubkey& pool : cluster->liquid_pools()) {
            client.send("accountSubscribe",
                        fmt::format(R"(["{}",{{"encoding":"base64","commitment":"confirmed"}}])",
                                    pool.to_string()));
        }
        for (int i = 0; i < 20; ++i) {
            run(997);
            client.rpc("getLatestBlockhash", "[]");
            client.rpc("getProgramAccounts", fmt::format(R"(["{}",{{"encoding":"base64"}}])",
                                                         solana::kRaydiumCpmmProgram.to_string()));
        }
        run(100);
        return client.trace;
    };
    const std::string first = trace(7);
    EXPECT_GT(first.size(), 100'000U);
    EXPECT_TRUE(first == trace(7));
    EXPECT_FALSE(first == trace(8));
}

TEST(ClusterOnSockets, ServesRpcAndPubSubOnNeighbouringLoopbackPorts) {
    const auto reactor = net::make_asio_reactor();
    ClusterOptions options = options_of("demo");
    options.chain.slot_duration = std::chrono::milliseconds{20};
    auto cluster = Cluster::start(*reactor, options).value();
    const auto rpc = net::parse_url(cluster->rpc_url()).value().address.port;
    EXPECT_EQ(net::parse_url(cluster->pubsub_url()).value().address.port, rpc + 1);
    Client client{*reactor, *cluster};
    // Stops on success; the timer is only there so that a failure ends.
    reactor->schedule_after(std::chrono::seconds{300}, [&] { reactor->stop(); });
    client.rpc("getHealth", "[]");
    std::function<void()> poll = [&] {
        if (client.is_open && client.messages.empty()) {
            client.send("slotSubscribe", "[]");
        }
        if (client.answers > 0 && client.messages.size() > 3) {
            reactor->stop();
            return;
        }
        reactor->schedule_after(std::chrono::milliseconds{5}, poll);
    };
    reactor->schedule_after(std::chrono::milliseconds{5}, poll);
    reactor->run();
    EXPECT_EQ(client.answer, R"({"jsonrpc":"2.0","result":"ok","id":1})");
    EXPECT_GT(client.messages.size(), 3U);
}

TEST(ClusterStart, OccupiedPortIsAnErrorThatNamesIt) {
    net::VirtualReactor reactor;
    ClusterOptions options = options_of("calibrated");
    options.rpc_port = 8899;
    auto first = Cluster::start(reactor, options);
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ((*first)->rpc_url(), "http://127.0.0.1:8899");
    EXPECT_EQ((*first)->pubsub_url(), "ws://127.0.0.1:8900");
    const auto second = Cluster::start(reactor, options);
    ASSERT_FALSE(second.has_value());
    EXPECT_NE(second.error().text.find("8899"), std::string::npos) << second.error().text;
}

}  // namespace
}  // namespace sniperforge::sim
