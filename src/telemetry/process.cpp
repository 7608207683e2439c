// SPDX-License-Identifier: MIT
#include "sniperforge/telemetry/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "telemetry/proc_text.hpp"

namespace sniperforge::telemetry {
namespace {

// /proc files are short: status is about 1.5 kB. What is longer is cut, and the field then missing.
constexpr std::size_t kTextMax = 8'192;

Result<std::string> read_proc(const char* path) {
    const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail(fmt::format("opening {}: {}", path, std::strerror(errno)));
    }
    std::array<char, kTextMax> buffer;
    std::size_t size = 0;
    while (size < buffer.size()) {
        const ssize_t got = ::read(fd, buffer.data() + size, buffer.size() - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            const int error = errno;
            ::close(fd);
            return fail(fmt::format("reading {}: {}", path, std::strerror(error)));
        }
        if (got == 0) {
            break;
        }
        size += static_cast<std::size_t>(got);
    }
    ::close(fd);
    return std::string{buffer.data(), size};
}

Result<std::uint64_t> status_bytes(std::string_view field) {
    constexpr const char* kPath = "/proc/self/status";
    const auto text = read_proc(kPath);
    if (!text) {
        return Err<Error>{text.error()};
    }
    return kilobytes_field(*text, field, kPath);
}

Result<ScheduleTimes> schedule_of(const char* path) {
    const auto text = read_proc(path);
    if (!text) {
        return Err<Error>{text.error()};
    }
    return parse_schedstat(*text, path);
}

Result<rusage> usage_of(int who) {
    rusage usage{};
    if (::getrusage(who, &usage) != 0) {
        return fail(fmt::format("getrusage({}): {}", who, std::strerror(errno)));
    }
    return usage;
}

Duration duration_of(const timeval& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

// Takes digits off the front, after spaces. False when there are none.
bool take_number(std::string_view& text, std::uint64_t& value) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
        return false;
    }
    text.remove_prefix(begin);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc{};
}

}  // namespace

Result<std::uint64_t> kilobytes_field(std::string_view text, std::string_view field,
                                      std::string_view source) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!line.starts_with(field) || line.substr(field.size(), 1) != ":") {
            continue;
        }
        const std::string_view whole = line;
        line.remove_prefix(field.size() + 1);
        std::uint64_t kilobytes = 0;
        std::uint64_t bytes = 0;
        if (!take_number(line, kilobytes) || line != " kB" ||
            __builtin_mul_overflow(kilobytes, std::uint64_t{1'024}, &bytes)) {
            return fail(fmt::format("{}: \"{}\" is not \"{}: NUMBER kB\"", source, whole, field));
        }
        return bytes;
    }
    return fail(fmt::format("{} has no line {}: this kernel does not report it", source, field));
}

Result<ScheduleTimes> parse_schedstat(std::string_view text, std::string_view source) {
    std::string_view rest = text;
    std::uint64_t on_cpu = 0;
    std::uint64_t run_delay = 0;
    std::uint64_t timeslices = 0;
    if (!take_number(rest, on_cpu) || !take_number(rest, run_delay) ||
        !take_number(rest, timeslices)) {
        return fail(fmt::format("{}: \"{}\" is not three numbers", source, text));
    }
    return ScheduleTimes{Duration{static_cast<std::int64_t>(on_cpu)},
                         Duration{static_cast<std::int64_t>(run_delay)}, timeslices};
}

// The name may hold anything, spaces and brackets too: what follows begins behind its last bracket.
Result<Duration> parse_start_time(std::string_view text, std::uint64_t ticks_per_second,
                                  std::string_view source) {
    constexpr int kFieldsBefore = 19;  // From the third one, the state, on.
    std::string_view rest = text;
    const auto name_end = rest.rfind(')');
    rest.remove_prefix(name_end == std::string_view::npos ? rest.size() : name_end + 1);
    for (int field = 0; field < kFieldsBefore && !rest.empty(); ++field) {
        const auto begin = std::min(rest.find_first_not_of(' '), rest.size());
        rest.remove_prefix(std::min(rest.find(' ', begin), rest.size()));
    }
    std::uint64_t ticks = 0;
    constexpr std::uint64_t kNanoseconds = 1'000'000'000;
    std::uint64_t scaled = 0;
    const bool is_read = ticks_per_second > 0 && take_number(rest, ticks) &&
                         !__builtin_mul_overflow(ticks, kNanoseconds, &scaled);
    if (!is_read) {
        return fail(fmt::format("{}: \"{}\" has no time of a start", source, text));
    }
    return Duration{static_cast<std::int64_t>(scaled / ticks_per_second)};
}

Result<Duration> process_start() {
    constexpr const char* kPath = "/proc/self/stat";
    const auto text = read_proc(kPath);
    if (!text) {
        return Err<Error>{text.error()};
    }
    const long ticks = ::sysconf(_SC_CLK_TCK);
    return parse_start_time(*text, static_cast<std::uint64_t>(std::max(ticks, 0L)), kPath);
}

std::string boot_id() {
    const auto text = read_proc("/proc/sys/kernel/random/boot_id");
    return text ? text->substr(0, text->find('\n')) : std::string{};
}

Result<std::uint64_t> resident_bytes() { return status_bytes("VmRSS"); }
Result<std::uint64_t> resident_bytes_max() { return status_bytes("VmHWM"); }
Result<std::uint64_t> resident_anonymous_bytes() { return status_bytes("RssAnon"); }

Result<CpuTimes> cpu_times() {
    const auto usage = usage_of(RUSAGE_SELF);
    if (!usage) {
        return Err<Error>{usage.error()};
    }
    return CpuTimes{duration_of(usage->ru_utime), duration_of(usage->ru_stime)};
}

Result<std::uint64_t> involuntary_context_switches() {
    const auto usage = usage_of(RUSAGE_SELF);
    if (!usage) {
        return Err<Error>{usage.error()};
    }
    return static_cast<std::uint64_t>(usage->ru_nivcsw);
}

Result<std::uint64_t> thread_involuntary_context_switches() {
    const auto usage = usage_of(RUSAGE_THREAD);
    if (!usage) {
        return Err<Error>{usage.error()};
    }
    return static_cast<std::uint64_t>(usage->ru_nivcsw);
}

Result<ScheduleTimes> main_thread_schedule() { return schedule_of("/proc/self/schedstat"); }
Result<ScheduleTimes> thread_schedule() { return schedule_of("/proc/thread-self/schedstat"); }

}  // namespace sniperforge::telemetry
