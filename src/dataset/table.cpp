// SPDX-License-Identifier: MIT
#include "dataset/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::dataset {
namespace {

constexpr std::size_t kQuotedBytesMax = 80;  // Of a field, in a message.

std::string_view shortened(std::string_view text) { return text.substr(0, kQuotedBytesMax); }

std::string_view take_line(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

void split(std::string_view line, std::vector<std::string_view>& fields) {
    fields.clear();
    for (;;) {
        const std::size_t comma = line.find(',');
        fields.push_back(line.substr(0, comma));
        if (comma == std::string_view::npos) {
            return;
        }
        line.remove_prefix(comma + 1);
    }
}

// Digits with at most one point, as an integer and the number of digits behind the point.
struct Digits {
    u128 value = 0;
    int places = 0;
};
std::optional<Digits> parse_digits(std::string_view text) {
    constexpr u128 kValueMax = static_cast<u128>(1) << 120;
    Digits digits;
    bool has_digit = false;
    bool has_point = false;
    for (const char c : text) {
        if (c == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (c < '0' || c > '9' || digits.value > kValueMax / 10) {
            return std::nullopt;
        }
        has_digit = true;
        digits.value = digits.value * 10 + static_cast<u128>(c - '0');
        digits.places += has_point ? 1 : 0;
    }
    return has_digit ? std::optional{digits} : std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_exact(std::string_view text, unsigned scale) {
    constexpr int kExponentMax = 60;
    int exponent = 0;
    const std::size_t mark = text.find_first_of("eE");
    if (mark != std::string_view::npos) {
        std::string_view power = text.substr(mark + 1);
        if (power.starts_with('+')) {
            power.remove_prefix(1);
        }
        const auto [end, error] =
            std::from_chars(power.data(), power.data() + power.size(), exponent);
        if (error != std::errc{} || end != power.data() + power.size() ||
            std::abs(exponent) > kExponentMax) {
            return std::nullopt;
        }
        text = text.substr(0, mark);
    }
    auto digits = parse_digits(text);
    if (!digits) {
        return std::nullopt;
    }
    int shift = static_cast<int>(scale) + exponent - digits->places;
    for (; shift > 0; --shift) {
        digits->value *= 10;
        if (digits->value > std::numeric_limits<std::uint64_t>::max()) {
            return std::nullopt;
        }
    }
    for (; shift < 0; ++shift) {
        if (digits->value % 10 != 0) {
            return std::nullopt;
        }
        digits->value /= 10;
    }
    if (digits->value > std::numeric_limits<std::uint64_t>::max()) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(digits->value);
}

void Row::malformed(std::size_t column, std::string_view expected) {
    if (!bad_) {
        bad_ = BadRow{
            0, RowProblem::Malformed,
            fmt::format("{} '{}' is not {}", names_[column], shortened(fields_[column]), expected)};
    }
}

void Row::require(bool is_so, RowProblem problem, std::string_view what) {
    if (!is_so && !bad_) {
        bad_ = BadRow{0, problem, std::string{what}};
    }
}

std::uint64_t Row::exact(std::size_t column, unsigned scale) {
    const auto value = parse_exact(fields_[column], scale);
    if (!value) {
        malformed(column, scale == 0 ? std::string{"a whole number"}
                                     : fmt::format("a number with at most {} decimals", scale));
    }
    return value.value_or(0);
}

double Row::number(std::size_t column) {
    const std::string_view field = fields_[column];
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc{} || end != field.data() + field.size() || !std::isfinite(value) ||
        std::signbit(value)) {
        malformed(column, "a number of 0 or above");
        return 0;
    }
    return value;
}

Pubkey Row::key(std::size_t column) {
    const auto key = Pubkey::parse(fields_[column]);
    if (!key) {
        malformed(column, "a key of 32 bytes in base58");
        return {};
    }
    return *key;
}

bool Row::word(std::size_t column, std::string_view yes, std::string_view no) {
    if (fields_[column] != yes && fields_[column] != no) {
        malformed(column, fmt::format("'{}' or '{}'", yes, no));
    }
    return fields_[column] == yes;
}

WallTime Row::time(std::size_t column, std::uint64_t unit_ns) {
    const std::uint64_t value = integer(column);
    if (value > std::numeric_limits<std::int64_t>::max() / unit_ns) {
        malformed(column, "a time");
        return {};
    }
    return WallTime{static_cast<std::int64_t>(value * unit_ns)};
}

Result<Table> Table::open(std::string_view text, std::string_view kind,
                          std::span<const std::string_view> columns) {
    Table table;
    table.rest_ = text;
    const std::string_view header = take_line(table.rest_);
    table.line_ = 1;
    std::vector<std::string_view> found;
    split(header, found);
    table.columns_ = found.size();
    for (const std::string_view column : columns) {
        const auto at = std::find(found.begin(), found.end(), column);
        if (at == found.end()) {
            return fail(
                fmt::format("reading {}: the header '{}' has no column '{}'; is it another "
                            "kind of file?",
                            kind, shortened(header), column));
        }
        table.names_.push_back(column);
        table.places_.push_back(static_cast<std::size_t>(at - found.begin()));
    }
    table.picked_.resize(columns.size());
    return table;
}

std::optional<Row> Table::next(Tally& tally) {
    while (!rest_.empty()) {
        const std::string_view line = take_line(rest_);
        ++line_;
        if (line.empty()) {
            continue;
        }
        ++tally.rows;
        split(line, fields_);
        if (fields_.size() != columns_) {
            count_bad(tally,
                      {0, RowProblem::WrongColumns,
                       fmt::format("{} columns, the header has {}", fields_.size(), columns_)});
            continue;
        }
        if (!seen_.insert(line).second) {
            count_bad(tally, {0, RowProblem::Duplicate, "the same line as an earlier one"});
            continue;
        }
        for (std::size_t i = 0; i < places_.size(); ++i) {
            picked_[i] = fields_[places_[i]];
        }
        return Row{names_, picked_};
    }
    return std::nullopt;
}

void Table::count_bad(Tally& tally, const BadRow& bad) const {
    ++tally.problems[static_cast<std::size_t>(bad.problem)];
    if (tally.examples.size() < Tally::kExamplesMax) {
        tally.examples.push_back(bad);
        tally.examples.back().line = line_;
    }
}

}  // namespace sniperforge::dataset
