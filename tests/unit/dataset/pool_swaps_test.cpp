// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/pool_swaps.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace sniperforge::dataset {
namespace {

Reading<PoolSwap> read_swaps(const std::string& rows) {
    auto reading = read_pool_swaps("mint,created,ts,i,side,sol,tokens,price,src,trader\n" + rows);
    EXPECT_TRUE(reading);
    return *std::move(reading);
}

std::string swap_row(std::uint64_t index, std::uint64_t time = 100, const char* sol = "0.0023",
                     const char* tokens = "2249329.2") {
    Pubkey mint;
    mint.bytes.fill(1);
    return fmt::format("{},100,{},{},sell,{},{},,JUPITER,somebody\n", mint.to_string(), time, index,
                       sol, tokens);
}

TEST(PoolSwaps, AreReadInBaseUnits) {
    const auto reading = read_swaps(swap_row(0));
    ASSERT_EQ(reading.rows.size(), 1U);
    EXPECT_FALSE(reading.rows[0].is_buy);
    EXPECT_EQ(reading.rows[0].sol, Lamports{2'300'000});
    EXPECT_EQ(reading.rows[0].tokens, TokenAmount{2'249'329'200'000});
    EXPECT_EQ(reading.rows[0].source, "JUPITER");
    EXPECT_EQ(reading.tally.breaks, 0U);
}

// What was paid in something else than native SOL reads 0.0; the tokens moved all the same.
TEST(PoolSwaps, WithoutSolAreGoodAndWithoutTokensBad) {
    const auto reading = read_swaps(swap_row(0, 100, "0.0") + swap_row(1, 100, "0.1", "0.0"));
    ASSERT_EQ(reading.rows.size(), 1U);
    EXPECT_TRUE(reading.rows[0].sol.is_zero());
    EXPECT_EQ(reading.tally.bad(), 1U);
    EXPECT_EQ(reading.tally.examples[0].text,
              "an amount of 0 tokens: it was below what the recording resolves");
}

TEST(PoolSwaps, LeftOutIndicesAreBreaks) {
    EXPECT_EQ(read_swaps(swap_row(0) + swap_row(1) + swap_row(2)).tally.breaks, 0U);
    EXPECT_EQ(read_swaps(swap_row(0) + swap_row(2) + swap_row(3)).tally.breaks, 1U);
    EXPECT_EQ(read_swaps(swap_row(1)).tally.breaks, 1U);
}

TEST(PoolSwaps, GoForward) {
    EXPECT_EQ(read_swaps(swap_row(0, 101) + swap_row(1, 101)).tally.bad(), 0U);
    EXPECT_EQ(read_swaps(swap_row(0, 101) + swap_row(1, 100)).tally.bad(), 1U);
    EXPECT_EQ(read_swaps(swap_row(1, 101) + swap_row(1, 102)).tally.bad(), 1U);
    EXPECT_EQ(read_swaps(swap_row(0, 99)).tally.bad(), 1U);  // Before its coin.
}

}  // namespace
}  // namespace sniperforge::dataset
