// SPDX-License-Identifier: MIT
// The connections that an HttpClient keeps open ahead of need.
#include <limits>
#include <utility>

#include "net/http_client_state.hpp"

namespace sniperforge::net {

namespace {

// After a connection that came to nothing. One round trip to a far host is about the first; the
// last keeps an endpoint that is down for hours from being knocked at more than six times a minute.
constexpr Duration kReopenPauseMin = std::chrono::milliseconds{100};
constexpr Duration kReopenPauseMax = std::chrono::seconds{10};
// A connection that lived this long, or gave an answer, was of use.
constexpr Duration kUsefulAfter = std::chrono::seconds{5};
constexpr MonoTime kNever{std::numeric_limits<std::int64_t>::max()};

}  // namespace

void HttpClient::State::warm_up(std::size_t connections) {
    floor_ = std::min(connections, options_.connections_max);
    upkeep();
}

void HttpClient::State::upkeep() {
    reactor_.cancel(std::exchange(upkeep_timer_, 0));
    if (floor_ == 0 || is_shut_down_) {
        return;
    }
    const MonoTime now = reactor_.now();
    while (connections_.size() < floor_ && now >= reopen_at_) {
        open();
    }
    MonoTime next = connections_.size() < floor_ ? reopen_at_ : kNever;
    if (replacement_ == nullptr && options_.idle_max > Duration{0}) {
        next = std::min(next, renew_oldest(now));
    }
    if (next != kNever) {
        upkeep_timer_ = reactor_.schedule_at(next, [this] {
            upkeep_timer_ = 0;
            upkeep();
        });
    }
}

void HttpClient::State::pump_later() {
    if (waiting_.empty() || pump_timer_ != 0) {
        return;
    }
    pump_timer_ = reactor_.schedule_at(reopen_at_, [this] {
        pump_timer_ = 0;
        pump();
    });
}

MonoTime HttpClient::State::renew_oldest(MonoTime now) {
    for (HttpConnection* oldest = longest_idle(); oldest != nullptr; oldest = longest_idle()) {
        const MonoTime due = std::max(oldest->idle_since() + renew_after(), reopen_at_);
        if (now < due) {
            return due;
        }
        if (connections_.size() <= floor_) {
            replacement_ = &open();  // One more than the floor, for the time it takes to connect.
            return kNever;
        }
        const ConnectionPtr surplus = remove(*oldest);
    }
    return kNever;
}

void HttpClient::State::on_replacement_ready(HttpConnection& replacement) {
    replacement_ = nullptr;
    HttpConnection* const oldest = longest_idle();
    if (oldest != nullptr && reactor_.now() - oldest->idle_since() >= renew_after()) {
        const ConnectionPtr replaced = remove(*oldest);
    } else if (connections_.size() > options_.connections_max) {
        // The old one has been used meanwhile, so that it is as good as new.
        const ConnectionPtr superfluous = remove(replacement);
    }
}

HttpConnection* HttpClient::State::longest_idle() const {
    HttpConnection* oldest = nullptr;
    for (const ConnectionPtr& connection : connections_) {
        if (connection->is_idle() &&
            (oldest == nullptr || connection->idle_since() < oldest->idle_since())) {
            oldest = connection.get();
        }
    }
    return oldest;
}

void HttpClient::State::drop_expired() {
    if (options_.idle_max <= Duration{0}) {
        return;
    }
    const MonoTime now = reactor_.now();
    while (true) {
        HttpConnection* const oldest = longest_idle();
        if (oldest == nullptr || now - oldest->idle_since() <= options_.idle_max) {
            return;
        }
        const ConnectionPtr expired = remove(*oldest);
    }
}

void HttpClient::State::note_end(const HttpConnection& connection) {
    const MonoTime now = reactor_.now();
    const bool was_useful =
        connection.has_answered() ||
        (connection.is_connected() && now - connection.connected_at() >= kUsefulAfter);
    if (was_useful) {
        reopen_pause_ = Duration{0};
        reopen_at_ = now;
    } else if (now >= reopen_at_) {  // Several that fail together count once.
        reopen_pause_ = std::clamp(reopen_pause_ * 2, kReopenPauseMin, kReopenPauseMax);
        reopen_at_ = now + reopen_pause_;
    }
}

}  // namespace sniperforge::net
