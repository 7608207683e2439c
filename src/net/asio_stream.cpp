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

// Reads of one connection before the others get their turn.
constexpr int kReadsPerEventMax = 16;

}  // namespace

MonoTime asio_now() {
    // steady_clock is CLOCK_MONOTONIC in nanoseconds in libstdc++ and libc++.
    return MonoTime{
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())
            .count()};
}

TcpConnection::TcpConnection(Reactor& reactor, asio::io_context& io, NameCache& names,
                             StreamEvents& events)
    : reactor_{reactor}, io_{io}, events_{&events}, socket_{io}, names_{&names} {}

TcpConnection::TcpConnection(Reactor& reactor, asio::io_context& io, AsioSocket socket)
    : reactor_{reactor}, io_{io}, socket_{std::move(socket)} {
    error_code ignored;
    const auto endpoint = socket_.remote_endpoint(ignored);
    name_ = ignored ? "accepted connection" : endpoint_text(endpoint);
}

void TcpConnection::start_connect(const Address& address) {
    name_ = fmt::format("{}:{}", address.host, address.port);
    names_->find(address.host, [self = shared_from_this(),
                                address](const Result<std::vector<std::string>>& found) {
        if (!self->is_closed_) {
            self->on_addresses(address, found);
        }
    });
}

void TcpConnection::on_addresses(const Address& address,
                                 const Result<std::vector<std::string>>& found) {
    if (!found) {
        end(fmt::format("connecting to {}: {}", name_, found.error().text));
        return;
    }
    std::vector<AsioEndpoint> endpoints;
    for (const std::string& text : alternate_families(*found)) {
        endpoints.emplace_back(asio::ip::make_address(text), address.port);
    }
    connector_ = std::make_shared<TcpConnector>(
        reactor_, io_, std::move(endpoints),
        [self = shared_from_this(), host = address.host](Result<AsioSocket> socket) {
            // After close() the connector does not call.
            self->connector_ = nullptr;
            if (!socket) {
                self->names_->forget(host);
                self->end(fmt::format("connecting to {}: {}", self->name_, socket.error().text));
                return;
            }
            self->socket_ = std::move(*socket);
            self->on_established(SocketSide::Connected);
        });
    connector_->start();
}

void TcpConnection::start_accepted(StreamEvents& events) {
    events_ = &events;
    asio::post(io_, [self = shared_from_this()] {
        if (!self->is_closed_) {
            self->on_established(SocketSide::Accepted);
        }
    });
}

void TcpConnection::on_established(SocketSide side) {
    error_code error;
    socket_.non_blocking(true, error);
    if (!error) {
        error = set_socket_options(socket_.native_handle(), side);
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
    if (connector_ != nullptr) {
        std::exchange(connector_, nullptr)->close();
    }
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
