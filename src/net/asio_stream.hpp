// SPDX-License-Identifier: MIT
// One TCP connection on the Asio reactor. Asio only waits for readiness; the bytes move through
// synchronous non-blocking calls, so that a read lands in the owner's buffer at the moment it is
// asked for, and a write reaches the kernel before write() returns.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {

// Concrete executors throughout: the type-erased ones cost compile time and a virtual call.
using AsioExecutor = boost::asio::io_context::executor_type;
using AsioSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, AsioExecutor>;
using AsioEndpoint = boost::asio::ip::tcp::endpoint;

[[nodiscard]] MonoTime asio_now();
[[nodiscard]] std::string endpoint_text(const AsioEndpoint& endpoint);

// Shared by the stream that its owner holds and by the pending Asio operations: an owner may
// delete its stream at any time, also from inside a callback of that stream.
class TcpConnection final : public std::enable_shared_from_this<TcpConnection> {
 public:
    // For connect().
    TcpConnection(Reactor& reactor, boost::asio::io_context& io, StreamEvents& events);
    // For an accepted socket; events start with start_accepted().
    TcpConnection(Reactor& reactor, boost::asio::io_context& io, AsioSocket socket);

    void start_connect(const Address& address);
    void start_accepted(StreamEvents& events);
    void write(std::span<const std::uint8_t> bytes);
    [[nodiscard]] std::size_t queued() const { return outgoing_.size() - outgoing_begin_; }
    void close();
    [[nodiscard]] bool is_closed() const { return is_closed_; }

 private:
    using Resolver = boost::asio::ip::basic_resolver<boost::asio::ip::tcp, AsioExecutor>;

    void try_next_endpoint();
    void on_attempt_ended(const boost::system::error_code& error);
    void on_established();
    void wait_readable();
    void on_readable();
    // False when the connection has ended.
    [[nodiscard]] bool read_available();
    void wait_writable();
    void flush();
    void enqueue(std::span<const std::uint8_t> bytes);
    void fail_later(const boost::system::error_code& error);
    // Closes and tells the owner; the owner may be gone afterwards.
    void end(const std::string& reason);

    Reactor& reactor_;
    boost::asio::io_context& io_;
    StreamEvents* events_ = nullptr;
    AsioSocket socket_;
    Resolver resolver_;
    std::string name_;  // "host:port", for error texts.

    std::vector<AsioEndpoint> endpoints_;
    std::size_t endpoint_next_ = 0;
    TimerId attempt_timer_ = 0;
    std::string attempt_error_;

    std::vector<std::uint8_t> outgoing_;
    std::size_t outgoing_begin_ = 0;
    bool is_connected_ = false;
    bool is_broken_ = false;  // A write failed; the owner is told in an event of its own.
    bool is_closed_ = false;
};

class TcpStream final : public ByteStream {
 public:
    explicit TcpStream(std::shared_ptr<TcpConnection> connection)
        : connection_{std::move(connection)} {}
    ~TcpStream() override { connection_->close(); }
    TcpStream(const TcpStream&) = delete;
    TcpStream& operator=(const TcpStream&) = delete;

    void write(std::span<const std::uint8_t> bytes) override { connection_->write(bytes); }
    [[nodiscard]] std::size_t queued() const override { return connection_->queued(); }
    void close() override { connection_->close(); }

 private:
    std::shared_ptr<TcpConnection> connection_;
};

}  // namespace sniperforge::net
