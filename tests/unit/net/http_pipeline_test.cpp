// SPDX-License-Identifier: MIT
// Requests that share a connection: who may, in which order, and what becomes of them with it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "net_test_support.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using test::kServer;
using test::RawServer;
using test::RecordingOwner;

std::string ok(std::string_view body) {
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

HttpRequest marked(std::string body) {
    return {.method = "POST",
            .target = "/",
            .headers = {},
            .body = std::move(body) + "!",
            .may_pipeline = true};
}

HttpRequest unmarked(std::string body) {
    HttpRequest request = marked(std::move(body));
    request.may_pipeline = false;
    return request;
}

// A client whose origin has answered once, and a server that answers only when it is told to.
struct PipelineFixture {
    explicit PipelineFixture(HttpClientOptions options, std::size_t chunk = 0)
        : reactor{{.chunk_max = chunk}}, client{reactor, kServer, options} {
        ask(unmarked("first"));
        run();
        answer(0, ok("first"));
        run();
        EXPECT_EQ(log, "first ");
        log.clear();
        EXPECT_EQ(client.statistics().pipeline_depth, options.pipeline_depth_max);
    }

    void ask(HttpRequest request) {
        const std::string name = request.body.substr(0, request.body.size() - 1);
        client.request(std::move(request), [this, name](const HttpResult& result) {
            if (result) {
                log += result->body + " ";
                return;
            }
            constexpr std::array<std::string_view, 4> kKinds{"connect", "timeout", "closed", "bad"};
            log +=
                fmt::format("{}:{}{} ", name, kKinds[static_cast<std::size_t>(result.error().kind)],
                            result.error().was_written ? "+" : "-");
        });
    }
    void run(Duration duration = 10ms) { reactor.run_until(reactor.now() + duration); }
    void answer(std::size_t connection, const std::string& text) {
        server.connections.at(connection)->write(text);
    }
    // How many requests a connection has seen.
    [[nodiscard]] std::size_t seen(std::size_t connection) const {
        return static_cast<std::size_t>(
            std::ranges::count(server.connections.at(connection)->received, '!'));
    }

    VirtualReactor reactor;
    RawServer server{reactor, kServer};
    HttpClient client;
    std::string log;
};

TEST(HttpPipeline, MarkedRequestsShareAConnectionUpToTheDepthAndAreAnsweredInOrder) {
    for (const std::size_t chunk : test::kChunks) {
        SCOPED_TRACE(chunk);
        PipelineFixture f{{.connections_max = 1, .pipeline_depth_max = 3}, chunk};
        for (const std::string name : {"a", "b", "c", "d", "e"}) {
            f.ask(marked(name));
        }
        f.run();
        EXPECT_EQ(f.seen(0), 1U + 3U);
        f.answer(0, ok("A") + "HTTP/1.1 100 Continue\r\n\r\n" + ok("B"));
        f.run();
        EXPECT_EQ(f.log, "A B ");
        EXPECT_EQ(f.seen(0), 1U + 5U);
        f.answer(0, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nC\r\n0\r\n\r\n" +
                        ok("D"));
        f.answer(0, ok("E"));
        f.run();
        EXPECT_EQ(f.log, "A B C D E ");
        EXPECT_EQ(f.server.connections.size(), 1U);
        EXPECT_EQ(f.client.statistics().requests_pipelined, 4U);
        EXPECT_EQ(f.client.in_flight(), 0U);
    }
}

TEST(HttpPipeline, NothingSharesBeforeTheOriginHasAnsweredInHttp11AndKeptTheConnection) {
    for (const std::string answer :
         {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
          "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"}) {
        VirtualReactor reactor;
        RawServer server{reactor, kServer, [&](RecordingOwner& peer) {
                             peer.when_read = [&peer, answer] { peer.write(answer); };
                         }};
        HttpClient client{reactor, kServer, {.connections_max = 1, .pipeline_depth_max = 8}};
        int answers = 0;
        for (int i = 0; i < 6; ++i) {
            client.request(marked("x"),
                           [&](const HttpResult& result) { answers += result ? 1 : 0; });
        }
        reactor.run();
        EXPECT_EQ(answers, 6);
        EXPECT_EQ(client.statistics().requests_pipelined, 0U);
        EXPECT_EQ(client.statistics().pipeline_depth, 1U);
    }
}

TEST(HttpPipeline, AnUnmarkedRequestSharesWithNobody) {
    PipelineFixture f{{.connections_max = 1, .pipeline_depth_max = 8}};
    f.ask(unmarked("a"));
    f.ask(marked("b"));
    f.ask(unmarked("c"));
    f.run();
    EXPECT_EQ(f.seen(0), 1U + 1U);  // b does not join a.
    f.answer(0, ok("A"));
    f.run();
    EXPECT_EQ(f.seen(0), 1U + 2U);  // c does not join b.
    f.answer(0, ok("B"));
    f.run();
    f.answer(0, ok("C"));
    f.run();
    EXPECT_EQ(f.log, "A B C ");
}

TEST(HttpPipeline, AnUnmarkedRequestTakesARoomThatIsLeftRatherThanWait) {
    PipelineFixture f{{.connections_max = 2, .pipeline_depth_max = 8}};
    f.ask(marked("a"));
    f.ask(unmarked("b"));
    f.ask(marked("c"));  // Need not wait for the new connection.
    f.run();
    EXPECT_EQ(f.seen(0), 1U + 2U);
    ASSERT_EQ(f.server.connections.size(), 2U);
    EXPECT_EQ(f.seen(1), 1U);
    f.answer(1, ok("B"));
    f.run();
    EXPECT_EQ(f.log, "B ");
}

TEST(HttpPipeline, ThoseThatShareNeverKeepOneFromItsTurnThatMayNot) {
    PipelineFixture f{{.connections_max = 1, .pipeline_depth_max = 2}};
    f.ask(marked("a"));
    f.ask(unmarked("b"));
    f.ask(marked("c"));
    f.run();
    EXPECT_EQ(f.seen(0), 1U + 1U);  // c could join a, and then d could join c, and so on.
    f.answer(0, ok("A"));
    f.run();
    EXPECT_TRUE(f.server.connections[0]->received.ends_with("b!"));
}

TEST(HttpPipeline, RequestsThatShareOpenFurtherConnectionsForTheNext) {
    PipelineFixture f{{.connections_max = 3, .pipeline_depth_max = 8}};
    f.ask(marked("a"));
    f.ask(marked("b"));
    f.run();
    EXPECT_EQ(f.seen(0), 1U + 2U);
    ASSERT_EQ(f.server.connections.size(), 2U);
    f.ask(marked("c"));
    f.run();
    EXPECT_EQ(f.seen(1), 1U);  // The idle one.
    f.ask(marked("d"));
    EXPECT_EQ(f.client.statistics().requests_pipelined, 2U);
    f.run();
    EXPECT_EQ(f.seen(1), 2U);  // The less busy one.
    EXPECT_EQ(f.server.connections.size(), 3U);
}

TEST(HttpPipeline, ALostConnectionFailsEachOfItsRequestsAsWrittenAndNoneIsSentAgain) {
    PipelineFixture f{{.connections_max = 1, .pipeline_depth_max = 3}};
    for (const std::string name : {"a", "b", "c", "d"}) {
        f.ask(marked(name));
    }
    f.run();
    f.answer(0, ok("A"));
    f.answer(0, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ntorn");
    f.run();
    EXPECT_EQ(f.seen(0), 1U + 4U);
    f.ask(marked("e"));  // Waits, so it was not written and is not lost.
    f.server.connections[0]->stream->close();
    f.run();
    EXPECT_EQ(f.log, "A b:closed+ c:closed+ d:closed+ ");
    ASSERT_EQ(f.server.connections.size(), 2U);
    EXPECT_EQ(f.seen(1), 1U);
    EXPECT_TRUE(f.server.connections[1]->received.ends_with("e!"));
    EXPECT_EQ(f.client.statistics().pipeline_depth, 1U);
    EXPECT_EQ(f.client.statistics().connections_lost, 1U);
}

TEST(HttpPipeline, ATimeoutEndsTheConnectionAndTellsTheOthersOfIt) {
    PipelineFixture f{{.connections_max = 1, .timeout = 1s, .pipeline_depth_max = 3}};
    f.ask(marked("a"));
    f.ask(marked("b"));
    f.run(100ms);
    f.ask(marked("c"));
    f.ask(marked("d"));
    f.answer(0, ok("A"));
    f.run(899ms);
    EXPECT_EQ(f.log, "A ");
    EXPECT_EQ(f.seen(0), 1U + 4U);
    f.ask(marked("e"));
    f.run(2ms);
    EXPECT_EQ(f.log, "A b:timeout+ c:closed+ d:closed+ ");
    f.run();
    ASSERT_EQ(f.server.connections.size(), 2U);
    EXPECT_TRUE(f.server.connections[1]->received.ends_with("e!"));
    f.answer(1, ok("E"));
    f.run();
    EXPECT_TRUE(f.log.ends_with(" E "));
}

TEST(HttpPipeline, ACloseBehindAnAnswerIsRememberedUntil64AnswersKeptTheirConnection) {
    PipelineFixture f{{.connections_max = 1, .pipeline_depth_max = 3}};
    f.ask(marked("a"));
    f.ask(marked("b"));
    f.run();
    f.answer(0, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nA");
    f.run();
    EXPECT_EQ(f.log, "A b:closed+ ");
    EXPECT_EQ(f.client.statistics().pipeline_depth, 1U);
    for (int i = 0; i < 64; ++i) {
        EXPECT_EQ(f.client.statistics().pipeline_depth, 1U) << i;
        f.ask(marked("x"));
        f.ask(marked("y"));
        f.run();
        EXPECT_EQ(f.seen(1), static_cast<std::size_t>(2 * i + 1)) << "they do not share";
        f.answer(1, ok("X"));
        f.run();
        if (i == 31) {
            break;
        }
        f.answer(1, ok("Y"));
        f.run();
    }
    EXPECT_EQ(f.client.statistics().pipeline_depth, 1U);  // 63 answers.
    f.answer(1, ok("Y"));
    f.run();
    EXPECT_EQ(f.client.statistics().pipeline_depth, 3U);  // 64.
}

TEST(HttpPipeline, AnAnswerThatIsNotHttpFailsItsRequestAndThoseBehindIt) {
    PipelineFixture f{{.connections_max = 1, .pipeline_depth_max = 3}};
    f.ask(marked("a"));
    f.ask(marked("b"));
    f.ask(marked("c"));
    f.run();
    f.answer(0, ok("A") + "nonsense\r\n\r\n" + ok("C"));
    f.run();
    EXPECT_EQ(f.log, "A b:bad+ c:closed+ ");
}

TEST(HttpPipeline, BytesWithoutARequestBehindTheLastAnswerEndTheConnectionOnly) {
    PipelineFixture f{{.connections_max = 1, .pipeline_depth_max = 3}};
    f.ask(marked("a"));
    f.ask(marked("b"));
    f.run();
    f.answer(0, ok("A") + ok("B") + ok("C"));
    f.run();
    EXPECT_EQ(f.log, "A B ");
    f.ask(marked("c"));
    f.run();
    EXPECT_EQ(f.server.connections.size(), 2U);
}

TEST(HttpPipeline, AnAnswerToHeadHasNoBodyAlsoInTheMiddle) {
    PipelineFixture f{{.connections_max = 1, .pipeline_depth_max = 3}};
    HttpRequest head = marked("h");
    head.method = "HEAD";
    f.ask(marked("a"));
    f.ask(std::move(head));
    f.ask(marked("c"));
    f.run();
    f.answer(0, ok("A") + "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + ok("C"));
    f.run();
    EXPECT_EQ(f.log, "A  C ");
}

TEST(HttpPipeline, AHandlerMayDeleteTheClientBetweenTwoAnswersOfOneRead) {
    for (const bool is_closed : {false, true}) {
        VirtualReactor reactor;
        RawServer server{reactor, kServer};
        auto client = std::make_unique<HttpClient>(
            reactor, kServer, HttpClientOptions{.connections_max = 1, .pipeline_depth_max = 4});
        client->request(unmarked("first"), [](const HttpResult&) {});
        reactor.run_until(reactor.now() + 10ms);
        server.connections.at(0)->write(ok("first"));
        reactor.run_until(reactor.now() + 10ms);
        int calls = 0;
        for (int i = 0; i < 6; ++i) {
            client->request(marked("x"), [&](const HttpResult&) {
                ++calls;
                client.reset();
            });
        }
        reactor.run_until(reactor.now() + 10ms);
        server.connections.at(0)->write(ok("A") + ok("B"));
        if (is_closed) {
            server.connections.at(0)->stream->close();
        }
        reactor.run();  // Ends, so no timer was left behind.
        EXPECT_EQ(calls, 1);
    }
}

TEST(HttpPipeline, ManyRequestsOfAllKindsGetTheirOwnAnswersFromARealServer) {
    for (const std::size_t chunk : {0U, 7U, 1000U}) {
        VirtualReactor reactor{{.chunk_max = chunk}};
        Rng rng{chunk + 1};
        const auto server =
            *HttpServer::start(reactor, kServer, [&](HttpRequest request, HttpResponder respond) {
                reactor.schedule_after(
                    Duration{static_cast<std::int64_t>(rng.below(2'000'000))},
                    [body = std::move(request.body), answer = std::move(respond)]() mutable {
                        answer({.status = 200, .headers = {}, .body = std::move(body)});
                    });
            });
        HttpClient client{reactor, kServer, {.connections_max = 2, .pipeline_depth_max = 8}};
        int right = 0;
        for (int i = 0; i < 500; ++i) {
            const std::string body = fmt::format("{}:{}", i, std::string(rng.below(400), 'b'));
            HttpRequest request = rng.below(4) == 0 ? unmarked(body) : marked(body);
            client.request(std::move(request), [&right, body](const HttpResult& result) {
                ASSERT_TRUE(result) << result.error().text;
                right += result->body == body + "!" ? 1 : 0;
            });
        }
        reactor.run();
        EXPECT_EQ(right, 500);
        EXPECT_GT(client.statistics().requests_pipelined, 100U);
        EXPECT_EQ(client.statistics().connections_opened, 2U);
    }
}

}  // namespace
}  // namespace sniperforge::net
