// SPDX-License-Identifier: MIT
#include "sniperforge/net/virtual_reactor.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>

#include "net_test_support.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using test::RawServer;
using test::RecordingOwner;

const Address kListener{.host = "127.0.0.1", .port = 9000, .is_tls = false};

TEST(VirtualReactor, TimeJumpsFromEventToEventAndEqualTimesKeepTheirOrder) {
    VirtualReactor reactor{{.start = MonoTime{100}}};
    std::string order;
    reactor.schedule_after(2s, [&] { order += 'c'; });
    reactor.schedule_after(1s, [&] {
        order += 'a';
        reactor.post([&] { order += "p"; });
    });
    reactor.schedule_after(1s, [&] { order += 'b'; });
    reactor.run();
    EXPECT_EQ(order, "abpc");
    EXPECT_EQ(reactor.now() - MonoTime{100}, 2s);
    EXPECT_EQ(reactor.wall_now().ns, VirtualOptions{}.wall_start.ns + 2'000'000'000);
}

TEST(VirtualReactor, ATimerInThePastFiresNowAfterWhatIsAlreadyDue) {
    VirtualReactor reactor;
    std::string order;
    reactor.schedule_after(1s, [&] {
        reactor.schedule_at(reactor.now(), [&] { order += 'a'; });
        reactor.schedule_at(MonoTime{0}, [&] { order += 'b'; });
    });
    reactor.run();
    EXPECT_EQ(order, "ab");
    EXPECT_EQ(reactor.now() - MonoTime{0}, 1s);
}

TEST(VirtualReactor, StopLeavesTheRestForTheNextRun) {
    VirtualReactor reactor;
    int count = 0;
    reactor.post([&] {
        ++count;
        reactor.stop();
    });
    reactor.post([&] { ++count; });
    reactor.run();
    EXPECT_EQ(count, 1);
    reactor.run();
    EXPECT_EQ(count, 2);
}

TEST(VirtualReactor, RunUntilRunsWhatIsDueThenAndNotOneNanosecondLater) {
    VirtualReactor reactor;
    int count = 0;
    reactor.schedule_at(MonoTime{50}, [&] { ++count; });
    reactor.schedule_at(MonoTime{51}, [&] { ++count; });
    reactor.run_until(MonoTime{50});
    EXPECT_EQ(count, 1);
    EXPECT_EQ(reactor.now(), MonoTime{50});
    reactor.run_until(MonoTime{1000});
    EXPECT_EQ(count, 2);
    EXPECT_EQ(reactor.now(), MonoTime{1000});
}

TEST(VirtualReactor, CancelledTimersDoNotFire) {
    VirtualReactor reactor;
    bool fired = false;
    const TimerId timer = reactor.schedule_after(1s, [&] { fired = true; });
    reactor.cancel(timer);
    reactor.run();
    EXPECT_FALSE(fired);
}

TEST(VirtualReactor, BytesArriveInOrderAfterTheLatencyAndInChunks) {
    for (const std::size_t chunk : test::kChunks) {
        SCOPED_TRACE(chunk);
        VirtualReactor reactor{{.latency = 1ms, .chunk_max = chunk}};
        RawServer server{reactor, kListener};
        RecordingOwner client;
        client.stream = reactor.connect(kListener, client);
        client.write("early ");  // Before the connection is established: sent once it is.
        client.when_connected = [&] {
            EXPECT_EQ(reactor.now(), MonoTime{2'000'000});
            client.write("one ");
            client.write("two ");
            client.write(std::string(10'000, 'x'));
        };
        EXPECT_EQ(client.connected, 0);
        reactor.run();
        ASSERT_EQ(server.connections.size(), 1U);
        const RecordingOwner& peer = *server.connections[0];
        EXPECT_EQ(peer.received, "early one two " + std::string(10'000, 'x'));
        EXPECT_EQ(peer.read_at.front(), MonoTime{3'000'000});
        for (const std::size_t count : peer.reads) {
            EXPECT_LE(count, chunk == 0 ? peer.buffer.size() : chunk);
        }
    }
}

TEST(VirtualReactor, ServersMayBeAtDifferentDistances) {
    VirtualReactor reactor{{.latency = 1ms}};
    const std::vector<std::pair<Address, Duration>> servers{
        {{.host = "near.test", .port = 1, .is_tls = false}, 1ms},
        {{.host = "far.test", .port = 1, .is_tls = false}, 50ms},
        {{.host = "localhost", .port = 1, .is_tls = false}, 7ms},
        {{.host = "nobody.test", .port = 1, .is_tls = false}, 20ms}};
    reactor.set_latency(servers[1].first, 50ms);
    reactor.set_latency({.host = "127.0.0.1", .port = 1, .is_tls = false}, 7ms);
    reactor.set_latency(servers[3].first, 20ms);
    for (const auto& [address, latency] : servers) {
        SCOPED_TRACE(address.host);
        std::optional<RawServer> server;
        if (address.host != "nobody.test") {
            server.emplace(reactor, address, [](RecordingOwner& peer) {
                peer.when_read = [&peer] { peer.write("answer"); };
            });
        }
        RecordingOwner client;
        MonoTime told_at;
        client.when_connected = [&] {
            told_at = reactor.now();
            client.write("question");
        };
        client.when_closed = [&] { told_at = reactor.now(); };
        const MonoTime start = reactor.now();
        client.stream = reactor.connect(address, client);
        reactor.run();
        EXPECT_EQ(told_at, start + 2 * latency);
        EXPECT_EQ(client.connected, server ? 1 : 0);
        if (server) {
            EXPECT_EQ(client.read_at.at(0), start + 4 * latency);
            server->connections.at(0)->stream->close();
            const MonoTime end = reactor.now();
            reactor.run();
            EXPECT_EQ(reactor.now(), end + latency);
        }
    }
}

TEST(VirtualReactor, APortNobodyListensOnRefuses) {
    VirtualReactor reactor;
    RawServer server{reactor, kListener};
    for (const Address& address :
         {Address{"127.0.0.1", 9001, false}, Address{"a.b", 9000, false}}) {
        RecordingOwner client;
        client.stream = reactor.connect(address, client);
        reactor.run();
        EXPECT_EQ(client.connected, 0);
        EXPECT_EQ(client.closed, 1);
        EXPECT_TRUE(client.close_reason.contains("connection refused")) << client.close_reason;
    }
    EXPECT_TRUE(server.connections.empty());
}

TEST(VirtualReactor, ListenersAreFoundByHostAndPortAndEndWithTheirHandle) {
    VirtualReactor reactor;
    RawServer first{reactor, {"rpc-a.test", 443, true}};
    RawServer second{reactor, {"rpc-b.test", 443, true}};
    EXPECT_FALSE(reactor.listen({"rpc-b.test", 443, true}, {}));
    RecordingOwner client;
    client.stream = reactor.connect({"rpc-b.test", 443, true}, client);
    reactor.run();
    EXPECT_EQ(first.connections.size(), 0U);
    EXPECT_EQ(second.connections.size(), 1U);
    second.listener.reset();
    RecordingOwner late;
    late.stream = reactor.connect({"rpc-b.test", 443, true}, late);
    reactor.run();
    EXPECT_EQ(late.closed, 1);
    EXPECT_EQ(client.closed, 0);  // Accepted streams live on.

    RawServer any{reactor, {"0.0.0.0", 80, false}};
    RecordingOwner named;
    named.stream = reactor.connect({"whatever.test", 80, false}, named);
    reactor.run();
    EXPECT_EQ(named.connected, 1);
}

TEST(VirtualReactor, PortZeroPicksDifferentPorts) {
    VirtualReactor reactor;
    RawServer first{reactor, {"127.0.0.1", 0, false}};
    RawServer second{reactor, {"127.0.0.1", 0, false}};
    EXPECT_NE(first.listener->port(), 0);
    EXPECT_NE(first.listener->port(), second.listener->port());
}

TEST(VirtualReactor, AnEndComesAfterTheBytesBeforeIt) {
    for (const std::size_t chunk : test::kChunks) {
        SCOPED_TRACE(chunk);
        VirtualReactor reactor{{.chunk_max = chunk}};
        RawServer server{reactor, kListener};
        RecordingOwner client;
        client.stream = reactor.connect(kListener, client);
        client.when_connected = [&] {
            client.write("last words");
            client.stream->close();
            client.write("never sent");
        };
        reactor.run();
        const RecordingOwner& peer = *server.connections.at(0);
        EXPECT_EQ(peer.received, "last words");
        EXPECT_EQ(peer.closed, 1);
        EXPECT_EQ(client.closed, 0);  // Not made after our own close().
    }
}

TEST(VirtualReactor, AStreamMayBeDeletedInEachOfItsEvents) {
    for (const int event : {0, 1, 2}) {
        VirtualReactor reactor{{.chunk_max = 1}};
        RawServer server{reactor, kListener, [event](RecordingOwner& peer) {
                             peer.when_read = [&peer, event] {
                                 if (event == 2) {
                                     peer.stream->close();
                                 } else {
                                     peer.write("answer");
                                 }
                             };
                         }};
        auto client = std::make_unique<RecordingOwner>();
        client->stream = reactor.connect(kListener, *client);
        client->when_connected = [&] {
            client->write("q");
            if (event == 0) {
                client.reset();
            }
        };
        client->when_read = [&] { client.reset(); };
        client->when_closed = [&] { client.reset(); };
        reactor.run();
        EXPECT_EQ(client, nullptr);
    }
}

TEST(VirtualReactor, ResettingEndsEveryStreamAndDropsWhatWasUnderWay) {
    VirtualReactor reactor{{.latency = 1ms}};
    RawServer server{reactor, kListener};
    RecordingOwner client;
    client.stream = reactor.connect(kListener, client);
    client.when_connected = [&] { client.write("lost"); };
    reactor.schedule_at(MonoTime{2'500'000}, [&] { reactor.reset_all_streams(); });
    reactor.run();
    EXPECT_EQ(client.closed, 1);
    EXPECT_TRUE(client.close_reason.contains("connection reset"));
    EXPECT_EQ(server.connections.at(0)->closed, 1);
    EXPECT_EQ(server.connections.at(0)->received, "");
}

TEST(VirtualReactor, BytesBeyondTheKernelsShareCountAsQueued) {
    VirtualReactor reactor{{.kernel_bytes = 10}};
    RawServer server{reactor, kListener};
    RecordingOwner client;
    client.stream = reactor.connect(kListener, client);
    client.when_connected = [&] {
        client.write("0123456789");
        EXPECT_EQ(client.stream->queued(), 0U);
        client.write("x");
        EXPECT_EQ(client.stream->queued(), 1U);
    };
    reactor.run();
    EXPECT_EQ(client.stream->queued(), 0U);
}

TEST(VirtualReactor, StreamsMayOutliveTheReactor) {
    auto reactor = std::make_unique<VirtualReactor>();
    RecordingOwner client;
    client.stream = reactor->connect(kListener, client);
    reactor.reset();
    client.write("into the void");
    client.stream->close();
    EXPECT_EQ(client.closed, 0);
}

// A busy network: random writes, closes and resets; everything that happens goes into the trace.
std::string trace_of_run(std::uint64_t seed) {
    std::string trace;
    VirtualReactor reactor{{.chunk_max = 3}};
    Rng rng{seed};
    RawServer server{reactor, kListener, [&](RecordingOwner& peer) {
                         peer.when_read = [&] {
                             trace += fmt::format("s{}@{};", peer.received, reactor.now().ns);
                             if (rng.chance(0.5)) {
                                 peer.write("echo");
                             }
                         };
                     }};
    std::vector<std::unique_ptr<RecordingOwner>> clients;
    for (int i = 0; i < 50; ++i) {
        const auto at = MonoTime{static_cast<std::int64_t>(rng.below(2'000'000))};
        reactor.schedule_at(at, [&, i] {
            clients.push_back(std::make_unique<RecordingOwner>());
            RecordingOwner& client = *clients.back();
            client.stream = reactor.connect(kListener, client);
            client.when_connected = [&client, i] { client.write(fmt::format("hello{}", i)); };
            client.when_read = [&, i] {
                trace += fmt::format("c{}:{}@{};", i, client.received, reactor.now().ns);
                if (rng.chance(0.2)) {
                    client.stream->close();
                }
            };
            client.when_closed = [&, i] { trace += fmt::format("x{}@{};", i, reactor.now().ns); };
        });
    }
    reactor.schedule_at(MonoTime{1'500'000}, [&] { reactor.reset_all_streams(); });
    reactor.run();
    return trace;
}

TEST(VirtualReactor, TheSameCallsGiveTheSameRunToTheByte) {
    const std::string first = trace_of_run(1);
    EXPECT_GT(first.size(), 1000U);
    EXPECT_EQ(first, trace_of_run(1));
    EXPECT_NE(first, trace_of_run(2));
}

}  // namespace
}  // namespace sniperforge::net
