// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <utility>

#include "net/http_client_state.hpp"
#include "net/url.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::net {

HttpClient::State::State(Reactor& reactor, Address address, const HttpClientOptions& options)
    : reactor_{reactor},
      address_{std::move(address)},
      options_{options},
      host_{host_header(address_)},
      pipeline_{options.pipeline_depth_max} {}

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
    waiting_.push_back({.id = id,
                        .bytes = format_request(request, host_),
                        .is_head = request.method == "HEAD",
                        .may_pipeline = request.may_pipeline,
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

HttpConnection& HttpClient::State::open() {
    connections_.push_back(
        std::make_unique<HttpConnection>(*this, reactor_, address_, options_.body_bytes_max));
    HttpConnection& connection = *connections_.back();
    connection.connect_timeout = reactor_.schedule_after(options_.timeout, [this, &connection] {
        connection.connect_timeout = 0;
        HttpProgress progress;
        progress.end = fmt::format("connecting to {}: {}", host_, timeout_text());
        on_progress(connection, std::move(progress));
    });
    return connection;
}

// Requests are placed in the order in which they wait. One that finds no place, and for which no
// connection is opening, holds back all behind it: otherwise those that may share a connection
// would keep it busy for ever, before the eyes of one that may not.
void HttpClient::State::pump() {
    drop_expired();
    auto opening = static_cast<std::size_t>(std::ranges::count_if(
        connections_, [](const auto& connection) { return !connection->is_connected(); }));
    for (std::size_t i = 0; i < waiting_.size();) {
        if (HttpConnection* const connection = find_place(waiting_[i])) {
            PendingRequest request = std::move(waiting_[i]);
            waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
            const bool is_shared = !connection->is_idle();
            send(*connection, std::move(request));
            if (is_shared && opening == 0 && connections_.size() < options_.connections_max) {
                open();  // The next one need not share.
                ++opening;
            }
            continue;
        }
        if (opening > 0) {
            --opening;
        } else if (connections_.size() < options_.connections_max) {
            open();
        } else {
            break;
        }
        ++i;
    }
}

HttpConnection* HttpClient::State::find_place(const PendingRequest& request) const {
    HttpConnection* least_busy = nullptr;
    for (const ConnectionPtr& connection : connections_) {
        if (connection->is_idle()) {
            return connection.get();
        }
        if (request.may_pipeline && connection->is_shareable(pipeline_.depth()) &&
            (least_busy == nullptr ||
             connection->under_way().size() < least_busy->under_way().size())) {
            least_busy = connection.get();
        }
    }
    return least_busy;
}

void HttpClient::State::send(HttpConnection& connection, PendingRequest request) {
    statistics_.requests_pipelined += connection.is_idle() ? 0 : 1;
    connection.send(std::move(request));
    last_write_at_ = reactor_.now();
}

HttpClient::State::ConnectionPtr HttpClient::State::remove(const HttpConnection& connection) {
    const auto found = std::ranges::find(connections_, &connection, &ConnectionPtr::get);
    SF_ASSERT(found != connections_.end());
    ConnectionPtr removed = std::move(*found);
    connections_.erase(found);
    reactor_.cancel(std::exchange(removed->connect_timeout, 0));
    if (replacement_ == removed.get()) {
        replacement_ = nullptr;
    }
    return removed;
}

void HttpClient::State::on_ready(HttpConnection& connection) {
    reactor_.cancel(std::exchange(connection.connect_timeout, 0));
    ++statistics_.connections_opened;
    if (&connection == replacement_) {
        on_replacement_ready(connection);
    }
    pump();
    upkeep();
}

void HttpClient::State::on_progress(HttpConnection& connection, HttpProgress progress) {
    const auto self = shared_from_this();
    pipeline_.on_kept(progress.kept);
    std::vector<AnsweredRequest> finished = std::move(progress.answered);
    for (AnsweredRequest& answered : finished) {
        if (!answered.result) {
            answered.result.error() =
                failure(answered.result.error().kind, true, answered.result.error().text);
        }
    }
    ConnectionPtr removed;  // Deleted when this call ends, not before: it is still on the stack.
    if (progress.end) {
        const bool was_connected = connection.is_connected();
        note_end(connection);
        removed = remove(connection);
        if (!was_connected) {
            ++statistics_.connections_failed;
            upkeep();
            on_connect_failed(*progress.end);
            return;
        }
        ++statistics_.connections_lost;
        std::deque<PendingRequest> lost = removed->take_under_way();
        if (progress.is_close_asked || lost.size() > 1) {
            pipeline_.on_broken();
        }
        // Never sent again from here, not even when a kept-alive connection turned out stale: the
        // server may have acted on them, and a second sendTransaction is the caller's decision.
        for (PendingRequest& request : lost) {
            finished.push_back({.request = std::move(request),
                                .result = std::unexpected{
                                    failure(HttpFailure::Kind::Closed, true, *progress.end)}});
        }
    }
    pump();
    upkeep();
    finish_all(std::move(finished));
}

// Waiting requests fail only when nothing is left that could take them. While others are busy,
// which may be for as long as a request may take, they get another connection.
void HttpClient::State::on_connect_failed(const std::string& reason) {
    if (!connections_.empty()) {
        return pump_later();
    }
    std::vector<AnsweredRequest> failed;
    for (PendingRequest& request : std::exchange(waiting_, {})) {
        failed.push_back(
            {.request = std::move(request),
             .result = std::unexpected{failure(HttpFailure::Kind::Connect, false, reason)}});
    }
    finish_all(std::move(failed));
}

void HttpClient::State::on_request_timeout(std::uint64_t id) {
    const auto self = shared_from_this();
    std::vector<AnsweredRequest> finished;
    ConnectionPtr removed;
    const auto waiting = std::ranges::find(waiting_, id, &PendingRequest::id);
    if (waiting != waiting_.end()) {
        finished.push_back({.request = std::move(*waiting),
                            .result = std::unexpected{
                                failure(HttpFailure::Kind::Timeout, false, timeout_text())}});
        waiting_.erase(waiting);
        pump();  // It may have held back those behind it.
        finish_all(std::move(finished));
        return;
    }
    const auto busy = std::ranges::find_if(connections_, [id](const ConnectionPtr& connection) {
        return std::ranges::find(connection->under_way(), id, &PendingRequest::id) !=
               connection->under_way().end();
    });
    SF_ASSERT(busy != connections_.end());  // The timer ends with its request.
    // A late answer would be taken for that of the next request: the connection goes, and with it
    // all that shared it.
    note_end(**busy);
    removed = remove(**busy);
    ++statistics_.connections_lost;
    std::deque<PendingRequest> lost = removed->take_under_way();
    if (lost.size() > 1) {
        pipeline_.on_broken();
    }
    for (PendingRequest& request : lost) {
        const HttpFailure why =
            request.id == id
                ? failure(HttpFailure::Kind::Timeout, true, timeout_text())
                : failure(HttpFailure::Kind::Closed, true,
                          fmt::format("given up with another one on its connection, which got {}",
                                      timeout_text()));
        finished.push_back({.request = std::move(request), .result = std::unexpected{why}});
    }
    pump();
    upkeep();
    finish_all(std::move(finished));
}

void HttpClient::State::finish_all(std::vector<AnsweredRequest> answered) {
    const auto self = shared_from_this();
    for (const AnsweredRequest& one : answered) {
        reactor_.cancel(one.request.timeout);
    }
    for (AnsweredRequest& one : answered) {
        if (is_shut_down_) {
            return;
        }
        one.request.handler(std::move(one.result));
    }
}

void HttpClient::State::shut_down() {
    is_shut_down_ = true;
    reactor_.cancel(std::exchange(upkeep_timer_, 0));
    reactor_.cancel(std::exchange(pump_timer_, 0));
    for (const PendingRequest& request : waiting_) {
        reactor_.cancel(request.timeout);
    }
    for (const ConnectionPtr& connection : connections_) {
        reactor_.cancel(connection->connect_timeout);
        for (const PendingRequest& request : connection->under_way()) {
            reactor_.cancel(request.timeout);
        }
    }
    const auto dropped_requests = std::exchange(waiting_, {});
    const auto dropped_connections = std::exchange(connections_, {});
}

std::size_t HttpClient::State::in_flight() const {
    std::size_t count = waiting_.size();
    for (const ConnectionPtr& connection : connections_) {
        count += connection->under_way().size();
    }
    return count;
}

HttpClientStatistics HttpClient::State::statistics() const {
    HttpClientStatistics statistics = statistics_;
    statistics.pipeline_depth = pipeline_.depth();
    return statistics;
}

HttpFailure HttpClient::State::failure(HttpFailure::Kind kind, bool was_written,
                                       std::string_view why) const {
    return {.kind = kind,
            .was_written = was_written,
            .text = fmt::format("request to {}: {}", host_, why)};
}

std::string HttpClient::State::timeout_text() const {
    return fmt::format("no answer within {} ms", options_.timeout / std::chrono::milliseconds{1});
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

HttpClientStatistics HttpClient::statistics() const { return state_->statistics(); }

}  // namespace sniperforge::net
