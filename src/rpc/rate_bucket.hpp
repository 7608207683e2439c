// SPDX-License-Identifier: MIT
// RateBucket: a rate with a burst of one second's worth, part of which is kept for transactions.
// Reads book their turn ahead, and wait for it; what they have booked is not spent yet, so a
// transaction does not stand behind them. Told the time; the same calls give the same answers.
#pragma once

#include <cstdint>

#include "sniperforge/core/time.hpp"

namespace sniperforge::rpc {

// As time at the sustained rate, on top of an empty bucket.
inline constexpr Duration kDebtMax = std::chrono::seconds{1};

// Who takes from a bucket. Sends may take all of it, others leave the reserve.
enum class Taker : std::uint8_t { Other, Send };

class RateBucket {
 public:
    // `per_second` 0: no limit. `reserve_share` of a second's worth, rounded down but at least one
    // send's cost, is what only sends may take; nothing where a second is not worth two of them.
    RateBucket(double per_second, double reserve_share, std::uint32_t send_cost);

    [[nodiscard]] bool is_limited() const { return period_ > Duration{0}; }
    // The earliest time at which `cost` more keeps within the rate.
    [[nodiscard]] MonoTime available_at(MonoTime now, std::uint32_t cost, Taker taker) const;
    // A turn at `at`, which available_at() returned, and, when it has come, its use.
    void book(MonoTime at, std::uint32_t cost);
    void spend(MonoTime now, std::uint32_t cost);
    // Books and spends at once, even what is not there. What that owes is bounded (kDebtMax and one
    // cost): whatever is sent without asking, those who ask wait for seconds at most.
    void take(MonoTime now, std::uint32_t cost);
    // What could be taken now, of one second's worth. Negative after a cost above that.
    [[nodiscard]] double left(MonoTime now) const;
    // At least half of a second's worth is there.
    [[nodiscard]] bool is_half_full(MonoTime now) const;

 private:
    Duration period_{0};   // Between single units at the sustained rate.
    Duration reserve_{0};  // As time at that rate.
    // When it will be, or was, full again: with all that is booked, and with what is spent.
    MonoTime booked_until_{INT64_MIN / 2};
    MonoTime spent_until_{INT64_MIN / 2};
};

}  // namespace sniperforge::rpc
