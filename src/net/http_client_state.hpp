// SPDX-License-Identifier: MIT
// What an HttpClient holds: its connections, the requests that wait for one, and the upkeep of
// those that are to stay open.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_connection.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::net {

// How many requests may share a connection, by what the origin has shown. A server that closes
// after an answer throws away what was sent behind it, so one such answer ends the sharing until
// as many have come that kept their connection: 64, then 256, 1024, 4096. A server that closes
// every now and then (nginx: after 1000 requests) costs little; one that always does stays at one.
class PipelineDepth {
 public:
    explicit PipelineDepth(std::size_t depth_max)
        : depth_max_{std::max<std::size_t>(depth_max, 1)} {}

    [[nodiscard]] std::size_t depth() const { return answers_missing_ > 0 ? 1 : depth_max_; }
    void on_kept(std::size_t answers) { answers_missing_ -= std::min(answers, answers_missing_); }
    void on_broken() {
        answers_missing_ = penalty_;
        penalty_ = std::min<std::size_t>(penalty_ * 4, 4096);
    }

 private:
    std::size_t depth_max_;
    std::size_t answers_missing_ = 1;  // The first answer shows that the origin keeps connections.
    std::size_t penalty_ = 64;
};

// Shared with the call in progress: a handler may delete the client that calls it. After a handler
// has been called nothing but `is_shut_down_` may be relied on.
struct HttpClient::State final : public std::enable_shared_from_this<HttpClient::State>,
                                 public HttpConnectionOwner {
 public:
    State(Reactor& reactor, Address address, const HttpClientOptions& options);

    void request(const HttpRequest& request, HttpHandler handler);
    void warm_up(std::size_t connections);
    void shut_down();
    [[nodiscard]] std::size_t in_flight() const;
    [[nodiscard]] MonoTime last_write_at() const { return last_write_at_; }
    [[nodiscard]] HttpClientStatistics statistics() const;

 private:
    using ConnectionPtr = std::unique_ptr<HttpConnection>;

    void on_ready(HttpConnection& connection) override;
    void on_progress(HttpConnection& connection, HttpProgress progress) override;

    HttpConnection& open();
    // Gives waiting requests to connections that may take them, and opens more where they are
    // short.
    void pump();
    [[nodiscard]] HttpConnection* find_place(const PendingRequest& request) const;
    void send(HttpConnection& connection, PendingRequest request);
    [[nodiscard]] ConnectionPtr remove(const HttpConnection& connection);
    void on_request_timeout(std::uint64_t id);
    void on_connect_failed(const std::string& reason);
    // Opens another connection for those that wait, after the pause that failed ones are given.
    void pump_later();
    // Cancels all their timeouts, then calls their handlers, as long as there is a client.
    void finish_all(std::vector<AnsweredRequest> answered);
    void refuse_later(HttpHandler handler, std::string text);
    [[nodiscard]] HttpFailure failure(HttpFailure::Kind kind, bool was_written,
                                      std::string_view why) const;
    [[nodiscard]] std::string timeout_text() const;

    // Opens what is missing from the floor, replaces what has been idle for long, and sets the
    // timer for when either is due again.
    void upkeep();
    // Replaces the connection that has been idle longest, if it is time; tells when it is next.
    [[nodiscard]] MonoTime renew_oldest(MonoTime now);
    void on_replacement_ready(HttpConnection& replacement);
    [[nodiscard]] HttpConnection* longest_idle() const;
    void drop_expired();
    // Before the next attempt to fill the floor: nothing after a connection that was of use.
    void note_end(const HttpConnection& connection);
    [[nodiscard]] Duration renew_after() const { return options_.idle_max * 9 / 10; }

    Reactor& reactor_;
    Address address_;
    HttpClientOptions options_;
    std::string host_;
    std::vector<ConnectionPtr> connections_;
    std::deque<PendingRequest> waiting_;
    std::uint64_t next_id_ = 1;
    MonoTime last_write_at_;
    PipelineDepth pipeline_;
    HttpClientStatistics statistics_;
    bool is_shut_down_ = false;

    std::size_t floor_ = 0;  // Connections that are kept open.
    TimerId upkeep_timer_ = 0;
    TimerId pump_timer_ = 0;
    HttpConnection* replacement_ = nullptr;  // Connecting, to take the place of an idle one.
    Duration reopen_pause_{0};
    MonoTime reopen_at_;
};

}  // namespace sniperforge::net
