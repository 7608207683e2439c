// SPDX-License-Identifier: MIT
// Each fault of a node's answers: that it happens, what the client sees, and that the neighbours
// know nothing of it.
#include "sim/node_http.hpp"

#include "node_fixture.hpp"
#include "sniperforge/core/bytes.hpp"

namespace sniperforge::sim {
namespace {

using NodeHttpTest = NodeTest;

TEST_F(NodeHttpTest, NodesServeOneChainOnPortPairsOfTheirOwn) {
    ClusterOptions options = quiet_options(3);
    options.rpc_port = 8'899;
    start(options);
    EXPECT_EQ(cluster->rpc_url(0), "http://127.0.0.1:8899");
    EXPECT_EQ(cluster->pubsub_url(0), "ws://127.0.0.1:8900");
    EXPECT_EQ(cluster->rpc_url(2), "http://127.0.0.1:8919");
    EXPECT_EQ(cluster->pubsub_url(2), "ws://127.0.0.1:8920");
    put(test_key(9), 5'000'000);
    std::vector<std::string> answers;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto client = connect(i);
        EXPECT_TRUE(client->is_open);
        answers.push_back(body(*client, "getBalance", account_params(test_key(9), "processed")));
        EXPECT_EQ(cluster->node_statistics(i).requests_by_method.at("getBalance"), 1U);
        EXPECT_EQ(cluster->node_statistics(i).requests, 1U);
        EXPECT_EQ(cluster->fault_counters(i).total(), 0U);
    }
    EXPECT_NE(answers[0].find("5000000"), std::string::npos);
    EXPECT_EQ(answers[0], answers[1]);
    EXPECT_EQ(answers[0], answers[2]);
}

TEST_F(NodeHttpTest, NodeCountHasItsLimits) {
    for (const std::size_t nodes : {std::size_t{0}, kNodesMax + 1}) {
        const auto refused = Cluster::start(reactor, quiet_options(nodes));
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().text.find("1 to 16"), std::string::npos) << refused.error().text;
    }
    EXPECT_TRUE(Cluster::start(reactor, quiet_options(kNodesMax)));
}

TEST_F(NodeHttpTest, LatencyIsPaidOnceEachWayAndJitterVariesIt) {
    start(2);
    const auto slow = connect(0);
    const auto fast = connect(1);
    cluster->set_faults(0, {.latency = milliseconds{50}});
    MonoTime before = reactor.now();
    const Duration round_trip = ask(*slow, "getHealth").at - before;
    EXPECT_GE(round_trip, milliseconds{100});
    EXPECT_LE(round_trip, milliseconds{102});
    before = reactor.now();
    EXPECT_LE(ask(*fast, "getHealth").at - before, milliseconds{2});
    EXPECT_EQ(count(0, FaultKind::Latency), 2U);
    EXPECT_EQ(cluster->fault_counters(1).total(), 0U);
    cluster->set_faults(0, {.jitter = milliseconds{100}});
    std::vector<Duration> times;
    for (int i = 0; i < 20; ++i) {
        before = reactor.now();
        times.push_back(ask(*slow, "getHealth").at - before);
    }
    const auto [least, most] = std::ranges::minmax(times);
    EXPECT_LT(least, milliseconds{60});
    EXPECT_GT(most, milliseconds{120});
    EXPECT_LE(most, milliseconds{205});
}

TEST_F(NodeHttpTest, TooManyRequestsComesWithAndWithoutRetryAfter) {
    start(1);
    const auto client = connect(0);
    cluster->set_faults(0, {.too_many_requests_probability = 1});
    const auto& bare = ask(*client, "getHealth");
    EXPECT_EQ(bare.result->status, 429);
    EXPECT_EQ(bare.result->header("retry-after"), "");
    cluster->set_faults(0, {.too_many_requests_probability = 1, .retry_after_s = 3});
    EXPECT_EQ(ask(*client, "getHealth").result->header("retry-after"), "3");
    EXPECT_EQ(count(0, FaultKind::TooManyRequests), 2U);
    cluster->set_faults(0, {});
    EXPECT_EQ(body(*client, "getHealth"), kHealthy);
}

TEST_F(NodeHttpTest, ABudgetAdmitsSoManyCallsInEachSecond) {
    start(1);
    const auto client = connect(0);
    cluster->set_faults(0, {.requests_per_second_max = 3});
    run(milliseconds{1'000 - 5});  // To the start of a second of the node.
    for (int second = 0; second < 2; ++second) {
        client->answers.clear();
        for (int i = 0; i < 5; ++i) {
            client->rpc("getHealth");
        }
        run(milliseconds{1'000});
        const auto refused = std::ranges::count_if(
            client->answers, [](const auto& answer) { return answer.result->status == 429; });
        EXPECT_EQ(client->answers.size(), 5U);
        EXPECT_EQ(refused, 2);
    }
}

TEST_F(NodeHttpTest, GatewayErrorsAreHtml) {
    start(1);
    const auto client = connect(0);
    for (const int status : {502, 503, 504}) {
        cluster->set_faults(0, {.gateway_error_probability = 1, .gateway_status = status});
        const auto& answer = ask(*client, "getSlot");
        EXPECT_EQ(answer.result->status, status);
        EXPECT_EQ(answer.result->header("content-type"), "text/html");
        EXPECT_TRUE(answer.result->body.starts_with("<html>"));
    }
}

TEST_F(NodeHttpTest, ARequestThatHangsIsNeverAnswered) {
    start(1);
    const auto client = connect(0, milliseconds{700});
    cluster->set_faults(0, {.hang_probability = 1});
    const MonoTime before = reactor.now();
    const auto& answer = ask(*client, "getSlot");
    ASSERT_FALSE(answer.result);
    EXPECT_EQ(answer.result.error().kind, net::HttpFailure::Kind::Timeout);
    EXPECT_GE(answer.at - before, milliseconds{700});
    cluster->set_faults(0, {});
    EXPECT_EQ(body(*client, "getHealth"), kHealthy);
}

TEST_F(NodeHttpTest, ATruncatedAnswerPromisesMoreThanComes) {
    start(1);
    const auto client = connect(0);
    cluster->set_faults(0, {.truncate_probability = 1});
    const auto& answer = ask(*client, "getHealth");
    ASSERT_FALSE(answer.result);
    EXPECT_EQ(count(0, FaultKind::TruncatedAnswer), 1U);
    EXPECT_TRUE(answer.result.error().was_written);
    cluster->set_faults(0, {});
    EXPECT_EQ(body(*client, "getHealth"), kHealthy);  // On another connection.
}

TEST_F(NodeHttpTest, AResetAnswerEndsWithinItsHead) {
    start(1);
    const auto client = connect(0);
    cluster->set_faults(0, {.reset_probability = 1});
    const auto& answer = ask(*client, "getHealth");
    ASSERT_FALSE(answer.result);
    EXPECT_TRUE(answer.result.error().was_written);
    EXPECT_EQ(count(0, FaultKind::ResetAnswer), 1U);
    EXPECT_EQ(cluster->node_statistics(0).requests, 1U);  // It was executed all the same.
}

TEST_F(NodeHttpTest, AnAnswerThatDripsComesWholeButLate) {
    start(1);
    const auto client = connect(0, std::chrono::seconds{60});
    cluster->set_faults(0, {.drip_bytes_per_second = 40});
    const MonoTime before = reactor.now();
    const auto& answer = ask(*client, "getHealth");
    EXPECT_EQ(answer.result->body, kHealthy);
    EXPECT_EQ(answer.result->header("x-simulated-fate"), "");
    EXPECT_GT(answer.at - before, std::chrono::seconds{2});  // Above 80 bytes with its head.
    EXPECT_EQ(count(0, FaultKind::DrippedAnswer), 1U);
}

// A client that asks once and wants the connection closed, which our own never does.
class OneAnswer final : public net::StreamEvents {
 public:
    OneAnswer(net::Reactor& reactor, const net::Address& address)
        : stream_{reactor.connect(address, *this)} {}

    void on_connected() override {
        constexpr std::string_view kRequest =
            "POST / HTTP/1.1\r\nHost: node\r\nConnection: close\r\nContent-Length: 46\r\n\r\n"
            R"({"jsonrpc":"2.0","id":1,"method":"getHealth"} )";
        stream_->write(bytes_of(kRequest));
    }
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override { return buffer_; }
    void on_read(std::size_t count, MonoTime) override {
        text.append(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(count));
    }
    void on_closed(const Error&) override { is_closed = true; }

    std::string text;
    bool is_closed = false;

 private:
    std::array<std::uint8_t, 256> buffer_{};
    std::unique_ptr<net::ByteStream> stream_;
};

// The server stays for 30 s at most once it has answered; what drips is as good as sent.
TEST_F(NodeHttpTest, AnAnswerThatDripsComesWholeThoughItsConnectionIsToBeClosed) {
    start(1);
    cluster->set_faults(0, {.drip_bytes_per_second = 3});
    OneAnswer client{reactor, net::parse_url(cluster->rpc_url(0))->address};
    const MonoTime before = reactor.now();
    while (!client.is_closed && reactor.now() - before < std::chrono::seconds{90}) {
        run(milliseconds{10});
    }
    EXPECT_TRUE(client.is_closed);
    EXPECT_TRUE(client.text.ends_with(kHealthy)) << client.text;
    const auto seconds = static_cast<std::int64_t>(client.text.size() / 3);
    EXPECT_GT(seconds, 31);
    EXPECT_GE(reactor.now() - before, std::chrono::seconds{seconds});
    EXPECT_LE(reactor.now() - before, std::chrono::seconds{seconds + 2});
}

TEST_F(NodeHttpTest, ANodeThatGoesDownOrIsGoneTakesWhatStillDripsWithIt) {
    for (const bool is_gone : {false, true}) {
        start(1);
        cluster->set_faults(0, {.drip_bytes_per_second = 10});
        const auto client = connect(0, std::chrono::seconds{60});
        client->rpc("getHealth");
        run(milliseconds{500});
        if (is_gone) {
            cluster.reset();
        } else {
            cluster->set_faults(0, {.is_down = true});
        }
        run(milliseconds{500});
        ASSERT_EQ(client->answers.size(), 1U);
        EXPECT_FALSE(client->answers[0].result);
    }
}

TEST_F(NodeHttpTest, OnlyTheNamedMethodsAreHit) {
    start(1);
    const auto client = connect(0);
    cluster->set_faults(
        0, {.methods = {"getAccountInfo", "getMultipleAccounts"}, .rpc_error_probability = 1});
    EXPECT_EQ(body(*client, "getHealth"), kHealthy);
    EXPECT_EQ(body(*client, "getAccountInfo", account_params(test_key(1), "processed")),
              R"({"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":1})");
    cluster->set_faults(0, {.methods = {"getMultipleAccounts"}, .gateway_error_probability = 1});
    EXPECT_EQ(
        ask(*client, "getAccountInfo", account_params(test_key(1), "processed")).result->status,
        200);
    EXPECT_EQ(ask(*client, "getMultipleAccounts", "[[]]").result->status, 503);
    // A batch is hit by what it holds.
    client->answers.clear();
    client->post(R"([{"jsonrpc":"2.0","id":1,"method":"getSlot"},)"
                 R"({"jsonrpc":"2.0","id":2,"method":"getMultipleAccounts","params":[[]]}])");
    run(milliseconds{50});
    EXPECT_EQ(client->answers.at(0).result->status, 503);
}

TEST_F(NodeHttpTest, RpcErrorsCarryTheTextAndDataThatNodesSend) {
    start(1);
    const auto client = connect(0);
    struct Case {
        int code;
        std::optional<std::uint64_t> behind;
        std::string_view part;
    };
    for (const Case& c : std::initializer_list<Case>{
             {-32'002, {}, R"("data":{"accounts":null,"err":"BlockhashNotFound")"},
             {-32'004, {}, "Block not available for slot 3000000"},
             {-32'005, 42,
              R"("message":"Node is behind by 42 slots","data":{"numSlotsBehind":42})"},
             {-32'005, {}, R"("message":"Node is unhealthy","data":{"numSlotsBehind":null})"},
             {-32'015, {}, "maxSupportedTransactionVersion"},
             {-32'016, {}, R"("data":{"contextSlot":300000000)"},
             {-32'016, 7, R"("data":{"contextSlot":299999993)"},
             {-32'016, 1'000'000'000, R"("data":{"contextSlot":0)"},
             {-32'601, {}, R"("code":-32601,"message":"Method not found")"}}) {
        cluster->set_faults(0, {.rpc_error_probability = 1,
                                .rpc_error_code = c.code,
                                .rpc_error_slots_behind = c.behind});
        const std::string text = body(*client, "getSlot");
        EXPECT_NE(text.find(c.part), std::string::npos) << text;
        EXPECT_NE(text.find(fmt::format(R"("code":{})", c.code)), std::string::npos) << text;
    }
    EXPECT_EQ(count(0, FaultKind::RpcError), 9U);
}

TEST_F(NodeHttpTest, ANodeThatGoesDownEndsItsConnectionsAndRefusesNewOnes) {
    start(2);
    const auto client = connect(0);
    const auto other = connect(1);
    EXPECT_EQ(body(*client, "getHealth"), kHealthy);
    cluster->set_faults(0, {.is_down = true});
    run(milliseconds{5});
    EXPECT_FALSE(client->is_open);
    EXPECT_TRUE(other->is_open);
    EXPECT_FALSE(ask(*client, "getHealth").result);
    EXPECT_GT(count(0, FaultKind::ConnectionRefused), 0U);
    cluster->set_faults(0, {});
    EXPECT_EQ(body(*client, "getHealth"), kHealthy);
    EXPECT_TRUE(connect(0)->is_open);
}

TEST_F(NodeHttpTest, ATimelineIsPlayedFromTheStart) {
    ClusterOptions options = quiet_options(2);
    options.faults = {
        {.at = std::chrono::seconds{1}, .node = 1, .faults = NodeFaults{.hang_probability = 1}},
        {.at = std::chrono::seconds{2}, .fork = ForkOptions{.slots = 2}},
        {.at = std::chrono::seconds{3}, .faults = NodeFaults{.is_silent = true}},
        {.at = std::chrono::seconds{4}, .node = 1, .faults = NodeFaults{}},
    };
    start(options);
    run(milliseconds{999});
    EXPECT_EQ(cluster->faults(1), NodeFaults{});
    run(milliseconds{1});
    EXPECT_EQ(cluster->faults(1).hang_probability, 1);
    EXPECT_EQ(cluster->faults(0), NodeFaults{});
    EXPECT_FALSE(cluster->chain().is_forked());
    run(milliseconds{1'000});
    EXPECT_TRUE(cluster->chain().is_forked());
    run(milliseconds{1'000});
    EXPECT_TRUE(cluster->faults(0).is_silent);
    EXPECT_TRUE(cluster->faults(1).is_silent);
    EXPECT_EQ(cluster->faults(1).hang_probability, 0);
    run(milliseconds{1'000});
    EXPECT_TRUE(cluster->faults(0).is_silent);
    EXPECT_EQ(cluster->faults(1), NodeFaults{});
}

// With all faults off at the end of the day: the chain has not noticed.
TEST(NodeDeterminism, FaultsDoNotTouchTheChain) {
    const auto trace = [](bool has_faults) {
        net::VirtualReactor reactor;
        ClusterOptions options;
        options.seed = 5;
        options.scenario = named_scenario("demo").value();
        options.nodes = has_faults ? 3 : 1;
        const auto cluster = Cluster::start(reactor, options).value();
        if (has_faults) {
            cluster->set_faults(0, {.slots_behind = 20, .truncate_probability = 0.5});
            cluster->set_faults(1, {.latency = milliseconds{5}, .miss_probability = 0.5});
        }
        NodeClient client{reactor, *cluster, 0};
        for (int i = 0; i < 50; ++i) {
            client.rpc("getSlot");
            client.send("slotSubscribe");
            reactor.run_until(reactor.now() + milliseconds{400});
        }
        return std::pair{cluster->chain().latest_blockhash(0), cluster->statistics().transactions};
    };
    EXPECT_EQ(trace(true), trace(false));
}

}  // namespace
}  // namespace sniperforge::sim
