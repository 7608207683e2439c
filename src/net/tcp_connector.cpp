// SPDX-License-Identifier: MIT
#include "net/tcp_connector.hpp"

#include <fmt/format.h>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace sniperforge::net {

namespace asio = boost::asio;
using boost::system::error_code;

std::string endpoint_text(const AsioEndpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                      : fmt::format("{}:{}", address, endpoint.port());
}

TcpConnector::TcpConnector(Reactor& reactor, asio::io_context& io,
                           std::vector<AsioEndpoint> endpoints, Handler handler)
    : reactor_{reactor}, io_{io}, endpoints_{std::move(endpoints)}, handler_{std::move(handler)} {}

void TcpConnector::start() {
    end_timer_ = reactor_.schedule_after(kConnectMax, [self = shared_from_this()] {
        self->end_timer_ = 0;
        self->add_error(
            fmt::format("no answer within {} ms", kConnectMax / std::chrono::milliseconds{1}));
        self->finish(fail(self->errors_));
    });
    start_next();
}

void TcpConnector::start_next() {
    reactor_.cancel(std::exchange(next_timer_, 0));
    if (endpoint_next_ == endpoints_.size()) {
        if (under_way_ == 0) {
            finish(fail(errors_.empty() ? "the name has no usable address" : errors_));
        }
        return;
    }
    const AsioEndpoint endpoint = endpoints_[endpoint_next_++];
    attempts_.push_back(std::make_unique<Attempt>(Attempt{endpoint, AsioSocket{io_}}));
    Attempt& attempt = *attempts_.back();
    ++under_way_;
    error_code error;
    attempt.socket.open(endpoint.protocol(), error);
    if (error) {
        asio::post(io_, [self = shared_from_this(), &attempt, error] {
            self->on_attempt_ended(attempt, error);
        });
        return;
    }
    if (endpoint_next_ < endpoints_.size()) {
        next_timer_ = reactor_.schedule_after(kAttemptHeadStart, [self = shared_from_this()] {
            self->next_timer_ = 0;
            self->start_next();
        });
    }
    attempt.socket.async_connect(
        endpoint, [self = shared_from_this(), &attempt](const error_code& connect_error) {
            self->on_attempt_ended(attempt, connect_error);
        });
}

void TcpConnector::on_attempt_ended(Attempt& attempt, const error_code& error) {
    if (is_closed_) {
        return;
    }
    --under_way_;
    if (!error) {
        finish(std::move(attempt.socket));
        return;
    }
    const std::string why =
        error == asio::error::connection_refused ? "connection refused" : error.message();
    add_error(endpoints_.size() > 1 ? fmt::format("{}: {}", endpoint_text(attempt.endpoint), why)
                                    : why);
    start_next();
}

void TcpConnector::add_error(const std::string& text) {
    errors_ += errors_.empty() ? text : "; " + text;
}

void TcpConnector::finish(Result<AsioSocket> result) {
    Handler handler = std::move(handler_);
    close();
    handler(std::move(result));
}

void TcpConnector::close() {
    is_closed_ = true;
    handler_ = nullptr;  // It holds the owner, which holds this.
    reactor_.cancel(std::exchange(next_timer_, 0));
    reactor_.cancel(std::exchange(end_timer_, 0));
    for (const auto& attempt : attempts_) {
        error_code ignored;
        attempt->socket.close(ignored);
    }
}

}  // namespace sniperforge::net
