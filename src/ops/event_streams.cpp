// SPDX-License-Identifier: MIT
#include "sniperforge/ops/event_streams.hpp"

#include <fmt/format.h>

#include <utility>

namespace sniperforge::ops {

std::string event_text(std::string_view name, std::uint64_t id, std::string_view data) {
    return fmt::format("event: {}\nid: {}\ndata: {}\n\n", name, id, data);
}

net::HttpResponse EventStreams::open(std::string first, MonoTime now) {
    forget();
    if (listeners_.size() >= kListenersMax) {
        ++refused_;
        return {
            .status = 503,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Retry-After", "5"}},
            .body = fmt::format("{} listen already, and no more may: close a page that is open\n",
                                listeners_.size())};
    }
    return {.status = 200,
            .headers = {{"Content-Type", "text/event-stream"}},
            .body = std::move(first),
            .go_on = [this, now](net::HttpBodyStream body) {
                ++opened_;
                listeners_.push_back({.body = std::move(body), .told_at = now});
            }};
}

void EventStreams::tell(std::string_view event, MonoTime now) {
    for (Listener& listener : listeners_) {
        const auto waiting = listener.body.queued();
        if (!waiting) {
            continue;
        }
        if (*waiting > 0) {
            if (++listener.missed > kMissedMax) {
                ++cut_off_;
                listener.body.cut_off();
            }
            continue;
        }
        listener.missed = 0;
        listener.told_at = now;
        listener.body.write(event);
    }
    forget();
}

void EventStreams::keep_alive(MonoTime now) {
    for (Listener& listener : listeners_) {
        if (now - listener.told_at >= kSilenceMax && listener.body.queued() == 0U) {
            listener.told_at = now;
            listener.body.write(": alive\n\n");
        }
    }
}

bool EventStreams::has_listeners() {
    forget();
    return !listeners_.empty();
}

EventStreams::Statistics EventStreams::statistics() {
    forget();
    return {listeners_.size(), opened_, refused_, cut_off_};
}

void EventStreams::forget() {
    std::erase_if(listeners_, [](const Listener& each) { return !each.body.queued(); });
}

}  // namespace sniperforge::ops
