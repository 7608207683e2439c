// SPDX-License-Identifier: MIT
// One TCP connection on the Asio reactor. Asio only waits for readiness; the bytes move through
// synchronous non-blocking calls, so that a read lands in the owner's buffer at the moment it is
// asked for, and a write reaches the kernel before write() returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "net/name_cache.hpp"
#include "net/socket_options.hpp"
#include "net/tcp_connector.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {

[[nodiscard]] MonoTime asio_now();

// Shared by the stream that its owner holds and by the pending Asio operations: an owner may
// delete its stream at any time, also from inside a callback of that stream.
class TcpConnection final : public std::enable_shared_from_this<TcpConnection> {
 public:
    // For connect(). `names` outlives it.
    TcpConnection(Reactor& reactor, boost::asio::io_context& io, NameCache& names,
                  StreamEvents& events);
    // For an accepted socket; events start with start_accepted().
    TcpConnection(Reactor& reactor, boost::asio::io_context& io, AsioSocket socket);

    void start_connect(const Address& address);
    void start_accepted(StreamEvents& events);
    void write(std::span<const std::uint8_t> bytes);
    [[nodiscard]] std::size_t queued() const { return outgoing_.size() - outgoing_begin_; }
    void close();
    [[nodiscard]] bool is_closed() const { return is_closed_; }

 private:
    void on_addresses(const Address& address, const Result<std::vector<std::string>>& found);
    void on_established(SocketSide side);
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
    std::string name_;  // "host:port", for error texts.

    NameCache* names_ = nullptr;  // Of a connection that we make.
    std::shared_ptr<TcpConnector> connector_;

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
