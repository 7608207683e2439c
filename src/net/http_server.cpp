// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "net/http_codec.hpp"
#include "net/receive_buffer.hpp"
#include "net/url.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::net {

namespace {

// Requests of one connection that wait for their answers; a client with more is cut off.
constexpr std::size_t kPipelinedMax = 128;
// From the first byte of a request to its last; slower clients only hold a connection.
constexpr Duration kRequestMax = std::chrono::seconds{30};
// After the last answer the socket stays until its bytes are taken; after a refused request a
// second longer, reading on: closing with unread input would reset the answer away.
constexpr Duration kLingerStep = std::chrono::milliseconds{200};
constexpr int kLingerStepsRefused = 5;
constexpr int kLingerStepsMax = 150;

class ServerConnection;

}  // namespace

class HttpBodyStream::Sink {
 public:
    virtual ~Sink() = default;
    virtual void write_more(std::string_view bytes) = 0;
    [[nodiscard]] virtual std::optional<std::size_t> queued() const = 0;
    virtual void cut_off() = 0;
};

void HttpBodyStream::write(std::string_view bytes) const {
    if (const auto sink = sink_.lock()) {
        sink->write_more(bytes);
    }
}

std::optional<std::size_t> HttpBodyStream::queued() const {
    const auto sink = sink_.lock();
    return sink ? sink->queued() : std::nullopt;
}

void HttpBodyStream::cut_off() const {
    if (const auto sink = sink_.lock()) {
        sink->cut_off();
    }
}

namespace {

struct HttpServerCore {
    Reactor& reactor;
    HttpServerHandler handler;
    HttpServerOptions options;
    // By number, so that the oldest comes first.
    std::map<std::uint64_t, std::shared_ptr<ServerConnection>> connections;
    std::uint64_t next_id = 1;
};

class ServerConnection final : public StreamEvents,
                               public HttpBodyStream::Sink,
                               public std::enable_shared_from_this<ServerConnection> {
 public:
    ServerConnection(const std::shared_ptr<HttpServerCore>& core, std::uint64_t id,
                     std::unique_ptr<ByteStream> stream)
        : core_{core}, reactor_{core->reactor}, id_{id}, stream_{std::move(stream)} {}

    // Between requests: may be closed to make room without losing anything.
    [[nodiscard]] bool is_idle() const {
        return stream_ != nullptr && answers_.empty() && buffer_.size() == 0 && !reader_ &&
               !is_final_;
    }
    // Nothing was asked yet that an answer is owed for; a part of a request may be here.
    [[nodiscard]] bool is_owed_nothing() const {
        return stream_ != nullptr && answers_.empty() && !is_final_;
    }
    void answer(std::uint64_t sequence, HttpResponse response);
    // Closes and leaves the server's list; the last reference may be the caller's.
    void drop();

    void write_more(std::string_view bytes) override;
    [[nodiscard]] std::optional<std::size_t> queued() const override {
        return stream_ == nullptr ? std::nullopt : std::optional{stream_->queued()};
    }
    void cut_off() override { drop(); }

 private:
    struct Answer {
        std::optional<std::string> bytes;  // Waits for the answers before it.
        ResponseFormat format;
        std::function<void(HttpBodyStream)> go_on{};
    };

    void on_connected() override {}
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override {
        return buffer_.prepare(kHttpReceiveBytesInitial / 4);
    }
    void on_read(std::size_t count, MonoTime) override;
    void on_closed(const Error&) override {
        const auto self = shared_from_this();
        drop();
    }

    // One request; false when there is none, or no more may follow.
    [[nodiscard]] bool take_request(HttpServerCore& core);
    void refuse(int status, const std::string& why);
    void continue_if_expected();
    void flush();
    void linger();
    void send(std::string_view text) { stream_->write(bytes_of(text)); }

    std::weak_ptr<HttpServerCore> core_;
    Reactor& reactor_;
    std::uint64_t id_;
    std::unique_ptr<ByteStream> stream_;  // None once dropped.
    ReceiveBuffer buffer_{kHttpReceiveBytesInitial, kHttpReceiveBytesMax};
    std::optional<HttpReader> reader_;
    bool was_continued_ = false;
    std::deque<Answer> answers_;
    std::uint64_t first_sequence_ = 0;  // Of answers_.front().
    bool is_final_ = false;             // No request is read any more.
    bool was_refused_ = false;
    TimerId timer_ = 0;  // Of the request being read, then of the lingering.
    int linger_steps_ = 0;
};

// What the handler gets. Dropping it unanswered answers 500, so that no client waits forever.
class Responder {
 public:
    Responder(std::weak_ptr<ServerConnection> connection, std::uint64_t sequence)
        : connection_{std::move(connection)}, sequence_{sequence} {}
    ~Responder() {
        if (const auto connection = connection_.lock()) {
            connection->answer(sequence_,
                               HttpResponse{.status = 500, .headers = {}, .body = "no answer\n"});
        }
    }
    Responder(Responder&&) noexcept = default;
    Responder& operator=(Responder&&) = delete;

    void operator()(HttpResponse response) {
        if (const auto connection = std::exchange(connection_, {}).lock()) {
            connection->answer(sequence_, std::move(response));
        }
    }

 private:
    std::weak_ptr<ServerConnection> connection_;
    std::uint64_t sequence_;
};

void ServerConnection::on_read(std::size_t count, MonoTime) {
    // Both may be ended by the handler while they are in use here.
    const auto self = shared_from_this();
    const auto core = core_.lock();
    buffer_.commit(count);
    if (core == nullptr) {
        return;
    }
    while (stream_ != nullptr && take_request(*core)) {
    }
    if (is_final_ && stream_ != nullptr) {
        buffer_.consume(buffer_.size());
    }
}

bool ServerConnection::take_request(HttpServerCore& core) {
    if (is_final_ || buffer_.size() == 0) {
        return false;
    }
    if (answers_.size() >= kPipelinedMax) {
        drop();
        return false;
    }
    if (!reader_) {
        reader_.emplace(HttpReader::Kind::Request, core.options.body_bytes_max);
        was_continued_ = false;
        timer_ = reactor_.schedule_after(kRequestMax, [this] {
            const auto self = shared_from_this();
            timer_ = 0;
            refuse(408, fmt::format("request not complete within {} s",
                                    kRequestMax / std::chrono::seconds{1}));
        });
    }
    const auto consumed = reader_->put(buffer_.data());
    if (!consumed) {
        refuse(consumed.error().status, consumed.error().text);
        return false;
    }
    buffer_.consume(*consumed);
    if (!reader_->is_done()) {
        if (buffer_.size() == kHttpReceiveBytesMax) {
            refuse(400, "a chunk header is too long");
        } else {
            continue_if_expected();
        }
        return false;
    }
    reactor_.cancel(std::exchange(timer_, 0));
    HttpRequest request = reader_->take_request();
    const bool keeps_alive = reader_->is_keep_alive();
    reader_.reset();
    is_final_ = !keeps_alive;
    const std::uint64_t sequence = first_sequence_ + answers_.size();
    answers_.push_back(
        {.bytes = {},
         .format = {.keeps_alive = keeps_alive, .has_body = request.method != "HEAD"}});
    core.handler(std::move(request), Responder{weak_from_this(), sequence});
    return true;
}

// Some clients (curl, for bodies above 1 MiB) wait for this before they send the body.
void ServerConnection::continue_if_expected() {
    if (!was_continued_ && answers_.empty() && reader_->is_head_done() &&
        equals_ignoring_case(reader_->header("Expect"), "100-continue")) {
        was_continued_ = true;
        send("HTTP/1.1 100 Continue\r\n\r\n");
    }
}

void ServerConnection::refuse(int status, const std::string& why) {
    reactor_.cancel(std::exchange(timer_, 0));
    reader_.reset();
    is_final_ = true;
    was_refused_ = true;
    answers_.push_back({.bytes = {}, .format = {.keeps_alive = false, .has_body = true}});
    answer(first_sequence_ + answers_.size() - 1,
           HttpResponse{.status = status,
                        .headers = {{.name = "Content-Type", .value = "text/plain"}},
                        .body = why + "\n"});
}

void ServerConnection::answer(std::uint64_t sequence, HttpResponse response) {
    const auto core = core_.lock();
    if (core == nullptr || stream_ == nullptr || sequence < first_sequence_ ||
        sequence - first_sequence_ >= answers_.size()) {
        return;
    }
    Answer& answer = answers_[sequence - first_sequence_];
    if (!answer.bytes) {
        for (const HttpHeader& header : core->options.headers) {
            if (!std::ranges::any_of(response.headers, [&](const HttpHeader& own) {
                    return equals_ignoring_case(own.name, header.name);
                })) {
                response.headers.push_back(header);
            }
        }
        if (response.go_on && answer.format.has_body) {
            answer.format.goes_on = true;
            answer.format.keeps_alive = false;
            is_final_ = true;
            reader_.reset();  // Of the start of another request.
            reactor_.cancel(std::exchange(timer_, 0));
            answer.go_on = std::move(response.go_on);
        }
        answer.bytes = format_response(response, answer.format);
        flush();
    }
}

void ServerConnection::flush() {
    while (!answers_.empty() && answers_.front().bytes) {
        const Answer answer = std::move(answers_.front());
        answers_.pop_front();
        ++first_sequence_;
        send(*answer.bytes);
        if (answer.go_on) {
            answers_.clear();  // What was asked behind it gets no answer.
            answer.go_on(HttpBodyStream{weak_from_this()});
            return;
        }
        if (!answer.format.keeps_alive) {
            linger();
            return;
        }
    }
    const auto core = core_.lock();
    if (core == nullptr || stream_->queued() > core->options.queued_bytes_max) {
        drop();
    }
}

void ServerConnection::write_more(std::string_view bytes) {
    const auto core = core_.lock();
    if (core == nullptr || stream_ == nullptr) {
        return;
    }
    send(bytes);
    if (stream_->queued() > core->options.queued_bytes_max) {
        drop();
    }
}

void ServerConnection::linger() {
    const bool is_sent = stream_->queued() == 0;
    if ((is_sent && (!was_refused_ || linger_steps_ >= kLingerStepsRefused)) ||
        linger_steps_ >= kLingerStepsMax) {
        drop();
        return;
    }
    ++linger_steps_;
    timer_ = reactor_.schedule_after(kLingerStep, [this] {
        const auto self = shared_from_this();
        timer_ = 0;
        linger();
    });
}

void ServerConnection::drop() {
    if (stream_ == nullptr) {
        return;
    }
    reactor_.cancel(std::exchange(timer_, 0));
    stream_.reset();
    answers_.clear();
    if (const auto core = core_.lock()) {
        core->connections.erase(id_);
    }
}

[[nodiscard]] bool make_room(HttpServerCore& core) {
    if (core.connections.size() < core.options.connections_max) {
        return true;
    }
    // Whoever only begins requests must not keep those out who finish theirs.
    for (const auto may_go : {&ServerConnection::is_idle, &ServerConnection::is_owed_nothing}) {
        for (const auto& [id, connection] : core.connections) {
            if (((*connection).*may_go)()) {
                const auto evicted = connection;
                evicted->drop();
                return true;
            }
        }
    }
    return false;
}

}  // namespace

struct HttpServer::State {
    std::shared_ptr<HttpServerCore> core;
    std::unique_ptr<Listener> listener;
};

Result<std::unique_ptr<HttpServer>> HttpServer::start(Reactor& reactor, const Address& address,
                                                      HttpServerHandler handler,
                                                      HttpServerOptions options) {
    auto state = std::make_shared<State>();
    state->core = std::make_shared<HttpServerCore>(HttpServerCore{
        .reactor = reactor, .handler = std::move(handler), .options = options, .connections = {}});
    auto listener = reactor.listen(
        address, [core = state->core](std::unique_ptr<ByteStream> stream) -> StreamEvents* {
            if (!make_room(*core)) {
                return nullptr;
            }
            const std::uint64_t id = core->next_id++;
            auto connection = std::make_shared<ServerConnection>(core, id, std::move(stream));
            StreamEvents* const events = connection.get();
            core->connections.emplace(id, std::move(connection));
            return events;
        });
    if (!listener) {
        return fail("HTTP server", listener.error());
    }
    state->listener = std::move(*listener);
    return std::unique_ptr<HttpServer>{new HttpServer{std::move(state)}};
}

HttpServer::HttpServer(std::shared_ptr<State> state) : state_{std::move(state)} {}

HttpServer::~HttpServer() {
    state_->listener.reset();
    const auto connections = std::exchange(state_->core->connections, {});
    for (const auto& [id, connection] : connections) {
        connection->drop();
    }
}

std::uint16_t HttpServer::port() const { return state_->listener->port(); }

}  // namespace sniperforge::net
