// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/row_blocks.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace sniperforge::analytics {
namespace {

std::string rows(std::size_t from, std::size_t to) {
    std::string text = "time,open,close\n";
    for (std::size_t i = from; i < to; ++i) {
        text += fmt::format("{},{},{}\n", 1'700'000'000 + 60 * i, i * 7 % 101, i * 11 % 103);
    }
    return text;
}
std::size_t shared(const std::string& one, const std::string& other) {
    std::vector<std::uint64_t> both;
    std::ranges::set_intersection(row_blocks(one), row_blocks(other), std::back_inserter(both));
    return both.size();
}

TEST(RowBlocks, WhatIsCutOffEitherEndChangesTheBlocksThatItWasIn) {
    const std::string whole = rows(0, 2'000);
    const std::size_t all = row_blocks(whole).size();
    EXPECT_GT(all, 30U);
    EXPECT_LT(all, 90U);
    EXPECT_EQ(shared(whole, whole), all);
    EXPECT_EQ(shared(whole, rows(0, 1'999)), all - 1) << "the last row less";
    EXPECT_GE(shared(whole, rows(1, 2'000)) + 1, all) << "the first row less";
    EXPECT_GT(shared(whole, rows(1'500, 2'000)), all / 8);
    EXPECT_GT(shared(whole, rows(1'500, 9'000)), all / 8);
}

TEST(RowBlocks, OtherRowsShareNothingThoughTheirHeadingIsTheSame) {
    EXPECT_EQ(shared(rows(0, 2'000), rows(2'000, 4'000)), 0U);
    EXPECT_EQ(shared(rows(0, 2'000), "time,open,close\n"), 0U);
}

TEST(RowBlocks, OfNextToNothingThereAreNone) {
    EXPECT_TRUE(row_blocks("").empty());
    EXPECT_TRUE(row_blocks(rows(0, 6)).empty());
    EXPECT_LE(row_blocks(rows(0, 7)).size(), 1U);
}

// The last line may end, or not.
TEST(RowBlocks, ALineEndAtTheEndChangesNothing) {
    std::string text = rows(0, 100);
    const auto with = row_blocks(text);
    text.pop_back();
    EXPECT_EQ(row_blocks(text), with);
}

}  // namespace
}  // namespace sniperforge::analytics
