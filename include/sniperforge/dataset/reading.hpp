// SPDX-License-Identifier: MIT
// What reading a recorded file gave: its good rows, and a count and examples of the others. A bad
// row is left out and told; nothing is guessed or mended. A file without the columns that it needs
// is an error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sniperforge::dataset {

enum class RowProblem : std::uint8_t {
    WrongColumns,  // More or fewer than the header.
    Malformed,     // Not a number, a key or a word of the kind that stands there.
    Implausible,   // Well-formed, and cannot be so: a high below its low, an amount of 0.
    OutOfOrder,    // Earlier than the row before it.
    Duplicate,     // The same line as an earlier one.
};
inline constexpr std::size_t kRowProblemCount = 5;
[[nodiscard]] constexpr std::string_view to_string(RowProblem problem) {
    switch (problem) {
        case RowProblem::WrongColumns:
            return "wrong_columns";
        case RowProblem::Malformed:
            return "malformed";
        case RowProblem::Implausible:
            return "implausible";
        case RowProblem::OutOfOrder:
            return "out_of_order";
        case RowProblem::Duplicate:
            return "duplicate";
    }
    return "unknown";
}

struct BadRow {
    std::uint64_t line = 0;  // From 1; the header is line 1.
    RowProblem problem = RowProblem::Malformed;
    std::string text;  // The column, what stands there, and what should.
};

struct Tally {
    static constexpr std::size_t kExamplesMax = 20;

    std::uint64_t rows = 0;  // Good and bad, without the header and empty lines.
    std::array<std::uint64_t, kRowProblemCount> problems{};
    std::vector<BadRow> examples;  // The first ones.
    // Places where a good row does not continue the good one before it: candles are missing, or
    // something that was not recorded changed the reserves.
    std::uint64_t breaks = 0;

    [[nodiscard]] std::uint64_t bad() const {
        std::uint64_t sum = 0;
        for (const std::uint64_t count : problems) {
            sum += count;
        }
        return sum;
    }
};

template <typename T>
struct Reading {
    std::vector<T> rows;
    Tally tally;
};

}  // namespace sniperforge::dataset
