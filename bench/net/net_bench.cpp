// SPDX-License-Identifier: MIT
// The network code over real loopback sockets, both sides on one thread and one reactor: what one
// core does for a round trip, for requests that share a connection, for notifications of the size
// of an account update, and for a connection. "tls" is TLS 1.3 with an ECDSA certificate.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "net/websocket_frame.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/websocket.hpp"
#include "tls_test_support.hpp"

namespace sniperforge::net {
namespace {

// An accountNotification of a pool, base64: 637 bytes of data and the text around it.
constexpr std::size_t kNotificationBytes = 1300;
constexpr std::size_t kBatch = 64;

enum class Tls { None, Resumed, Full };

// A reactor, and one whose listeners speak TLS with a certificate of our own authority.
struct Net {
    explicit Net(Tls tls) : is_tls{tls != Tls::None}, context{test::make_server_context(identity)} {
        if (tls == Tls::Full) {
            SSL_CTX_set_num_tickets(context.get(), 0);  // Nothing to resume with.
        }
    }
    [[nodiscard]] Reactor& listening() {
        return is_tls ? static_cast<Reactor&>(tls_reactor) : *reactor;
    }
    [[nodiscard]] Address address(std::uint16_t port) const {
        return {.host = "127.0.0.1", .port = port, .is_tls = is_tls};
    }

    bool is_tls;
    test::Identity authority{test::make_identity(nullptr, "bench")};
    test::Identity identity{test::make_identity(&authority, "IP:127.0.0.1")};
    test::CaFile ca{authority, "bench"};
    SslContext context;
    std::unique_ptr<Reactor> reactor{make_asio_reactor({.ca_file = ca.path()})};
    test::TlsListeningReactor tls_reactor{*reactor, *context};
};

struct HttpNet : Net {
    explicit HttpNet(Tls tls)
        : Net{tls},
          server{*HttpServer::start(listening(), {.host = "127.0.0.1"},
                                    [this](const HttpRequest&, HttpResponder respond) {
                                        respond({.status = 200, .headers = {}, .body = body});
                                    })} {}
    void ask(HttpClient& client, bool may_pipeline) {
        client.request({.method = "POST",
                        .headers = {{"Content-Type", "application/json"}},
                        .body = R"({"jsonrpc":"2.0","id":1,"method":"getSlot","params":[]})",
                        .may_pipeline = may_pipeline},
                       [this](const HttpResult& result) {
                           SF_ASSERT(result);
                           if (--missing == 0) {
                               reactor->stop();
                           }
                       });
    }
    void ask_all(HttpClient& client, std::size_t count, bool may_pipeline) {
        missing = count;
        for (std::size_t i = 0; i < count; ++i) {
            ask(client, may_pipeline);
        }
        reactor->run();
    }
    std::string body = R"({"jsonrpc":"2.0","result":424242424,"id":1})";
    std::unique_ptr<HttpServer> server;
    std::size_t missing = 0;
};

void http_round_trip(benchmark::State& state, Tls tls) {
    HttpNet net{tls};
    HttpClient client{*net.reactor, net.address(net.server->port()), {.connections_max = 1}};
    net.ask_all(client, 1, false);
    for (auto _ : state) {
        net.ask_all(client, 1, false);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(http_round_trip, plain, Tls::None);
BENCHMARK_CAPTURE(http_round_trip, tls, Tls::Resumed);

// One connection; at depth 1 the same requests wait for each other.
void http_requests(benchmark::State& state, Tls tls) {
    HttpNet net{tls};
    HttpClient client{
        *net.reactor,
        net.address(net.server->port()),
        {.connections_max = 1, .pipeline_depth_max = static_cast<std::size_t>(state.range(0))}};
    net.ask_all(client, 1, false);
    for (auto _ : state) {
        net.ask_all(client, kBatch, true);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK_CAPTURE(http_requests, plain, Tls::None)->ArgName("depth")->Arg(1)->Arg(4)->Arg(16);
BENCHMARK_CAPTURE(http_requests, tls, Tls::Resumed)->ArgName("depth")->Arg(1)->Arg(4)->Arg(16);

// Connect, one request, its answer, close.
void http_connection(benchmark::State& state, Tls tls) {
    HttpNet net{tls};
    const auto once = [&net] {
        HttpClient client{*net.reactor, net.address(net.server->port())};
        net.ask_all(client, 1, false);
    };
    once();
    for (auto _ : state) {
        once();
    }
    const ReactorStatistics statistics = net.reactor->statistics();
    SF_ASSERT(statistics.tls_resumed ==
              (tls == Tls::Resumed ? statistics.tls_handshakes - 1 : std::uint64_t{0}));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(http_connection, plain, Tls::None);
BENCHMARK_CAPTURE(http_connection, tls_full, Tls::Full);
BENCHMARK_CAPTURE(http_connection, tls_resumed, Tls::Resumed);

// Sends a batch for each message it gets.
struct Notifier : WebSocketServerEvents {
    void on_peer_open(WebSocketPeer&) override {}
    void on_peer_message(WebSocketPeer& peer, std::string_view) override {
        for (std::size_t i = 0; i < kBatch; ++i) {
            peer.send_text(notification);
        }
    }
    void on_peer_close(WebSocketPeer&) override {}
    std::string notification = std::string(kNotificationBytes, 'n');
};

struct Reader : WebSocketEvents {
    explicit Reader(Reactor& its_reactor) : reactor{its_reactor} {}
    void on_open() override { reactor.stop(); }
    void on_message(std::string_view message, MonoTime) override {
        bytes += message.size();
        if (++messages % kBatch == 0) {
            reactor.stop();
        }
    }
    void on_close(const Error&) override { SF_ASSERT(false); }
    Reactor& reactor;
    std::size_t messages = 0;
    std::size_t bytes = 0;
};

void websocket_notifications(benchmark::State& state, Tls tls) {
    Net net{tls};
    Notifier notifier;
    const auto server = *WebSocketServer::start(net.listening(), {.host = "127.0.0.1"}, notifier);
    Reader reader{*net.reactor};
    WebSocketClient client{*net.reactor, Url{.address = net.address(server->port())}, reader};
    net.reactor->run();
    for (auto _ : state) {
        client.send_text("more");
        net.reactor->run();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(reader.messages));
    state.SetBytesProcessed(static_cast<std::int64_t>(reader.bytes));
}
BENCHMARK_CAPTURE(websocket_notifications, plain, Tls::None);
BENCHMARK_CAPTURE(websocket_notifications, tls, Tls::Resumed);

// The decoder alone: what is left of the above when the sockets are taken away.
void websocket_decode(benchmark::State& state) {
    std::vector<std::uint8_t> wire;
    for (std::size_t i = 0; i < kBatch; ++i) {
        append_frame(wire, Opcode::Text, Bytes(kNotificationBytes, 'n'), std::nullopt);
    }
    FrameDecoder decoder{WebSocketRole::Client, 16U << 20U};
    for (auto _ : state) {
        std::span<const std::uint8_t> rest{wire};
        while (!rest.empty()) {
            const auto space = decoder.read_buffer();
            const std::size_t count = std::min(space.size(), rest.size());
            std::copy_n(rest.begin(), count, space.begin());
            decoder.commit(count);
            rest = rest.subspan(count);
            for (auto event = decoder.next(); event.kind == FrameEvent::Kind::Message;
                 event = decoder.next()) {
                benchmark::DoNotOptimize(event.payload.data());
            }
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK(websocket_decode);

}  // namespace
}  // namespace sniperforge::net
