// SPDX-License-Identifier: MIT
#include "sniperforge/net/websocket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "net/websocket_frame.hpp"
#include "net/websocket_handshake.hpp"
#include "net_test_support.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using test::RawServer;
using test::RecordingOwner;

const Url kServerUrl = *parse_url("ws://feed.test:8900/stream?key=1");

struct ClientEvents : WebSocketEvents {
    void on_open() override {
        ++opened;
        if (when_open) {
            when_open();
        }
    }
    void on_message(std::string_view message, MonoTime at) override {
        messages.emplace_back(message);
        last_at = at;
        // Both are ours to write during the call.
        std::memset(const_cast<char*>(message.data()), 'Z', message.size() + kMessagePadding);
        if (when_message) {
            when_message();
        }
    }
    void on_close(const Error& reason) override {
        ++closed;
        close_reason = reason.text;
        if (when_close) {
            when_close();
        }
    }
    int opened = 0;
    int closed = 0;
    std::vector<std::string> messages;
    std::string close_reason;
    MonoTime last_at;
    std::function<void()> when_open;
    std::function<void()> when_message;
    std::function<void()> when_close;
};

struct ServerEvents : WebSocketServerEvents {
    void on_peer_open(WebSocketPeer& peer) override {
        peers.push_back(&peer);
        if (when_open) {
            when_open(peer);
        }
    }
    void on_peer_message(WebSocketPeer& peer, std::string_view message) override {
        messages.emplace_back(message);
        if (when_message) {
            when_message(peer, message);
        }
    }
    void on_peer_close(WebSocketPeer& peer) override {
        ++closed;
        std::erase(peers, &peer);
        if (when_close) {
            when_close();
        }
    }
    std::vector<WebSocketPeer*> peers;
    std::vector<std::string> messages;
    int closed = 0;
    std::function<void(WebSocketPeer&)> when_open;
    std::function<void(WebSocketPeer&, std::string_view)> when_message;
    std::function<void()> when_close;
};

struct Pair {
    explicit Pair(std::size_t chunk, WebSocketOptions options = {})
        : reactor{{.chunk_max = chunk}},
          server{*WebSocketServer::start(reactor, kServerUrl.address, server_events, options)} {}
    void connect(WebSocketOptions options = {}) {
        client = std::make_unique<WebSocketClient>(reactor, kServerUrl, client_events, options);
    }
    void run_for(Duration duration) { reactor.run_until(reactor.now() + duration); }

    VirtualReactor reactor;
    ServerEvents server_events;
    ClientEvents client_events;
    std::unique_ptr<WebSocketServer> server;
    std::unique_ptr<WebSocketClient> client;
};

TEST(WebSocket, CarriesMessagesBothWaysWhole) {
    for (const std::size_t chunk : test::kChunks) {
        SCOPED_TRACE(chunk);
        Pair pair{chunk};
        const std::vector<std::string> messages{
            "",    "a", std::string(125, 'b'), std::string(126, 'c'), std::string(70'000, 'd'),
            "last"};
        pair.server_events.when_message = [](WebSocketPeer& peer, std::string_view message) {
            peer.send_text(message);
        };
        pair.client_events.when_open = [&] {
            for (const std::string& message : messages) {
                pair.client->send_text(message);
            }
        };
        pair.connect();
        EXPECT_FALSE(pair.client->is_open());
        pair.client->send_text("too early, ignored");
        pair.run_for(10s);
        EXPECT_TRUE(pair.client->is_open());
        EXPECT_EQ(pair.client_events.opened, 1);
        EXPECT_EQ(pair.server_events.messages, messages);
        EXPECT_EQ(pair.client_events.messages, messages);
        EXPECT_EQ(pair.client_events.closed, 0);
    }
}

TEST(WebSocket, StampsAMessageWithTheArrivalOfItsLastByte) {
    Pair pair{0};
    pair.connect();
    pair.run_for(10ms);
    pair.server_events.peers.at(0)->send_text("x");
    pair.run_for(10ms);
    EXPECT_EQ(pair.client_events.last_at, MonoTime{0} + 10ms + 200us);
}

TEST(WebSocket, FramesBehindTheHandshakeInTheSameReadAreNotLost) {
    for (const std::size_t chunk : test::kChunks) {
        Pair pair{chunk};
        pair.server_events.when_open = [](WebSocketPeer& peer) {
            peer.send_text("one");
            peer.send_text("two");
        };
        pair.connect();
        pair.run_for(1s);
        EXPECT_EQ(pair.client_events.messages, (std::vector<std::string>{"one", "two"}));
    }
}

// A server of raw bytes: completes the handshake, then sends `bytes` (unmasked frames).
struct RawFeed {
    RawFeed(VirtualReactor& reactor, Bytes bytes, std::string accept = {})
        : server{reactor, kServerUrl.address,
                 [bytes = std::move(bytes), accept](RecordingOwner& peer) {
                     peer.when_read = [&peer, bytes, accept, done = false]() mutable {
                         const auto at = peer.received.find("Sec-WebSocket-Key: ");
                         if (done || !peer.received.ends_with("\r\n\r\n")) {
                             return;
                         }
                         done = true;
                         const std::string key = peer.received.substr(at + 19, 24);
                         peer.write(
                             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                             "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                             (accept.empty() ? accept_key(key) : accept) + "\r\n\r\n");
                         peer.stream->write(bytes);
                     };
                 }} {}
    RawServer server;
};

Bytes frame_of(Opcode opcode, std::string_view payload) {
    Bytes out;
    append_frame(out, opcode, bytes_of(payload), std::nullopt);
    return out;
}

// What the client sent after its handshake, decoded as a server would.
std::vector<std::pair<FrameEvent::Kind, std::string>> sent_by_client(const RecordingOwner& peer) {
    FrameDecoder decoder{WebSocketRole::Server, 1U << 20U};
    const std::string text = peer.received.substr(peer.received.find("\r\n\r\n") + 4);
    const auto space = decoder.read_buffer();
    std::memcpy(space.data(), text.data(), text.size());
    decoder.commit(text.size());
    std::vector<std::pair<FrameEvent::Kind, std::string>> sent;
    for (auto event = decoder.next(); event.kind != FrameEvent::Kind::NeedMore;
         event = decoder.next()) {
        const bool is_close = event.kind == FrameEvent::Kind::Close;
        sent.emplace_back(event.kind,
                          is_close ? std::to_string(event.code)
                                   : std::string{event.payload.begin(), event.payload.end()});
    }
    return sent;
}

TEST(WebSocketClient, AnswersPingsAndTheCloseHandshake) {
    for (const std::size_t chunk : test::kChunks) {
        VirtualReactor reactor{{.chunk_max = chunk}};
        Bytes bytes = frame_of(Opcode::Ping, "are you there");
        append(bytes, frame_of(Opcode::Text, "hello"));
        append_close_frame(bytes, 1001, "moving", std::nullopt);
        RawFeed feed{reactor, bytes};
        ClientEvents events;
        WebSocketClient client{reactor, kServerUrl, events};
        reactor.run();
        EXPECT_EQ(events.messages, std::vector<std::string>{"hello"});
        EXPECT_EQ(events.closed, 1);
        EXPECT_TRUE(events.close_reason.contains("1001 moving")) << events.close_reason;
        EXPECT_FALSE(client.is_open());
        using EventKind = FrameEvent::Kind;
        EXPECT_EQ(sent_by_client(*feed.server.connections.at(0)),
                  (std::vector<std::pair<EventKind, std::string>>{
                      {EventKind::Pong, "are you there"}, {EventKind::Close, "1001"}}));
    }
}

// RFC 6455, section 5.5.1: behind a Close frame nothing is sent, so that whatever comes is not the
// peer's word.
TEST(WebSocketClient, NothingBehindACloseFrameIsHandedUp) {
    for (const std::size_t chunk : test::kChunks) {
        VirtualReactor reactor{{.chunk_max = chunk}};
        Bytes bytes = frame_of(Opcode::Text, "before");
        append_close_frame(bytes, 1000, "done", std::nullopt);
        append(bytes, frame_of(Opcode::Text, "behind"));
        append(bytes, frame_of(Opcode::Ping, "behind"));
        const RawFeed feed{reactor, bytes};
        ClientEvents events;
        const WebSocketClient client{reactor, kServerUrl, events};
        reactor.run();
        EXPECT_EQ(events.messages, std::vector<std::string>{"before"});
        EXPECT_EQ(events.closed, 1);
        EXPECT_EQ(sent_by_client(*feed.server.connections.at(0)).size(), 1U) << "its own Close";
    }
}

TEST(WebSocketClient, TellsThePeerWhatWasWrong) {
    const std::vector<std::pair<Bytes, std::string>> cases{
        {frame_of(Opcode::Text, std::string(1001, 'x')), "1009"},
        {frame_of(Opcode::Binary, "x"), "1003"},
        {frame_of(Opcode::Continuation, "x"), "1002"},
        {Bytes{0xC1, 0x00}, "1002"}};
    for (const auto& [bytes, code] : cases) {
        VirtualReactor reactor{{.chunk_max = 7}};
        RawFeed feed{reactor, bytes};
        ClientEvents events;
        WebSocketClient client{reactor, kServerUrl, events, {.message_bytes_max = 1000}};
        reactor.run();
        EXPECT_EQ(events.closed, 1);
        EXPECT_TRUE(events.messages.empty());
        const auto sent = sent_by_client(*feed.server.connections.at(0));
        ASSERT_EQ(sent.size(), 1U);
        EXPECT_EQ(sent[0].second, code);
    }
}

TEST(WebSocketClient, ChecksTheServersConsent) {
    VirtualReactor reactor;
    RawFeed feed{reactor, {}, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="};
    ClientEvents events;
    WebSocketClient client{reactor, kServerUrl, events};
    reactor.run();
    EXPECT_EQ(events.opened, 0);
    EXPECT_EQ(events.closed, 1);
    EXPECT_TRUE(events.close_reason.contains("Sec-WebSocket-Accept")) << events.close_reason;
}

TEST(WebSocketClient, ReportsARefusalWithItsStatusAndReason) {
    for (const std::string tail : {"Content-Length: 4\r\n\r\nbusy", "\r\nbusy"}) {
        VirtualReactor reactor{{.chunk_max = 3}};
        RawServer server{reactor, kServerUrl.address, [&](RecordingOwner& peer) {
                             peer.when_read = [&peer, tail] {
                                 if (peer.received.ends_with("\r\n\r\n")) {
                                     peer.write("HTTP/1.1 429 Too Many Requests\r\n" + tail);
                                     peer.stream->close();
                                 }
                             };
                         }};
        ClientEvents events;
        WebSocketClient client{reactor, kServerUrl, events};
        reactor.run();
        EXPECT_EQ(events.closed, 1);
        EXPECT_TRUE(events.close_reason.contains("429 Too Many Requests: busy"))
            << events.close_reason;
    }
}

TEST(WebSocketClient, AFailedConnectAndASilentHandshakeEndWithAReason) {
    VirtualReactor reactor;
    ClientEvents refused;
    WebSocketClient nobody{reactor, kServerUrl, refused};
    reactor.run();
    EXPECT_EQ(refused.closed, 1);
    EXPECT_TRUE(refused.close_reason.contains("connection refused"));

    RawServer silent{reactor, kServerUrl.address};
    ClientEvents waiting;
    const MonoTime start = reactor.now();
    WebSocketClient client{reactor, kServerUrl, waiting, {.handshake_timeout = 3s}};
    reactor.run_until(MonoTime{start.ns + 2'999'999'999});
    EXPECT_EQ(waiting.closed, 0);
    reactor.run();
    EXPECT_EQ(waiting.closed, 1);
    EXPECT_TRUE(waiting.close_reason.contains("3000 ms"));
}

TEST(WebSocketClient, PingsOnTimeAndEndsAfterSilence) {
    VirtualReactor reactor;
    RawFeed feed{reactor, {}};
    ClientEvents events;
    MonoTime closed_at;
    events.when_close = [&] { closed_at = reactor.now(); };
    WebSocketClient client{reactor, kServerUrl, events, {.ping_interval = 10s, .silence_max = 25s}};
    reactor.run();
    using EventKind = FrameEvent::Kind;
    EXPECT_EQ(sent_by_client(*feed.server.connections.at(0)),
              (std::vector<std::pair<EventKind, std::string>>{
                  {EventKind::Ping, ""}, {EventKind::Ping, ""}, {EventKind::Close, "1001"}}));
    EXPECT_EQ(events.closed, 1);
    EXPECT_TRUE(events.close_reason.contains("silence_max 25000 ms")) << events.close_reason;
    // The handshake's answer came after two round trips of 400 us.
    EXPECT_EQ(closed_at, MonoTime{0} + 800us + 25s);
}

TEST(WebSocket, PongsKeepAQuietConnectionOpen) {
    Pair pair{0, {.ping_interval = 0s, .silence_max = 0s}};
    pair.connect({.ping_interval = 10s, .silence_max = 25s});
    pair.run_for(1h);
    EXPECT_TRUE(pair.client->is_open());
}

TEST(WebSocket, OurOwnCloseIsSilentHereAndToldThere) {
    Pair pair{0};
    pair.connect();
    pair.run_for(1s);
    pair.client->close();
    EXPECT_FALSE(pair.client->is_open());
    pair.client->send_text("ignored");
    pair.run_for(1s);
    EXPECT_EQ(pair.client_events.closed, 0);
    EXPECT_EQ(pair.server_events.closed, 1);
    EXPECT_TRUE(pair.server_events.messages.empty());

    pair.connect();
    pair.run_for(1s);
    ASSERT_EQ(pair.server_events.peers.size(), 1U);
    pair.server_events.peers[0]->close();
    pair.run_for(1s);
    EXPECT_EQ(pair.client_events.closed, 1);
    EXPECT_EQ(pair.server_events.closed, 1);
}

TEST(WebSocket, ClientsMayBeDeletedInEachOfTheirEvents) {
    for (const int event : {0, 1, 2}) {
        for (const std::size_t chunk : {0U, 1U}) {
            Pair pair{chunk};
            pair.server_events.when_open = [event](WebSocketPeer& peer) {
                peer.send_text("one");
                peer.send_text("two");
                if (event == 2) {
                    peer.close();
                }
            };
            const auto kill = [&] { pair.client.reset(); };
            (event == 0   ? pair.client_events.when_open
             : event == 1 ? pair.client_events.when_message
                          : pair.client_events.when_close) = kill;
            pair.connect();
            pair.run_for(1s);
            EXPECT_EQ(pair.client, nullptr);
            EXPECT_EQ(pair.client_events.messages.size(), event == 0 ? 0U : event == 1 ? 1U : 2U);
            EXPECT_EQ(pair.server_events.closed, event == 2 ? 0 : 1);
        }
    }
}

TEST(WebSocket, TheServerMayBeDeletedInEachOfItsEvents) {
    for (const int event : {0, 1, 2}) {
        Pair pair{0};
        if (event == 0) {
            pair.server_events.when_open = [&](WebSocketPeer&) { pair.server.reset(); };
        } else if (event == 1) {
            pair.server_events.when_message = [&](WebSocketPeer&, std::string_view) {
                pair.server.reset();
            };
        } else {
            pair.server_events.when_close = [&] { pair.server.reset(); };
        }
        pair.client_events.when_open = [&] {
            pair.client->send_text("one");
            pair.client->send_text("two");
            if (event == 2) {
                pair.client->close();
            }
        };
        pair.connect();
        pair.run_for(1s);
        EXPECT_EQ(pair.server, nullptr);
        EXPECT_EQ(pair.client_events.closed, event == 2 ? 0 : 1);
    }
}

TEST(WebSocket, APeerMayBeClosedFromItsOwnMessage) {
    Pair pair{0};
    pair.server_events.when_message = [](WebSocketPeer& peer, std::string_view) { peer.close(); };
    pair.client_events.when_open = [&] {
        pair.client->send_text("one");
        pair.client->send_text("two");
    };
    pair.connect();
    pair.run_for(1s);
    EXPECT_EQ(pair.server_events.messages.size(), 1U);
    EXPECT_EQ(pair.server_events.closed, 0);
    EXPECT_EQ(pair.client_events.closed, 1);
}

TEST(WebSocket, APeerThatReadsTooSlowlyIsClosedInAnEventOfItsOwn) {
    Pair pair{0, {.queued_bytes_max = 1000}};
    pair.connect();
    pair.run_for(1s);
    WebSocketPeer& peer = *pair.server_events.peers.at(0);
    // The virtual kernels hold 256 KiB; a frame of that size has a head of 10 bytes.
    peer.send_text(std::string((256U << 10U) + 990, 'x'));
    EXPECT_EQ(peer.queued(), 1000U);
    peer.send_text("x");
    EXPECT_EQ(pair.server_events.closed, 0);
    pair.run_for(1s);
    EXPECT_EQ(pair.server_events.closed, 1);
    EXPECT_EQ(pair.client_events.closed, 1);
}

TEST(WebSocketServer, RefusesWhatIsNotAHandshakeAndFramesWithoutMask) {
    Pair pair{1};
    RecordingOwner plain;
    plain.when_connected = [&] { plain.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"); };
    plain.stream = pair.reactor.connect(kServerUrl.address, plain);
    RecordingOwner garbage;
    garbage.when_connected = [&] { garbage.write("\x01\x02\x03\r\n\r\n"); };
    garbage.stream = pair.reactor.connect(kServerUrl.address, garbage);
    RecordingOwner unmasked;
    unmasked.when_connected = [&] {
        unmasked.write(format_upgrade_request(kServerUrl, "dGhlIHNhbXBsZSBub25jZQ=="));
        unmasked.stream->write(frame_of(Opcode::Text, "hello"));
    };
    unmasked.stream = pair.reactor.connect(kServerUrl.address, unmasked);
    pair.run_for(1s);
    EXPECT_TRUE(plain.received.starts_with("HTTP/1.1 400 ")) << plain.received;
    EXPECT_EQ(plain.closed, 1);
    EXPECT_TRUE(garbage.received.starts_with("HTTP/1.1 400 ")) << garbage.received;
    EXPECT_EQ(garbage.closed, 1);
    EXPECT_TRUE(unmasked.received.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    EXPECT_TRUE(unmasked.received.contains("not masked"));
    EXPECT_EQ(unmasked.closed, 1);
    EXPECT_TRUE(pair.server_events.messages.empty());
    EXPECT_EQ(pair.server_events.closed, 1);  // Of the one that had opened.
}

TEST(WebSocket, ANetworkResetEndsBothSides) {
    Pair pair{0};
    pair.connect();
    pair.run_for(1s);
    pair.reactor.reset_all_streams();
    pair.run_for(1s);
    EXPECT_EQ(pair.client_events.closed, 1);
    EXPECT_EQ(pair.server_events.closed, 1);
}

TEST(WebSocket, ServerSurvivesGarbageFromClients) {
    Rng rng{5};
    for (int round = 0; round < 500; ++round) {
        Pair pair{rng.below(8)};
        RecordingOwner client;
        std::string text = format_upgrade_request(kServerUrl, "dGhlIHNhbXBsZSBub25jZQ==");
        for (std::uint64_t damage = rng.below(3); damage > 0; --damage) {
            text[rng.below(text.size())] = static_cast<char>(rng.next());
        }
        std::string noise(rng.below(200), ' ');
        for (char& c : noise) {
            c = static_cast<char>(rng.next());
        }
        client.when_connected = [&] { client.write(text + noise); };
        client.stream = pair.reactor.connect(kServerUrl.address, client);
        pair.run_for(60s);
        EXPECT_LE(pair.server_events.closed, 1);
    }
}

}  // namespace
}  // namespace sniperforge::net
