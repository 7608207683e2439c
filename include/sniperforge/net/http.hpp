// SPDX-License-Identifier: MIT
// HTTP/1.1 over an injected byte stream: a keep-alive client connection pool and a small server.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {

struct HttpHeader {
    std::string name;
    std::string value;
};

// Largest body either side accepts, unless told otherwise: a getProgramAccounts answer of a few
// thousand pools.
inline constexpr std::size_t kHttpBodyBytesMax = 32U << 20U;

struct HttpRequest {
    std::string method = "POST";
    std::string target = "/";  // Path and query, already percent-encoded.
    std::vector<HttpHeader> headers;
    std::string body;
    // It may share a connection with others of its kind that are under way: its answer waits for
    // theirs, and it is lost with them. For reads, never for what must not happen twice.
    bool may_pipeline = false;
};

// The rest of an answer that goes on: written piece by piece after its head, until either side ends
// it, and the connection with it. Copies are of the same one. Server's thread.
class HttpBodyStream {
 public:
    class Sink;
    explicit HttpBodyStream(std::weak_ptr<Sink> sink) : sink_{std::move(sink)} {}

    // Nothing is written where the client is gone. One that then has more unread than
    // HttpServerOptions::queued_bytes_max is cut off.
    void write(std::string_view bytes) const;
    // Bytes that are not taken yet; nothing: the client is gone, or was cut off.
    [[nodiscard]] std::optional<std::size_t> queued() const;
    // At once: what is not taken yet is lost.
    void cut_off() const;

 private:
    std::weak_ptr<Sink> sink_;
};

struct HttpResponse {
    int status = 0;
    std::vector<HttpHeader> headers;
    std::string body;
    // Servers: the answer goes on after `body`. Called once that is on its way, but for HEAD.
    std::function<void(HttpBodyStream)> go_on{};

    // The first header of that name (any case), or an empty view.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

// How a request ended without an answer. `was_written`: some byte of it had been handed to the
// socket, so the server may have acted on it. Connect: it never got a connection (refused, no
// such host, TLS, queue full, a header that cannot be sent). Closed: the connection ended first;
// a kept-alive one that had gone stale looks the same, and nothing is ever sent twice from here.
struct HttpFailure {
    enum class Kind { Connect, Timeout, Closed, BadResponse };
    Kind kind = Kind::Connect;
    bool was_written = false;
    std::string text;
};

using HttpResult = std::expected<HttpResponse, HttpFailure>;
using HttpHandler = std::move_only_function<void(HttpResult)>;

struct HttpClientOptions {
    std::size_t connections_max = 4;
    Duration timeout = std::chrono::seconds{5};  // From request() to the whole answer.
    std::size_t body_bytes_max = kHttpBodyBytesMax;
    std::size_t queued_max = 1024;  // Requests waiting for a connection; more are refused.
    // Requests marked may_pipeline that are under way on one connection at once; 1: none share.
    std::size_t pipeline_depth_max = 1;
    // A connection idle for longer gets no request: servers and NATs forget one after a minute or
    // more, often without a word. Zero: any age will do.
    Duration idle_max = std::chrono::seconds{50};
};

struct HttpClientStatistics {
    std::uint64_t connections_opened = 0;  // Established, TLS included.
    std::uint64_t connections_failed = 0;  // Never established.
    std::uint64_t connections_lost = 0;    // Ended by the other side, the network or a timeout.
    std::uint64_t requests_pipelined = 0;  // Written while others of the connection were under way.
    std::size_t pipeline_depth = 1;        // Allowed at present.
};

// Requests to one origin. Connections open on demand, up to connections_max, and are kept alive.
// One request at a time per connection, but for those marked may_pipeline: once the origin has
// answered in HTTP/1.1 and kept the connection, pipeline_depth_max of them may share one; when it
// closes one or loses one that was shared, none do until it has kept some for a while. Whoever has
// waited longest goes first. Handlers are never called from inside request().
class HttpClient {
 public:
    HttpClient(Reactor& reactor, Address address, HttpClientOptions options = {});
    ~HttpClient();  // Drops pending requests without calling their handlers.
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    void request(HttpRequest request, HttpHandler handler);
    // Keeps this many connections open from now on, connections_max at most: lost ones are opened
    // again (at once, or with growing pauses while none comes to anything), and idle ones are
    // replaced before idle_max, new before old. Zero ends it.
    void warm_up(std::size_t connections);
    [[nodiscard]] std::size_t in_flight() const;
    [[nodiscard]] HttpClientStatistics statistics() const;
    // Monotonic time at which the last byte of the most recent request was handed to the socket.
    [[nodiscard]] MonoTime last_write_at() const;

 private:
    struct State;
    std::shared_ptr<State> state_;
};

// What a server answers with; `respond` may be called later, once, on the same thread, even when
// the connection or the server is gone. Answers on one connection go out in the order of its
// requests. A responder that is destroyed uncalled answers 500.
using HttpResponder = std::move_only_function<void(HttpResponse)>;
using HttpServerHandler = std::function<void(HttpRequest, HttpResponder)>;

struct HttpServerOptions {
    // One more takes the place of the oldest idle one; of the oldest whose request is not here yet
    // where there is none; of none that waits for its answer.
    std::size_t connections_max = 256;
    std::size_t body_bytes_max = kHttpBodyBytesMax;
    // Answers that a client does not read; one with more is cut off.
    std::size_t queued_bytes_max = 2 * kHttpBodyBytesMax;
    // Of every answer, those that the server gives itself too, but where the answer has one of that
    // name.
    std::vector<HttpHeader> headers{};
};

class HttpServer {
 public:
    [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(Reactor& reactor,
                                                                   const Address& address,
                                                                   HttpServerHandler handler,
                                                                   HttpServerOptions options = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    [[nodiscard]] std::uint16_t port() const;

 private:
    struct State;
    explicit HttpServer(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

// "https://host:8899/path?x=1" taken apart; schemes http, https, ws, wss.
struct Url {
    Address address;
    std::string target = "/";
};
[[nodiscard]] Result<Url> parse_url(std::string_view text);
// The URL without what may be a secret: user info, query, and path segments of 16 or more
// characters.
[[nodiscard]] std::string redact_url(std::string_view text);
[[nodiscard]] std::string percent_encode(std::string_view text);
// The decoded value of `name` in the query of `target`, or nothing.
[[nodiscard]] std::optional<std::string> query_value(std::string_view target,
                                                     std::string_view name);

}  // namespace sniperforge::net
