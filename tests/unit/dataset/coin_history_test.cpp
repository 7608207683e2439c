// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/coin_history.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sniperforge::dataset {
namespace {

std::string coin(std::uint8_t byte = 1) {
    Pubkey key;
    key.bytes.fill(byte);
    return key.to_string();
}

Reading<CoinCandle> read_coins(const std::string& rows) {
    auto reading = read_coin_candles("mint,created,ts,open,high,low,close,volume_usd\n" + rows);
    EXPECT_TRUE(reading);
    return *std::move(reading);
}

TEST(CoinCandles, MayBeginInTheHourInWhichTheirCoinWasMade) {
    EXPECT_EQ(read_coins(coin() + ",7199,3600,3.5e-05,0.0002,3.5e-05,7e-05,1\n").rows.size(), 1U);
    EXPECT_EQ(read_coins(coin() + ",7200,3600,1,1,1,1,1\n").rows.size(), 0U);
    EXPECT_EQ(read_coins(coin() + ",3600,3601,1,1,1,1,1\n").rows.size(), 0U);
}

TEST(CoinCandles, RiseInTimeCoinByCoin) {
    const auto reading =
        read_coins(coin(1) + ",1,3600,1,1,1,1,1\n" + coin(1) + ",1,7200,1,1,1,1,1\n" + coin(2) +
                   ",1,3600,1,1,1,1,1\n" + coin(2) + ",1,10800,1,1,1,1,1\n" + coin(1) +
                   ",1,7200,2,2,2,2,1\n" + coin(1) + ",1,10800,1,0.5,1,1,1\n");
    EXPECT_EQ(reading.rows.size(), 4U);
    EXPECT_EQ(reading.tally.breaks, 1U);
    EXPECT_EQ(reading.tally.problems[static_cast<std::size_t>(RowProblem::OutOfOrder)], 1U);
    EXPECT_EQ(reading.tally.problems[static_cast<std::size_t>(RowProblem::Implausible)], 1U);
}

TEST(CurveOutcomes, AreReadToTheLamport) {
    const auto reading = read_curve_outcomes(
        "mint,graduated,final_progress,final_sol,duration_s,eviction_reason,created_at\n" + coin() +
        ",0,1,1.5e-08,416.058,capacity_30,1774274361820\n" + coin() + ",2,0.5,1,1,x,1\n" + coin() +
        ",1,1.01,1,1,x,1\n");
    ASSERT_TRUE(reading);
    ASSERT_EQ(reading->rows.size(), 1U);
    EXPECT_EQ(reading->rows[0].real_sol, Lamports{15});
    EXPECT_FALSE(reading->rows[0].is_graduated);
    EXPECT_EQ(reading->rows[0].ended_reason, "capacity_30");
    EXPECT_EQ(reading->tally.bad(), 2U);
}

TEST(SniperTrades, ThatNeverEndedHaveNoResult) {
    const auto reading = read_sniper_trades(
        "mint,opened_at,closed_at,close_reason,cost_lamports,proceeds_lamports\n" + coin() +
        ",100,115.0,TP,1000000,1519762\n" + coin() + ",100,100.0,TTL,1000000,0\n" + coin() +
        ",100,,,501050000,\n" + coin() + ",100,99.0,TP,1,1\n" + coin() + ",100,101.0,TP,0,1\n");
    ASSERT_TRUE(reading);
    ASSERT_EQ(reading->rows.size(), 2U);
    EXPECT_EQ(reading->rows[0].closed_at.seconds(), 115);
    EXPECT_EQ(reading->rows[0].proceeds, Lamports{1'519'762});
    EXPECT_EQ(reading->tally.problems[static_cast<std::size_t>(RowProblem::Malformed)], 1U);
    EXPECT_EQ(reading->tally.problems[static_cast<std::size_t>(RowProblem::Implausible)], 2U);
}

}  // namespace
}  // namespace sniperforge::dataset
