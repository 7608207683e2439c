// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/pump_curve.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace sniperforge::dataset {
namespace {

std::string key_text(std::uint8_t byte) {
    Pubkey key;
    key.bytes.fill(byte);
    return key.to_string();
}

struct TradeText {
    std::int64_t time = 100;
    std::uint64_t slot = 7;
    std::uint8_t mint = 1;
    const char* side = "True";
    std::uint64_t sol = 10, tokens = 500;
    std::uint64_t virtual_sol = 30'000'000'010, virtual_tokens = 1'000'000;
    std::uint64_t real_sol = 10;
    std::uint64_t fee_bps = 95;

    [[nodiscard]] std::string row() const {
        return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", time, slot,
                           key_text(mint), key_text(8), key_text(9), side, sol, tokens, virtual_sol,
                           real_sol, virtual_tokens, 900'000, 3, 1, fee_bps, 30);
    }
};

Reading<CurveTrade> read_trades(const std::string& rows) {
    auto reading = read_curve_trades(
        "block_time,block_num,token_address,wallet_address,creator_address,is_buy,amount_in_sol,"
        "amount_in_token,virtual_sol_reserves,real_sol_reserves,virtual_token_reserves,"
        "real_token_reserves,fee_amount,creator_fee_amount,fee_basis_points,"
        "creator_fee_basis_points\n" +
        rows);
    EXPECT_TRUE(reading);
    return *std::move(reading);
}

std::uint64_t bad_of(const Tally& tally, RowProblem problem) {
    return tally.problems[static_cast<std::size_t>(problem)];
}

TEST(CurveTrades, AreReadToTheLamport) {
    const auto reading = read_trades(TradeText{}.row());
    ASSERT_EQ(reading.rows.size(), 1U);
    const CurveTrade& trade = reading.rows[0];
    EXPECT_EQ(trade.at.seconds(), 100);
    EXPECT_EQ(trade.slot, Slot{7});
    EXPECT_EQ(trade.mint.to_string(), key_text(1));
    EXPECT_EQ(trade.creator.to_string(), key_text(9));
    EXPECT_TRUE(trade.is_buy);
    EXPECT_EQ(trade.sol, Lamports{10});
    EXPECT_EQ(trade.tokens, TokenAmount{500});
    EXPECT_EQ(trade.virtual_sol, Lamports{30'000'000'010});
    EXPECT_EQ(trade.creator_fee_rate, BasisPoints{30});
}

TEST(CurveTrades, WhoseReservesDoNotContinueAreBreaks) {
    TradeText first;
    TradeText buy{101, 8, 1, "True", 5, 100, 30'000'000'015, 999'900};
    TradeText sell{101, 8, 1, "False", 15, 300, 30'000'000'000, 1'000'200};
    EXPECT_EQ(read_trades(first.row() + buy.row() + sell.row()).tally.breaks, 0U);
    // Somebody's trade in between is not in the file: 1 lamport tells.
    sell.virtual_sol += 1;
    EXPECT_EQ(read_trades(first.row() + buy.row() + sell.row()).tally.breaks, 1U);
    sell.virtual_sol -= 1;
    sell.virtual_tokens -= 1;
    EXPECT_EQ(read_trades(first.row() + buy.row() + sell.row()).tally.breaks, 1U);
    // Another coin's trades continue nothing of it.
    buy.mint = 2;
    EXPECT_EQ(read_trades(first.row() + buy.row()).tally.breaks, 0U);
}

TEST(CurveTrades, ThatCannotBeSoAreBad) {
    const auto is_good = [](const TradeText& trade) {
        return read_trades(trade.row()).rows.size() == 1;
    };
    TradeText trade;
    trade.virtual_sol = 30'000'000'000;
    EXPECT_TRUE(is_good(trade));
    trade.virtual_sol -= 1;
    EXPECT_FALSE(is_good(trade));
    trade = {};
    trade.sol = 0;
    EXPECT_FALSE(is_good(trade));
    trade = {};
    trade.fee_bps = 10'000;
    EXPECT_TRUE(is_good(trade));
    trade.fee_bps = 10'001;
    EXPECT_FALSE(is_good(trade));
    trade = {};
    trade.side = "true";
    EXPECT_FALSE(is_good(trade));
    trade = {};
    trade.real_sol = trade.virtual_sol;
    EXPECT_TRUE(is_good(trade));
    trade.real_sol += 1;
    EXPECT_FALSE(is_good(trade));
}

TEST(CurveTrades, GoForwardInTimeAndSlotOfEachCoin) {
    TradeText first;
    TradeText second;
    second.sol = 11;
    EXPECT_EQ(bad_of(read_trades(first.row() + second.row()).tally, RowProblem::OutOfOrder), 0U);
    second.slot = 6;
    EXPECT_EQ(bad_of(read_trades(first.row() + second.row()).tally, RowProblem::OutOfOrder), 1U);
    second.mint = 2;
    EXPECT_EQ(bad_of(read_trades(first.row() + second.row()).tally, RowProblem::OutOfOrder), 0U);
}

TEST(CurvePolls, AreReadInLamports) {
    const std::string header = "mint,sol_in_pool,unique_buyers,buy_pressure,sell_pressure,ts_ms\n";
    const auto reading = read_curve_polls(
        header + key_text(1) + ",30.1,2,1.12669,9e-05,1500\n" + key_text(1) + ",30,2,1,1,1500\n" +
        key_text(1) + ",29.999999,2,1,1,1501\n" + key_text(1) + ",31,2,1,1,1499\n");
    ASSERT_TRUE(reading);
    ASSERT_EQ(reading->rows.size(), 2U);
    EXPECT_EQ(reading->rows[0].at.ns, 1'500'000'000);
    EXPECT_EQ(reading->rows[0].virtual_sol, Lamports{30'100'000'000});
    EXPECT_EQ(reading->rows[0].bought, Lamports{1'126'690'000});
    EXPECT_EQ(reading->rows[0].sold, Lamports{90'000});
    EXPECT_EQ(bad_of(reading->tally, RowProblem::Implausible), 1U);
    EXPECT_EQ(bad_of(reading->tally, RowProblem::OutOfOrder), 1U);
}

TEST(CurveSnapshots, HaveAProgressUpToOne) {
    const std::string header = "mint,timestamp_ms,progress,real_sol_sol\n";
    const auto reading =
        read_curve_snapshots(header + key_text(1) + ",5,1,4.1538e-05\n" + key_text(1) +
                             ",5,1.01,1\n" + key_text(1) + ",4,0.5,1\n");
    ASSERT_TRUE(reading);
    ASSERT_EQ(reading->rows.size(), 1U);
    EXPECT_EQ(reading->rows[0].real_sol, Lamports{41'538});
    EXPECT_EQ(bad_of(reading->tally, RowProblem::Implausible), 1U);
    EXPECT_EQ(bad_of(reading->tally, RowProblem::OutOfOrder), 1U);
}

}  // namespace
}  // namespace sniperforge::dataset
