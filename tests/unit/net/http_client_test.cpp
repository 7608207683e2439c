// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>

#include "net_test_support.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using test::kServer;
using test::RawServer;
using test::RecordingOwner;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

HttpRequest post_of(std::string body) {
    return {.method = "POST",
            .target = "/",
            .headers = {{"Content-Type", "application/json"}},
            .body = std::move(body)};
}

// Answers every whole request (they all end with "!") with a fixed text.
std::function<void(RecordingOwner&)> answering(std::string answer, bool closes = false) {
    return [answer = std::move(answer), closes](RecordingOwner& peer) {
        peer.when_read = [&peer, answer, closes] {
            if (peer.received.ends_with('!')) {
                peer.write(answer);
                if (closes) {
                    peer.stream->close();
                }
            }
        };
    };
}

struct Outcome {
    std::optional<HttpResult> result;
    MonoTime at;
};

HttpHandler record(Reactor& reactor, Outcome& outcome) {
    return [&reactor, &outcome](HttpResult result) {
        EXPECT_FALSE(outcome.result) << "called twice";
        outcome.result = std::move(result);
        outcome.at = reactor.now();
    };
}

TEST(HttpClient, SendsAPreciseRequestAndDeliversTheAnswer) {
    for (const std::size_t chunk : test::kChunks) {
        SCOPED_TRACE(chunk);
        VirtualReactor reactor{{.chunk_max = chunk}};
        const std::string body(100'000, 'b');
        RawServer server{reactor, kServer,
                         answering(fmt::format("HTTP/1.1 200 OK\r\nX-Slot: 7\r\n"
                                               "Content-Length: {}\r\n\r\n{}",
                                               body.size(), body))};
        HttpClient client{reactor, kServer};
        Outcome outcome;
        client.request(post_of("{}!"), record(reactor, outcome));
        EXPECT_FALSE(outcome.result);
        EXPECT_EQ(client.in_flight(), 1U);
        reactor.run();
        ASSERT_TRUE(outcome.result && *outcome.result);
        EXPECT_EQ((*outcome.result)->status, 200);
        EXPECT_EQ((*outcome.result)->header("x-slot"), "7");
        EXPECT_EQ((*outcome.result)->header("x-none"), "");
        EXPECT_EQ((*outcome.result)->body, body);
        EXPECT_EQ(client.in_flight(), 0U);
        EXPECT_EQ(server.connections.at(0)->received,
                  "POST / HTTP/1.1\r\nHost: rpc.test:8899\r\nContent-Type: application/json\r\n"
                  "Content-Length: 3\r\nConnection: keep-alive\r\n\r\n{}!");
        EXPECT_EQ(client.last_write_at(), MonoTime{400'000});  // Connected after a round trip.
    }
}

TEST(HttpClient, ReadsChunkedBodiesAndSkipsNoticesBeforeTheAnswer) {
    for (const std::size_t chunk : test::kChunks) {
        SCOPED_TRACE(chunk);
        VirtualReactor reactor{{.chunk_max = chunk}};
        RawServer server{reactor, kServer,
                         answering("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                   "5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\n\r\n")};
        HttpClient client{reactor, kServer};
        for (int i = 0; i < 2; ++i) {
            Outcome outcome;
            client.request(post_of("!"), record(reactor, outcome));
            reactor.run();
            ASSERT_TRUE(outcome.result && *outcome.result);
            EXPECT_EQ((*outcome.result)->body, "hello world");
        }
        EXPECT_EQ(server.connections.size(), 1U);
    }
}

TEST(HttpClient, KeepsOneConnectionForRequestsThatFollowEachOther) {
    VirtualReactor reactor;
    RawServer server{reactor, kServer, answering(kOk)};
    HttpClient client{reactor, kServer};
    for (int i = 0; i < 5; ++i) {
        Outcome outcome;
        client.request(post_of("!"), record(reactor, outcome));
        reactor.run();
        ASSERT_TRUE(outcome.result && *outcome.result);
    }
    EXPECT_EQ(server.connections.size(), 1U);
}

TEST(HttpClient, OpensConnectionsUpToTheMaximumAndQueuesTheRestInOrder) {
    VirtualReactor reactor;
    std::string order;
    RawServer server{reactor, kServer, answering(kOk)};
    HttpClient client{reactor, kServer, {.connections_max = 2}};
    for (int i = 0; i < 5; ++i) {
        client.request(post_of("!"), [&order, i](const HttpResult& result) {
            EXPECT_TRUE(result);
            order += std::to_string(i);
        });
    }
    EXPECT_EQ(client.in_flight(), 5U);
    reactor.run();
    EXPECT_EQ(order, "01234");
    EXPECT_EQ(server.connections.size(), 2U);
}

// The server takes one connection more than it did a moment ago, and nobody else asks.
TEST(HttpClient, TriesAgainForThoseThatWaitWhenAnExtraConnectionFailed) {
    VirtualReactor reactor;
    const auto run = [&reactor](Duration duration) { reactor.run_until(reactor.now() + duration); };
    std::optional<RawServer> server;
    server.emplace(reactor, kServer);  // Accepts, and never answers.
    HttpClient client{reactor, kServer, {.connections_max = 2, .timeout = std::chrono::seconds{5}}};
    client.request(post_of("slow"), [](const HttpResult&) {});
    run(std::chrono::milliseconds{10});
    ASSERT_EQ(server->connections.size(), 1U);
    server->listener.reset();
    MonoTime answered_at;
    client.request(post_of("!"), [&](const HttpResult& result) {
        EXPECT_TRUE(result);
        answered_at = reactor.now();
    });
    run(std::chrono::milliseconds{90});
    EXPECT_EQ(client.statistics().connections_failed, 1U) << "not knocked at without pause";
    const RawServer again{reactor, kServer, answering(kOk)};
    const MonoTime before = reactor.now();
    run(std::chrono::seconds{1});
    EXPECT_GT(answered_at, before);
    EXPECT_LE(answered_at - before, std::chrono::milliseconds{20});
}

TEST(HttpClient, WarmUpOpensAheadAndTheFirstRequestLeavesAtOnce) {
    VirtualReactor reactor;
    RawServer server{reactor, kServer, answering(kOk)};
    HttpClient client{reactor, kServer, {.connections_max = 3}};
    client.warm_up(10);
    reactor.run_until(MonoTime{1'000'000});
    EXPECT_EQ(server.connections.size(), 3U);
    Outcome outcome;
    client.request(post_of("!"), record(reactor, outcome));
    EXPECT_EQ(client.last_write_at(), MonoTime{1'000'000});
    reactor.run_until(MonoTime{2'000'000});
    EXPECT_EQ(outcome.at, MonoTime{1'400'000});
}

TEST(HttpClient, AConnectThatFailsIsNotWritten) {
    VirtualReactor reactor;
    HttpClient client{reactor, kServer};
    Outcome outcomes[3];
    for (Outcome& outcome : outcomes) {
        client.request(post_of("!"), record(reactor, outcome));
    }
    reactor.run();
    for (const Outcome& outcome : outcomes) {
        ASSERT_TRUE(outcome.result && !*outcome.result);
        EXPECT_EQ(outcome.result->error().kind, HttpFailure::Kind::Connect);
        EXPECT_FALSE(outcome.result->error().was_written);
        EXPECT_TRUE(outcome.result->error().text.contains("connection refused"));
    }
    EXPECT_EQ(client.in_flight(), 0U);
}

TEST(HttpClient, TimesOutAtTheLimitAndSaysWhetherItWasWritten) {
    VirtualReactor reactor;
    RawServer server{reactor, kServer};
    HttpClient client{reactor, kServer, {.connections_max = 1, .timeout = 3s}};
    Outcome written;
    Outcome waiting;
    client.request(post_of("!"), record(reactor, written));
    client.request(post_of("!"), record(reactor, waiting));
    reactor.run_until(MonoTime{2'999'999'999});
    EXPECT_FALSE(written.result || waiting.result);
    reactor.run_until(MonoTime{3'000'000'000});
    ASSERT_TRUE(written.result && waiting.result);
    EXPECT_EQ(written.result->error().kind, HttpFailure::Kind::Timeout);
    EXPECT_TRUE(written.result->error().was_written);
    EXPECT_EQ(waiting.result->error().kind, HttpFailure::Kind::Timeout);
    EXPECT_FALSE(waiting.result->error().was_written);
}

TEST(HttpClient, ALateAnswerIsNotTakenForTheNextRequests) {
    VirtualReactor reactor;
    RawServer server{reactor, kServer, [&](RecordingOwner& peer) {
                         peer.when_read = [&] {
                             reactor.schedule_after(2s, [&peer] { peer.write(kOk); });
                         };
                     }};
    HttpClient client{reactor, kServer, {.connections_max = 1, .timeout = 1s}};
    Outcome first;
    Outcome second;
    client.request(post_of("1!"), record(reactor, first));
    reactor.run_until(MonoTime{1'500'000'000});
    client.request(post_of("2!"), record(reactor, second));
    reactor.run();
    ASSERT_TRUE(first.result && second.result);
    EXPECT_FALSE(*first.result);
    EXPECT_FALSE(*second.result);  // Its own answer would take 2 s too.
    EXPECT_EQ(server.connections.size(), 2U);
}

TEST(HttpClient, NeverSendsTwiceWhenAKeptConnectionTurnsOutStale) {
    VirtualReactor reactor;
    int requests = 0;
    RawServer server{reactor, kServer, [&](RecordingOwner& peer) {
                         peer.when_read = [&] {
                             if (++requests == 1) {
                                 peer.write(kOk);
                             } else {
                                 peer.stream->close();
                             }
                         };
                     }};
    HttpClient client{reactor, kServer};
    Outcome first;
    client.request(post_of("!"), record(reactor, first));
    reactor.run();
    Outcome second;
    client.request(post_of("!"), record(reactor, second));
    reactor.run();
    ASSERT_TRUE(first.result && *first.result);
    ASSERT_TRUE(second.result && !*second.result);
    EXPECT_EQ(second.result->error().kind, HttpFailure::Kind::Closed);
    EXPECT_TRUE(second.result->error().was_written);
    EXPECT_EQ(requests, 2);
}

TEST(HttpClient, AnIdleConnectionThatEndsIsReplacedSilently) {
    VirtualReactor reactor;
    RawServer server{reactor, kServer, answering(kOk)};
    HttpClient client{reactor, kServer};
    for (int i = 0; i < 2; ++i) {
        Outcome outcome;
        client.request(post_of("!"), record(reactor, outcome));
        reactor.run();
        ASSERT_TRUE(outcome.result && *outcome.result);
        server.connections.back()->stream->close();
        reactor.run();
    }
    EXPECT_EQ(server.connections.size(), 2U);
}

TEST(HttpClient, ConnectionCloseEndsTheConnectionAfterItsAnswer) {
    VirtualReactor reactor;
    RawServer server{
        reactor, kServer,
        answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")};
    HttpClient client{reactor, kServer};
    for (int i = 0; i < 2; ++i) {
        Outcome outcome;
        client.request(post_of("!"), record(reactor, outcome));
        reactor.run();
        ASSERT_TRUE(outcome.result && *outcome.result);
    }
    EXPECT_EQ(server.connections.size(), 2U);
    EXPECT_EQ(server.connections[0]->closed, 1);
}

TEST(HttpClient, ABodyWithoutLengthEndsWithTheConnectionAndATruncatedOneFails) {
    for (const std::size_t chunk : test::kChunks) {
        SCOPED_TRACE(chunk);
        for (const bool is_truncated : {false, true}) {
            VirtualReactor reactor{{.chunk_max = chunk}};
            RawServer server{
                reactor, kServer,
                answering(is_truncated ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nuntil en"
                                       : "HTTP/1.1 200 OK\r\n\r\nuntil end",
                          true)};
            HttpClient client{reactor, kServer};
            Outcome outcome;
            client.request(post_of("!"), record(reactor, outcome));
            reactor.run();
            ASSERT_TRUE(outcome.result);
            if (is_truncated) {
                ASSERT_FALSE(*outcome.result);
                EXPECT_EQ(outcome.result->error().kind, HttpFailure::Kind::Closed);
            } else {
                ASSERT_TRUE(*outcome.result);
                EXPECT_EQ((*outcome.result)->body, "until end");
            }
        }
    }
}

TEST(HttpClient, RefusesWhatIsNotHttp) {
    for (const std::size_t chunk : test::kChunks) {
        for (const std::string& answer :
             {std::string{"SSH-2.0-OpenSSH_9.2\r\n\r\n"}, std::string{"HTTP/1.1 abc\r\n\r\n"},
              "HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n",
              std::string{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " +
                  std::string(70'000, 'x'),
              std::string{"HTTP/1.1 101 Switching Protocols\r\n\r\n"}}) {
            SCOPED_TRACE(answer.substr(0, 60));
            VirtualReactor reactor{{.chunk_max = chunk}};
            RawServer server{reactor, kServer, answering(answer)};
            HttpClient client{reactor, kServer};
            Outcome outcome;
            client.request(post_of("!"), record(reactor, outcome));
            reactor.run();
            ASSERT_TRUE(outcome.result && !*outcome.result);
            EXPECT_EQ(outcome.result->error().kind, HttpFailure::Kind::BadResponse);
            EXPECT_TRUE(outcome.result->error().was_written);
        }
    }
}

TEST(HttpClient, AcceptsABodyOfExactlyTheLimitAndNotOneByteMore) {
    for (const std::size_t size : {1000U, 1001U}) {
        for (const bool is_chunked : {false, true}) {
            VirtualReactor reactor{{.chunk_max = 7}};
            const std::string body(size, 'x');
            RawServer server{
                reactor, kServer,
                answering(is_chunked
                              ? fmt::format("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                            "{:x}\r\n{}\r\n0\r\n\r\n",
                                            size, body)
                              : fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", size,
                                            body))};
            HttpClient client{reactor, kServer, {.body_bytes_max = 1000}};
            Outcome outcome;
            client.request(post_of("!"), record(reactor, outcome));
            reactor.run();
            ASSERT_TRUE(outcome.result);
            EXPECT_EQ(outcome.result->has_value(), size == 1000);
        }
    }
}

TEST(HttpClient, RefusesRequestsBeyondTheQueueWithoutSendingThem) {
    VirtualReactor reactor;
    RawServer server{reactor, kServer, answering(kOk)};
    HttpClient client{reactor, kServer, {.connections_max = 1, .queued_max = 2}};
    int answered = 0;
    Outcome refused;
    client.request(post_of("!"), [&](const HttpResult& r) { answered += r ? 1 : 0; });
    client.request(post_of("!"), [&](const HttpResult& r) { answered += r ? 1 : 0; });
    client.request(post_of("!"), record(reactor, refused));
    EXPECT_FALSE(refused.result);  // Never from inside request().
    reactor.run();
    EXPECT_EQ(answered, 2);
    ASSERT_TRUE(refused.result && !*refused.result);
    EXPECT_FALSE(refused.result->error().was_written);
}

TEST(HttpClient, RefusesHeadersThatWouldSmuggleOthers) {
    VirtualReactor reactor;
    RawServer server{reactor, kServer, answering(kOk)};
    HttpClient client{reactor, kServer};
    std::vector<HttpRequest> requests(4, post_of("!"));
    requests[0].headers.push_back({"X", "a\r\nY: b"});
    requests[1].headers.push_back({"X: y", "a"});
    requests[2].target = "/ HTTP/1.1\r\nX: y";
    requests[3].method = "GET /x";
    for (HttpRequest& request : requests) {
        Outcome outcome;
        client.request(std::move(request), record(reactor, outcome));
        reactor.run();
        ASSERT_TRUE(outcome.result && !*outcome.result);
        EXPECT_FALSE(outcome.result->error().was_written);
    }
    EXPECT_TRUE(server.connections.empty());
}

TEST(HttpClient, AnAnswerToHeadHasNoBody) {
    VirtualReactor reactor;
    RawServer server{reactor, kServer, [](RecordingOwner& peer) {
                         peer.when_read = [&peer] {
                             peer.write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
                         };
                     }};
    HttpClient client{reactor, kServer};
    for (int i = 0; i < 2; ++i) {
        Outcome outcome;
        client.request({.method = "HEAD", .target = "/", .headers = {}, .body = {}},
                       record(reactor, outcome));
        reactor.run();
        ASSERT_TRUE(outcome.result && *outcome.result);
        EXPECT_EQ((*outcome.result)->body, "");
    }
    EXPECT_EQ(server.connections.size(), 1U);
}

TEST(HttpClient, MayBeDeletedByAHandlerAndThenCallsNoOther) {
    for (const bool is_answered : {true, false}) {
        VirtualReactor reactor;
        std::optional<RawServer> server;
        if (is_answered) {
            server.emplace(reactor, kServer, answering(kOk));
        }
        auto client = std::make_unique<HttpClient>(reactor, kServer);
        int calls = 0;
        for (int i = 0; i < 8; ++i) {
            client->request(post_of("!"), [&](const HttpResult&) {
                ++calls;
                client.reset();
            });
        }
        reactor.run();
        EXPECT_EQ(calls, 1);
    }
}

TEST(HttpClient, DeletedInFlightItCallsNobody) {
    VirtualReactor reactor;
    RawServer server{reactor, kServer, answering(kOk)};
    auto client = std::make_unique<HttpClient>(reactor, kServer);
    int calls = 0;
    for (int i = 0; i < 8; ++i) {
        client->request(post_of("!"), [&](const HttpResult&) { ++calls; });
    }
    reactor.run_until(MonoTime{500'000});
    client.reset();
    reactor.run();
    EXPECT_EQ(calls, 0);
}

TEST(HttpClient, AHandlerMayAskAgain) {
    VirtualReactor reactor;
    RawServer server{reactor, kServer, answering(kOk)};
    HttpClient client{reactor, kServer, {.connections_max = 1}};
    int answers = 0;
    std::function<void()> ask = [&] {
        client.request(post_of("!"), [&](const HttpResult& result) {
            ASSERT_TRUE(result);
            if (++answers < 100) {
                ask();
            }
        });
    };
    ask();
    reactor.run();
    EXPECT_EQ(answers, 100);
    EXPECT_EQ(server.connections.size(), 1U);
}

TEST(HttpClient, SurvivesAResetOfTheNetwork) {
    VirtualReactor reactor;
    RawServer server{reactor, kServer, answering(kOk)};
    HttpClient client{reactor, kServer};
    Outcome lost;
    Outcome found;
    client.request(post_of("!"), record(reactor, lost));
    reactor.schedule_at(MonoTime{450'000}, [&] { reactor.reset_all_streams(); });
    reactor.schedule_at(MonoTime{500'000},
                        [&] { client.request(post_of("!"), record(reactor, found)); });
    reactor.run();
    ASSERT_TRUE(lost.result && found.result);
    EXPECT_EQ(lost.result->error().kind, HttpFailure::Kind::Closed);
    EXPECT_TRUE(found.result->has_value());
}

}  // namespace
}  // namespace sniperforge::net
