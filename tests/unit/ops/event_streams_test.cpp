// SPDX-License-Identifier: MIT
// Listeners of a real server over virtual connections.
#include "sniperforge/ops/event_streams.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::ops {
namespace {

using namespace std::chrono_literals;

const net::Address kListening{.host = "127.0.0.1", .port = 9301};

struct Listening final : net::StreamEvents {
    void on_connected() override {
        stream->write(bytes_of("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }
    std::span<std::uint8_t> read_buffer() override { return buffer; }
    void on_read(std::size_t count, MonoTime) override {
        received.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
    void on_closed(const Error&) override { is_closed = true; }
    [[nodiscard]] bool heard(std::string_view text) const { return received.ends_with(text); }

    std::string received;
    bool is_closed = false;
    std::array<std::uint8_t, 4'096> buffer{};
    std::unique_ptr<net::ByteStream> stream;
};

class EventStreamsTest : public ::testing::Test {
 protected:
    EventStreamsTest() {
        auto started = net::HttpServer::start(
            reactor, kListening, [this](const net::HttpRequest&, net::HttpResponder respond) {
                respond(streams.open("first\n\n", reactor.now()));
            });
        EXPECT_TRUE(started);
        server = std::move(*started);
    }
    Listening& listen() {
        Listening& client = clients.emplace_back();
        client.stream = reactor.connect(kListening, client);
        reactor.run_until(reactor.now() + 5ms);
        return client;
    }
    void tell(std::string_view event) { streams.tell(event, reactor.now()); }
    void let(Duration pass) { reactor.run_until(reactor.now() + pass); }

    net::VirtualReactor reactor{{.kernel_bytes = 0}};  // What is under way is not taken yet.
    EventStreams streams;
    std::unique_ptr<net::HttpServer> server;
    std::deque<Listening> clients;
};

TEST(EventText, IsAnEventWithItsNameItsNumberAndOneLineOfData) {
    EXPECT_EQ(event_text("state", 7, R"({"a":1})"), "event: state\nid: 7\ndata: {\"a\":1}\n\n");
}

TEST_F(EventStreamsTest, TellsEachListenerTheSameAfterWhatItBeganWith) {
    EXPECT_FALSE(streams.has_listeners());
    Listening& one = listen();
    Listening& two = listen();
    EXPECT_NE(one.received.find("\r\nContent-Type: text/event-stream\r\n"), std::string::npos);
    EXPECT_TRUE(one.heard("\r\n\r\nfirst\n\n"));
    tell("more\n\n");
    let(5ms);
    EXPECT_TRUE(one.heard("first\n\nmore\n\n"));
    EXPECT_TRUE(two.heard("first\n\nmore\n\n"));
    one.stream->close();
    let(5ms);
    EXPECT_EQ(streams.statistics().listeners, 1U);
    tell("again\n\n");
    let(5ms);
    EXPECT_TRUE(two.heard("again\n\n"));
    two.stream->close();
    let(5ms);
    EXPECT_FALSE(streams.has_listeners());
    EXPECT_EQ(streams.statistics().opened, 2U);
}

TEST_F(EventStreamsTest, RefusesOneMoreThanThereMayBeUntilOneLeaves) {
    for (std::size_t i = 0; i < EventStreams::kListenersMax; ++i) {
        EXPECT_TRUE(listen().heard("first\n\n")) << i;
    }
    EXPECT_TRUE(listen().received.starts_with("HTTP/1.1 503"));
    EXPECT_EQ(streams.statistics().refused, 1U);
    clients.front().stream->close();
    let(5ms);
    EXPECT_TRUE(listen().heard("first\n\n"));
    EXPECT_EQ(streams.statistics().listeners, EventStreams::kListenersMax);
}

// Nothing is taken while the reactor does not run.
TEST_F(EventStreamsTest, WhoDoesNotReadMissesEventsAndIsThenCutOff) {
    Listening& slow = listen();
    tell("taken\n\n");  // Is queued, and waits.
    for (std::uint32_t i = 0; i < EventStreams::kMissedMax; ++i) {
        tell("missed\n\n");
        ASSERT_TRUE(streams.has_listeners()) << i;
    }
    let(5ms);  // It reads after all: nothing that it missed comes, and the count begins anew.
    EXPECT_TRUE(slow.heard("first\n\ntaken\n\n"));
    for (std::uint32_t i = 0; i < EventStreams::kMissedMax + 1; ++i) {
        tell("again\n\n");
    }
    EXPECT_TRUE(streams.has_listeners());
    EXPECT_FALSE(slow.is_closed);
    tell("one more\n\n");
    EXPECT_FALSE(streams.has_listeners());
    EXPECT_EQ(streams.statistics().cut_off, 1U);
    let(5ms);
    EXPECT_TRUE(slow.is_closed);
}

TEST_F(EventStreamsTest, SaysThatItIsThereWhereNothingElseWasSaidForAWhile) {
    const Listening& client = listen();
    let(EventStreams::kSilenceMax - 10ms);
    streams.keep_alive(reactor.now());
    let(5ms);
    EXPECT_TRUE(client.heard("first\n\n"));
    let(5ms);
    streams.keep_alive(reactor.now());
    let(5ms);
    EXPECT_TRUE(client.heard("first\n\n: alive\n\n"));
    streams.keep_alive(reactor.now());  // Not at once again.
    let(5ms);
    EXPECT_TRUE(client.heard("first\n\n: alive\n\n"));
}

TEST_F(EventStreamsTest, OutlivesItsServer) {
    const Listening& client = listen();
    server.reset();
    tell("nobody\n\n");
    let(5ms);
    EXPECT_FALSE(streams.has_listeners());
    EXPECT_TRUE(client.is_closed);
}

}  // namespace
}  // namespace sniperforge::ops
