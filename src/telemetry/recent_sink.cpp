// SPDX-License-Identifier: MIT
#include "telemetry/recent_sink.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>

#include "sniperforge/telemetry/recent_lines.hpp"

namespace sniperforge::telemetry {
namespace {

struct RecentLines {
    std::mutex mutex;  // Guards both below.
    std::array<LoggedLine, kRecentLinesMax> lines;
    std::size_t written = 0;
};

// Never destroyed: destructors of statics may still log.
RecentLines& recent() {
    static RecentLines* const instance = new RecentLines;
    return *instance;
}

// Not inside a character: UTF-8 continuation bytes have the form 10xxxxxx.
[[nodiscard]] std::string_view cut(std::string_view text) {
    std::size_t kept = std::min(text.size(), kRecentTextBytesMax);
    while (kept > 0 && kept < text.size() &&
           (static_cast<unsigned char>(text[kept]) & 0xC0U) == 0x80U) {
        --kept;
    }
    return text.substr(0, kept);
}

}  // namespace

void keep_recent(Level level, std::string_view component, std::string_view text) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    RecentLines& kept = recent();
    const std::scoped_lock lock{kept.mutex};
    LoggedLine& line = kept.lines[kept.written++ % kRecentLinesMax];
    line.level = level;
    line.at = WallTime{std::chrono::duration_cast<Duration>(now).count()};
    line.component = component;  // In place: what is overwritten lends its memory.
    line.text = cut(text);
}

std::vector<LoggedLine> recent_warnings() {
    RecentLines& kept = recent();
    const std::scoped_lock lock{kept.mutex};
    std::vector<LoggedLine> lines;
    lines.reserve(kRecentLinesMax);
    const std::size_t first = kept.written > kRecentLinesMax ? kept.written - kRecentLinesMax : 0;
    for (std::size_t i = first; i < kept.written; ++i) {
        lines.push_back(kept.lines[i % kRecentLinesMax]);
    }
    return lines;
}

}  // namespace sniperforge::telemetry
