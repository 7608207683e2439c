// SPDX-License-Identifier: MIT
// Names with several addresses, over loopback sockets and with a resolver of the test's own.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/socket_options.hpp"
#include "net_test_support.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using test::RawServer;
using test::RecordingOwner;
using Addresses = std::vector<std::string>;

// A loopback address where connection attempts get no answer: the queue of a listener that accepts
// nobody is full. False where the kernel does otherwise.
class BlackHole {
 public:
    BlackHole(const char* address, std::uint16_t port) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(port);
        where.sin_addr.s_addr = inet_addr(address);
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        is_listening_ = bind(listener_, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0 &&
                        ::listen(listener_, 0) == 0;
        for (int& filler : fillers_) {
            filler = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            (void)::connect(filler, reinterpret_cast<sockaddr*>(&where), sizeof where);
        }
    }
    ~BlackHole() {
        for (const int filler : fillers_) {
            ::close(filler);
        }
        ::close(listener_);
    }
    BlackHole(const BlackHole&) = delete;
    BlackHole& operator=(const BlackHole&) = delete;
    [[nodiscard]] bool is_listening() const { return is_listening_; }

 private:
    int listener_ = -1;
    std::array<int, 4> fillers_{};
    bool is_listening_ = false;
};

struct ConnectorFixture {
    ConnectorFixture()
        : reactor{make_asio_reactor({.ca_file = {},
                                     .spin = Duration{0},
                                     .resolve = [this](const std::string&, ResolveHandler handler) {
                                         ++lookups;
                                         handler(addresses);
                                     }})} {
        reactor->schedule_after(300s, [this] {
            ADD_FAILURE() << "nothing happened for 30 s";
            reactor->stop();
        });
    }
    // What became of a connection to "rpc.test" at the port of `server`.
    void connect(RecordingOwner& client, std::uint16_t port) {
        client.when_connected = [this] { reactor->stop(); };
        client.when_closed = [this] { reactor->stop(); };
        client.stream =
            reactor->connect({.host = "rpc.test", .port = port, .is_tls = false}, client);
        reactor->run();
    }
    Addresses addresses;
    int lookups = 0;
    std::unique_ptr<Reactor> reactor;
};

TEST(TcpConnector, TriesTheNextAddressWhenOneRefuses) {
    ConnectorFixture f;
    const RawServer server{*f.reactor, {.host = "127.0.0.3", .port = 0, .is_tls = false}};
    f.addresses = {"127.0.0.1", "127.0.0.2", "127.0.0.3"};
    RecordingOwner client;
    f.connect(client, server.listener->port());
    EXPECT_EQ(client.connected, 1) << client.close_reason;
}

TEST(TcpConnector, GivesAnAddressThatDoesNotAnswerAHeadStartAndThenTriesTheNext) {
    ConnectorFixture f;
    const RawServer server{*f.reactor, {.host = "127.0.0.3", .port = 0, .is_tls = false}};
    const BlackHole hole{"127.0.0.2", server.listener->port()};
    if (!hole.is_listening()) {
        GTEST_SKIP() << "the port is taken at 127.0.0.2";
    }
    f.addresses = {"127.0.0.2", "127.0.0.3"};
    RecordingOwner client;
    const MonoTime start = f.reactor->now();
    f.connect(client, server.listener->port());
    EXPECT_EQ(client.connected, 1) << client.close_reason;
    EXPECT_GE(f.reactor->now() - start, 250ms);
}

TEST(TcpConnector, TellsWhatEachAddressDidWhenNoneAnswers) {
    ConnectorFixture f;
    std::uint16_t port = 0;
    {
        const RawServer server{*f.reactor, {.host = "127.0.0.2", .port = 0, .is_tls = false}};
        port = server.listener->port();
    }
    f.addresses = {"127.0.0.2", "127.0.0.3"};
    RecordingOwner client;
    f.connect(client, port);
    EXPECT_EQ(client.connected, 0);
    for (const std::string host : {"127.0.0.2", "127.0.0.3"}) {
        EXPECT_TRUE(client.close_reason.contains(host + ":" + std::to_string(port) +
                                                 ": connection refused"))
            << client.close_reason;
    }
    // The name is looked up again at once, and its new address is used.
    const RawServer moved{*f.reactor, {.host = "127.0.0.4", .port = port, .is_tls = false}};
    f.addresses = {"127.0.0.4"};
    RecordingOwner again;
    f.connect(again, port);
    EXPECT_EQ(again.connected, 1) << again.close_reason;
    EXPECT_EQ(f.lookups, 2);
    RecordingOwner once_more;
    f.connect(once_more, port);
    EXPECT_EQ(once_more.connected, 1);
    EXPECT_EQ(f.lookups, 2);
    EXPECT_EQ(f.reactor->statistics().name_lookups, 2U);
}

TEST(TcpConnector, AnUnknownNameIsAFailedConnect) {
    ConnectorFixture f;
    RecordingOwner client;
    f.connect(client, 1);
    EXPECT_EQ(client.closed, 1);
    EXPECT_EQ(client.close_reason,
              "connecting to rpc.test:1: resolving rpc.test: the name has no address");
    EXPECT_EQ(f.reactor->statistics().name_failures, 1U);
}

TEST(TcpConnector, AStreamDeletedDuringTheLookupOrTheAttemptsTellsNothing) {
    ConnectorFixture f;
    const RawServer server{*f.reactor, {.host = "127.0.0.3", .port = 0, .is_tls = false}};
    f.addresses = {"127.0.0.2", "127.0.0.3"};
    for (int turns = 0; turns < 8; ++turns) {
        RecordingOwner gone;
        RecordingOwner later;
        const Address address{.host = "rpc.test", .port = server.listener->port(), .is_tls = false};
        gone.stream = f.reactor->connect(address, gone);
        later.when_connected = [&] { f.reactor->stop(); };
        // After so many turns of the loop.
        std::function<void(int)> drop = [&](int left) {
            if (left > 0) {
                f.reactor->post([&, left] { drop(left - 1); });
                return;
            }
            gone.stream.reset();
            gone.connected = 0;
            later.stream = f.reactor->connect(address, later);
        };
        drop(turns);
        f.reactor->run();
        EXPECT_EQ(later.connected, 1);
        EXPECT_EQ(gone.connected + gone.closed, 0) << turns;
    }
}

int option_of(int socket, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    EXPECT_EQ(getsockopt(socket, level, name, &value, &size), 0);
    return value;
}

TEST(SetSocketOptions, BoundsTheSilenceOfAPeerThatIsGone) {
    for (const SocketSide side : {SocketSide::Connected, SocketSide::Accepted}) {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        ASSERT_FALSE(set_socket_options(socket, side));
        EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_NODELAY), 1);
        EXPECT_EQ(option_of(socket, SOL_SOCKET, SO_KEEPALIVE), 1);
        EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_KEEPIDLE), 8);
        EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_KEEPINTVL), 2);
        EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_KEEPCNT), 3);
        EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_USER_TIMEOUT),
                  side == SocketSide::Connected ? 14'000 : 0);
        ::close(socket);
    }
    EXPECT_EQ(set_socket_options(-1, SocketSide::Connected).value(), EBADF);
}

}  // namespace
}  // namespace sniperforge::net
