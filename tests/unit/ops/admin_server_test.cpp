// SPDX-License-Identifier: MIT
#include "sniperforge/ops/admin_server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <utility>

#include "ops/admin_gate.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "unit/ops/admin_test_support.hpp"

namespace sniperforge::ops {
namespace {

using test::bearer;
using test::control;
using test::kControlToken;
using test::kToken;
using test::kWrongToken;

using namespace std::chrono_literals;

const net::Address kAddress{.host = "127.0.0.1", .port = 9301};

struct Client final : net::StreamEvents {
    void on_connected() override { stream->write(bytes_of(sent)); }
    std::span<std::uint8_t> read_buffer() override { return buffer; }
    void on_read(std::size_t count, MonoTime) override {
        received.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
    void on_closed(const Error&) override { is_closed = true; }

    std::string sent, received;
    bool is_closed = false;
    std::array<std::uint8_t, 4'096> buffer{};
    std::unique_ptr<net::ByteStream> stream;
};

class AdminServerTest : public ::testing::Test {
 protected:
    AdminServerTest() {
        const auto page = [this](std::string text) {
            return [this, text = std::move(text)](const AdminRequest& request) {
                query = request.query;
                return net::HttpResponse{
                    .status = 200, .headers = {}, .body = text + (request.is_trusted ? "+" : "-")};
            };
        };
        auto started = AdminServer::start(
            reactor,
            {.listen = kAddress,
             .token = *AccessToken::from_text(kToken),
             .control_token = *AccessToken::from_text(kControlToken)},
            {{.path = "/open", .access = PageAccess::Open, .answer = page("open")},
             {.path = "/partly", .access = PageAccess::Partly, .answer = page("partly")},
             {.path = "/secret", .access = PageAccess::Token, .answer = page("secret")},
             {.path = "/file", .access = PageAccess::File, .answer = page("file")},
             {.path = "/command",
              .access = PageAccess::Command,
              .answer_later = [this](const AdminRequest& request, net::HttpResponder respond) {
                  commands += request.body;
                  commands += ';';
                  later.emplace(std::move(respond));
              }}});
        EXPECT_TRUE(started) << started.error().text;
        server = std::move(*started);
    }
    // Of one connection, which is then given up.
    std::string send(std::string text) {
        Client client;
        client.sent = std::move(text);
        client.stream = reactor.connect(kAddress, client);
        reactor.run_until(reactor.now() + 5ms);
        return client.received;
    }
    std::string ask(std::string_view target, std::string_view headers = {},
                    std::string_view method = "GET") {
        return send(fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:9301\r\n{}\r\n", method, target,
                                headers));
    }
    std::string command(std::string_view headers, std::string_view method = "POST") {
        return send(
            fmt::format("{} /command HTTP/1.1\r\nHost: 127.0.0.1:9301\r\n{}"
                        "Content-Length: 2\r\n\r\n{{}}",
                        method, headers));
    }
    static int status_of(std::string_view answer) {
        return answer.size() < 12 ? 0 : std::stoi(std::string{answer.substr(9, 3)});
    }

    net::VirtualReactor reactor;
    std::unique_ptr<AdminServer> server;
    std::string query, commands;
    std::optional<net::HttpResponder> later;
};

TEST_F(AdminServerTest, AsksForTheTokenWhereAPageWantsIt) {
    const std::string right = bearer(kToken);
    const std::string wrong = bearer(kWrongToken);
    EXPECT_TRUE(ask("/open").ends_with("\r\n\r\nopen-"));
    EXPECT_TRUE(ask("/open", wrong).ends_with("open-"));  // Nobody looks.
    EXPECT_TRUE(ask("/open", right).ends_with("open-"));
    EXPECT_TRUE(ask("/partly").ends_with("partly-"));
    EXPECT_TRUE(ask("/partly", right).ends_with("partly+"));
    EXPECT_EQ(status_of(ask("/partly", wrong)), 401);
    EXPECT_TRUE(ask("/secret", right).ends_with("secret+"));
    EXPECT_EQ(status_of(ask("/secret", wrong)), 401);
    const std::string absent = ask("/secret");
    EXPECT_EQ(status_of(absent), 401);
    EXPECT_NE(absent.find("\r\nWWW-Authenticate: Bearer\r\n"), std::string::npos);
    // What there is tells nobody who does not show it.
    EXPECT_EQ(status_of(ask("/nothing")), 401);
    const std::string missing = ask("/nothing", right);
    EXPECT_EQ(status_of(missing), 404);
    EXPECT_TRUE(missing.ends_with("there are /open, /partly, /secret, /command\n")) << missing;
    EXPECT_EQ(server->statistics().answered, 6U);
    EXPECT_EQ(server->statistics().tokens_absent, 2U);
    EXPECT_EQ(server->statistics().tokens_wrong, 2U);
    EXPECT_EQ(server->statistics().refused, 1U);
}

TEST_F(AdminServerTest, TakesATokenInOneFormOnly) {
    for (const std::string& headers :
         {std::string{"Authorization: "} + std::string{kToken} + "\r\n",
          std::string{"Authorization: Basic "} + std::string{kToken} + "\r\n",
          std::string{"Authorization: Bearer\r\n"}, std::string{"Authorization:\r\n"},
          bearer(kToken) + bearer(kToken), "Cookie: token=" + std::string{kToken} + "\r\n"}) {
        EXPECT_EQ(status_of(ask("/secret", headers)), 401) << headers;
    }
    EXPECT_EQ(status_of(ask(fmt::format("/secret?token={}", kToken))), 401);
    EXPECT_EQ(status_of(ask("/secret", fmt::format("authorization: bearer {}\r\n", kToken))), 200);
}

TEST_F(AdminServerTest, AfterTenWrongTokensNoneIsLookedAtForASecond) {
    const std::string wrong = bearer("x");
    for (std::uint32_t i = 0; i < kWrongTokensMax; ++i) {
        EXPECT_EQ(status_of(ask("/secret", wrong)), 401) << i;
    }
    const std::string limited = ask("/secret", wrong);
    EXPECT_EQ(status_of(limited), 429);
    EXPECT_NE(limited.find("\r\nRetry-After: 1\r\n"), std::string::npos);
    EXPECT_EQ(status_of(ask("/secret", bearer(kToken))), 429);
    EXPECT_EQ(status_of(ask("/open")), 200);  // A health check goes on.
    reactor.run_until(reactor.now() + kWrongTokenForgotten);
    EXPECT_EQ(status_of(ask("/secret", bearer(kToken))), 200);
    EXPECT_EQ(status_of(ask("/secret", wrong)), 401);
    EXPECT_EQ(status_of(ask("/secret", wrong)), 429);
    // All of them are forgotten in time.
    reactor.run_until(reactor.now() + kWrongTokensMax * kWrongTokenForgotten);
    for (std::uint32_t i = 0; i < kWrongTokensMax; ++i) {
        EXPECT_EQ(status_of(ask("/secret", wrong)), 401) << i;
    }
    EXPECT_EQ(status_of(ask("/secret", wrong)), 429);
}

TEST_F(AdminServerTest, AnswersItsOwnNamesOnly) {
    const auto as_host = [this](std::string_view host) {
        return status_of(send(fmt::format("GET /open HTTP/1.1\r\nHost: {}\r\n\r\n", host)));
    };
    for (const char* own :
         {"127.0.0.1", "127.0.0.1:9301", "localhost", "localhost:1", "[::1]", "[::1]:65535"}) {
        EXPECT_EQ(as_host(own), 200) << own;
    }
    for (const char* other :
         {"evil.example", "evil.example:9301", "127.0.0.1.evil.example", "localhost.evil.example",
          "127.0.0.1:", "127.0.0.1:9301x", "127.0.0.1:123456", "127.0.0.2", "[::2]", "0.0.0.0",
          "localhost@evil.example", "127.0.0.1/", "LOCALHOST"}) {
        EXPECT_EQ(as_host(other), 421) << other;
    }
    EXPECT_EQ(status_of(send("GET /open HTTP/1.1\r\n\r\n")), 400);
    EXPECT_EQ(status_of(send("GET /open HTTP/1.1\r\nHost: localhost\r\nHost: x\r\n\r\n")), 400);
}

TEST_F(AdminServerTest, AnswersNoPageOfAnotherSite) {
    const std::string right = bearer(kToken);
    EXPECT_EQ(status_of(ask("/secret", right + "Origin: http://127.0.0.1:9301\r\n")), 200);
    EXPECT_EQ(status_of(ask("/secret", right + "Sec-Fetch-Site: same-origin\r\n")), 200);
    EXPECT_EQ(status_of(ask("/secret", right + "Sec-Fetch-Site: none\r\n")), 200);
    for (const char* header :
         {"Origin: https://evil.example", "Origin: null", "Origin: http://127.0.0.1:9302",
          "Origin: https://127.0.0.1:9301", "Origin: http://127.0.0.1:9301\r\nOrigin: http://x",
          "Origin:", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site",
          "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site"}) {
        EXPECT_EQ(status_of(ask("/secret", right + header + "\r\n")), 403) << header;
        EXPECT_EQ(status_of(ask("/open", std::string{header} + "\r\n")), 403) << header;
    }
}

TEST_F(AdminServerTest, AnswersGetAndHeadOnly) {
    for (const char* method :
         {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get", "XYZ"}) {
        const std::string answer = ask("/open", "Content-Length: 0\r\n", method);
        EXPECT_EQ(status_of(answer), 405) << method;
        EXPECT_NE(answer.find("\r\nAllow: GET, HEAD\r\n"), std::string::npos);
    }
    const std::string head = ask("/open", "", "HEAD");
    EXPECT_EQ(status_of(head), 200);
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST_F(AdminServerTest, FilesOfThePageAreForAllAndKnowTheirCopies) {
    EXPECT_TRUE(ask("/file").ends_with("file-"));
    EXPECT_TRUE(ask("/file", bearer(kWrongToken)).ends_with("file-"));  // Nobody looks.
    EXPECT_EQ(server->statistics().tokens_wrong, 0U);
    EXPECT_EQ(status_of(ask("/file", "Origin: https://evil.example\r\n")), 403);
}

// What a page of the dashboard sends, and all that is left out of it or wrong with it.
TEST_F(AdminServerTest, TakesACommandWithBothTokensAsJsonAndNothingLess) {
    const std::string json = "Content-Type: application/json\r\n";
    const std::string both = bearer(kToken) + control(kControlToken);
    for (const auto& [headers, status] : std::initializer_list<std::pair<std::string, int>>{
             {json + bearer(kToken), 403},
             {json + control(kControlToken), 401},
             {json + bearer(kToken) + control(kToken), 403},
             {json + bearer(kControlToken) + control(kControlToken), 401},
             {json + bearer(kToken) + control(kControlToken) + control(kControlToken), 403},
             {json + bearer(kToken) + control("Bearer " + std::string{kControlToken}), 403},
             {both, 415},
             {both + "Content-Type: text/plain\r\n", 415},
             {both + "Content-Type: application/x-www-form-urlencoded\r\n", 415},
             {both + json + json, 415},
             {json + both + "Origin: https://evil.example\r\n", 403},
             {json + both + "Origin: null\r\n", 403},
             {json + both + "Sec-Fetch-Site: cross-site\r\n", 403},
             {json + both + "Host: evil.example\r\n", 400}}) {
        EXPECT_EQ(status_of(command(headers)), status) << headers;
    }
    for (const char* method : {"GET", "HEAD", "PUT", "OPTIONS", "post"}) {
        const std::string answer = command(json + both, method);
        EXPECT_EQ(status_of(answer), 405) << method;
        EXPECT_NE(answer.find("\r\nAllow: POST\r\n"), std::string::npos) << method;
    }
    EXPECT_EQ(commands, "");
    EXPECT_EQ(command(json + both + "Origin: http://127.0.0.1:9301\r\n"), "");  // Later.
    EXPECT_EQ(command(json + both), "");
    EXPECT_EQ(commands, "{};{};");
}

TEST_F(AdminServerTest, AWrongControlTokenIsGuessedAtAsSlowlyAsTheOther) {
    const std::string right =
        "Content-Type: application/json\r\n" + bearer(kToken) + control(kControlToken);
    const std::string wrong =
        "Content-Type: application/json\r\n" + bearer(kToken) + control(kWrongToken);
    for (std::uint32_t i = 0; i < kWrongTokensMax; ++i) {
        EXPECT_EQ(status_of(command(wrong)), 403) << i;
    }
    EXPECT_EQ(status_of(command(wrong)), 429);
    EXPECT_EQ(status_of(command(right)), 429);
    EXPECT_EQ(commands, "");
    EXPECT_EQ(status_of(ask("/secret", bearer(kToken))), 200);  // To look is another token.
    reactor.run_until(reactor.now() + kWrongTokenForgotten);
    EXPECT_EQ(command(right), "");
    EXPECT_EQ(commands, "{};");
}

TEST_F(AdminServerTest, WithoutAControlTokenNoneIsRight) {
    server.reset();
    auto started = AdminServer::start(
        reactor, {.listen = kAddress, .token = *AccessToken::from_text(kToken)},
        {{.path = "/command",
          .access = PageAccess::Command,
          .answer_later = [this](const AdminRequest&, net::HttpResponder) { commands += '!'; }}});
    ASSERT_TRUE(started);
    EXPECT_EQ(status_of(command("Content-Type: application/json\r\n" + bearer(kToken) +
                                control(kControlToken))),
              403);
    EXPECT_EQ(commands, "");
}

TEST_F(AdminServerTest, TakesATargetOfExactlyTheLimitAndNotOneByteMore) {
    std::string target = "/open?";
    target.append(kTargetBytesMax - target.size(), 'x');
    EXPECT_EQ(status_of(ask(target)), 200);
    EXPECT_EQ(query, target.substr(6));
    EXPECT_EQ(status_of(ask(target + "x")), 414);
    EXPECT_EQ(status_of(ask("/open", "X: " + std::string(20'000, 'x') + "\r\n")), 431);
    EXPECT_EQ(status_of(ask("/open", "Content-Length: 2049\r\n")), 413);
    EXPECT_EQ(status_of(ask("http://127.0.0.1:9301/open")), 400);
    EXPECT_EQ(status_of(ask("*")), 400);
}

TEST_F(AdminServerTest, EveryAnswerHasTheSecurityHeaders) {
    for (const std::string& answer :
         {ask("/open"), ask("/secret"), ask("/secret", bearer(kToken)), ask("/open", "", "POST"),
          send("\x01garbage\r\n\r\n"), ask("/open", "X: " + std::string(20'000, 'x') + "\r\n")}) {
        for (const char* header :
             {"\r\nContent-Security-Policy: default-src 'none';",
              "\r\nX-Content-Type-Options: nosniff\r\n", "\r\nCache-Control: no-store\r\n",
              "\r\nX-Frame-Options: DENY\r\n"}) {
            EXPECT_NE(answer.find(header), std::string::npos) << header << answer;
        }
    }
}

TEST_F(AdminServerTest, NeverRepeatsWhatItWasSent) {
    const std::string marked = "marker-4711";
    for (const std::string& answer :
         {ask("/" + marked), ask("/open", "Origin: " + marked + "\r\n"),
          ask("/open", "", "MARKER-4711"), ask("/secret", bearer(marked)),
          ask("/" + marked, bearer(kToken))}) {
        EXPECT_GT(status_of(answer), 400);
        EXPECT_EQ(answer.find("4711"), std::string::npos) << answer;
        EXPECT_EQ(answer.find(kToken), std::string::npos);
    }
}

}  // namespace
}  // namespace sniperforge::ops
