// SPDX-License-Identifier: MIT
#include "net/asio_stream.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "sniperforge/core/assert.hpp"

namespace sniperforge::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// When a name has several addresses and one does not answer, the next is tried after this long:
// long enough for three SYNs to a far host, short enough for two tries within a 5 s timeout.
constexpr Duration kAttemptMax = std::chrono::milliseconds{1500};
// Reads of one connection before the others get their turn.
constexpr int kReadsPerEventMax = 16;

}  // namespace

MonoTime asio_now() {
    // steady_clock is CLOCK_MONOTONIC in nanoseconds in libstdc++ and libc++.
    return MonoTime{
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())
            .count()};
}

std::string endpoint_text(const AsioEndpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                      : fmt::format("{}:{}", address, endpoint.port());
}

TcpConnection::TcpConnection(Reactor& reactor, asio::io_context& io, StreamEvents& events)
    : reactor_{reactor}, io_{io}, events_{&events}, socket_{io}, resolver_{io} {}

TcpConnection::TcpConnection(Reactor& reactor, asio::io_context& io, AsioSocket socket)
    : reactor_{reactor}, io_{io}, socket_{std::move(socket)}, resolver_{io} {
    error_code ignored;
    const auto endpoint = socket_.remote_endpoint(ignored);
    name_ = ignored ? "accepted connection" : endpoint_text(endpoint);
}

void TcpConnection::start_connect(const Address& address) {
    name_ = fmt::format("{}:{}", address.host, address.port);
    if (address.host == "localhost") {
        // RFC 6761 section 6.3: loopback, also where the machine's resolver does not know the name.
        endpoints_.emplace_back(asio::ip::address_v4::loopback(), address.port);
        endpoints_.emplace_back(asio::ip::address_v6::loopback(), address.port);
        asio::post(io_, [self = shared_from_this()] { self->try_next_endpoint(); });
        return;
    }
    error_code not_numeric;
    const auto numeric = asio::ip::make_address(address.host, not_numeric);
    if (!not_numeric) {
        endpoints_.emplace_back(numeric, address.port);
        asio::post(io_, [self = shared_from_this()] { self->try_next_endpoint(); });
        return;
    }
    resolver_.async_resolve(
        address.host, std::to_string(address.port), asio::ip::resolver_base::numeric_service,
        [self = shared_from_this()](const error_code& error, const Resolver::results_type& found) {
            if (self->is_closed_) {
                return;
            }
            if (error) {
                self->end(fmt::format("resolving {}: {}", self->name_, error.message()));
                return;
            }
            for (const auto& entry : found) {
                self->endpoints_.push_back(entry.endpoint());
            }
            self->try_next_endpoint();
        });
}

void TcpConnection::try_next_endpoint() {
    if (is_closed_) {
        return;
    }
    if (endpoint_next_ == endpoints_.size()) {
        end(fmt::format("connecting to {}: {}", name_,
                        attempt_error_.empty() ? "the name has no address" : attempt_error_));
        return;
    }
    const AsioEndpoint endpoint = endpoints_[endpoint_next_++];
    error_code error;
    socket_.close(error);
    socket_.open(endpoint.protocol(), error);
    if (error) {
        asio::post(io_, [self = shared_from_this(), error] { self->on_attempt_ended(error); });
        return;
    }
    if (endpoint_next_ < endpoints_.size()) {
        // Closing the socket ends the attempt with operation_aborted.
        attempt_timer_ = reactor_.schedule_after(kAttemptMax, [self = shared_from_this()] {
            error_code ignored;
            self->socket_.close(ignored);
        });
    }
    socket_.async_connect(endpoint, [self = shared_from_this()](const error_code& connect_error) {
        self->on_attempt_ended(connect_error);
    });
}

void TcpConnection::on_attempt_ended(const error_code& error) {
    reactor_.cancel(std::exchange(attempt_timer_, 0));
    if (is_closed_) {
        return;
    }
    if (error) {
        attempt_error_ =
            error == asio::error::operation_aborted
                ? fmt::format("no answer within {} ms", kAttemptMax / std::chrono::milliseconds{1})
            : error == asio::error::connection_refused ? "connection refused"
                                                       : error.message();
        try_next_endpoint();
        return;
    }
    endpoints_ = {};
    on_established();
}

void TcpConnection::start_accepted(StreamEvents& events) {
    events_ = &events;
    asio::post(io_, [self = shared_from_this()] {
        if (!self->is_closed_) {
            self->on_established();
        }
    });
}

void TcpConnection::on_established() {
    error_code error;
    socket_.non_blocking(true, error);
    if (!error) {
        // Orders are small and urgent: never wait for more bytes to fill a packet.
        socket_.set_option(asio::ip::tcp::no_delay{true}, error);
    }
    if (error) {
        end(fmt::format("setting up the socket to {}: {}", name_, error.message()));
        return;
    }
    is_connected_ = true;
    const auto self = shared_from_this();
    flush();
    if (is_closed_) {
        return;
    }
    events_->on_connected();
    if (!is_closed_) {
        wait_readable();
    }
}

void TcpConnection::wait_readable() {
    socket_.async_wait(AsioSocket::wait_read, [self = shared_from_this()](const error_code&) {
        // An error here is our own close, or comes again, with its reason, from the read.
        if (!self->is_closed_) {
            self->on_readable();
        }
    });
}

void TcpConnection::on_readable() {
    if (read_available()) {
        wait_readable();
    }
}

bool TcpConnection::read_available() {
    for (int round = 0; round < kReadsPerEventMax; ++round) {
        const std::span<std::uint8_t> buffer = events_->read_buffer();
        SF_ASSERT(!buffer.empty());
        error_code error;
        const MonoTime at = asio_now();
        const std::size_t count =
            socket_.read_some(asio::mutable_buffer{buffer.data(), buffer.size()}, error);
        if (error == asio::error::would_block || error == asio::error::try_again) {
            return true;
        }
        if (error) {
            end(error == asio::error::eof
                    ? fmt::format("{}: closed by the peer", name_)
                    : fmt::format("reading from {}: {}", name_, error.message()));
            return false;
        }
        events_->on_read(count, at);
        if (is_closed_) {
            return false;
        }
        if (count < buffer.size()) {
            return true;  // Drained; waiting again reports whatever came since.
        }
    }
    return true;
}

void TcpConnection::write(std::span<const std::uint8_t> bytes) {
    if (is_closed_ || is_broken_ || bytes.empty()) {
        return;
    }
    if (!is_connected_ || queued() > 0) {
        enqueue(bytes);
        return;
    }
    error_code error;
    std::size_t count = socket_.write_some(asio::const_buffer{bytes.data(), bytes.size()}, error);
    if (error == asio::error::would_block || error == asio::error::try_again) {
        count = 0;
    } else if (error) {
        fail_later(error);
        return;
    }
    if (count < bytes.size()) {
        enqueue(bytes.subspan(count));
        wait_writable();
    }
}

void TcpConnection::enqueue(std::span<const std::uint8_t> bytes) {
    if (outgoing_begin_ > outgoing_.size() / 2) {
        // Each byte is moved at most once per halving, so a queue that never empties stays cheap.
        outgoing_.erase(outgoing_.begin(),
                        outgoing_.begin() + static_cast<std::ptrdiff_t>(outgoing_begin_));
        outgoing_begin_ = 0;
    }
    outgoing_.insert(outgoing_.end(), bytes.begin(), bytes.end());
}

void TcpConnection::wait_writable() {
    socket_.async_wait(AsioSocket::wait_write, [self = shared_from_this()](const error_code&) {
        if (!self->is_closed_ && !self->is_broken_) {
            self->flush();
        }
    });
}

void TcpConnection::flush() {
    while (queued() > 0) {
        error_code error;
        const std::size_t count = socket_.write_some(
            asio::const_buffer{outgoing_.data() + outgoing_begin_, queued()}, error);
        if (error == asio::error::would_block || error == asio::error::try_again) {
            wait_writable();
            return;
        }
        if (error) {
            fail_later(error);
            return;
        }
        outgoing_begin_ += count;
    }
    outgoing_.clear();
    outgoing_begin_ = 0;
}

void TcpConnection::fail_later(const error_code& error) {
    is_broken_ = true;
    asio::post(io_, [self = shared_from_this(), error] {
        if (self->is_closed_) {
            return;
        }
        // The peer may have answered before it hung up: hear it out first.
        if (self->read_available()) {
            self->end(fmt::format("writing to {}: {}", self->name_, error.message()));
        }
    });
}

void TcpConnection::close() {
    if (is_closed_) {
        return;
    }
    is_closed_ = true;
    events_ = nullptr;
    reactor_.cancel(std::exchange(attempt_timer_, 0));
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
}

void TcpConnection::end(const std::string& reason) {
    StreamEvents* const events = events_;
    close();
    if (events != nullptr) {
        events->on_closed(Error{reason});
    }
}

}  // namespace sniperforge::net
