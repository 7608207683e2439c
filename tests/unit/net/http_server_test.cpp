// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "net_test_support.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using test::RecordingOwner;

const Address kHttpServer{.host = "127.0.0.1", .port = 8080, .is_tls = false};

std::string get(std::string_view target) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", target);
}

// What a server answers to bytes that are all sent at once.
struct Exchange {
    VirtualReactor reactor;
    std::unique_ptr<HttpServer> server;
    RecordingOwner client;

    Exchange(std::size_t chunk, HttpServerHandler handler, std::string text,
             HttpServerOptions options = {})
        : reactor{{.chunk_max = chunk}},
          server{*HttpServer::start(reactor, kHttpServer, std::move(handler), options)} {
        client.when_connected = [this, sent = std::move(text)] { client.write(sent); };
        client.stream = reactor.connect(kHttpServer, client);
    }
};

void echo(HttpRequest request, HttpResponder respond) {
    respond({.status = 200,
             .headers = {{"X-Method", request.method}},
             .body = request.target + "|" + request.body});
}

TEST(HttpServer, AnswersTheRequestItWasSent) {
    for (const std::size_t chunk : test::kChunks) {
        SCOPED_TRACE(chunk);
        Exchange exchange{chunk, echo, "POST /a?b=1 HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"};
        exchange.reactor.run();
        EXPECT_EQ(exchange.client.received,
                  "HTTP/1.1 200 OK\r\nX-Method: POST\r\nContent-Length: 11\r\n"
                  "Connection: keep-alive\r\n\r\n/a?b=1|body");
        EXPECT_EQ(exchange.client.closed, 0);
    }
}

TEST(HttpServer, AnswersPipelinedRequestsInOrderHoweverLateTheAnswersCome) {
    for (const std::size_t chunk : test::kChunks) {
        SCOPED_TRACE(chunk);
        std::map<std::string, HttpResponder> waiting;
        Exchange exchange{chunk,
                          [&](const HttpRequest& request, HttpResponder respond) {
                              waiting.emplace(request.target, std::move(respond));
                          },
                          get("/1") + get("/2") + get("/3")};
        exchange.reactor.run();
        ASSERT_EQ(waiting.size(), 3U);
        for (const std::string target : {"/3", "/1", "/2"}) {
            waiting.at(target)({.status = 200, .headers = {}, .body = target});
        }
        exchange.reactor.run();
        const std::string& received = exchange.client.received;
        EXPECT_LT(received.find("\r\n/1"), received.find("\r\n/2"));
        EXPECT_LT(received.find("\r\n/2"), received.find("\r\n/3"));
        EXPECT_NE(received.find("\r\n/3"), std::string::npos);
    }
}

TEST(HttpServer, ResponsesAfterTheConnectionOrTheServerDiedGoNowhere) {
    for (const bool server_dies : {false, true}) {
        std::optional<HttpResponder> late;
        Exchange exchange{
            0, [&](const HttpRequest&, HttpResponder respond) { late.emplace(std::move(respond)); },
            get("/")};
        exchange.reactor.run();
        if (server_dies) {
            exchange.server.reset();
        } else {
            exchange.client.stream->close();
        }
        exchange.reactor.run();
        ASSERT_TRUE(late);
        (*late)({.status = 200, .headers = {}, .body = "too late"});
        exchange.reactor.run();
        EXPECT_EQ(exchange.client.received, "");
        EXPECT_EQ(exchange.client.closed, server_dies ? 1 : 0);
    }
}

TEST(HttpServer, ARespondersSecondAnswerIsIgnored) {
    Exchange exchange{0,
                      [](const HttpRequest&, HttpResponder respond) {
                          respond({.status = 200, .headers = {}, .body = "1"});
                          respond({.status = 500, .headers = {}, .body = "2"});
                      },
                      get("/")};
    exchange.reactor.run();
    EXPECT_TRUE(exchange.client.received.ends_with("\r\n\r\n1"));
}

TEST(HttpServer, ADroppedResponderAnswers500) {
    Exchange exchange{0, [](const HttpRequest&, const HttpResponder&) {}, get("/")};
    exchange.reactor.run();
    EXPECT_TRUE(exchange.client.received.starts_with("HTTP/1.1 500 "));
}

TEST(HttpServer, AnAnswerMayGoOnUntilEitherSideEndsIt) {
    std::optional<HttpBodyStream> body;
    const auto handler = [&](const HttpRequest& request, HttpResponder respond) {
        respond(
            {.status = 200, .headers = {}, .body = "first;", .go_on = [&](HttpBodyStream stream) {
                 body = std::move(stream);
             }});
        EXPECT_NE(request.target, "/never");
    };
    for (const bool server_ends : {false, true}) {
        body.reset();
        // Part of another request behind it, and none of it is read.
        Exchange exchange{0, handler, get("/") + "GET /never"};
        exchange.reactor.run();
        ASSERT_TRUE(body);
        EXPECT_EQ(exchange.client.received, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfirst;");
        exchange.client.write("/never HTTP/1.1\r\nHost: x\r\n\r\n");
        exchange.reactor.run_until(exchange.reactor.now() + 1h);  // Longer than any patience.
        body->write("second;");
        exchange.reactor.run();
        EXPECT_TRUE(exchange.client.received.ends_with("\r\n\r\nfirst;second;"));
        EXPECT_EQ(body->queued(), 0U);
        if (server_ends) {
            body->cut_off();
        } else {
            exchange.client.stream->close();
        }
        exchange.reactor.run();
        EXPECT_EQ(exchange.client.closed, server_ends ? 1 : 0);
        EXPECT_EQ(body->queued(), std::nullopt);
        body->write("nobody reads it");
        exchange.server.reset();
        body->cut_off();
    }
}

TEST(HttpServer, AHeadRequestForAnAnswerThatGoesOnEndsWithItsHead) {
    Exchange exchange{
        0,
        [](const HttpRequest&, HttpResponder respond) {
            respond({.status = 200, .headers = {}, .body = "", .go_on = [](const HttpBodyStream&) {
                         FAIL();
                     }});
        },
        "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"};
    exchange.reactor.run();
    EXPECT_TRUE(exchange.client.received.ends_with("Connection: keep-alive\r\n\r\n"));
}

// The limit itself may wait, one byte more is cut off.
TEST(HttpServer, CutsOffWhoReadsNothingOfAnAnswerThatGoesOn) {
    constexpr std::size_t kQueuedMax = 1'000;
    std::optional<HttpBodyStream> body;
    VirtualReactor reactor{{.kernel_bytes = 0}};
    const auto server = *HttpServer::start(
        reactor, kHttpServer,
        [&](const HttpRequest&, HttpResponder respond) {
            respond({.status = 200, .headers = {}, .body = "", .go_on = [&](HttpBodyStream stream) {
                         body = std::move(stream);
                     }});
        },
        {.queued_bytes_max = kQueuedMax});
    RecordingOwner client;
    client.when_connected = [&client] { client.write(get("/")); };
    client.stream = reactor.connect(kHttpServer, client);
    reactor.run();
    ASSERT_TRUE(body);
    body->write(std::string(kQueuedMax, 'x'));  // The reactor does not run: nothing is taken.
    EXPECT_EQ(body->queued(), kQueuedMax);
    body->write("x");
    EXPECT_EQ(body->queued(), std::nullopt);
    reactor.run();
    EXPECT_EQ(client.closed, 1);
}

TEST(HttpServer, HeadersOfEveryAnswerGiveWayToThoseOfOne) {
    Exchange exchange{
        0,
        [](const HttpRequest&, HttpResponder respond) {
            respond({.status = 200, .headers = {{"cache-control", "no-cache"}}, .body = ""});
        },
        get("/"),
        {.headers = {{"Cache-Control", "no-store"}, {"X-Other", "1"}}}};
    exchange.reactor.run();
    EXPECT_EQ(exchange.client.received.find("no-store"), std::string::npos);
    EXPECT_NE(exchange.client.received.find("\r\ncache-control: no-cache\r\nX-Other: 1\r\n"),
              std::string::npos);
}

TEST(HttpServer, AnswersGarbageWith400AndCloses) {
    for (const std::size_t chunk : test::kChunks) {
        for (const std::string text :
             {"\x16\x03\x01\x02 tls hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "nonsense\r\n\r\n",
              "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
              "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
              "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
            SCOPED_TRACE(text);
            int handled = 0;
            Exchange exchange{chunk, [&](const HttpRequest&, const HttpResponder&) { ++handled; },
                              text};
            exchange.reactor.run();
            EXPECT_TRUE(exchange.client.received.starts_with("HTTP/1.1 400 Bad Request\r\n"))
                << exchange.client.received;
            EXPECT_EQ(exchange.client.closed, 1);
            EXPECT_EQ(handled, 0);
        }
    }
}

TEST(HttpServer, ARefusalWaitsForTheAnswersBeforeIt) {
    std::optional<HttpResponder> late;
    Exchange exchange{
        0, [&](const HttpRequest&, HttpResponder respond) { late.emplace(std::move(respond)); },
        get("/") + "garbage\r\n\r\n"};
    exchange.reactor.run();
    EXPECT_EQ(exchange.client.received, "");
    (*late)({.status = 200, .headers = {}, .body = "first"});
    exchange.reactor.run();
    EXPECT_TRUE(exchange.client.received.starts_with("HTTP/1.1 200 OK"));
    EXPECT_TRUE(exchange.client.received.contains("HTTP/1.1 400 "));
    EXPECT_EQ(exchange.client.closed, 1);
}

TEST(HttpServer, TakesABodyOfExactlyTheLimitAndAnswers413ToOneByteMore) {
    for (const std::size_t size : {100U, 101U}) {
        Exchange exchange{7,
                          echo,
                          fmt::format("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n{}", size,
                                      std::string(size, 'x')),
                          {.body_bytes_max = 100}};
        exchange.reactor.run();
        EXPECT_TRUE(
            exchange.client.received.starts_with(size == 100 ? "HTTP/1.1 200 " : "HTTP/1.1 413 "))
            << exchange.client.received;
        EXPECT_EQ(exchange.client.closed, size == 100 ? 0 : 1);
    }
}

TEST(HttpServer, Answers431ToAHeadThatNeverEnds) {
    for (const std::size_t chunk : {0U, 7U}) {
        Exchange exchange{chunk, echo, "GET / HTTP/1.1\r\nX: " + std::string(200'000, 'x')};
        exchange.reactor.run();
        EXPECT_TRUE(exchange.client.received.starts_with("HTTP/1.1 431 "))
            << exchange.client.received.substr(0, 100);
        EXPECT_EQ(exchange.client.closed, 1);
    }
}

TEST(HttpServer, HonoursConnectionCloseAndHttp10) {
    for (const std::string text :
         {"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
        Exchange exchange{0, echo, text + get("/never-read")};
        exchange.reactor.run();
        EXPECT_TRUE(exchange.client.received.contains("Connection: close\r\n"));
        EXPECT_FALSE(exchange.client.received.contains("never-read"));
        EXPECT_EQ(exchange.client.closed, 1);
    }
}

TEST(HttpServer, AnswersHeadWithoutTheBody) {
    Exchange exchange{0, echo, "HEAD /x HTTP/1.1\r\n\r\n"};
    exchange.reactor.run();
    EXPECT_TRUE(exchange.client.received.contains("Content-Length: 3\r\n"));
    EXPECT_TRUE(exchange.client.received.ends_with("\r\n\r\n"));
}

TEST(HttpServer, InvitesABodyThatWaitsForIt) {
    Exchange exchange{0, echo,
                      "POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"};
    exchange.reactor.run_until(MonoTime{5'000'000'000});
    EXPECT_EQ(exchange.client.received, "HTTP/1.1 100 Continue\r\n\r\n");
    exchange.client.write("ok");
    exchange.reactor.run();
    EXPECT_TRUE(exchange.client.received.ends_with("/|ok"));
}

TEST(HttpServer, ARequestThatDribblesInIsCutOffAfter30Seconds) {
    Exchange exchange{0, echo, "GET / HTTP/1.1\r\n"};
    exchange.reactor.run_until(MonoTime{30'000'000'000});
    EXPECT_EQ(exchange.client.received, "");
    exchange.reactor.run();
    EXPECT_TRUE(exchange.client.received.starts_with("HTTP/1.1 408 "));
    EXPECT_EQ(exchange.client.closed, 1);
}

TEST(HttpServer, HeaderValuesCannotAddHeaders) {
    Exchange exchange{
        0,
        [](const HttpRequest&, HttpResponder respond) {
            respond(
                {.status = 200, .headers = {{"A", "x\r\nSet-Cookie: y"}, {"B", "z"}}, .body = {}});
        },
        get("/")};
    exchange.reactor.run();
    EXPECT_FALSE(exchange.client.received.contains("Set-Cookie"));
    EXPECT_TRUE(exchange.client.received.contains("B: z\r\n"));
}

// Those that it gives without asking anybody, too: who forbids caching means the refusals as well.
TEST(HttpServer, ItsHeadersAreOfEveryAnswer) {
    for (const std::string& sent : {get("/"), std::string{"nonsense\r\n\r\n"}}) {
        Exchange exchange{0, echo, sent, {.headers = {{"X-Own", "yes"}}}};
        exchange.reactor.run();
        EXPECT_TRUE(exchange.client.received.contains("\r\nX-Own: yes\r\n")) << sent;
    }
}

// The answer is 1,965 bytes with its head, and the kernels here take none of it.
TEST(HttpServer, AClientThatReadsNothingIsCutOffBeyondTheBytesThatMayWait) {
    for (const auto& [queued_max, closed] :
         {std::pair{std::size_t{2'200}, 0}, std::pair{std::size_t{1'800}, 1}}) {
        VirtualReactor reactor{{.kernel_bytes = 0}};
        const auto server = *HttpServer::start(
            reactor, kHttpServer,
            [](const HttpRequest&, HttpResponder respond) {
                respond({.status = 200, .headers = {}, .body = std::string(1'900, 'x')});
            },
            {.queued_bytes_max = queued_max});
        RecordingOwner client;
        client.when_connected = [&client] { client.write(get("/")); };
        client.stream = reactor.connect(kHttpServer, client);
        reactor.run();
        EXPECT_EQ(client.closed, closed) << queued_max;
    }
}

TEST(HttpServer, AtTheLimitTheOldestIdleConnectionMakesRoomAndBusyOnesStay) {
    VirtualReactor reactor;
    std::vector<HttpResponder> waiting;
    const auto server =
        *HttpServer::start(reactor, kHttpServer,
                           [&](const HttpRequest& request, HttpResponder respond) {
                               if (request.target == "/wait") {
                                   waiting.push_back(std::move(respond));
                               } else {
                                   respond({.status = 200, .headers = {}, .body = "done"});
                               }
                           },
                           {.connections_max = 2});
    RecordingOwner busy;
    RecordingOwner idle;
    RecordingOwner third;
    RecordingOwner fourth;
    const auto open = [&](RecordingOwner& client, const std::string& target) {
        client.when_connected = [&client, target] { client.write(get(target)); };
        client.stream = reactor.connect(kHttpServer, client);
        reactor.run();
    };
    open(busy, "/wait");
    open(idle, "/");
    EXPECT_EQ(idle.closed, 0);
    open(third, "/wait");
    EXPECT_EQ(busy.closed, 0);
    EXPECT_EQ(idle.closed, 1);
    EXPECT_EQ(third.closed, 0);
    open(fourth, "/");  // Both others are busy.
    EXPECT_EQ(fourth.closed, 1);
    EXPECT_EQ(fourth.received, "");
}

// Else so many who begin a request and never end it would keep everybody out for 30 s.
TEST(HttpServer, AtTheLimitABegunRequestMakesRoomWhereNobodyIsIdle) {
    VirtualReactor reactor;
    std::optional<HttpResponder> waiting;
    const auto server =
        *HttpServer::start(reactor, kHttpServer,
                           [&](const HttpRequest& request, HttpResponder respond) {
                               if (request.target == "/wait") {
                                   waiting.emplace(std::move(respond));
                               } else {
                                   respond({.status = 200, .headers = {}, .body = "done"});
                               }
                           },
                           {.connections_max = 2});
    RecordingOwner busy;
    RecordingOwner begun;
    RecordingOwner third;
    const auto open = [&](RecordingOwner& client, const std::string& text) {
        client.when_connected = [&client, text] { client.write(text); };
        client.stream = reactor.connect(kHttpServer, client);
        reactor.run_until(reactor.now() + 100ms);
    };
    open(busy, get("/wait"));
    open(begun, "GET / HTTP/1.1\r\n");
    open(third, get("/"));
    EXPECT_EQ(begun.closed, 1);
    EXPECT_EQ(busy.closed, 0);
    EXPECT_TRUE(third.received.ends_with("done"));
}

TEST(HttpServer, MayBeDeletedByItsOwnHandler) {
    VirtualReactor reactor;
    std::unique_ptr<HttpServer> server;
    server =
        *HttpServer::start(reactor, kHttpServer, [&](const HttpRequest&, HttpResponder respond) {
            server.reset();
            respond({.status = 200, .headers = {}, .body = {}});
        });
    RecordingOwner client;
    client.when_connected = [&] { client.write(get("/") + get("/")); };
    client.stream = reactor.connect(kHttpServer, client);
    reactor.run();
    EXPECT_EQ(client.closed, 1);
}

TEST(HttpServer, RefusesAnAddressThatIsTaken) {
    VirtualReactor reactor;
    const auto first = HttpServer::start(reactor, kHttpServer, echo);
    const auto second = HttpServer::start(reactor, kHttpServer, echo);
    EXPECT_TRUE(first);
    ASSERT_FALSE(second);
    EXPECT_TRUE(second.error().text.contains("8080"));
}

// Random bytes, and valid requests with random damage. Nothing may crash, hang or answer a request
// that was not whole; each connection ends or stays open waiting for more.
TEST(HttpServer, SurvivesGarbage) {
    Rng rng{42};
    for (int round = 0; round < 1500; ++round) {
        std::string text;
        if (round % 3 == 0) {
            text.resize(rng.below(400));
            rng.fill({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
        } else {
            text = get("/a") +
                   "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "3\r\nabc\r\n0\r\n\r\n" +
                   get("/c");
            for (std::uint64_t damage = rng.below(4); damage > 0; --damage) {
                text[rng.below(text.size())] = static_cast<char>(rng.next());
            }
        }
        std::size_t handled = 0;
        Exchange exchange{static_cast<std::size_t>(rng.below(9)),
                          [&](HttpRequest request, HttpResponder respond) {
                              ++handled;
                              echo(std::move(request), std::move(respond));
                          },
                          text,
                          {.body_bytes_max = 1000}};
        exchange.reactor.run();
        EXPECT_LE(handled, 3U);
        if (handled > 0) {
            EXPECT_TRUE(exchange.client.received.starts_with("HTTP/1.1 "));
        }
    }
}

}  // namespace
}  // namespace sniperforge::net
