// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "net/http_codec.hpp"
#include "net/receive_buffer.hpp"
#include "net/url.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::net {

namespace {

struct Pending {
    std::uint64_t id = 0;
    std::string bytes;
    bool is_head = false;
    HttpHandler handler;
    TimerId timeout = 0;
};

class ClientConnection;

// What a connection reports. Its owner may delete it during the call.
class ConnectionOwner {
 public:
    virtual ~ConnectionOwner() = default;
    virtual void on_ready() = 0;
    virtual void on_answer(ClientConnection& connection, HttpResult result, bool is_reusable) = 0;
    virtual void on_lost(ClientConnection& connection, const Error& reason) = 0;
};

// One connection: connecting, idle, or busy with one request.
class ClientConnection final : public StreamEvents {
 public:
    ClientConnection(ConnectionOwner& owner, Reactor& reactor, const Address& address,
                     std::size_t body_bytes_max)
        : owner_{owner},
          body_bytes_max_{body_bytes_max},
          stream_{reactor.connect(address, *this)} {}

    [[nodiscard]] bool is_connected() const { return is_connected_; }
    [[nodiscard]] bool is_idle() const { return is_connected_ && !pending_; }
    [[nodiscard]] const std::optional<Pending>& pending() const { return pending_; }
    [[nodiscard]] Pending take_pending() {
        Pending taken = std::move(*pending_);
        pending_.reset();
        return taken;
    }

    void send(Pending pending) {
        pending_ = std::move(pending);
        reader_.reset();
        const std::string& bytes = pending_->bytes;
        stream_->write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    }

    TimerId connect_timeout = 0;

 private:
    void on_connected() override {
        is_connected_ = true;
        owner_.on_ready();
    }
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override {
        return buffer_.prepare(kHttpReceiveBytesInitial / 4);
    }
    void on_read(std::size_t count, MonoTime) override {
        buffer_.commit(count);
        if (!pending_) {
            owner_.on_lost(*this, Error{"the server sent bytes without a request"});
            return;
        }
        advance();
    }
    void on_closed(const Error& reason) override {
        if (pending_ && reader_ && reader_->is_head_done() && reader_->put_end() &&
            reader_->is_done()) {
            owner_.on_answer(*this, reader_->take_response(), false);
            return;
        }
        owner_.on_lost(*this, reason);
    }

    // The last thing each path does is to call the owner.
    void advance() {
        while (buffer_.size() > 0) {
            if (!reader_) {
                reader_.emplace(HttpReader::Kind::Response, body_bytes_max_);
                if (pending_->is_head) {
                    reader_->expect_no_body();
                }
            }
            const auto consumed = reader_->put(buffer_.data());
            if (!consumed) {
                refuse(consumed.error().text);
                return;
            }
            buffer_.consume(*consumed);
            if (!reader_->is_done()) {
                if (buffer_.size() == kHttpReceiveBytesMax) {
                    refuse("a chunk header is too long");
                }
                return;
            }
            HttpResponse response = reader_->take_response();
            const bool is_reusable = reader_->is_keep_alive() && buffer_.size() == 0;
            reader_.reset();
            if (response.status == 101) {
                refuse("the server switched protocols unasked");
                return;
            }
            if (response.status >= 200) {
                owner_.on_answer(*this, std::move(response), is_reusable);
                return;
            }
            // 1xx is only a notice; the answer is still to come.
        }
    }
    void refuse(const std::string& why) {
        owner_.on_answer(
            *this,
            std::unexpected{HttpFailure{
                .kind = HttpFailure::Kind::BadResponse, .was_written = true, .text = why}},
            false);
    }

    ConnectionOwner& owner_;
    std::size_t body_bytes_max_;
    ReceiveBuffer buffer_{kHttpReceiveBytesInitial, kHttpReceiveBytesMax};
    std::optional<HttpReader> reader_;
    std::optional<Pending> pending_;
    bool is_connected_ = false;
    std::unique_ptr<ByteStream> stream_;
};

}  // namespace

// Shared with the call in progress: a handler may delete the client that calls it. After a handler
// has been called nothing but `is_shut_down_` may be relied on.
struct HttpClient::State final : public std::enable_shared_from_this<HttpClient::State>,
                                 public ConnectionOwner {
 public:
    State(Reactor& reactor, Address address, const HttpClientOptions& options)
        : reactor_{reactor},
          address_{std::move(address)},
          options_{options},
          host_{host_header(address_)} {}

    void request(const HttpRequest& request, HttpHandler handler);
    void warm_up(std::size_t connections);
    void shut_down();
    [[nodiscard]] std::size_t in_flight() const {
        return waiting_.size() +
               static_cast<std::size_t>(std::ranges::count_if(
                   connections_, [](const auto& c) { return c->pending().has_value(); }));
    }
    [[nodiscard]] MonoTime last_write_at() const { return last_write_at_; }

 private:
    using ConnectionPtr = std::unique_ptr<ClientConnection>;

    void on_ready() override { assign(); }
    void on_answer(ClientConnection& connection, HttpResult result, bool is_reusable) override;
    void on_lost(ClientConnection& connection, const Error& reason) override;

    void open();
    void assign();
    // Gives waiting requests to idle connections, and opens more where they are short.
    void pump();
    [[nodiscard]] ConnectionPtr remove(const ClientConnection& connection);
    void on_request_timeout(std::uint64_t id);
    void on_connect_failed(const std::string& reason);
    void finish(Pending pending, HttpResult result);
    void refuse_later(HttpHandler handler, std::string text);
    [[nodiscard]] HttpFailure failure(HttpFailure::Kind kind, bool was_written,
                                      std::string_view why) const {
        return {.kind = kind,
                .was_written = was_written,
                .text = fmt::format("request to {}: {}", host_, why)};
    }
    [[nodiscard]] std::string timeout_text() const {
        return fmt::format("no answer within {} ms",
                           options_.timeout / std::chrono::milliseconds{1});
    }

    Reactor& reactor_;
    Address address_;
    HttpClientOptions options_;
    std::string host_;
    std::vector<ConnectionPtr> connections_;
    std::deque<Pending> waiting_;
    std::uint64_t next_id_ = 1;
    MonoTime last_write_at_;
    bool is_shut_down_ = false;
};

void HttpClient::State::request(const HttpRequest& request, HttpHandler handler) {
    if (const std::string_view defect = head_defect(request); !defect.empty()) {
        refuse_later(std::move(handler), std::string{defect});
        return;
    }
    if (waiting_.size() >= options_.queued_max) {
        refuse_later(std::move(handler),
                     fmt::format("{} requests wait for a connection already, the most allowed",
                                 waiting_.size()));
        return;
    }
    const std::uint64_t id = next_id_++;
    const TimerId timeout =
        reactor_.schedule_after(options_.timeout, [this, id] { on_request_timeout(id); });
    waiting_.push_back(Pending{.id = id,
                               .bytes = format_request(request, host_),
                               .is_head = request.method == "HEAD",
                               .handler = std::move(handler),
                               .timeout = timeout});
    pump();
}

void HttpClient::State::refuse_later(HttpHandler handler, std::string text) {
    reactor_.post([weak = weak_from_this(), refused = std::move(handler),
                   why = failure(HttpFailure::Kind::Connect, false, text)]() mutable {
        if (const auto self = weak.lock(); self != nullptr && !self->is_shut_down_) {
            refused(std::unexpected{std::move(why)});
        }
    });
}

void HttpClient::State::warm_up(std::size_t connections) {
    while (connections_.size() < std::min(connections, options_.connections_max)) {
        open();
    }
}

void HttpClient::State::open() {
    connections_.push_back(
        std::make_unique<ClientConnection>(*this, reactor_, address_, options_.body_bytes_max));
    ClientConnection& connection = *connections_.back();
    connection.connect_timeout = reactor_.schedule_after(options_.timeout, [this, &connection] {
        on_lost(connection, Error{fmt::format("connecting to {}: {}", host_, timeout_text())});
    });
}

void HttpClient::State::assign() {
    for (const ConnectionPtr& connection : connections_) {
        if (connection->is_connected()) {
            reactor_.cancel(std::exchange(connection->connect_timeout, 0));
        }
        if (!waiting_.empty() && connection->is_idle()) {
            Pending pending = std::move(waiting_.front());
            waiting_.pop_front();
            connection->send(std::move(pending));
            last_write_at_ = reactor_.now();
        }
    }
}

void HttpClient::State::pump() {
    assign();
    const auto connecting = static_cast<std::size_t>(std::ranges::count_if(
        connections_, [](const auto& connection) { return !connection->is_connected(); }));
    for (std::size_t opening = connecting;
         opening < waiting_.size() && connections_.size() < options_.connections_max; ++opening) {
        open();
    }
}

HttpClient::State::ConnectionPtr HttpClient::State::remove(const ClientConnection& connection) {
    const auto found = std::ranges::find(connections_, &connection, &ConnectionPtr::get);
    SF_ASSERT(found != connections_.end());
    ConnectionPtr removed = std::move(*found);
    connections_.erase(found);
    reactor_.cancel(std::exchange(removed->connect_timeout, 0));
    return removed;
}

void HttpClient::State::on_answer(ClientConnection& connection, HttpResult result,
                                  bool is_reusable) {
    const auto self = shared_from_this();
    Pending pending = connection.take_pending();
    // Deleted when this call ends, not before: the connection is still on the stack.
    const ConnectionPtr removed = is_reusable ? nullptr : remove(connection);
    if (!result) {
        result.error() = failure(result.error().kind, true, result.error().text);
    }
    pump();
    finish(std::move(pending), std::move(result));
}

void HttpClient::State::on_lost(ClientConnection& connection, const Error& reason) {
    const auto self = shared_from_this();
    const bool was_connected = connection.is_connected();
    const ConnectionPtr removed = remove(connection);
    if (!was_connected) {
        on_connect_failed(reason.text);
        return;
    }
    std::optional<Pending> pending;
    if (connection.pending()) {
        pending = connection.take_pending();
    }
    pump();
    if (pending) {
        // Never sent again from here, not even when a kept-alive connection turned out stale: the
        // server may have acted on it, and a second sendTransaction is the caller's decision.
        finish(std::move(*pending),
               std::unexpected{failure(HttpFailure::Kind::Closed, true, reason.text)});
    }
}

// Waiting requests fail only when nothing is left that could take them.
void HttpClient::State::on_connect_failed(const std::string& reason) {
    if (!connections_.empty()) {
        return;
    }
    std::deque<Pending> failed = std::exchange(waiting_, {});
    for (Pending& pending : failed) {
        reactor_.cancel(std::exchange(pending.timeout, 0));
    }
    for (Pending& pending : failed) {
        if (is_shut_down_) {
            return;
        }
        finish(std::move(pending),
               std::unexpected{failure(HttpFailure::Kind::Connect, false, reason)});
    }
}

void HttpClient::State::on_request_timeout(std::uint64_t id) {
    const auto self = shared_from_this();
    const auto waiting = std::ranges::find(waiting_, id, &Pending::id);
    if (waiting != waiting_.end()) {
        Pending pending = std::move(*waiting);
        waiting_.erase(waiting);
        finish(std::move(pending),
               std::unexpected{failure(HttpFailure::Kind::Timeout, false, timeout_text())});
        return;
    }
    const auto busy = std::ranges::find_if(connections_, [id](const ConnectionPtr& connection) {
        return connection->pending() && connection->pending()->id == id;
    });
    SF_ASSERT(busy != connections_.end());  // The timer ends with its request.
    // A late answer would be taken for that of the next request: the connection goes.
    const ConnectionPtr removed = remove(**busy);
    Pending pending = removed->take_pending();
    pump();
    finish(std::move(pending),
           std::unexpected{failure(HttpFailure::Kind::Timeout, true, timeout_text())});
}

void HttpClient::State::finish(Pending pending, HttpResult result) {
    reactor_.cancel(pending.timeout);
    pending.handler(std::move(result));
}

void HttpClient::State::shut_down() {
    is_shut_down_ = true;
    for (const Pending& pending : waiting_) {
        reactor_.cancel(pending.timeout);
    }
    for (const ConnectionPtr& connection : connections_) {
        reactor_.cancel(connection->connect_timeout);
        if (connection->pending()) {
            reactor_.cancel(connection->pending()->timeout);
        }
    }
    const auto dropped_requests = std::exchange(waiting_, {});
    const auto dropped_connections = std::exchange(connections_, {});
}

HttpClient::HttpClient(Reactor& reactor, Address address, HttpClientOptions options)
    : state_{std::make_shared<State>(reactor, std::move(address), options)} {}

HttpClient::~HttpClient() { state_->shut_down(); }

// NOLINTNEXTLINE(performance-unnecessary-value-param): callers hand the request over.
void HttpClient::request(HttpRequest request, HttpHandler handler) {
    state_->request(request, std::move(handler));
}

void HttpClient::warm_up(std::size_t connections) { state_->warm_up(connections); }

std::size_t HttpClient::in_flight() const { return state_->in_flight(); }

MonoTime HttpClient::last_write_at() const { return state_->last_write_at(); }

}  // namespace sniperforge::net
