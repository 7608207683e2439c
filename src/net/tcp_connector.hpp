// SPDX-License-Identifier: MIT
// Connects to the first of several addresses that answers (RFC 8305, "happy eyeballs"): they are
// tried in turn, the next one when the last has failed or has not answered for a while, and those
// before go on meanwhile.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {

// Concrete executors throughout: the type-erased ones cost compile time and a virtual call.
using AsioExecutor = boost::asio::io_context::executor_type;
using AsioSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, AsioExecutor>;
using AsioEndpoint = boost::asio::ip::tcp::endpoint;

[[nodiscard]] std::string endpoint_text(const AsioEndpoint& endpoint);

class TcpConnector final : public std::enable_shared_from_this<TcpConnector> {
 public:
    // RFC 8305, section 8, recommends it.
    static constexpr Duration kAttemptHeadStart = std::chrono::milliseconds{250};
    // All attempts together. Owners mostly give up before, after 5 s.
    static constexpr Duration kConnectMax = std::chrono::seconds{10};

    // The socket of the winner, or what became of the attempts. Not called after close().
    using Handler = std::move_only_function<void(Result<AsioSocket>)>;

    TcpConnector(Reactor& reactor, boost::asio::io_context& io, std::vector<AsioEndpoint> endpoints,
                 Handler handler);

    void start();
    void close();

 private:
    struct Attempt {
        AsioEndpoint endpoint;
        AsioSocket socket;
    };

    void start_next();
    void add_error(const std::string& text);
    void on_attempt_ended(Attempt& attempt, const boost::system::error_code& error);
    void finish(Result<AsioSocket> result);

    Reactor& reactor_;
    boost::asio::io_context& io_;
    std::vector<AsioEndpoint> endpoints_;
    std::size_t endpoint_next_ = 0;
    Handler handler_;
    // By pointer: pending operations refer to them.
    std::vector<std::unique_ptr<Attempt>> attempts_;
    std::size_t under_way_ = 0;
    std::string errors_;  // Of the attempts that failed.
    TimerId next_timer_ = 0;
    TimerId end_timer_ = 0;
    bool is_closed_ = false;
};

}  // namespace sniperforge::net
