// SPDX-License-Identifier: MIT
// Sessions that are continued: over real sockets, with servers of both versions of TLS.
#include <gtest/gtest.h>

#include <optional>

#include "net/tls_session_cache.hpp"
#include "net/tls_stream.hpp"
#include "net_test_support.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "tls_test_support.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using test::CaFile;
using test::Identity;
using test::RawServer;
using test::RecordingOwner;
using test::TlsListeningReactor;

enum class Memory { Tickets13, Ids13, Tickets12, Ids12 };
constexpr std::array kMemories{Memory::Tickets13, Memory::Ids13, Memory::Tickets12, Memory::Ids12};

SslContext context_of(const Identity& identity, Memory memory) {
    SslContext context = test::make_server_context(identity);
    if (memory == Memory::Tickets12 || memory == Memory::Ids12) {
        SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    }
    if (memory == Memory::Ids13 || memory == Memory::Ids12) {
        SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
    }
    return context;
}

void forget_everything(SSL_CTX& context) {
    std::array<unsigned char, 80> keys{};
    keys.fill(7);
    EXPECT_EQ(SSL_CTX_set_tlsext_ticket_keys(&context, keys.data(), keys.size()), 1);
    SSL_CTX_flush_sessions(&context, 0);
}

class TlsResumption : public testing::Test {
 protected:
    const Identity authority_{test::make_identity(nullptr, "one")};
    const Identity identity_{test::make_identity(&authority_, "DNS:localhost,IP:127.0.0.1")};
    const CaFile ca_{authority_, "resumption"};
};

// An HTTP server on loopback, and clients that make one connection each.
struct World {
    World(const std::string& ca_file, SSL_CTX& context)
        : reactor{make_asio_reactor({.ca_file = ca_file})}, tls_reactor{*reactor, context} {
        reactor->schedule_after(300s, [this] {
            ADD_FAILURE() << "nothing happened for 30 s";
            reactor->stop();
        });
        server = start_server();
    }
    [[nodiscard]] std::unique_ptr<HttpServer> start_server() {
        return *HttpServer::start(tls_reactor, {"127.0.0.1", 0, false},
                                  [](const HttpRequest&, HttpResponder respond) {
                                      respond({.status = 200, .headers = {}, .body = "ok"});
                                  });
    }
    // Over a new connection. "2/1": two handshakes so far, one of them resumed.
    std::string ask(const std::string& host, std::uint16_t port) {
        HttpClient client{
            *reactor, {.host = host, .port = port, .is_tls = true}, {.timeout = 300s}};
        client.request({.method = "GET", .headers = {}, .body = {}}, [&](const HttpResult& result) {
            EXPECT_TRUE(result) << result.error().text;
            reactor->stop();
        });
        reactor->run();
        const ReactorStatistics statistics = reactor->statistics();
        return std::to_string(statistics.tls_handshakes) + "/" +
               std::to_string(statistics.tls_resumed);
    }
    std::string ask() { return ask("localhost", server->port()); }

    std::unique_ptr<Reactor> reactor;
    TlsListeningReactor tls_reactor;
    std::unique_ptr<HttpServer> server;
};

TEST_F(TlsResumption, TheFirstHandshakeIsFullAndTheNextAreResumedUntilTheServerForgets) {
    for (const Memory memory : kMemories) {
        SCOPED_TRACE(static_cast<int>(memory));
        const SslContext context = context_of(identity_, memory);
        World w{ca_.path(), *context};
        EXPECT_EQ(w.ask(), "1/0");
        EXPECT_EQ(w.ask(), "2/1");
        EXPECT_EQ(w.ask(), "3/2");
        forget_everything(*context);
        EXPECT_EQ(w.ask(), "4/2");
        EXPECT_EQ(w.ask(), "5/3");
    }
}

TEST_F(TlsResumption, NoSessionIsOfferedToAnotherHostOrPort) {
    for (const Memory memory : kMemories) {
        const SslContext context = context_of(identity_, memory);
        World w{ca_.path(), *context};
        const auto other = w.start_server();
        EXPECT_EQ(w.ask("localhost", w.server->port()), "1/0");
        EXPECT_EQ(w.ask("127.0.0.1", w.server->port()), "2/0");
        EXPECT_EQ(w.ask("localhost", other->port()), "3/0");
        EXPECT_EQ(w.ask("localhost", w.server->port()), "4/1");
    }
}

TEST_F(TlsResumption, ReactorsDoNotShareSessions) {
    const SslContext context = context_of(identity_, Memory::Tickets13);
    World one{ca_.path(), *context};
    World two{ca_.path(), *context};
    EXPECT_EQ(one.ask(), "1/0");
    EXPECT_EQ(two.ask(), "1/0");
}

// A client stream of the virtual network that shares `sessions`.
struct VirtualClient {
    VirtualClient(VirtualReactor& reactor, SSL_CTX& context, TlsSessionCache& sessions) {
        auto stream = std::make_unique<TlsStream>(
            reactor, context, TlsRole::Client, "localhost", owner,
            TlsClientShare{
                .sessions = &sessions, .port = 443, .on_refused = [this] { ++refused; }});
        stream->attach(reactor.connect({"localhost", 443, false}, stream->inner_events()));
        owner.stream = std::move(stream);
        reactor.run();
    }
    int refused = 0;
    RecordingOwner owner;
};

TEST_F(TlsResumption, ASessionOutlivesAConnectionThatTheNetworkEnded) {
    for (const Memory memory : kMemories) {
        SCOPED_TRACE(static_cast<int>(memory));
        const SslContext server_context = context_of(identity_, memory);
        VirtualReactor reactor;
        TlsListeningReactor tls_reactor{reactor, *server_context};
        RawServer server{tls_reactor, {"localhost", 443, false}};
        const SslContext context = *make_tls_client_context(ca_.path());
        TlsSessionCache sessions;
        for (std::uint64_t i = 0; i < 4; ++i) {
            VirtualClient client{reactor, *context, sessions};
            EXPECT_EQ(client.owner.connected, 1) << client.owner.close_reason;
            reactor.reset_all_streams();
            reactor.run();
            EXPECT_EQ(client.owner.closed, 1);
            EXPECT_EQ(sessions.handshakes(), i + 1);
            EXPECT_EQ(sessions.resumed(), i);
        }
    }
}

TEST_F(TlsResumption, ARefusedPeerIsToldAndItsSessionsAreDropped) {
    const SslContext good_context = context_of(identity_, Memory::Tickets13);
    const Identity elsewhere = test::make_identity(&authority_, "DNS:elsewhere.test");
    const SslContext bad_context = context_of(elsewhere, Memory::Tickets13);
    VirtualReactor reactor;
    const SslContext context = *make_tls_client_context(ca_.path());
    TlsSessionCache sessions;
    const TlsPeer peer{.host = "localhost", .port = 443};
    {
        TlsListeningReactor tls_reactor{reactor, *good_context};
        const RawServer server{tls_reactor, {"localhost", 443, false}};
        const VirtualClient client{reactor, *context, sessions};
        EXPECT_EQ(client.refused, 0);
        EXPECT_GT(sessions.count(peer), 0U);
    }
    reactor.run();
    TlsListeningReactor tls_reactor{reactor, *bad_context};
    const RawServer server{tls_reactor, {"localhost", 443, false}};
    const VirtualClient client{reactor, *context, sessions};
    EXPECT_EQ(client.owner.connected, 0);
    EXPECT_EQ(client.refused, 1);
    EXPECT_EQ(sessions.count(peer), 0U);
}

TEST_F(TlsResumption, ATicketIsTakenOnceAndASessionOfTls12Stays) {
    for (const Memory memory : kMemories) {
        const SslContext server_context = context_of(identity_, memory);
        VirtualReactor reactor;
        TlsListeningReactor tls_reactor{reactor, *server_context};
        const RawServer server{tls_reactor, {"localhost", 443, false}};
        const SslContext context = *make_tls_client_context(ca_.path());
        TlsSessionCache sessions;
        const VirtualClient client{reactor, *context, sessions};
        const TlsPeer peer{.host = "localhost", .port = 443};
        const bool is_12 = memory == Memory::Tickets12 || memory == Memory::Ids12;
        const std::size_t count = sessions.count(peer);
        EXPECT_EQ(count, is_12 ? 1U : 2U);
        for (std::size_t i = 0; i < 2; ++i) {
            EXPECT_NE(sessions.take(peer), nullptr);
        }
        EXPECT_EQ(sessions.count(peer), is_12 ? 1U : 0U);
        EXPECT_EQ(sessions.take(peer) != nullptr, is_12);
    }
}

// Even if one got there, it would not be used.
TEST_F(TlsResumption, ASessionWhoseCertificateIsNotTheHostsIsNotOffered) {
    const SslContext server_context = context_of(identity_, Memory::Tickets12);
    VirtualReactor reactor;
    TlsListeningReactor tls_reactor{reactor, *server_context};
    const RawServer server{tls_reactor, {"localhost", 443, false}};
    const SslContext context = *make_tls_client_context(ca_.path());
    TlsSessionCache sessions;
    const VirtualClient client{reactor, *context, sessions};
    const TlsPeer other{.host = "other.test", .port = 443};
    sessions.put(other, sessions.take({.host = "localhost", .port = 443}));
    EXPECT_EQ(sessions.count(other), 1U);
    EXPECT_EQ(sessions.take(other), nullptr);
    EXPECT_EQ(sessions.count(other), 0U);
}

TEST_F(TlsResumption, ACertificateIsCheckedForNameAddressAndAge) {
    X509* const certificate = identity_.certificate.get();
    EXPECT_TRUE(is_certificate_of(certificate, "localhost"));
    EXPECT_TRUE(is_certificate_of(certificate, "127.0.0.1"));
    EXPECT_FALSE(is_certificate_of(certificate, "127.0.0.2"));
    EXPECT_FALSE(is_certificate_of(certificate, "example.com"));
    EXPECT_FALSE(is_certificate_of(nullptr, "localhost"));
    const Identity old = test::make_identity(&authority_, "DNS:localhost");
    X509_gmtime_adj(X509_getm_notAfter(old.certificate.get()), -1);
    EXPECT_FALSE(is_certificate_of(old.certificate.get(), "localhost"));
}

TEST(TlsSessionCache, KeepsAtMost8SessionsOf64Peers) {
    TlsSessionCache sessions;
    const auto peer = [](std::size_t i) { return TlsPeer{.host = std::to_string(i), .port = 443}; };
    for (std::size_t i = 0; i < TlsSessionCache::kSessionsPerPeerMax + 1; ++i) {
        sessions.put(peer(0), TlsSession{SSL_SESSION_new()});
    }
    EXPECT_EQ(sessions.count(peer(0)), TlsSessionCache::kSessionsPerPeerMax);
    for (std::size_t i = 1; i < TlsSessionCache::kPeersMax; ++i) {
        sessions.put(peer(i), TlsSession{SSL_SESSION_new()});
    }
    sessions.put(peer(0), TlsSession{SSL_SESSION_new()});  // No longer the oldest.
    EXPECT_EQ(sessions.count(peer(1)), 1U);
    sessions.put(peer(100), TlsSession{SSL_SESSION_new()});
    EXPECT_EQ(sessions.count(peer(1)), 0U);
    EXPECT_EQ(sessions.count(peer(0)), TlsSessionCache::kSessionsPerPeerMax);
    EXPECT_EQ(sessions.count(peer(2)), 1U);
    EXPECT_EQ(sessions.count(peer(100)), 1U);
}

}  // namespace
}  // namespace sniperforge::net
