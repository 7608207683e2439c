// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "net/tls_stream.hpp"
#include "net_test_support.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/net/websocket.hpp"
#include "tls_test_support.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using test::CaFile;
using test::Identity;
using test::RawServer;
using test::RecordingOwner;
using test::TlsListeningReactor;

class TlsTest : public testing::Test {
 protected:
    TlsTest()
        : authority_{test::make_identity(nullptr, "one")},
          stranger_{test::make_identity(nullptr, "two")},
          server_{test::make_identity(&authority_, "DNS:localhost,IP:127.0.0.1")},
          server_context_{test::make_server_context(server_)} {}

    const Identity authority_;
    const Identity stranger_;
    const Identity server_;
    const SslContext server_context_;
};

// TLS over the virtual network: a client that trusts `ca_file` and expects `host`.
struct VirtualTls {
    VirtualTls(SSL_CTX& server_context, const std::string& ca_file, const std::string& host,
               std::size_t chunk)
        : reactor{{.chunk_max = chunk}},
          tls_reactor{reactor, server_context},
          server{tls_reactor, kAddress},
          client_context{*make_tls_client_context(ca_file)} {
        auto stream =
            std::make_unique<TlsStream>(reactor, *client_context, TlsRole::Client, host, client);
        stream->attach(reactor.connect(kAddress, stream->inner_events()));
        client.stream = std::move(stream);
    }
    inline static const Address kAddress{.host = "127.0.0.1", .port = 443, .is_tls = true};
    VirtualReactor reactor;
    TlsListeningReactor tls_reactor;
    RawServer server;
    SslContext client_context;
    RecordingOwner client;
};

TEST_F(TlsTest, CarriesBytesThroughTornRecords) {
    const CaFile ca{authority_, "ca"};
    for (const std::size_t chunk : test::kChunks) {
        SCOPED_TRACE(chunk);
        VirtualTls tls{*server_context_, ca.path(), "localhost", chunk};
        std::string sent(100'000, ' ');
        Rng rng{1};
        for (char& c : sent) {
            c = static_cast<char>(rng.next());
        }
        tls.client.write("early");
        tls.client.when_connected = [&] { tls.client.write(sent); };
        tls.reactor.run();
        ASSERT_EQ(tls.client.connected, 1) << tls.client.close_reason;
        RecordingOwner& peer = *tls.server.connections.at(0);
        EXPECT_EQ(peer.received, "early" + sent);
        peer.write("answer");
        tls.reactor.run();
        EXPECT_EQ(tls.client.received, "answer");
        peer.stream->close();
        tls.reactor.run();
        EXPECT_EQ(tls.client.closed, 1);
        EXPECT_TRUE(tls.client.close_reason.contains("closed by the peer"));
    }
}

TEST_F(TlsTest, RefusesACertificateForAnotherHost) {
    const CaFile ca{authority_, "ca"};
    for (const std::string host : {"example.com", "127.0.0.2", "localhost.example.com"}) {
        VirtualTls tls{*server_context_, ca.path(), host, 0};
        tls.client.write("secret");
        tls.reactor.run();
        EXPECT_EQ(tls.client.connected, 0);
        EXPECT_EQ(tls.client.closed, 1);
        EXPECT_TRUE(tls.client.close_reason.contains("mismatch")) << tls.client.close_reason;
        EXPECT_EQ(tls.server.connections.at(0)->received, "");
    }
}

TEST_F(TlsTest, AcceptsTheNamesAndAddressesOfTheCertificate) {
    const CaFile ca{authority_, "ca"};
    for (const std::string host : {"localhost", "127.0.0.1"}) {
        VirtualTls tls{*server_context_, ca.path(), host, 0};
        tls.reactor.run();
        EXPECT_EQ(tls.client.connected, 1) << tls.client.close_reason;
    }
}

TEST_F(TlsTest, RefusesACertificateOfAnUnknownAuthority) {
    const CaFile ca{stranger_, "ca"};
    VirtualTls tls{*server_context_, ca.path(), "localhost", 0};
    tls.reactor.run();
    EXPECT_EQ(tls.client.connected, 0);
    EXPECT_EQ(tls.client.closed, 1);
    EXPECT_TRUE(tls.client.close_reason.contains("certificate refused")) << tls.client.close_reason;
}

TEST_F(TlsTest, RefusesVersionsBefore12) {
    const CaFile ca{authority_, "ca"};
    const SslContext old = test::make_server_context(server_);
    SSL_CTX_set_security_level(old.get(), 0);
    SSL_CTX_set_max_proto_version(old.get(), TLS1_1_VERSION);
    VirtualTls tls{*old, ca.path(), "localhost", 0};
    tls.reactor.run();
    EXPECT_EQ(tls.client.connected, 0);
    EXPECT_EQ(tls.client.closed, 1);
}

TEST_F(TlsTest, AServerThatDoesNotSpeakTlsIsAnError) {
    const CaFile ca{authority_, "ca"};
    VirtualReactor reactor;
    RawServer server{reactor, VirtualTls::kAddress, [](RecordingOwner& peer) {
                         peer.when_read = [&peer] { peer.write("HTTP/1.1 400 no\r\n\r\n"); };
                     }};
    const SslContext context = *make_tls_client_context(ca.path());
    RecordingOwner client;
    auto stream =
        std::make_unique<TlsStream>(reactor, *context, TlsRole::Client, "localhost", client);
    stream->attach(reactor.connect(VirtualTls::kAddress, stream->inner_events()));
    client.stream = std::move(stream);
    reactor.run();
    EXPECT_EQ(client.connected, 0);
    EXPECT_EQ(client.closed, 1);
}

TEST_F(TlsTest, DamagedRecordsEndTheStream) {
    const CaFile ca{authority_, "ca"};
    VirtualTls tls{*server_context_, ca.path(), "localhost", 0};
    tls.reactor.run();
    ASSERT_EQ(tls.client.connected, 1);
    // Bytes that the peer's TLS did not make, straight into the client's.
    auto& stream = dynamic_cast<TlsStream&>(*tls.client.stream);
    const auto space = stream.inner_events().read_buffer();
    std::fill_n(space.begin(), 100, std::uint8_t{0x17});
    stream.inner_events().on_read(100, tls.reactor.now());
    EXPECT_EQ(tls.client.closed, 1);
    EXPECT_EQ(tls.client.received, "");
}

TEST_F(TlsTest, MayBeDeletedInEachOfItsEvents) {
    const CaFile ca{authority_, "ca"};
    for (const int event : {0, 1, 2}) {
        VirtualTls tls{*server_context_, ca.path(), "localhost", 0};
        tls.client.when_connected = [&, event] {
            if (event == 0) {
                tls.client.stream.reset();
            } else {
                tls.client.write("q");
            }
        };
        tls.client.when_read = [&] { tls.client.stream.reset(); };
        tls.client.when_closed = [&] { tls.client.stream.reset(); };
        tls.reactor.run();
        if (event != 0) {
            RecordingOwner& peer = *tls.server.connections.at(0);
            if (event == 1) {
                peer.write("first");
                peer.write("second");
            } else {
                peer.stream->close();
            }
            tls.reactor.run();
        }
        EXPECT_EQ(tls.client.stream, nullptr);
        EXPECT_EQ(tls.client.received, event == 1 ? "first" : "");
    }
}

TEST_F(TlsTest, AMissingAuthorityFileIsToldByName) {
    const auto context = make_tls_client_context("/does/not/exist.pem");
    ASSERT_FALSE(context);
    EXPECT_TRUE(context.error().text.contains("/does/not/exist.pem"));
}

// The same over real sockets.
struct Watchdog {
    explicit Watchdog(Reactor& reactor) {
        reactor.schedule_after(300s, [&reactor] {
            ADD_FAILURE() << "nothing happened for 30 s";
            reactor.stop();
        });
    }
};

TEST_F(TlsTest, HttpOverRealSocketsChecksHostAndAuthority) {
    const CaFile ca{authority_, "ca"};
    const CaFile other_ca{stranger_, "other_ca"};
    // "localhost" may resolve to ::1 first, where nobody listens: the next address is tried.
    const Identity elsewhere = test::make_identity(&authority_, "DNS:example.com");
    const SslContext elsewhere_context = test::make_server_context(elsewhere);
    for (const auto& [ca_file, context, is_accepted] :
         std::vector<std::tuple<std::string, SSL_CTX*, bool>>{
             {ca.path(), server_context_.get(), true},
             {ca.path(), elsewhere_context.get(), false},
             {other_ca.path(), server_context_.get(), false},
             {"/does/not/exist.pem", server_context_.get(), false}}) {
        const auto reactor = make_asio_reactor({.ca_file = ca_file});
        const Watchdog watchdog{*reactor};
        TlsListeningReactor tls_reactor{*reactor, *context};
        int handled = 0;
        const auto server = *HttpServer::start(
            tls_reactor, {"127.0.0.1", 0, false}, [&](const HttpRequest&, HttpResponder respond) {
                ++handled;
                respond({.status = 200, .headers = {}, .body = std::string(300'000, 'x')});
            });
        HttpClient client{*reactor, {"localhost", server->port(), true}, {.timeout = 300s}};
        std::optional<HttpResult> answer;
        client.request({.method = "GET", .target = "/", .headers = {}, .body = {}},
                       [&](HttpResult result) {
                           answer = std::move(result);
                           reactor->stop();
                       });
        reactor->run();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->has_value(), is_accepted);
        EXPECT_EQ(handled, is_accepted ? 1 : 0);
        if (is_accepted) {
            EXPECT_EQ((*answer)->body.size(), 300'000U);
        } else {
            EXPECT_EQ(answer->error().kind, HttpFailure::Kind::Connect);
            EXPECT_FALSE(answer->error().was_written);
        }
    }
}

struct EchoServer : WebSocketServerEvents {
    void on_peer_open(WebSocketPeer&) override {}
    void on_peer_message(WebSocketPeer& peer, std::string_view message) override {
        peer.send_text(message);
    }
    void on_peer_close(WebSocketPeer&) override {}
};

struct EchoClient : WebSocketEvents {
    EchoClient(Reactor& owner, std::vector<std::string> texts)
        : reactor{owner}, messages{std::move(texts)} {}
    void on_open() override {
        for (const std::string& message : messages) {
            client->send_text(message);
        }
    }
    void on_message(std::string_view message, MonoTime) override {
        received.emplace_back(message);
        if (received.size() == messages.size()) {
            reactor.stop();
        }
    }
    void on_close(const Error& reason) override {
        ADD_FAILURE() << reason.text;
        reactor.stop();
    }
    Reactor& reactor;
    std::vector<std::string> messages;
    std::vector<std::string> received;
    std::unique_ptr<WebSocketClient> client;
};

TEST_F(TlsTest, WebSocketOverRealSocketsEchoesSmallAndLargeMessages) {
    const CaFile ca{authority_, "ca"};
    for (const bool is_tls : {true, false}) {
        const auto reactor = make_asio_reactor({.ca_file = ca.path()});
        const Watchdog watchdog{*reactor};
        TlsListeningReactor tls_reactor{*reactor, *server_context_};
        EchoServer echo;
        const auto server =
            *WebSocketServer::start(is_tls ? tls_reactor : *reactor, {"127.0.0.1", 0, false}, echo);
        EchoClient client{*reactor,
                          {"hello", "", std::string(1'200, 'a'), std::string(3'000'000, 'b'), "x"}};
        client.client = std::make_unique<WebSocketClient>(
            *reactor, Url{{"127.0.0.1", server->port(), is_tls}, "/"}, client);
        reactor->run();
        EXPECT_EQ(client.received, client.messages);
    }
}

}  // namespace
}  // namespace sniperforge::net
