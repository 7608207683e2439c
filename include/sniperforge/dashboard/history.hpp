// SPDX-License-Identifier: MIT
// History: the equity curve, dense where it is new and thin where it is old, and never more than
// kPointsMax of it. Belongs to whoever serves it, not to the loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::dashboard {

struct HistoryPoint {
    WallTime at{};
    Lamports equity{};  // At liquidation value.
    LamportsDelta realized{};
    std::uint64_t updates = 0;  // Since the start: two points say how many a second.
};

class History {
 public:
    // So many points at least so far apart; what no longer fits goes on to the next.
    struct Span {
        Duration step;
        std::size_t points;
    };
    static constexpr std::array kSpans{
        Span{std::chrono::seconds{2}, 450},   // 15 minutes,
        Span{std::chrono::minutes{1}, 480},   // then 8 hours,
        Span{std::chrono::minutes{30}, 672},  // then 14 days.
    };
    static constexpr std::size_t kPointsMax = 450 + 480 + 672;

    // Nearer to the last one than the first step, or before it: not taken.
    void add(const HistoryPoint& point);
    // The oldest first.
    [[nodiscard]] std::vector<HistoryPoint> points() const;

 private:
    void add_to(std::size_t span, const HistoryPoint& point);
    std::array<std::deque<HistoryPoint>, kSpans.size()> spans_;
};

// {"points":[[milliseconds, lamports, lamports, updates],...]}, the oldest first.
[[nodiscard]] std::string to_json(const History& history);

}  // namespace sniperforge::dashboard
