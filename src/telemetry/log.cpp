// SPDX-License-Identifier: MIT
// The only unit that sees spdlog. Its sinks are the unlocked ones: one mutex here covers the line
// order, the sinks and their replacement by start_logging and stop_logging.
#include "sniperforge/telemetry/log.hpp"

#include <fcntl.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "sniperforge/telemetry/journal_stream.hpp"
#include "sniperforge/telemetry/log_counts.hpp"
#include "telemetry/recent_sink.hpp"

namespace sniperforge::telemetry {
namespace {

// Ours and spdlog's, for the sinks; it filters nothing.
constexpr std::pair<Level, spdlog::level::level_enum> kLevels[] = {
    {Level::Trace, spdlog::level::trace},
    {Level::Debug, spdlog::level::debug},
    {Level::Info, spdlog::level::info},
    {Level::Warning, spdlog::level::warn},
    {Level::Error, spdlog::level::err}};

Level level_of(spdlog::level::level_enum theirs) {
    const auto* const found =
        std::ranges::find(kLevels, theirs, &std::pair<Level, spdlog::level::level_enum>::second);
    return found == std::end(kLevels) ? Level::Error : found->first;
}

spdlog::level::level_enum spdlog_level(Level ours) {
    const auto* const found =
        std::ranges::find(kLevels, ours, &std::pair<Level, spdlog::level::level_enum>::first);
    return found == std::end(kLevels) ? spdlog::level::err : found->second;
}

std::shared_ptr<spdlog::logger> make_logger(const std::vector<spdlog::sink_ptr>& sinks) {
    auto logger = std::make_shared<spdlog::logger>("sniperforge", sinks.begin(), sinks.end());
    logger->set_level(spdlog::level::trace);  // The level is decided before a line gets here.
    logger->flush_on(spdlog::level::trace);   // A line that was written survives a crash.
    return logger;
}

template <typename Sink>
spdlog::sink_ptr with_time(std::shared_ptr<Sink> sink) {
    sink->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc));
    return sink;
}

class JournalPrefix : public spdlog::custom_flag_formatter {
 public:
    void format(const spdlog::details::log_msg& message, const std::tm&,
                spdlog::memory_buf_t& out) override {
        const std::string_view prefix = journal_prefix(level_of(message.level));
        out.append(prefix.data(), prefix.data() + prefix.size());
    }
    [[nodiscard]] std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
        return std::make_unique<JournalPrefix>();
    }
};

spdlog::sink_ptr standard_error() {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
    if (!is_stderr_journal()) {
        return with_time(sink);
    }
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<JournalPrefix>('*').set_pattern("%*%v");
    sink->set_formatter(std::move(formatter));
    return sink;
}

std::shared_ptr<spdlog::logger> standard_error_logger() { return make_logger({standard_error()}); }

struct State {
    std::atomic<Level> level{Level::Info};
    std::mutex mutex;  // Guards `logger` and every write through it.
    std::shared_ptr<spdlog::logger> logger = standard_error_logger();
    std::atomic<std::uint64_t> warnings{0}, errors{0}, left_out{0};
};

// Never destroyed: destructors of statics may still log.
State& state() {
    static State* const instance = new State;
    return *instance;
}

std::string_view name_of(Level level) {
    switch (level) {
        case Level::Trace:
            return "trace";
        case Level::Debug:
            return "debug";
        case Level::Info:
            return "info";
        case Level::Warning:
            return "warn";
        case Level::Error:
            return "error";
        case Level::Off:
            break;
    }
    return "off";
}

// spdlog would create the file with the umask's mode and missing directories without asking.
Result<void> create_log_file(const std::string& file) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) {
        return fail(
            fmt::format("opening log file {}: {}; create its directory or change logging.file",
                        file, std::strerror(errno)));
    }
    ::close(fd);
    return {};
}

// UTF-8 continuation bytes have the form 10xxxxxx.
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

Result<Level> parse_level(std::string_view text) {
    if (text == "trace") {
        return Level::Trace;
    }
    if (text == "debug") {
        return Level::Debug;
    }
    if (text == "info") {
        return Level::Info;
    }
    if (text == "warning") {
        return Level::Warning;
    }
    if (text == "error") {
        return Level::Error;
    }
    if (text == "off") {
        return Level::Off;
    }
    return fail(
        fmt::format("\"{}\" is not a log level; write trace, debug, info, warning, error or off",
                    escape_control(text.substr(0, 40))));
}

Result<void> start_logging(Level level, const std::string& file) {
    std::vector<spdlog::sink_ptr> sinks{standard_error()};
    if (!file.empty()) {
        if (auto created = create_log_file(file); !created) {
            return created;
        }
        try {
            sinks.push_back(with_time(std::make_shared<spdlog::sinks::basic_file_sink_st>(file)));
        } catch (const std::exception& error) {
            return fail(fmt::format("opening log file {}: {}", file, error.what()));
        }
    }
    const std::scoped_lock lock{state().mutex};
    state().logger = make_logger(sinks);
    state().level.store(level, std::memory_order_relaxed);
    return {};
}

void stop_logging() {
    const std::scoped_lock lock{state().mutex};
    state().logger->flush();
    state().logger = standard_error_logger();
}

bool is_enabled(Level level) {
    return level != Level::Off && level >= state().level.load(std::memory_order_relaxed);
}

std::string escape_control(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        // U+0080 to U+009F (C2 80 to C2 9F) are control characters too: terminals obey them.
        const bool is_c1 = byte == 0xC2U && i + 1 < text.size() &&
                           static_cast<unsigned char>(text[i + 1]) >= 0x80U &&
                           static_cast<unsigned char>(text[i + 1]) <= 0x9FU;
        if (text[i] == '\n') {
            out += "\\n";
        } else if (text[i] == '\t') {
            out += "\\t";
        } else if (text[i] == '\r') {
            out += "\\r";
        } else if (byte < 0x20U || byte == 0x7FU) {
            out += fmt::format("\\x{:02x}", byte);
        } else if (is_c1) {
            out += fmt::format("\\xc2\\x{:02x}", static_cast<unsigned char>(text[++i]));
        } else {
            out += text[i];
        }
    }
    return out;
}

void write_line(Level level, std::string_view component, std::string_view text) {
    if (!is_enabled(level)) {
        return;
    }
    std::size_t kept = text.size();
    if (kept > kTextBytesMax) {
        kept = kTextBytesMax;
        while (kept > kTextBytesMax - 4 && is_continuation(text[kept])) {
            --kept;  // Not inside a character.
        }
    }
    const std::string from = escape_control(component);
    std::string told = escape_control(text.substr(0, kept));
    if (kept < text.size()) {
        told += fmt::format(" [{} bytes cut]", text.size() - kept);
    }
    if (level == Level::Warning || level == Level::Error) {
        auto& count = level == Level::Warning ? state().warnings : state().errors;
        count.fetch_add(1, std::memory_order_relaxed);
        keep_recent(level, from, told);
    }
    const std::string line = fmt::format("{:<5} {:<8} {}", name_of(level), from, told);
    const std::scoped_lock lock{state().mutex};
    // spdlog reports failures of a sink itself, on standard error, at most once a second.
    state().logger->log(spdlog_level(level), spdlog::string_view_t{line.data(), line.size()});
}

LogCounts log_counts() {
    return {state().warnings.load(std::memory_order_relaxed),
            state().errors.load(std::memory_order_relaxed),
            state().left_out.load(std::memory_order_relaxed)};
}

void count_left_out() { state().left_out.fetch_add(1, std::memory_order_relaxed); }

}  // namespace sniperforge::telemetry
