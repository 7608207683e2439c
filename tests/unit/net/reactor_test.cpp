// SPDX-License-Identifier: MIT
// The Asio reactor over loopback sockets. Every test ends by stop(), or by its watchdog.
#include "sniperforge/net/reactor.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "net_test_support.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using test::RawServer;
using test::RecordingOwner;

const Address kAnyPort{.host = "127.0.0.1", .port = 0, .is_tls = false};

struct Loop {
    explicit Loop(AsioOptions options = {}) : reactor{make_asio_reactor(std::move(options))} {
        reactor->schedule_after(300s, [this] {
            ADD_FAILURE() << "nothing happened for 30 s";
            reactor->stop();
        });
    }
    [[nodiscard]] Address address_of(const RawServer& server) const {
        return {.host = "127.0.0.1", .port = server.listener->port(), .is_tls = false};
    }
    std::unique_ptr<Reactor> reactor;
};

TEST(AsioReactor, FiresTimersInOrderAndNotCancelledOnes) {
    for (const Duration spin : {Duration{0}, Duration{50us}}) {
        Loop loop{{.ca_file = {}, .spin = spin}};
        Reactor& reactor = *loop.reactor;
        std::string order;
        const MonoTime base = reactor.now();
        MonoTime fired_at;
        reactor.schedule_at(base + 3ms, [&] {
            order += 'd';
            fired_at = reactor.now();
            reactor.stop();
        });
        reactor.schedule_at(base + 1ms, [&] { order += 'b'; });
        reactor.schedule_at(base + 1ms, [&] { order += 'c'; });
        reactor.schedule_at(MonoTime{0}, [&] { order += 'a'; });
        const TimerId cancelled = reactor.schedule_at(base + 2ms, [&] { order += 'x'; });
        reactor.cancel(cancelled);
        reactor.run();
        EXPECT_EQ(order, "abcd");
        EXPECT_GE(fired_at, base + 3ms);
    }
}

TEST(AsioReactor, ATimerDueBeforeTheArmedOneFiresFirst) {
    Loop loop;
    Reactor& reactor = *loop.reactor;
    std::string order;
    const MonoTime base = reactor.now();
    reactor.schedule_at(base + 4ms, [&] {
        order += 'b';
        reactor.stop();
    });
    reactor.post([&] { reactor.schedule_at(base + 1ms, [&] { order += 'a'; }); });
    reactor.run();
    EXPECT_EQ(order, "ab");
}

TEST(AsioReactor, StopLeavesDueTimersForTheNextRun) {
    Loop loop;
    Reactor& reactor = *loop.reactor;
    int count = 0;
    for (int i = 0; i < 2; ++i) {
        reactor.schedule_at(MonoTime{0}, [&] {
            ++count;
            reactor.stop();
        });
    }
    reactor.run();
    EXPECT_EQ(count, 1);
    reactor.run();
    EXPECT_EQ(count, 2);
}

TEST(AsioReactor, OtherThreadsMayPost) {
    Loop loop;
    int count = 0;
    std::thread poster{[&] {
        for (int i = 0; i < 1000; ++i) {
            loop.reactor->post([&] {
                if (++count == 1000) {
                    loop.reactor->stop();
                }
            });
        }
    }};
    loop.reactor->run();
    poster.join();
    EXPECT_EQ(count, 1000);
}

TEST(AsioReactor, CarriesManyMegabytesInOrderThroughItsQueue) {
    Loop loop;
    std::string sent(12U << 20U, ' ');
    Rng rng{1};
    for (std::size_t i = 0; i < sent.size(); i += 8) {
        const std::uint64_t word = rng.next();
        std::memcpy(sent.data() + i, &word, sizeof word);
    }
    RecordingOwner client;
    std::size_t begin = 0;
    const auto write_next = [&](std::size_t size) {
        const auto piece = std::string_view{sent}.substr(begin, size);
        begin += piece.size();
        client.write(piece);
    };
    RawServer server{*loop.reactor, kAnyPort, [&](RecordingOwner& peer) {
                         peer.when_read = [&] {
                             // The kernel has room again, but the queue goes first.
                             write_next(1'000);
                             if (peer.received.size() >= sent.size()) {
                                 loop.reactor->stop();
                             }
                         };
                     }};
    client.stream = loop.reactor->connect(loop.address_of(server), client);
    write_next(5);  // Queued until connected.
    EXPECT_EQ(client.stream->queued(), 5U);
    client.when_connected = [&] {
        for (int i = 0; i < 10; ++i) {
            write_next(1'000'000);
        }
        EXPECT_GT(client.stream->queued(), 0U);  // More than the kernel takes.
    };
    EXPECT_EQ(client.connected, 0);
    loop.reactor->run();
    EXPECT_TRUE(server.connections.at(0)->received == sent);
    EXPECT_EQ(client.stream->queued(), 0U);
}

TEST(AsioReactor, StampsReadsBetweenBeforeAndAfter) {
    Loop loop;
    RawServer server{*loop.reactor, kAnyPort,
                     [&](RecordingOwner& peer) { peer.when_read = [&] { loop.reactor->stop(); }; }};
    RecordingOwner client;
    MonoTime before;
    client.when_connected = [&] {
        before = loop.reactor->now();
        client.write("x");
    };
    client.stream = loop.reactor->connect(loop.address_of(server), client);
    loop.reactor->run();
    const MonoTime at = server.connections.at(0)->read_at.at(0);
    EXPECT_GE(at, before);
    EXPECT_LE(at, loop.reactor->now());
}

TEST(AsioReactor, AClosedPortRefuses) {
    Loop loop;
    Address address;
    {
        const RawServer server{*loop.reactor, kAnyPort};
        address = loop.address_of(server);
    }
    for (const std::string host : {"127.0.0.1", "localhost"}) {
        address.host = host;
        RecordingOwner client;
        client.when_closed = [&] { loop.reactor->stop(); };
        client.stream = loop.reactor->connect(address, client);
        loop.reactor->run();
        EXPECT_EQ(client.connected, 0);
        EXPECT_EQ(client.closed, 1);
        EXPECT_TRUE(client.close_reason.contains("connection refused")) << client.close_reason;
    }
}

TEST(AsioReactor, TellsTheEndOnceAndAfterTheLastBytes) {
    Loop loop;
    RawServer server{*loop.reactor, kAnyPort, [&](RecordingOwner& peer) {
                         peer.when_closed = [&] { loop.reactor->stop(); };
                     }};
    RecordingOwner client;
    client.when_connected = [&] {
        client.write("last words");
        client.stream->close();
        client.write("never sent");
    };
    client.stream = loop.reactor->connect(loop.address_of(server), client);
    loop.reactor->run();
    EXPECT_EQ(server.connections.at(0)->received, "last words");
    EXPECT_EQ(server.connections.at(0)->closed, 1);
    EXPECT_TRUE(server.connections.at(0)->close_reason.contains("closed by the peer"));
    EXPECT_EQ(client.closed, 0);
}

TEST(AsioReactor, WritingToADeadPeerEndsInAnEventOfItsOwn) {
    Loop loop;
    RawServer server{*loop.reactor, kAnyPort, [](RecordingOwner& peer) {
                         peer.when_connected = [&peer] { peer.stream->close(); };
                     }};
    RecordingOwner client;
    client.when_connected = [&] {
        // Never reads in between, so the end is noticed by a write, or by the next read.
        for (int i = 0; i < 1000 && client.closed == 0; ++i) {
            client.write(std::string(10'000, 'x'));
        }
        EXPECT_EQ(client.closed, 0);
    };
    client.when_closed = [&] { loop.reactor->stop(); };
    client.stream = loop.reactor->connect(loop.address_of(server), client);
    loop.reactor->run();
    EXPECT_EQ(client.closed, 1);
}

TEST(AsioReactor, AStreamMayBeDeletedInEachOfItsEvents) {
    for (const int event : {0, 1, 2}) {
        Loop loop;
        RawServer server{*loop.reactor, kAnyPort, [&, event](RecordingOwner& peer) {
                             peer.when_read = [&peer, event] {
                                 if (event == 2) {
                                     peer.stream->close();
                                 } else {
                                     peer.write("answer");
                                 }
                             };
                         }};
        auto client = std::make_unique<RecordingOwner>();
        const auto kill = [&] {
            client.reset();
            loop.reactor->post([&] { loop.reactor->stop(); });
        };
        client->when_connected = [&] {
            client->write("q");
            if (event == 0) {
                kill();
            }
        };
        client->when_read = kill;
        client->when_closed = kill;
        client->stream = loop.reactor->connect(loop.address_of(server), *client);
        loop.reactor->run();
        EXPECT_EQ(client, nullptr);
    }
}

TEST(AsioReactor, AStreamDeletedWhileConnectingTellsNothing) {
    Loop loop;
    RawServer server{*loop.reactor, kAnyPort};
    for (const std::string host : {"127.0.0.1", "localhost"}) {
        RecordingOwner client;
        Address address = loop.address_of(server);
        address.host = host;
        client.stream = loop.reactor->connect(address, client);
        client.stream.reset();
        // One that started later has been connected: the first would have told something by then.
        RecordingOwner later;
        later.when_connected = [&] { loop.reactor->stop(); };
        later.stream = loop.reactor->connect(address, later);
        loop.reactor->run();
        EXPECT_EQ(later.connected, 1);
        EXPECT_EQ(client.connected + client.closed, 0);
    }
}

TEST(AsioReactor, ListensOnlyOnAddressesThatAreFreeAndPlain) {
    Loop loop;
    const RawServer server{*loop.reactor, kAnyPort};
    const auto taken = loop.reactor->listen(loop.address_of(server), {});
    ASSERT_FALSE(taken);
    EXPECT_TRUE(taken.error().text.contains("in use")) << taken.error().text;
    EXPECT_FALSE(loop.reactor->listen({"example.com", 0, false}, {}));
    EXPECT_FALSE(loop.reactor->listen({"127.0.0.1", 0, true}, {}));
}

TEST(AsioReactor, PendingWorkMayBeLeftBehind) {
    bool was_called = false;
    RecordingOwner client;
    {
        Loop loop;
        RawServer server{*loop.reactor, kAnyPort};
        client.stream = loop.reactor->connect(loop.address_of(server), client);
        loop.reactor->post([&] { was_called = true; });
        client.stream.reset();
    }
    EXPECT_FALSE(was_called);
}

TEST(AsioReactor, HttpClientAndServerTalkOverRealSockets) {
    for (const Duration spin : {Duration{0}, Duration{50us}}) {
        Loop loop{{.ca_file = {}, .spin = spin}};
        const auto server = *HttpServer::start(
            *loop.reactor, kAnyPort, [](HttpRequest request, HttpResponder respond) {
                respond({.status = 200, .headers = {}, .body = std::move(request.body)});
            });
        HttpClient client{*loop.reactor, {"127.0.0.1", server->port(), false}, {.timeout = 300s}};
        int answers = 0;
        for (int i = 0; i < 200; ++i) {
            const std::string body(static_cast<std::size_t>(i) * 1000, 'b');
            client.request({.method = "POST", .target = "/", .headers = {}, .body = body},
                           [&, body](HttpResult result) {
                               ASSERT_TRUE(result) << result.error().text;
                               EXPECT_TRUE(result->body == body);
                               if (++answers == 200) {
                                   loop.reactor->stop();
                               }
                           });
        }
        loop.reactor->run();
        EXPECT_EQ(answers, 200);
    }
}

}  // namespace
}  // namespace sniperforge::net
