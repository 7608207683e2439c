// SPDX-License-Identifier: MIT
// EventStreams: server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)
// to a bounded number of listeners, the same to each. Nobody is waited for: who has not taken what
// he was told before misses what is told now, and is cut off where that goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/time.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::ops {

// One event as it is written; `data` is one line.
[[nodiscard]] std::string event_text(std::string_view name, std::uint64_t id,
                                     std::string_view data);

class EventStreams {
 public:
    // A person's tabs and phones. Each may have net's queued_bytes_max waiting for it.
    static constexpr std::size_t kListenersMax = 128;
    // A listener hears something so often, a comment if nothing else.
    static constexpr Duration kSilenceMax = std::chrono::seconds{5};
    // Events in a row that one may miss; with one more he is cut off.
    static constexpr std::uint32_t kMissedMax = 10;

    struct Statistics {
        std::size_t listeners = 0;
        std::uint64_t opened = 0;
        std::uint64_t refused = 0;  // For there were as many as there may be.
        std::uint64_t cut_off = 0;  // For they did not read.
    };

    // An answer that begins with `first`, an event or nothing, and goes on. 503 where there are as
    // many as there may be. It refers to us: outlive the server.
    [[nodiscard]] net::HttpResponse open(std::string first, MonoTime now);
    void tell(std::string_view event, MonoTime now);
    // A comment to who heard nothing for so long.
    void keep_alive(MonoTime now);
    // Those that are there still.
    [[nodiscard]] bool has_listeners();
    [[nodiscard]] Statistics statistics();

 private:
    struct Listener {
        net::HttpBodyStream body;
        MonoTime told_at;
        std::uint32_t missed = 0;
    };
    // Those that left are forgotten.
    void forget();

    std::vector<Listener> listeners_;
    std::uint64_t opened_ = 0, refused_ = 0, cut_off_ = 0;
};

}  // namespace sniperforge::ops
