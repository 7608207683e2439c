// SPDX-License-Identifier: MIT
#include "dataset/table.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace sniperforge::dataset {
namespace {

TEST(ParseExact, ReadsDecimalsAndExponentsWithoutRounding) {
    EXPECT_EQ(parse_exact("0", 0), 0U);
    EXPECT_EQ(parse_exact("30.100334", 9), 30'100'334'000U);
    EXPECT_EQ(parse_exact("4.1538e-05", 9), 41'538U);
    EXPECT_EQ(parse_exact("9e-05", 9), 90'000U);
    EXPECT_EQ(parse_exact("1.5E+3", 0), 1'500U);
    EXPECT_EQ(parse_exact("0.000000001", 9), 1U);
    EXPECT_EQ(parse_exact("0.0000000010", 9), 1U);  // A zero more says no more.
    EXPECT_EQ(parse_exact("0.0000000001", 9), std::nullopt);
}

TEST(ParseExact, EndsWithSixtyFourBits) {
    EXPECT_EQ(parse_exact("18446744073709551615", 0), 18'446'744'073'709'551'615U);
    EXPECT_EQ(parse_exact("18446744073709551616", 0), std::nullopt);
    EXPECT_EQ(parse_exact("18446744073.709551615", 9), 18'446'744'073'709'551'615U);
    EXPECT_EQ(parse_exact("18446744073.709551616", 9), std::nullopt);
    EXPECT_EQ(parse_exact("1e60", 9), std::nullopt);
    EXPECT_EQ(parse_exact("0e60", 9), 0U);
    EXPECT_EQ(parse_exact("1e61", 9), std::nullopt);
    EXPECT_EQ(parse_exact(std::string(200, '9'), 0), std::nullopt);
}

TEST(ParseExact, TakesNothingElse) {
    for (const char* text : {"", ".", "-1", "+1", " 1", "1 ", "1,5", "0x1", "1.2.3", "1e", "e5",
                             "1e1.5", "nan", "inf", "1e-", "1e99999999999"}) {
        EXPECT_EQ(parse_exact(text, 9), std::nullopt) << text;
    }
}

struct Pair {
    std::uint64_t a = 0, b = 0;
};
Result<Reading<Pair>> read_pairs(std::string_view text) {
    static constexpr std::array<std::string_view, 2> kColumns = {"a", "b"};
    return read_rows<Pair>(text, "pairs", kColumns, [](Row& row, Tally&) {
        const Pair pair{row.integer(0), row.integer(1)};
        row.require(pair.a < 100, RowProblem::Implausible, "a is large");
        return pair;
    });
}

TEST(Table, FindsColumnsByName) {
    const auto reading = read_pairs("b,other,a\n1,x,2\r\n3,y,4");
    ASSERT_TRUE(reading);
    ASSERT_EQ(reading->rows.size(), 2U);
    EXPECT_EQ(reading->rows[0].a, 2U);
    EXPECT_EQ(reading->rows[1].b, 3U);
    EXPECT_EQ(reading->tally.rows, 2U);
    EXPECT_EQ(reading->tally.bad(), 0U);
}

TEST(Table, RefusesAFileWithoutAColumn) {
    const auto reading = read_pairs("a,c\n1,2\n");
    ASSERT_FALSE(reading);
    EXPECT_EQ(reading.error().text,
              "reading pairs: the header 'a,c' has no column 'b'; is it another kind of file?");
    EXPECT_FALSE(read_pairs(""));
    EXPECT_TRUE(read_pairs("a,b"));
}

TEST(Table, CountsEachBadRowOnceAndGoesOn) {
    const auto reading = read_pairs(
        "a,b\n"
        "1,2\n"
        "1,2,3\n"  // 3: too many.
        "1\n"      // 4: too few.
        "x,y\n"    // 5: no number; the first of both is told.
        "100,0\n"  // 6: not so.
        "1,2\n"    // 7: once more.
        "\n"       // Nothing.
        "99,3\n");
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->rows.size(), 2U);
    const Tally& tally = reading->tally;
    EXPECT_EQ(tally.rows, 7U);
    EXPECT_EQ(tally.bad(), 5U);
    const auto count = [&](RowProblem problem) {
        return tally.problems[static_cast<std::size_t>(problem)];
    };
    EXPECT_EQ(count(RowProblem::WrongColumns), 2U);
    EXPECT_EQ(count(RowProblem::Malformed), 1U);
    EXPECT_EQ(count(RowProblem::Implausible), 1U);
    EXPECT_EQ(count(RowProblem::Duplicate), 1U);
    ASSERT_EQ(tally.examples.size(), 5U);
    EXPECT_EQ(tally.examples[2].line, 5U);
    EXPECT_EQ(tally.examples[2].text, "a 'x' is not a whole number");
    EXPECT_EQ(tally.examples[4].line, 7U);
}

TEST(Table, KeepsAFewExamplesAndAllCounts) {
    std::string text = "a,b\n";
    for (int i = 0; i < 100; ++i) {
        text += "x," + std::to_string(i) + "\n";
    }
    const auto reading = read_pairs(text);
    EXPECT_EQ(reading->tally.bad(), 100U);
    EXPECT_EQ(reading->tally.examples.size(), Tally::kExamplesMax);
}

}  // namespace
}  // namespace sniperforge::dataset
