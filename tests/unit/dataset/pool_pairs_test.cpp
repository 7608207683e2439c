// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/pool_pairs.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace sniperforge::dataset {
namespace {

struct PairText {
    std::uint64_t slot = 50, buy_updated = 50, sell_updated = 40;
    std::string buy_label = "RaydiumAmm(wSOL-USDC)", sell_label = "OrcaWhirlpool(wSOL-USDT-2)";
    std::string buy_base = "2", buy_quote = "300.5", buy_price = "150.25";
    std::uint8_t sell_key = 2;

    [[nodiscard]] std::string row() const {
        Pubkey buy;
        buy.bytes.fill(1);
        Pubkey sell;
        sell.bytes.fill(sell_key);
        return fmt::format("{},{},{},{},{},{},{},{},{},10,1,999,{}\n", slot, buy_label,
                           buy.to_string(), buy_base, buy_quote, buy_price, buy_updated, sell_label,
                           sell.to_string(), sell_updated);
    }
};

Reading<PoolPair> read_pairs_of(const std::string& rows) {
    auto reading = read_pool_pairs(
        "slot,buy_pool,buy_addr,buy_base,buy_quote,buy_price,buy_upd_slot,sell_pool,sell_addr,"
        "sell_base,sell_quote,sell_price,sell_upd_slot\n" +
        rows);
    EXPECT_TRUE(reading);
    return *std::move(reading);
}

bool is_pair_good(const PairText& pair) { return read_pairs_of(pair.row()).rows.size() == 1; }

TEST(PoolPairs, AreReadWithTheirVenues) {
    const auto reading = read_pairs_of(PairText{}.row());
    ASSERT_EQ(reading.rows.size(), 1U);
    const PoolPair& pair = reading.rows[0];
    EXPECT_EQ(pair.slot, Slot{50});
    EXPECT_EQ(pair.buy.venue, VenueId::RaydiumAmmV4);
    EXPECT_EQ(pair.buy.quote_token, QuoteToken::Usdc);
    EXPECT_EQ(pair.buy.base, Lamports{2'000'000'000});
    EXPECT_EQ(pair.buy.quote, TokenAmount{300'500'000});
    EXPECT_EQ(pair.sell.venue, VenueId::OrcaWhirlpool);
    EXPECT_EQ(pair.sell.quote_token, QuoteToken::Usdt);
    EXPECT_EQ(pair.sell.updated_at, Slot{40});
}

TEST(PoolPairs, OfOtherPoolsAreNotGuessed) {
    PairText pair;
    pair.buy_label = "RaydiumAmm(SOL-USDT)";
    EXPECT_TRUE(is_pair_good(pair));
    for (const char* label : {"RaydiumAmm(mSOL-USDC)", "Meteora(SOL-USDC)", "RaydiumAmm",
                              "RaydiumAmm(SOL-USDC", "RaydiumAmm()"}) {
        pair.buy_label = label;
        EXPECT_FALSE(is_pair_good(pair)) << label;
    }
}

TEST(PoolPairs, ThatContradictThemselvesAreBad) {
    PairText pair;
    pair.buy_price = "150.2501";
    EXPECT_TRUE(is_pair_good(pair));
    pair.buy_price = "150.26";
    EXPECT_FALSE(is_pair_good(pair));
    // A Whirlpool's price is not that of what lies in its vaults.
    pair.buy_label = "OrcaWhirlpool(wSOL-USDC-8)";
    EXPECT_TRUE(is_pair_good(pair));

    pair = {};
    pair.buy_updated = 51;
    EXPECT_FALSE(is_pair_good(pair));
    pair = {};
    pair.buy_base = "0";
    EXPECT_FALSE(is_pair_good(pair));
    pair = {};
    pair.sell_key = 1;
    EXPECT_FALSE(is_pair_good(pair));
}

TEST(PoolPairs, GoForward) {
    PairText first;
    PairText second;
    second.slot = second.buy_updated = 51;
    EXPECT_EQ(read_pairs_of(first.row() + second.row()).tally.bad(), 0U);
    EXPECT_EQ(read_pairs_of(second.row() + first.row()).tally.bad(), 1U);
}

}  // namespace
}  // namespace sniperforge::dataset
