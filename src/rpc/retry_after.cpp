// SPDX-License-Identifier: MIT
#include "rpc/retry_after.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "sniperforge/core/decimal.hpp"

namespace sniperforge::rpc {
namespace {

// The whole text as decimal digits.
std::optional<std::int64_t> read_number(std::string_view text) {
    const auto number = parse_decimal(text, 0);
    if (!number || *number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*number);
}

// "Sun, 06 Nov 1994 08:49:37 GMT" as seconds since 1970.
std::optional<std::int64_t> read_http_date(std::string_view text) {
    constexpr std::string_view kForm = "Sun, 06 Nov 1994 08:49:37 GMT";
    constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != kForm.size() || text.substr(3, 2) != ", " || text.substr(25) != " GMT") {
        return std::nullopt;
    }
    const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
    const auto day = read_number(text.substr(5, 2));
    const auto year = read_number(text.substr(12, 4));
    const auto hour = read_number(text.substr(17, 2));
    const auto minute = read_number(text.substr(20, 2));
    const auto second = read_number(text.substr(23, 2));
    if (month == kMonths.end() || !day || !year || !hour || !minute || !second) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{
        std::chrono::year{static_cast<int>(*year)},
        std::chrono::month{static_cast<unsigned>(month - kMonths.begin()) + 1},
        std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
    return ((days * 24 + *hour) * 60 + *minute) * 60 + *second;
}

}  // namespace

std::optional<Duration> read_retry_after(const net::HttpResponse& response, WallTime now) {
    const std::string_view text = response.header("Retry-After");
    std::optional<std::int64_t> seconds = read_number(text);
    if (!seconds) {
        const auto until = read_http_date(text);
        if (!until) {
            return std::nullopt;
        }
        seconds = *until - read_http_date(response.header("Date")).value_or(now.seconds());
    }
    constexpr auto kSecondsMax = std::chrono::duration_cast<std::chrono::seconds>(kRetryAfterMax);
    return std::chrono::seconds{std::clamp<std::int64_t>(*seconds, 0, kSecondsMax.count())};
}

}  // namespace sniperforge::rpc
