// SPDX-License-Identifier: MIT
// Connections kept open ahead of need, and none trusted that has been idle for too long.
#include <gtest/gtest.h>

#include <algorithm>

#include "net_test_support.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using test::kServer;
using test::RawServer;
using test::RecordingOwner;

void answer_all(RecordingOwner& peer) {
    peer.when_read = [&peer] { peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"); };
}

struct World {
    void run(Duration duration) { reactor.run_until(reactor.now() + duration); }
    // True when it was answered.
    bool ask(HttpClient& client) {
        bool is_answered = false;
        client.request({.method = "GET", .headers = {}, .body = {}},
                       [&](const HttpResult& result) { is_answered = result.has_value(); });
        run(1ms);
        return is_answered;
    }
    [[nodiscard]] std::size_t open_connections() const {
        return static_cast<std::size_t>(std::ranges::count_if(
            server.connections, [](const auto& peer) { return peer->closed == 0; }));
    }
    VirtualReactor reactor;
    RawServer server{reactor, kServer, answer_all};
};

TEST(HttpUpkeep, AConnectionIdleForExactlyTheLimitIsUsedAndANanosecondLaterReplaced) {
    for (const Duration beyond : {0ns, 1ns}) {
        World w;
        HttpClient client{w.reactor, kServer, {.idle_max = 50s}};
        EXPECT_TRUE(w.ask(client));
        // Its answer came after two round trips of 400 us.
        w.reactor.run_until(MonoTime{800'000} + 50s + beyond);
        EXPECT_TRUE(w.ask(client));
        EXPECT_EQ(w.server.connections.size(), beyond == 0ns ? 1U : 2U);
        w.run(1ms);
        EXPECT_EQ(w.open_connections(), 1U);
    }
}

TEST(HttpUpkeep, WithoutALimitAnyAgeWillDo) {
    World w;
    HttpClient client{w.reactor, kServer, {.idle_max = 0s}};
    EXPECT_TRUE(w.ask(client));
    w.run(24h);
    EXPECT_TRUE(w.ask(client));
    EXPECT_EQ(w.server.connections.size(), 1U);
}

TEST(HttpUpkeep, ALostWarmConnectionThatWasOfUseIsOpenedAgainAtOnce) {
    World w;
    HttpClient client{w.reactor, kServer, {.connections_max = 3}};
    client.warm_up(2);
    w.run(10s);
    EXPECT_EQ(w.open_connections(), 2U);
    w.server.connections[0]->stream->close();
    w.server.connections[0]->closed = 1;
    w.run(1ms);
    EXPECT_EQ(w.server.connections.size(), 3U);
    EXPECT_EQ(w.open_connections(), 2U);
    EXPECT_EQ(client.statistics().connections_opened, 3U);
    EXPECT_EQ(client.statistics().connections_lost, 1U);
}

TEST(HttpUpkeep, AHostThatRefusesIsAskedWithGrowingPauses) {
    VirtualReactor reactor;
    HttpClient client{reactor, kServer};
    client.warm_up(2);
    // Refused after 0.4 ms each: at 0, 100.4, 300.8 and 701.2 ms, then at 1501.6 ms.
    reactor.run_until(MonoTime{1'500'000'000});
    EXPECT_EQ(client.statistics().connections_failed, 4U * 2U);
    reactor.run_until(MonoTime{1'503'000'000});
    EXPECT_EQ(client.statistics().connections_failed, 5U * 2U);
    reactor.run_until(MonoTime{0} + 1h);
    // 10 s at most in between.
    EXPECT_NEAR(static_cast<double>(client.statistics().connections_failed), 2 * 365.0, 2 * 6.0);

    const RawServer server{reactor, kServer, answer_all};
    reactor.run_until(reactor.now() + 11s);
    EXPECT_EQ(server.connections.size(), 2U);
}

TEST(HttpUpkeep, AHostThatHangsUpAtOnceIsAskedWithGrowingPausesToo) {
    VirtualReactor reactor;
    const RawServer server{reactor, kServer, [](RecordingOwner& peer) {
                               peer.when_connected = [&peer] { peer.stream->close(); };
                           }};
    HttpClient client{reactor, kServer};
    client.warm_up(1);
    reactor.run_until(MonoTime{1'500'000'000});
    EXPECT_EQ(server.connections.size(), 4U);
}

TEST(HttpUpkeep, AnIdleWarmConnectionIsReplacedBeforeItsLimitAndTheNewOneComesFirst) {
    World w;
    HttpClient client{w.reactor, kServer, {.idle_max = 50s}};
    client.warm_up(1);
    w.run(45s);
    EXPECT_EQ(w.server.connections.size(), 1U);
    w.run(500us);  // Since it was established, after 400 us, 45 s.
    ASSERT_EQ(w.server.connections.size(), 1U);
    w.run(200us);  // The new connection's request has arrived.
    ASSERT_EQ(w.server.connections.size(), 2U);
    EXPECT_EQ(w.open_connections(), 2U);
    w.run(1ms);
    EXPECT_EQ(w.server.connections[0]->closed, 1);
    EXPECT_EQ(w.open_connections(), 1U);
    w.run(1h);
    EXPECT_EQ(w.open_connections(), 1U);
    EXPECT_NEAR(static_cast<double>(w.server.connections.size()), 81.0, 2.0);
    EXPECT_TRUE(w.ask(client));
}

TEST(HttpUpkeep, ConnectionsInUseAreNotReplaced) {
    World w;
    HttpClient client{w.reactor, kServer, {.idle_max = 50s}};
    client.warm_up(1);
    for (int i = 0; i < 100; ++i) {
        w.run(40s);
        EXPECT_TRUE(w.ask(client));
    }
    EXPECT_EQ(w.server.connections.size(), 1U);
}

TEST(HttpUpkeep, WhatIsBeyondTheFloorEndsWhenItHasBeenIdle) {
    World w;
    HttpClient client{w.reactor, kServer, {.connections_max = 3, .idle_max = 50s}};
    client.warm_up(1);
    w.run(1s);
    for (int i = 0; i < 3; ++i) {
        client.request({.method = "GET", .headers = {}, .body = {}}, [](const HttpResult&) {});
    }
    w.run(1s);
    EXPECT_EQ(w.open_connections(), 3U);
    w.run(50s);
    EXPECT_EQ(w.open_connections(), 1U);
}

TEST(HttpUpkeep, AtTheMaximumOneConnectionMoreExistsOnlyWhileItReplaces) {
    World w;
    HttpClient client{w.reactor, kServer, {.connections_max = 2, .idle_max = 50s}};
    client.warm_up(2);
    for (int i = 0; i < 100'000; ++i) {
        w.run(1ms);
        ASSERT_LE(w.open_connections(), 3U);
    }
    EXPECT_EQ(w.open_connections(), 2U);
    EXPECT_EQ(w.server.connections.size(), 2U + 2U * 2U);
}

TEST(HttpUpkeep, ZeroEndsItAndSoDoesTheClientsEnd) {
    World w;
    {
        HttpClient client{w.reactor, kServer};
        client.warm_up(2);
        w.run(1s);
        client.warm_up(0);
        w.reactor.run();  // Ends: nothing is scheduled any more.
        EXPECT_EQ(w.open_connections(), 2U);
        client.warm_up(2);
        w.run(1s);
    }
    w.reactor.run();
    EXPECT_EQ(w.open_connections(), 0U);
}

}  // namespace
}  // namespace sniperforge::net
