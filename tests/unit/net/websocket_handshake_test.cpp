// SPDX-License-Identifier: MIT
// A client's own headers in the handshake, and what a stranger may do after it.
#include "net/websocket_handshake.hpp"

#include <gtest/gtest.h>

#include "net/websocket_frame.hpp"
#include "net_test_support.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/net/websocket.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using test::RawServer;
using test::RecordingOwner;

const Url kUrl = *parse_url("ws://feed.test:8900/");
const std::string kKey = "dGhlIHNhbXBsZSBub25jZQ==";
const HttpHeader kSecret{"Authorization", "Bearer 0123456789abcdef"};

struct Events : WebSocketEvents {
    void on_open() override { ++opened; }
    void on_message(std::string_view message, MonoTime) override { messages.emplace_back(message); }
    void on_close(const Error& reason) override {
        ++closed;
        close_reason = reason.text;
    }
    int opened = 0;
    int closed = 0;
    std::vector<std::string> messages;
    std::string close_reason;
};

// Answers the handshake, or with `refusal`; then sends `bytes`.
struct Server {
    Server(Reactor& reactor, Bytes bytes, std::string refusal = {})
        : raw{reactor, kUrl.address, [bytes = std::move(bytes), refusal](RecordingOwner& peer) {
                  peer.when_read = [&peer, bytes, refusal, is_done = false]() mutable {
                      if (is_done || !peer.received.ends_with("\r\n\r\n")) {
                          return;
                      }
                      is_done = true;
                      const auto at = peer.received.find("Sec-WebSocket-Key: ");
                      peer.write(refusal.empty()
                                     ? "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                       "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                                           accept_key(peer.received.substr(at + 19, 24)) +
                                           "\r\n\r\n"
                                     : refusal);
                      peer.stream->write(bytes);
                  };
              }} {}
    RawServer raw;
};

TEST(WebSocketHeaders, AreSentWithTheHandshake) {
    VirtualReactor reactor;
    const Server server{reactor, {}};
    Events events;
    const WebSocketClient client{
        reactor, kUrl, events, {.headers = {kSecret, {"X-Token", "a\tb"}}}};
    reactor.run_until(MonoTime{0} + 1s);
    EXPECT_EQ(events.opened, 1);
    EXPECT_TRUE(server.raw.connections.at(0)->received.ends_with(
        "Sec-WebSocket-Version: 13\r\nAuthorization: Bearer 0123456789abcdef\r\n"
        "X-Token: a\tb\r\n\r\n"))
        << server.raw.connections.at(0)->received;
}

TEST(WebSocketHeaders, OnesThatWouldAddOrReplaceOthersEndTheClientBeforeAnythingIsSent) {
    const std::vector<std::pair<HttpHeader, std::string>> cases{
        {{"X-Key", "hidden\r\nX-Other: y"}, "header 1 of 1 cannot be sent"},
        {{"X-Key", "hidden\n"}, "header 1 of 1 cannot be sent"},
        {{"X Key", "hidden"}, "header 1 of 1 cannot be sent"},
        {{"", "hidden"}, "header 1 of 1 cannot be sent"},
        {{"HOST", "hidden"}, "'HOST' is the handshake's own"},
        {{"Upgrade", "hidden"}, "'Upgrade' is"},
        {{"connection", "hidden"}, "'connection' is"},
        {{"Content-Length", "hidden"}, "'Content-Length' is"},
        {{"Transfer-Encoding", "hidden"}, "'Transfer-Encoding' is"},
        {{"sec-websocket-key", "hidden"}, "'sec-websocket-key' is"},
        {{"Sec-WebSocket-Extensions", "hidden"}, "'Sec-WebSocket-Extensions' is"},
        {{"Sec-WebSocket-Protocol", "hidden"}, "'Sec-WebSocket-Protocol' is"}};
    for (const auto& [header, why] : cases) {
        VirtualReactor reactor;
        const Server server{reactor, {}};
        Events events;
        const WebSocketClient client{reactor, kUrl, events, {.headers = {header}}};
        EXPECT_EQ(events.closed, 0) << "never from inside the constructor";
        reactor.run();
        EXPECT_EQ(events.opened, 0);
        EXPECT_EQ(events.closed, 1);
        EXPECT_TRUE(events.close_reason.contains(why)) << events.close_reason;
        EXPECT_FALSE(events.close_reason.contains("hidden")) << events.close_reason;
        EXPECT_TRUE(server.raw.connections.empty());
    }
}

TEST(WebSocketHeaders, AreRefusedBeyond4096BytesInAll) {
    EXPECT_TRUE(check_own_headers({{"ab", std::string(4094, 'x')}}));
    EXPECT_FALSE(check_own_headers({{"ab", std::string(4095, 'x')}}));
    EXPECT_TRUE(check_own_headers({}));
}

TEST(WebSocketHeaders, AClientWithABadHeaderMayBeDeletedBeforeItIsTold) {
    VirtualReactor reactor;
    Events events;
    {
        const WebSocketClient client{reactor, kUrl, events, {.headers = {{"Host", "x"}}}};
        EXPECT_FALSE(client.is_open());
    }
    reactor.run();
    EXPECT_EQ(events.closed, 0);
}

TEST(WebSocketHeaders, AKeyThatTheServerRepeatsIsMasked) {
    const std::string body = "no such key: 0123456789abcdef (Bearer)";
    Bytes close;
    append_close_frame(close, 1008, "key 0123456789abcdef revoked", std::nullopt);
    for (const bool is_refused : {true, false}) {
        VirtualReactor reactor;
        const Server server{reactor, is_refused ? Bytes{} : close,
                            is_refused ? "HTTP/1.1 401 Unauthorized\r\nContent-Length: " +
                                             std::to_string(body.size()) + "\r\n\r\n" + body
                                       : std::string{}};
        Events events;
        const WebSocketClient client{reactor, kUrl, events, {.headers = {kSecret}}};
        reactor.run();
        EXPECT_EQ(events.closed, 1);
        EXPECT_TRUE(events.close_reason.contains(is_refused ? "no such key: *** (Bearer)"
                                                            : "key *** revoked"))
            << events.close_reason;
        EXPECT_FALSE(events.close_reason.contains("0123456789abcdef"));
    }
}

TEST(Quote, CutsAt200CharactersAfterMaskingAndShowsNoControlCharacters) {
    const std::string key(30, 'k');
    const std::string text = std::string(190, 'x') + key + "\x1b[2J";
    EXPECT_EQ(quote(text, {{"X-Key", key}}), std::string(190, 'x') + "*** [2J");
    EXPECT_EQ(quote(text, {}), std::string(190, 'x') + std::string(10, 'k'));
    EXPECT_EQ(quote("id=12345678", {{"X-Key", "1234567"}}), "id=12345678");  // Too short to mask.
    EXPECT_EQ(quote("id=12345678", {{"Cookie", "id=12345678; a=b"}}), "id=***");
}

TEST(WebSocketStranger, APeerThatStallsInTheMiddleOfAFrameIsCaughtBySilence) {
    Bytes whole;
    append_frame(whole, Opcode::Text, bytes_of(std::string(1000, 'x')), std::nullopt);
    for (const std::size_t sent : {std::size_t{1}, std::size_t{3}, whole.size() - 1}) {
        VirtualReactor reactor;
        const Server server{
            reactor, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(sent))};
        Events events;
        const WebSocketClient client{
            reactor, kUrl, events, {.ping_interval = 10s, .silence_max = 25s}};
        // The last bytes came 800 us after the start, with the handshake's answer.
        reactor.run_until(MonoTime{800'000} + (25s - 1ns));
        EXPECT_EQ(events.closed, 0);
        reactor.run_until(MonoTime{800'000} + 25s);
        EXPECT_EQ(events.closed, 1);
        EXPECT_TRUE(events.close_reason.contains("silence_max 25000 ms")) << events.close_reason;
        EXPECT_TRUE(events.messages.empty());
    }
}

TEST(WebSocketStranger, AMaskedFrameFromTheServerIsAProtocolErrorThatItIsTold) {
    for (const std::size_t chunk : test::kChunks) {
        VirtualReactor reactor{{.chunk_max = chunk}};
        Bytes bytes;
        append_frame(bytes, Opcode::Text, bytes_of("hello"), FrameMask{1, 2, 3, 4});
        const Server server{reactor, bytes};
        Events events;
        const WebSocketClient client{reactor, kUrl, events};
        reactor.run();
        EXPECT_EQ(events.closed, 1);
        EXPECT_TRUE(events.close_reason.contains("1002")) << events.close_reason;
        EXPECT_TRUE(events.messages.empty());
    }
}

TEST(WebSocketStranger, NoExtensionIsOfferedAndNoneIsTaken) {
    const std::string request = format_upgrade_request(kUrl, kKey);
    EXPECT_FALSE(request.contains("Extensions"));
    EXPECT_FALSE(request.contains("deflate"));
    // A compressed message has the first reserved bit set.
    VirtualReactor reactor;
    const Server server{reactor, Bytes{0xC1, 0x01, 'x'}};
    Events events;
    const WebSocketClient client{reactor, kUrl, events};
    reactor.run();
    EXPECT_TRUE(events.close_reason.contains("reserved bits")) << events.close_reason;
}

TEST(WebSocketStranger, AServersTrickleThatNeverCompletesAHandshakeEndsAtItsTimeout) {
    VirtualReactor reactor;
    std::function<void(RecordingOwner&)> trickle = [&](RecordingOwner& peer) {
        if (peer.closed == 0) {
            peer.write("x");
            reactor.schedule_after(1s, [&] { trickle(peer); });
        }
    };
    const RawServer server{reactor, kUrl.address, [&](RecordingOwner& peer) {
                               peer.when_connected = [&] {
                                   peer.write("HTTP/1.1 101 ");
                                   trickle(peer);
                               };
                           }};
    Events events;
    const WebSocketClient client{reactor, kUrl, events, {.handshake_timeout = 5s}};
    reactor.run_until(MonoTime{0} + 5s);
    EXPECT_EQ(events.closed, 1);
    EXPECT_TRUE(events.close_reason.contains("within 5000 ms")) << events.close_reason;
    reactor.run();
}

}  // namespace
}  // namespace sniperforge::net
