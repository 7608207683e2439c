// SPDX-License-Identifier: MIT
#include "config/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <vector>

#include "sniperforge/core/decimal.hpp"

namespace sniperforge::config {
namespace {

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "5,000" may mean five thousand or five: which, only its writer knows.
std::string comma_advice(std::string_view text, unsigned scale) {
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) {
        return {};
    }
    std::string as_point{text};
    as_point[comma] = '.';
    std::string without{text};
    std::erase(without, ',');
    const bool is_point_possible = parse_decimal(as_point, scale).has_value();
    const bool is_group = text.size() - comma - 1 == 3;
    if (is_point_possible && !is_group) {
        return fmt::format("; write \"{}\"", as_point);
    }
    if (is_point_possible) {
        return fmt::format("; write \"{}\" or \"{}\", whichever is meant", without, as_point);
    }
    return parse_decimal(without, scale) ? fmt::format("; write \"{}\"", without) : std::string{};
}

std::unexpected<Error> outside(std::string_view shown, bool is_below, std::string_view range) {
    return fail(fmt::format("{} is {}; write {}", shown,
                            is_below ? "below the minimum" : "above the maximum", range));
}

}  // namespace

Result<std::uint64_t> parse_money(const Node& node, Currency currency, AmountRange range) {
    const auto amount = parse_decimal(node.text, currency.scale);
    if (!node.is_quoted) {
        return fail(fmt::format("{} is not quoted; money is a quoted decimal: write \"{}\"",
                                amount ? node.text : quoted(node.text),
                                amount ? node.text : format_decimal(range.max, currency.scale)));
    }
    if (!amount) {
        std::string advice = comma_advice(node.text, currency.scale);
        if (advice.empty()) {
            advice =
                fmt::format("; write {} as digits, with a point and at most {} digits after it",
                            describe(currency, range), currency.scale);
        }
        return fail(fmt::format("{} is not a decimal amount{}", quoted(node.text), advice));
    }
    if (*amount < range.min || *amount > range.max) {
        return outside(quoted(node.text), *amount < range.min, describe(currency, range));
    }
    return *amount;
}

Result<std::uint64_t> parse_whole(const Node& node, std::string_view unit, AmountRange range) {
    const std::string_view text = node.text;
    if (!is_digits(text)) {
        return fail(fmt::format("{} is not a whole number; write {}, digits only", quoted(text),
                                describe(unit, range)));
    }
    if (node.is_quoted) {
        return fail(
            fmt::format("{} is quoted; whole numbers are not: write {}", quoted(text), text));
    }
    if (text.size() > 1 && text.front() == '0') {
        const auto first = std::min(text.find_first_not_of('0'), text.size() - 1);
        return fail(fmt::format("{} begins with 0, which YAML may read as octal; write {}",
                                quoted(text), text.substr(first)));
    }
    std::uint64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || value < range.min || value > range.max) {
        const bool is_below = result.ec == std::errc{} && value < range.min;
        return outside(text, is_below, describe(unit, range));
    }
    return value;
}

Result<double> parse_rate(const Node& node, std::string_view unit, RateRange range) {
    constexpr unsigned kDigitsAfterPoint = 6;
    const std::string_view text = node.text;
    if (node.is_quoted || !parse_decimal(text, kDigitsAfterPoint)) {
        return fail(fmt::format("{} is not a plain number; write {} without quotes", quoted(text),
                                describe(unit, range)));
    }
    double value = 0;
    (void)std::from_chars(text.data(), text.data() + text.size(), value);
    if (value < range.min || value > range.max) {
        return outside(text, value < range.min, describe(unit, range));
    }
    return value;
}

Result<bool> parse_boolean(const Node& node) {
    if (!node.is_quoted && (node.text == "true" || node.text == "false")) {
        return node.text == "true";
    }
    return fail(fmt::format("{} is neither true nor false; write one of them, without quotes",
                            quoted(node.text)));
}

std::string describe(Currency currency, AmountRange range) {
    return fmt::format("\"{}\" to \"{}\" {}", format_decimal(range.min, currency.scale),
                       format_decimal(range.max, currency.scale), currency.name);
}
std::string describe(std::string_view unit, AmountRange range) {
    return fmt::format("{} to {} {}", range.min, range.max, unit);
}
std::string describe(std::string_view unit, RateRange range) {
    return fmt::format("{} to {} {}", range.min, range.max, unit);
}

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7F) {
            out += fmt::format("\\u{:04x}", byte);
        } else {
            out += c;
        }
    }
    return out + '"';
}

// Levenshtein, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace sniperforge::config
