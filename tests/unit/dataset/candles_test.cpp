// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/candles.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sniperforge::dataset {
namespace {

constexpr Duration kMinute = std::chrono::minutes{1};

Result<Reading<Candle>> read_minutes(const std::string& rows) {
    return read_candles("ts_ms,open,high,low,close,volume\n" + rows, kMinute);
}

TEST(Candles, AreReadWithTheirTimes) {
    const auto reading = read_minutes("1689678840000,25.5,25.6,25.4,25.6,9359.0\n");
    ASSERT_TRUE(reading);
    ASSERT_EQ(reading->rows.size(), 1U);
    EXPECT_EQ(reading->rows[0].opened_at.ns, 1'689'678'840'000'000'000);
    EXPECT_EQ(reading->rows[0].high, 25.6);
    EXPECT_EQ(reading->rows[0].volume, 9359);
}

TEST(Candles, PricesLieBetweenLowAndHigh) {
    EXPECT_EQ(read_minutes("0,2,2,2,2,0\n")->rows.size(), 1U);
    EXPECT_EQ(read_minutes("0,2,2,2,2.1,0\n")->rows.size(), 0U);
    EXPECT_EQ(read_minutes("0,1.9,2,2,2,0\n")->rows.size(), 0U);
    EXPECT_EQ(read_minutes("0,0,0,0,0,0\n")->rows.size(), 0U);
    EXPECT_EQ(read_minutes("0,nan,nan,nan,nan,0\n")->rows.size(), 0U);
    EXPECT_EQ(read_minutes("0,1,inf,1,1,0\n")->rows.size(), 0U);
    EXPECT_EQ(read_minutes("0,1,1,1,1,-1\n")->rows.size(), 0U);
}

TEST(Candles, ThatAreMissingAreCountedAndNotFilledIn) {
    const auto reading = read_minutes(
        "0,1,1,1,1,0\n60000,1,1,1,1,0\n180000,1,1,1,1,0\n600000,1,1,1,1,0\n660000,1,1,1,1,0\n");
    EXPECT_EQ(reading->rows.size(), 5U);
    EXPECT_EQ(reading->tally.breaks, 2U);
}

TEST(Candles, OutOfOrderOrOffTheirGridAreBad) {
    const auto reading =
        read_minutes("60000,1,1,1,1,0\n60000,2,2,2,2,0\n0,1,1,1,1,0\n90000,1,1,1,1,0\n");
    EXPECT_EQ(reading->rows.size(), 1U);
    EXPECT_EQ(reading->tally.problems[static_cast<std::size_t>(RowProblem::OutOfOrder)], 2U);
    EXPECT_EQ(reading->tally.problems[static_cast<std::size_t>(RowProblem::Implausible)], 1U);
    EXPECT_FALSE(read_candles("ts_ms,open,high,low,close,volume\n", Duration{0}));
}

}  // namespace
}  // namespace sniperforge::dataset
