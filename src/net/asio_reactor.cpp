// SPDX-License-Identifier: MIT
// The real reactor: one Asio io_context, clocks of the system, TCP and TLS.
#include <fmt/format.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "net/asio_stream.hpp"
#include "net/name_cache.hpp"
#include "net/system_resolver.hpp"
#include "net/timer_heap.hpp"
#include "net/tls_session_cache.hpp"
#include "net/tls_stream.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

using AsioAcceptor = asio::basic_socket_acceptor<asio::ip::tcp, AsioExecutor>;
using AsioTimer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, AsioExecutor>;

// After accept() failed (out of descriptors, mostly): time for some to be closed.
constexpr Duration kAcceptRetry = std::chrono::milliseconds{100};

// Shared by the listener that its owner holds and by the pending accept.
class Acceptor final : public std::enable_shared_from_this<Acceptor> {
 public:
    Acceptor(Reactor& reactor, asio::io_context& io, AcceptHandler accept)
        : reactor_{reactor}, io_{io}, acceptor_{io}, accept_{std::move(accept)} {}

    [[nodiscard]] error_code open(const AsioEndpoint& endpoint) {
        error_code error;
        acceptor_.open(endpoint.protocol(), error);
        if (!error) {
            acceptor_.set_option(AsioAcceptor::reuse_address{true}, error);
        }
        if (!error) {
            acceptor_.bind(endpoint, error);
        }
        if (!error) {
            acceptor_.listen(asio::socket_base::max_listen_connections, error);
        }
        return error;
    }
    [[nodiscard]] std::uint16_t port() const {
        error_code ignored;
        return acceptor_.local_endpoint(ignored).port();
    }
    void accept_next() {
        acceptor_.async_accept(
            [self = shared_from_this()](const error_code& error, AsioSocket socket) {
                self->on_accepted(error, std::move(socket));
            });
    }
    void close() {
        is_closed_ = true;
        reactor_.cancel(std::exchange(retry_timer_, 0));
        error_code ignored;
        acceptor_.close(ignored);
    }

 private:
    void on_accepted(const error_code& error, AsioSocket socket) {
        if (is_closed_) {
            return;
        }
        if (error) {
            retry_timer_ = reactor_.schedule_after(
                kAcceptRetry, [self = shared_from_this()] { self->accept_next(); });
            return;
        }
        auto connection = std::make_shared<TcpConnection>(reactor_, io_, std::move(socket));
        StreamEvents* const events = accept_(std::make_unique<TcpStream>(connection));
        if (events == nullptr) {
            connection->close();
        } else if (!connection->is_closed()) {
            connection->start_accepted(*events);
        }
        if (!is_closed_) {
            accept_next();
        }
    }

    Reactor& reactor_;
    asio::io_context& io_;
    AsioAcceptor acceptor_;
    AcceptHandler accept_;
    TimerId retry_timer_ = 0;
    bool is_closed_ = false;
};

class AsioListener final : public Listener {
 public:
    explicit AsioListener(std::shared_ptr<Acceptor> acceptor)
        : acceptor_{std::move(acceptor)}, port_{acceptor_->port()} {}
    ~AsioListener() override { acceptor_->close(); }
    AsioListener(const AsioListener&) = delete;
    AsioListener& operator=(const AsioListener&) = delete;
    [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
    std::shared_ptr<Acceptor> acceptor_;
    std::uint16_t port_;
};

// A stream that never was: tells its owner why, in an event of its own.
class FailedStream final : public ByteStream {
 public:
    FailedStream(Reactor& reactor, StreamEvents& events, Error reason) : reactor_{reactor} {
        timer_ = reactor.schedule_after(
            Duration{0}, [&events, why = std::move(reason)] { events.on_closed(why); });
    }
    ~FailedStream() override { FailedStream::close(); }
    FailedStream(const FailedStream&) = delete;
    FailedStream& operator=(const FailedStream&) = delete;

    void write(std::span<const std::uint8_t>) override {}
    [[nodiscard]] std::size_t queued() const override { return 0; }
    void close() override { reactor_.cancel(std::exchange(timer_, 0)); }

 private:
    Reactor& reactor_;
    TimerId timer_ = 0;
};

class AsioReactor final : public Reactor {
 public:
    explicit AsioReactor(AsioOptions options)
        : spin_{options.spin},
          timer_{io_},
          work_{io_.get_executor()},
          system_resolver_{*this},
          names_{*this, options.resolve ? std::move(options.resolve) : system_resolve()},
          ca_file_{std::move(options.ca_file)} {}

    [[nodiscard]] MonoTime now() const override { return asio_now(); }
    [[nodiscard]] WallTime wall_now() const override {
        return WallTime{std::chrono::duration_cast<Duration>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count()};
    }

    TimerId schedule_at(MonoTime at, Task task) override {
        const TimerId id = timers_.add(at, std::move(task));
        if (!is_firing_) {
            arm();
        }
        return id;
    }
    void cancel(TimerId timer) override { timers_.cancel(timer); }
    void post(Task task) override { asio::post(io_, std::move(task)); }

    [[nodiscard]] std::unique_ptr<ByteStream> connect(const Address& address,
                                                      StreamEvents& events) override {
        if (!address.is_tls) {
            return connect_plain(address, events);
        }
        if (!tls_) {
            tls_ = make_tls_client_context(ca_file_);
        }
        if (!*tls_) {
            return std::make_unique<FailedStream>(*this, events, tls_->error());
        }
        auto stream = std::make_unique<TlsStream>(
            *this, ***tls_, TlsRole::Client, address.host, events,
            TlsClientShare{.sessions = &sessions_,
                           .port = address.port,
                           .on_refused = [this, host = address.host] { names_.forget(host); }});
        stream->attach(connect_plain(address, stream->inner_events()));
        return stream;
    }
    [[nodiscard]] Result<std::unique_ptr<Listener>> listen(const Address& address,
                                                           AcceptHandler accept) override;
    [[nodiscard]] ReactorStatistics statistics() const override {
        return {.tls_handshakes = sessions_.handshakes(),
                .tls_resumed = sessions_.resumed(),
                .name_lookups = names_.lookups(),
                .name_failures = names_.failures()};
    }
    void run() override;
    void stop() override { io_.stop(); }

 private:
    [[nodiscard]] ResolveName system_resolve() {
        return [this](const std::string& host, ResolveHandler handler) {
            system_resolver_.resolve(host, std::move(handler));
        };
    }
    [[nodiscard]] std::unique_ptr<ByteStream> connect_plain(const Address& address,
                                                            StreamEvents& events) {
        auto connection = std::make_shared<TcpConnection>(*this, io_, names_, events);
        connection->start_connect(address);
        return std::make_unique<TcpStream>(std::move(connection));
    }
    void arm();
    void fire_due();

    // First member, destroyed last: everything below may refer to it.
    asio::io_context io_{1};  // One thread runs it; post() stays safe from others.
    Duration spin_;
    TimerHeap timers_;
    AsioTimer timer_;
    MonoTime armed_at_{0};
    bool is_armed_ = false;
    bool is_firing_ = false;
    asio::executor_work_guard<AsioExecutor> work_;
    SystemResolver system_resolver_;
    NameCache names_;
    // Shared by all connections.
    TlsSessionCache sessions_;
    // Made for the first connection that needs it: the certificates that it trusts take 1.7 MB.
    std::string ca_file_;
    std::optional<Result<SslContext>> tls_;
};

Result<std::unique_ptr<Listener>> AsioReactor::listen(const Address& address,
                                                      AcceptHandler accept) {
    if (address.is_tls) {
        return fail(fmt::format(
            "listening on {}:{}: TLS servers are not offered; listen on loopback without TLS and "
            "put a TLS proxy in front",
            address.host, address.port));
    }
    error_code error;
    const auto ip =
        asio::ip::make_address(address.host == "localhost" ? "127.0.0.1" : address.host, error);
    if (error) {
        return fail(fmt::format("listening on '{}': not an IP address; write 127.0.0.1 or ::1",
                                address.host));
    }
    auto acceptor = std::make_shared<Acceptor>(*this, io_, std::move(accept));
    error = acceptor->open(AsioEndpoint{ip, address.port});
    if (error) {
        return fail(fmt::format("listening on {}: {}",
                                endpoint_text(AsioEndpoint{ip, address.port}), error.message()));
    }
    acceptor->accept_next();
    return std::make_unique<AsioListener>(std::move(acceptor));
}

// Arming costs a system call, so the timer is left alone unless it would fire too late. One that
// fires for a timer cancelled meanwhile only arms again.
void AsioReactor::arm() {
    if (timers_.is_empty() || (is_armed_ && armed_at_ <= timers_.earliest_at())) {
        return;
    }
    is_armed_ = true;
    armed_at_ = timers_.earliest_at();
    timer_.expires_at(std::chrono::steady_clock::time_point{Duration{armed_at_.ns}});
    timer_.async_wait([this](const error_code& error) {
        if (error != asio::error::operation_aborted) {
            fire_due();
        }
    });
}

void AsioReactor::fire_due() {
    is_armed_ = false;
    is_firing_ = true;
    const MonoTime due_at = asio_now();
    const std::uint64_t sequence_end = timers_.next_sequence();
    while (!io_.stopped()) {
        Task task = timers_.take_due(due_at, sequence_end);
        if (!task) {
            break;
        }
        task();
    }
    is_firing_ = false;
    arm();
}

void AsioReactor::run() {
    io_.restart();
    if (spin_ <= Duration{0}) {
        io_.run();
        return;
    }
    MonoTime last_event_at = now();
    while (!io_.stopped()) {
        if (io_.poll() > 0) {
            last_event_at = now();
        } else if (now() - last_event_at >= spin_) {
            io_.run_one();
            last_event_at = now();
        }
    }
}

}  // namespace

std::unique_ptr<Reactor> make_asio_reactor(AsioOptions options) {
    return std::make_unique<AsioReactor>(std::move(options));
}

}  // namespace sniperforge::net
