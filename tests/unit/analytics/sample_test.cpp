// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/sample.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

using test::days;
using test::trade_on;

std::string refusal_of(std::vector<TradeResult> trades) {
    const auto sample = Sample::of(std::move(trades), days(2));
    return sample ? "" : sample.error().text;
}

TEST(Sample, OrdersTradesByClosingAndKeepsTheirNets) {
    auto late = trade_on(1, 1, 5);
    auto early = trade_on(2, 0, -7);
    const auto sample = Sample::of({late, early}, days(2));
    ASSERT_TRUE(sample);
    EXPECT_EQ(sample->trades()[0].trade_id, 2U);
    EXPECT_EQ(sample->net(0), LamportsDelta{-700'000});
    EXPECT_DOUBLE_EQ(sample->net_return(1), 5e-4);
    EXPECT_EQ(sample->provenance(), Provenance::Live);
}

TEST(Sample, MayBeEmpty) {
    const auto sample = Sample::of({}, days(1));
    ASSERT_TRUE(sample);
    EXPECT_TRUE(sample->is_empty());
    EXPECT_EQ(sample->provenance(), std::nullopt);
}

TEST(Sample, TakesTradesUpToTheEdgesOfThePeriodAndNotBeyond) {
    auto trade = trade_on(1, 0, 1);
    trade.opened_at = WallTime{0};
    trade.closed_at = WallTime{2 * test::kDayNs - 1};
    EXPECT_EQ(refusal_of({trade}), "");
    trade.closed_at = WallTime{2 * test::kDayNs};
    EXPECT_NE(refusal_of({trade}).find("outside the watched period"), std::string::npos);
    trade.closed_at = trade.opened_at = WallTime{-1};
    EXPECT_NE(refusal_of({trade}).find("outside the watched period"), std::string::npos);
}

TEST(Sample, RefusesATradeThatClosedBeforeItOpened) {
    auto trade = trade_on(7, 0, 1);
    trade.closed_at = trade.opened_at;
    EXPECT_EQ(refusal_of({trade}), "");
    trade.closed_at.ns -= 1;
    EXPECT_NE(refusal_of({trade}).find("trade 7 cannot be evaluated: closed at"),
              std::string::npos);
}

TEST(Sample, TakesTheLossOfTheWholeStakeAndNotALamportMore) {
    auto trade = trade_on(1, 0, -10'000);
    EXPECT_EQ(refusal_of({trade}), "");
    trade.gross += LamportsDelta{-1};
    EXPECT_NE(refusal_of({trade}).find("lost 1000000001 lamports before costs of a stake of"),
              std::string::npos);
}

TEST(Sample, RefusesATradeWithoutStake) {
    auto trade = trade_on(1, 0, 0);
    trade.stake = Lamports{1};
    EXPECT_EQ(refusal_of({trade}), "");
    trade.stake = Lamports{};
    EXPECT_NE(refusal_of({trade}).find("stake is 0"), std::string::npos);
}

TEST(Sample, MixesNoProvenances) {
    auto paper = trade_on(2, 0, 1);
    paper.provenance = Provenance::Paper;
    EXPECT_NE(refusal_of({trade_on(1, 0, 1), paper}).find("it is paper, trade 1 is live"),
              std::string::npos);
}

TEST(Sample, CountsNoTradeTwice) {
    EXPECT_EQ(refusal_of({trade_on(1, 0, 1), trade_on(2, 0, 1)}), "");
    EXPECT_NE(refusal_of({trade_on(2, 0, 1), trade_on(2, 1, 1)}).find("there twice"),
              std::string::npos);
}

TEST(Sample, RefusesAmountsWhoseSumExceedsSixtyFourBits) {
    auto trade = trade_on(1, 0, 0);
    trade.stake = Lamports{std::numeric_limits<std::int64_t>::max()};
    EXPECT_EQ(refusal_of({trade}), "");
    trade.costs.tip = Lamports{1};
    EXPECT_NE(refusal_of({trade}).find("exceed 64 bits"), std::string::npos);
    trade.costs.tip = Lamports::max();
    EXPECT_NE(refusal_of({trade}).find("exceed"), std::string::npos);
}

TEST(Sample, RefusesAPeriodThatIsNone) {
    EXPECT_FALSE(Sample::of({}, {WallTime{5}, WallTime{5}}));
    EXPECT_TRUE(Sample::of({}, {WallTime{5}, WallTime{6}}));
    EXPECT_FALSE(Sample::of({}, {WallTime{-1}, WallTime{6}}));
    EXPECT_FALSE(Sample::of({}, {WallTime{0}, WallTime{std::numeric_limits<std::int64_t>::max()}}));
}

TEST(Sample, APartKeepsThePeriod) {
    const auto all = test::reference_sample();
    const auto part = all.where([](const TradeResult& trade) { return trade.trade_id > 10; });
    EXPECT_EQ(part.trades().size(), 2U);
    EXPECT_EQ(part.net(1), LamportsDelta{-4'000'000});
    EXPECT_EQ(part.period().to, all.period().to);
}

}  // namespace
}  // namespace sniperforge::analytics
