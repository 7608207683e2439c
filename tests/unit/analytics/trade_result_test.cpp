// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/trade_result.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sniperforge::analytics {
namespace {

TEST(TradeResult, NetIsGrossLessEachCostOnce) {
    TradeResult trade;
    trade.gross = LamportsDelta{1'000'000};
    trade.costs = {Lamports{1},           Lamports{20},
                   Lamports{300},         Lamports{4'000},
                   LamportsDelta{50'000}, VenueFees{Lamports{100'000}, Lamports{200'000}}};
    EXPECT_EQ(costs_of(trade), LamportsDelta{354'321});
    EXPECT_EQ(net_of(trade), LamportsDelta{645'679});

    trade.costs.rent = LamportsDelta{-50'000};  // More came back than was paid.
    EXPECT_EQ(net_of(trade), LamportsDelta{745'679});

    trade.costs.venue_fees.reset();  // Inside gross, then.
    EXPECT_EQ(net_of(trade), LamportsDelta{1'045'679});
}

TEST(TradeResult, HasNoNetBeyondSixtyFourBits) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    TradeResult trade;
    trade.costs.tip = Lamports{static_cast<std::uint64_t>(kMax)};
    EXPECT_EQ(net_of(trade), LamportsDelta{-kMax});
    trade.costs.base_fee = Lamports{1};
    EXPECT_EQ(costs_of(trade), std::nullopt);
    EXPECT_EQ(net_of(trade), std::nullopt);
}

}  // namespace
}  // namespace sniperforge::analytics
