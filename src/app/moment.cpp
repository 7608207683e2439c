// SPDX-License-Identifier: MIT
#include "app/moment.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "sniperforge/core/decimal.hpp"

namespace sniperforge::app {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
// A century: what is before all that there is needs no more.
constexpr std::uint64_t kSecondsBackMax = std::uint64_t{36'525} * 86'400;

// Of digits alone, so many of them.
[[nodiscard]] std::optional<unsigned> digits(std::string_view text, std::size_t at,
                                             std::size_t count) {
    if (text.size() < at + count) {
        return std::nullopt;
    }
    unsigned value = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
}

[[nodiscard]] std::optional<std::int64_t> day_of(std::string_view text) {
    const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-' || *year < 1970) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                           std::chrono::month{*month}, std::chrono::day{*day}};
    // Nanoseconds since 1970 fit 64 bits up to 2262.
    if (!date.ok() || *year > 2261) {
        return std::nullopt;
    }
    return std::chrono::sys_days{date}.time_since_epoch().count();
}

[[nodiscard]] std::optional<std::int64_t> second_of_day(std::string_view text) {
    const auto hour = digits(text, 1, 2), minute = digits(text, 4, 2), second = digits(text, 7, 2);
    if (text.size() != 10 || !hour || !minute || !second || text[0] != 'T' || text[3] != ':' ||
        text[6] != ':' || text[9] != 'Z' || *hour > 23 || *minute > 59 || *second > 59) {
        return std::nullopt;
    }
    return std::int64_t{*hour} * 3'600 + *minute * 60 + *second;
}

[[nodiscard]] std::optional<WallTime> date_of(std::string_view text) {
    const auto day = day_of(text.substr(0, 10));
    const auto second =
        text.size() == 10 ? std::optional{std::int64_t{0}} : second_of_day(text.substr(10));
    return day && second ? std::optional{WallTime{(*day * 86'400 + *second) * kNsPerSecond}}
                         : std::nullopt;
}

[[nodiscard]] std::uint64_t seconds_in(char unit) {
    switch (unit) {
        case 's':
            return 1;
        case 'm':
            return 60;
        case 'h':
            return 3'600;
        case 'd':
            return 86'400;
        case 'w':
            return 7 * 86'400;
        default:
            return 0;
    }
}

}  // namespace

Result<WallTime> parse_moment(std::string_view text, WallTime now) {
    if (text.size() >= 10 && text[4] == '-') {
        if (const auto moment = date_of(text)) {
            return *moment;
        }
    } else if (text.size() >= 2) {
        const std::uint64_t unit = seconds_in(text.back());
        const auto count = parse_decimal(text.substr(0, text.size() - 1), 0);
        if (unit != 0 && count && *count <= kSecondsBackMax / unit) {
            const std::int64_t back = static_cast<std::int64_t>(*count * unit);
            const std::int64_t seconds = now.seconds() - back;
            return WallTime{(seconds < 0 ? 0 : seconds) * kNsPerSecond};
        }
    }
    return fail(
        fmt::format("\"{}\" is no moment: write a day (2026-11-30), a second "
                    "(2026-11-30T12:34:56Z) of UTC, or how long ago (90m, 24h, 7d, 2w; a century "
                    "at most)",
                    text));
}

}  // namespace sniperforge::app
