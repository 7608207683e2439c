// SPDX-License-Identifier: MIT
// The admin server as it runs: a thread and real sockets.
#include "sniperforge/ops/admin_thread.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "sniperforge/core/rng.hpp"
#include "support/loopback_client.hpp"
#include "unit/ops/admin_test_support.hpp"

namespace sniperforge::ops {
namespace {

using test::bearer;
using test::control;
using test::kControlToken;
using test::kToken;
using test::kWrongToken;

// Stands in no request and no refusal.
constexpr std::string_view kSecret = "TELLS-EVERYTHING";

[[nodiscard]] std::unique_ptr<AdminThread> start(std::function<void()> poll = {}) {
    auto started = AdminThread::start(
        {.admin = {.listen = {.host = "127.0.0.1", .port = 0},
                   .token = *AccessToken::from_text(kToken),
                   .control_token = *AccessToken::from_text(kControlToken)},
         .poll_interval = std::chrono::milliseconds{1},
         .poll = std::move(poll)},
        [](const AdminThread::Self& self) -> std::vector<AdminPage> {
            return {
                {.path = "/healthz",
                 .access = PageAccess::Open,
                 .answer =
                     [](const AdminRequest&) {
                         return net::HttpResponse{.status = 200, .headers = {}, .body = "ok"};
                     }},
                {.path = "/metrics",
                 .access = PageAccess::Token,
                 .answer =
                     [self](const AdminRequest&) {
                         return net::HttpResponse{
                             .status = 200,
                             .headers = {},
                             .body = fmt::format("{} {} {}", kSecret, self.statistics().answered,
                                                 self.now().ns > 0)};
                     }},
                {.path = "/api/control",
                 .access = PageAccess::Command,
                 .answer_later =
                     [](const AdminRequest&, net::HttpResponder respond) {
                         respond({.status = 200, .headers = {}, .body = std::string{kSecret}});
                     }},
                {.path = "/api/events",
                 .access = PageAccess::Token,
                 .answer = [](const AdminRequest&) {
                     return net::HttpResponse{
                         .status = 200,
                         .headers = {},
                         .body = std::string{kSecret},
                         .go_on = [](const net::HttpBodyStream& body) { body.cut_off(); }};
                 }}};
        });
    EXPECT_TRUE(started) << started.error().text;
    return std::move(*started);
}

TEST(AdminThread, AnswersOnAThreadOfItsOwnAndLooksAfterItsOwnersBusiness) {
    std::atomic<int> polls{0};
    const auto thread = start([&] { ++polls; });
    EXPECT_TRUE(sniperforge::test::get(thread->port(), "/healthz").ends_with("\r\n\r\nok"));
    EXPECT_TRUE(sniperforge::test::get(thread->port(), "/metrics", bearer(kToken))
                    .ends_with("\r\n\r\nTELLS-EVERYTHING 2 true"));
    while (polls == 0) {
        (void)sniperforge::test::get(thread->port(), "/healthz");
    }
}

TEST(AdminThread, RefusesAnAddressThatIsTaken) {
    const auto thread = start();
    const auto second =
        AdminThread::start({.admin = {.listen = {.host = "127.0.0.1", .port = thread->port()},
                                      .token = *AccessToken::from_text(kToken)}},
                           [](const AdminThread::Self&) { return std::vector<AdminPage>{}; });
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().text.find("in use"), std::string::npos) << second.error().text;
}

// Silent ones, and such as begin a request and never end it.
TEST(AdminThread, MoreConnectionsThanThereMayBeKeepNobodyOut) {
    for (const std::string_view sent : {"", "GET /healthz HTTP/1.1\r\nHost: loc"}) {
        const auto thread = start();
        std::vector<sniperforge::test::LoopbackClient> held;
        for (int i = 0; i < 300; ++i) {
            held.emplace_back(thread->port());
            ASSERT_TRUE(held.back().is_connected());
            held.back().send(sent);
        }
        EXPECT_TRUE(sniperforge::test::get(thread->port(), "/healthz").ends_with("ok")) << sent;
    }
}

// Without the token, with a wrong one, and with the right one in the name of another host.
[[nodiscard]] std::string hostile_request(Rng& rng) {
    const std::string wrong = bearer(kWrongToken);
    const std::string requests[] = {
        "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n" + wrong + "\r\n",
        "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n" + bearer(kToken) + "\r\n",
        "GET /api/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n" + wrong +
            "\r\n",
        "POST /api/control HTTP/1.1\r\nHost: localhost\r\n" + wrong + control(kControlToken) +
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        "POST /api/control HTTP/1.1\r\nHost: localhost\r\n" + bearer(kToken) +
            control(kWrongToken) + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        // All is right but the type, as a form of another site would send it.
        "POST /api/control HTTP/1.1\r\nHost: localhost\r\n" + bearer(kToken) +
            control(kControlToken) + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
        "POST /metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n0\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"};
    return requests[rng.below(std::size(requests))];
}

[[nodiscard]] char any_byte(Rng& rng) { return static_cast<char>(rng.below(256)); }

[[nodiscard]] std::string malformed(Rng& rng) {
    std::string text = hostile_request(rng);
    switch (rng.below(6)) {
        case 0:  // No HTTP at all.
            text.assign(rng.below(3'000), '\0');
            for (char& c : text) {
                c = any_byte(rng);
            }
            return text;
        case 1:
            return text.substr(0, rng.below(text.size()));
        case 2:  // Twice, so that the rest of the first is the head of the second.
            return text.substr(0, rng.below(text.size())) + text;
        case 3:
            return text.insert(rng.below(text.size()), rng.below(40'000), any_byte(rng));
        default:
            for (std::uint64_t i = 0, count = 1 + rng.below(8); i < count; ++i) {
                text[rng.below(text.size())] = any_byte(rng);
            }
            return text;
    }
}

TEST(AdminThread, AThousandMalformedRequestsNeitherStopItNorGetIn) {
    const auto thread = start();
    Rng rng{4'711};
    for (int i = 0; i < 1'000; ++i) {
        SCOPED_TRACE(i);
        const sniperforge::test::LoopbackClient client{thread->port()};
        ASSERT_TRUE(client.is_connected());
        const std::string text = malformed(rng);
        client.send(text);
        client.end();
        bool is_in_time = false;
        const std::string answer = client.receive_all(is_in_time);
        ASSERT_TRUE(is_in_time);
        ASSERT_EQ(answer.find(kSecret), std::string::npos) << text;
        if (i % 100 == 99) {
            ASSERT_TRUE(sniperforge::test::get(thread->port(), "/healthz").ends_with("ok"));
        }
    }
    // The wrong tokens among them are forgotten one a second; then the right one is taken again.
    std::string answer;
    do {
        answer = sniperforge::test::get(thread->port(), "/metrics", bearer(kToken));
    } while (answer.find(" 429 ") != std::string::npos);
    EXPECT_NE(answer.find(kSecret), std::string::npos) << answer;
}

}  // namespace
}  // namespace sniperforge::ops
