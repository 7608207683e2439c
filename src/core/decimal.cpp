// SPDX-License-Identifier: MIT
#include "sniperforge/core/decimal.hpp"

#include <fmt/format.h>

namespace sniperforge {

Result<std::uint64_t> parse_decimal(std::string_view text, unsigned scale) {
    const auto bad = [&] {
        if (scale == 0) {
            return fail(fmt::format(
                "\"{}\" is not a whole number of digits only; write it like \"12\"", text));
        }
        return fail(
            fmt::format("\"{}\" is not a decimal amount with at most {} digits after the point; "
                        "write it like \"0.5\" or \"12\"",
                        text, scale));
    };
    if (text.empty() || text.front() == '.' || text.back() == '.') {
        return bad();
    }
    std::uint64_t value = 0;
    unsigned fraction_digits = 0;
    bool has_point = false;
    for (const char c : text) {
        if (c == '.') {
            if (has_point) {
                return bad();
            }
            has_point = true;
            continue;
        }
        if (c < '0' || c > '9' || (has_point && ++fraction_digits > scale)) {
            return bad();
        }
        if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
            __builtin_add_overflow(value, static_cast<std::uint64_t>(c - '0'), &value)) {
            return fail(fmt::format("\"{}\" is too large: at most {} is possible", text,
                                    format_decimal(kU64Max, scale)));
        }
    }
    for (; fraction_digits < scale; ++fraction_digits) {
        if (__builtin_mul_overflow(value, std::uint64_t{10}, &value)) {
            return fail(fmt::format("\"{}\" is too large: at most {} is possible", text,
                                    format_decimal(kU64Max, scale)));
        }
    }
    return value;
}

std::string format_decimal(std::uint64_t value, unsigned scale) {
    std::string digits = fmt::format("{}", value);
    if (digits.size() <= scale) {
        digits.insert(0, scale + 1 - digits.size(), '0');
    }
    std::string text = digits.substr(0, digits.size() - scale);
    std::string fraction = digits.substr(digits.size() - scale);
    while (!fraction.empty() && fraction.back() == '0') {
        fraction.pop_back();
    }
    return fraction.empty() ? text : text + "." + fraction;
}

std::string format_decimal(std::int64_t value, unsigned scale) {
    const auto magnitude =
        value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
    return (value < 0 ? "-" : "") + format_decimal(magnitude, scale);
}

}  // namespace sniperforge
