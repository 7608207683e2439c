// SPDX-License-Identifier: MIT
// Logging: one line is one event with fields. Goes to standard error (and a file), through one
// asynchronous sink owned by the telemetry module. Not for the hot path: a disabled level costs a
// load and a branch, an enabled line formats.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "sniperforge/core/result.hpp"

namespace sniperforge::telemetry {

enum class Level : std::uint8_t { Trace, Debug, Info, Warning, Error, Off };
[[nodiscard]] Result<Level> parse_level(std::string_view text);

// Call once, before threads start. `file` empty: standard error only.
[[nodiscard]] Result<void> start_logging(Level level, const std::string& file);
// Flushes and stops; lines after it go straight to standard error.
void stop_logging();

[[nodiscard]] bool is_enabled(Level level);
// `component` is the module's name.
void write_line(Level level, std::string_view component, std::string_view text);

template <typename... Args>
void log(Level level, std::string_view component, fmt::format_string<Args...> format,
         Args&&... args) {
    if (is_enabled(level)) {
        write_line(level, component, fmt::format(format, std::forward<Args>(args)...));
    }
}
template <typename... Args>
void debug(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
    log(Level::Debug, component, format, std::forward<Args>(args)...);
}
template <typename... Args>
void info(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
    log(Level::Info, component, format, std::forward<Args>(args)...);
}
template <typename... Args>
void warning(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
    log(Level::Warning, component, format, std::forward<Args>(args)...);
}
template <typename... Args>
void error(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
    log(Level::Error, component, format, std::forward<Args>(args)...);
}

}  // namespace sniperforge::telemetry
