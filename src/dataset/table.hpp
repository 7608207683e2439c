// SPDX-License-Identifier: MIT
// Comma-separated text with a header, row by row. Columns are found by name, so that files with
// more of them, or in another order, read alike. Quoted fields are not known here: no recording of
// the kinds that are read has any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/dataset/reading.hpp"

namespace sniperforge::dataset {

// Decimal text, with an exponent or without, in units of 10^-scale. Nothing where it is not exactly
// that or exceeds 64 bits: an amount is not rounded.
[[nodiscard]] std::optional<std::uint64_t> parse_exact(std::string_view text, unsigned scale);

// One row. What cannot be read is noted, the first of it, and reads as zero: the row is dropped.
class Row {
 public:
    Row(std::span<const std::string_view> names, std::span<const std::string_view> fields)
        : names_{names}, fields_{fields} {}

    [[nodiscard]] std::string_view text(std::size_t column) const { return fields_[column]; }
    [[nodiscard]] std::uint64_t integer(std::size_t column) { return exact(column, 0); }
    [[nodiscard]] std::uint64_t exact(std::size_t column, unsigned scale);
    [[nodiscard]] double number(std::size_t column);  // Finite, 0 or above.
    [[nodiscard]] WallTime seconds(std::size_t column) { return time(column, 1'000'000'000); }
    [[nodiscard]] WallTime milliseconds(std::size_t column) { return time(column, 1'000'000); }
    [[nodiscard]] Slot slot(std::size_t column) { return Slot{integer(column)}; }
    [[nodiscard]] Pubkey key(std::size_t column);
    // True for the first word, false for the second.
    [[nodiscard]] bool word(std::size_t column, std::string_view yes, std::string_view no);

    void require(bool is_so, RowProblem problem, std::string_view what);
    [[nodiscard]] bool is_bad() const { return bad_.has_value(); }
    [[nodiscard]] const std::optional<BadRow>& bad() const { return bad_; }

 private:
    [[nodiscard]] WallTime time(std::size_t column, std::uint64_t unit_ns);
    void malformed(std::size_t column, std::string_view expected);

    std::span<const std::string_view> names_, fields_;
    std::optional<BadRow> bad_;
};

class Table {
 public:
    // Finds the columns in the header; `kind` names the file in errors.
    [[nodiscard]] static Result<Table> open(std::string_view text, std::string_view kind,
                                            std::span<const std::string_view> columns);
    // The next line's fields in the order of the asked columns; bad ones are counted and skipped.
    // Nothing at the end.
    [[nodiscard]] std::optional<Row> next(Tally& tally);
    void count_bad(Tally& tally, const BadRow& bad) const;

 private:
    std::string_view rest_;
    std::vector<std::string_view> names_, fields_, picked_;
    std::vector<std::size_t> places_;
    std::size_t columns_ = 0;
    std::uint64_t line_ = 0;
    std::unordered_set<std::string_view> seen_;  // Whole lines.
};

// Reads all rows with `of`, a function of a Row that returns a T; what it noted as bad is dropped.
template <typename T, typename Of>
[[nodiscard]] Result<Reading<T>> read_rows(std::string_view text, std::string_view kind,
                                           std::span<const std::string_view> columns, Of of) {
    auto table = Table::open(text, kind, columns);
    if (!table) {
        return std::unexpected{table.error()};
    }
    Reading<T> reading;
    while (auto row = table->next(reading.tally)) {
        T value = of(*row, reading.tally);
        if (row->is_bad()) {
            table->count_bad(reading.tally, *row->bad());
            continue;
        }
        reading.rows.push_back(std::move(value));
    }
    return reading;
}

}  // namespace sniperforge::dataset
