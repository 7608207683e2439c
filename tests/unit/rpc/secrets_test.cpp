// SPDX-License-Identifier: MIT
// No secret of an endpoint stands in anything that people or files get to see: neither ours, nor
// what a server repeats.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "sniperforge/telemetry/log.hpp"
#include "unit/rpc/pool_fixture.hpp"

namespace sniperforge::rpc {
namespace {

using std::chrono::seconds;
using test::error_of;
using test::ok;
using test::RpcRequest;

constexpr std::string_view kCanary = "canary";  // In every secret below.
constexpr std::string_view kPathSecret = "canary-path-0123456789";
constexpr std::string_view kQuerySecret = "canary-query";
constexpr std::string_view kHeaderSecret = "canary-header";

class SecretsTest : public test::PoolFixture {
 protected:
    SecretsTest() : PoolFixture{1} {
        EXPECT_TRUE(telemetry::start_logging(telemetry::Level::Trace, log_file_));
    }
    ~SecretsTest() override {
        telemetry::stop_logging();
        std::ifstream in{log_file_};
        std::stringstream log;
        log << in.rdbuf();
        EXPECT_EQ(log.str().find(kCanary), std::string::npos) << log.str();
        std::remove(log_file_.c_str());
    }

    [[nodiscard]] std::vector<Endpoint> secret_endpoints() const {
        auto pool = endpoints();
        pool[0].url = fmt::format("http://node:1000/{}/rpc?api-key={}", kPathSecret, kQuerySecret);
        pool[0].api_key = kHeaderSecret;
        pool[0].api_key_header = "x-api-key";
        return pool;
    }
    static std::string all_secrets() {
        return fmt::format("/{}/rpc?api-key={} x-api-key: {}", kPathSecret, kQuerySecret,
                           kHeaderSecret);
    }
    // Everything that comes out of one failing call, and of the pool afterwards.
    std::string told(std::vector<Endpoint> pool, ClientOptions options = {}) {
        RpcClient client{reactor_, std::move(pool), options};
        std::string text;
        for (int i = 0; i < 3; ++i) {
            const auto slot = slot_through(client);
            EXPECT_FALSE(slot);
            text += slot ? "" : slot.error().text() + slot.error().message + slot.error().data;
        }
        std::optional<BroadcastResult> sent;
        client.broadcast_transaction(Bytes{1}, true, nullptr,
                                     [&](BroadcastResult got) { sent = std::move(got); });
        test::run_for(reactor_, seconds{10});
        EXPECT_TRUE(sent);
        text += sent ? sent->text() : "";
        return text + to_json(client.health());
    }

    const std::string log_file_ = testing::TempDir() + "secrets_test.log";
};

TEST_F(SecretsTest, NoErrorRepeatsWhatAServerRepeats) {
    const std::vector<test::FakeNode::Answer> answers{
        [](const RpcRequest&) {
            return net::HttpResponse{.status = 401, .headers = {}, .body = all_secrets()};
        },
        [](const RpcRequest&) {
            return net::HttpResponse{.status = 429, .headers = {}, .body = all_secrets()};
        },
        [](const RpcRequest&) {
            return net::HttpResponse{
                .status = 403,
                .headers = {},
                .body = fmt::format(R"({{"id":1,"error":{{"code":-1,"message":"{}"}}}})",
                                    all_secrets())};
        },
        [](const RpcRequest&) {
            return net::HttpResponse{
                .status = 400,
                .headers = {},
                .body =
                    fmt::format(R"({{"id":1,"error":{{"code":-1,"message":"{}","data":"{}"}}}})",
                                all_secrets(), all_secrets())};
        },
        [](const RpcRequest&) { return ok(all_secrets()); },
        [](const RpcRequest&) { return ok(fmt::format(R"({{"{}":1}})", all_secrets())); },
        [](const RpcRequest&) {
            return ok(fmt::format(R"({{"id":4711,"result":"{}"}})", all_secrets()));
        },
        [](const RpcRequest& request) {
            return error_of(request, -32002, all_secrets(),
                            fmt::format(R"({{"url":"{}"}})", all_secrets()));
        },
        [](const RpcRequest& request) { return error_of(request, 429, all_secrets()); },
        // A cut through a secret must not leave its first half.
        [](const RpcRequest&) { return ok(std::string(150, 'x') + all_secrets()); }};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        node(0).answer = answers[i];
        const std::string text = told(secret_endpoints());
        EXPECT_EQ(text.find(kCanary), std::string::npos) << i << ": " << text;
    }
}

TEST_F(SecretsTest, NoErrorOfOurOwnHoldsAUrl) {
    node(0).is_mute = true;
    EXPECT_EQ(told(secret_endpoints(), {.timeout = seconds{1}}).find(kCanary), std::string::npos);
    node(0).stop_http();
    EXPECT_EQ(told(secret_endpoints()).find(kCanary), std::string::npos);
    for (const std::string url :
         {"http://canary:canary@node:1000/", "gopher://node/canary-path-0123456789",
          "http://no such host/canary-path-0123456789", "http://unknown-host/?k=canary-query",
          "canary-query"}) {
        auto pool = secret_endpoints();
        pool[0].url = url;
        const std::string text = told(pool);
        EXPECT_EQ(text.find(kCanary), std::string::npos) << text;
    }
    // A header that cannot be sent is not shown either.
    auto pool = secret_endpoints();
    pool[0].api_key = "canary\r\nheader";
    EXPECT_EQ(told(pool).find(kCanary), std::string::npos);
}

// What is looked for above would be found: the server does get the secrets.
TEST_F(SecretsTest, TheServerGetsThem) {
    RpcClient client{reactor_, secret_endpoints()};
    ASSERT_TRUE(slot_through(client));
    net::HttpResponse headers;
    headers.headers = node(0).last_headers;
    EXPECT_EQ(headers.header("x-api-key"), kHeaderSecret);
}

}  // namespace
}  // namespace sniperforge::rpc
