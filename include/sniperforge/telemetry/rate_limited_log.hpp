// SPDX-License-Identifier: MIT
// RateLimitedLog: at most so many lines per interval from one call site, and a count of the rest.
// For events that an outside party can repeat at will. Owned by one thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "sniperforge/core/time.hpp"
#include "sniperforge/telemetry/log.hpp"
#include "sniperforge/telemetry/log_counts.hpp"

namespace sniperforge::telemetry {

class RateLimitedLog {
 public:
    RateLimitedLog(std::uint32_t lines_max, Duration interval)
        : lines_max_{lines_max}, interval_{interval} {}

    // True when a line may be written now; otherwise it counts as suppressed. Intervals follow each
    // other from the first line on, so a burst across their border may write twice the number.
    [[nodiscard]] bool allow(MonoTime now) {
        if (!is_started_ || now - interval_began_ >= interval_) {
            is_started_ = true;
            interval_began_ = now;
            lines_ = 0;
        }
        if (lines_ < lines_max_) {
            ++lines_;
            return true;
        }
        ++suppressed_;
        ++suppressed_total_;
        count_left_out();
        return false;
    }

    // Writes the line or counts it. The first line after a silence says how many were left out.
    template <typename... Args>
    void write(MonoTime now, Level level, std::string_view component,
               fmt::format_string<Args...> format, Args&&... args) {
        if (!is_enabled(level) || !allow(now)) {
            return;
        }
        std::string text = fmt::format(format, std::forward<Args>(args)...);
        if (suppressed_ > 0) {
            text += fmt::format(" ({} similar lines left out before this one)", suppressed_);
            suppressed_ = 0;
        }
        write_line(level, component, text);
    }

    [[nodiscard]] std::uint64_t suppressed() const { return suppressed_; }  // Since the last line.
    [[nodiscard]] std::uint64_t suppressed_total() const { return suppressed_total_; }

 private:
    std::uint32_t lines_max_;
    Duration interval_;
    MonoTime interval_began_;
    std::uint32_t lines_ = 0;
    std::uint64_t suppressed_ = 0;
    std::uint64_t suppressed_total_ = 0;
    bool is_started_ = false;
};

}  // namespace sniperforge::telemetry
