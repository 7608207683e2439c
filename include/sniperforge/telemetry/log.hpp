// SPDX-License-Identifier: MIT
// Logging: one line is one event with fields, as
// `2026-11-23T06:59:29.123Z info  engine   text`, on standard error and, if wished, in a file;
// in the journal of systemd with its priority instead of the time (journal_stream.hpp).
// Not for the hot path: a disabled level costs a load and a branch, an enabled line formats, takes
// a lock and writes.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "sniperforge/core/result.hpp"

namespace sniperforge::telemetry {

enum class Level : std::uint8_t { Trace, Debug, Info, Warning, Error, Off };
[[nodiscard]] Result<Level> parse_level(std::string_view text);

// Starts at Level::Info on standard error. Call once, before threads start. `file` empty: standard
// error only; otherwise it is appended to, and created readable by owner and group (0640).
[[nodiscard]] Result<void> start_logging(Level level, const std::string& file);
// Flushes and stops; lines after it go straight to standard error.
void stop_logging();

[[nodiscard]] bool is_enabled(Level level);
// Longer texts are cut; the line says by how much.
inline constexpr std::size_t kTextBytesMax = 4'096;
// The text with control characters, line breaks among them, written out as \n, \t, \r or \xHH: text
// from the network can neither forge a line nor steer a terminal.
[[nodiscard]] std::string escape_control(std::string_view text);

// `component` is the module's name. The text may hold anything: it is escaped and cut here.
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
