// SPDX-License-Identifier: MIT
// Breaker: failures in a row open it, one good answer closes it, and while it is open it says when
// to try again: later and later.
#pragma once

#include <cstdint>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::rpc {

// Failures in a row that open the breaker: one is a hiccup, three are an outage.
inline constexpr std::uint32_t kBreakerFailures = 3;
inline constexpr Duration kBreakerDelayMin = std::chrono::seconds{1};
inline constexpr Duration kBreakerDelayMax = std::chrono::seconds{30};

// Between 3/4 and 5/4 of the delay, so that many clients do not come back at once.
[[nodiscard]] inline Duration jittered(Duration delay, Rng& rng) {
    const auto half = static_cast<std::uint64_t>(delay.count() / 2);
    return delay * 3 / 4 + Duration{static_cast<std::int64_t>(rng.below(half + 1))};
}

// Requests that were under way together and fail within this are one failure: a gateway that
// restarts takes all of them with it. Those that go on failing for longer are more than one, so
// that an endpoint that hangs is left a second after its first timeout and not after three in turn.
inline constexpr Duration kFailuresTogether = std::chrono::milliseconds{500};

struct FailedRequest {
    MonoTime issued_at;
    MonoTime failed_at;
};

class Breaker {
 public:
    void on_success();
    void on_failure(const FailedRequest& request, Rng& rng);
    // The server says that it does not do this: open at once, tried again at the longest delay.
    void on_refused(const FailedRequest& request, Rng& rng);

    [[nodiscard]] bool is_open() const { return is_open_; }
    // When one request should find out, while it is open.
    [[nodiscard]] MonoTime trial_at() const { return trial_at_; }

 private:
    // The request was under way when the last failure was counted, and says nothing new.
    [[nodiscard]] bool is_counted_with_last(const FailedRequest& request) const;
    void count(MonoTime now, Rng& rng);

    std::uint32_t failures_ = 0;  // In a row.
    MonoTime counted_at_{INT64_MIN / 2};
    Duration delay_{kBreakerDelayMin};
    MonoTime trial_at_{};
    bool is_open_ = false;
};

}  // namespace sniperforge::rpc
